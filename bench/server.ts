import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { quantile } from './measure.ts'

const root = join(import.meta.dirname, '..')

export interface WhileWorking {
  /** Longest delay of the server's event loop, ms. */
  delayMaxMs: number
  /** Answers that others got meanwhile, ms. */
  answers: number
  p95Ms: number
  maxMs: number
  seconds: number
}

/** Starts a server on a data directory, runs a command against it, and asks it questions meanwhile. */
export async function askWhile(
  data: string,
  folder: string,
  command: (url: string) => readonly string[],
): Promise<WhileWorking> {
  const report = join(folder, `loop-delay-${performance.now()}.json`)
  // As it is started by people, with the options that `bin/allclear` gives Node; the shell there becomes the server.
  const server = spawn(join(root, 'bin/allclear'), ['up', '--data', data, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: `--import ${join(root, 'bench/loop-delay.ts')}`,
      ALLCLEAR_BENCH_LOOP_DELAY: report,
    },
  })
  try {
    let printed = ''
    let url: string | undefined
    for await (const chunk of server.stdout) {
      printed += String(chunk)
      url = /http:\/\/[\d.]+:\d+/.exec(printed)?.[0]
      if (url !== undefined) break
    }
    if (url === undefined) throw new Error(`the server did not start: ${printed}`)
    const question = `${url}/api/v1/where?q=log4j-core`
    const ask = async () => (await fetch(question)).text()
    // What loads once, a server loads at its start and with its first answers.
    await (await fetch(`${url}/api/v1/openapi.json`)).text()
    for (let at = 0; at < 20; at++) await ask()

    server.kill('SIGUSR2')
    const started = performance.now()
    const [program, ...args] = command(url)
    const client = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    let working = true
    const ended = once(client, 'close').then(() => (working = false))
    const answers: number[] = []
    while (working) {
      const asked = performance.now()
      await ask()
      answers.push(performance.now() - asked)
      await pause(5)
    }
    await ended
    const seconds = (performance.now() - started) / 1000
    server.kill('SIGUSR2')
    while (!existsSync(report)) await pause(10)
    const { maxMs } = JSON.parse(readFileSync(report, 'utf8')) as { maxMs: number }
    return {
      delayMaxMs: maxMs,
      answers: answers.length,
      p95Ms: quantile(answers, 0.95),
      maxMs: Math.max(...answers),
      seconds,
    }
  } finally {
    server.kill('SIGTERM')
    await once(server, 'close')
  }
}
