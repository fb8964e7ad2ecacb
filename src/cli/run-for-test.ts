import { fixedClock } from '../base/clock.ts'
import type { CliIo } from './io.ts'
import { runCli } from './run.ts'
import { readSecret } from './secret-line.ts'

export interface CliResult {
  exit: number
  out: string
  error: string
}

/** Runs a command line in this process, as a pipe would see it. */
export async function runForTest(
  args: readonly string[],
  {
    stdin = '',
    env = {},
    cwd = process.cwd(),
    columns = 0,
    terminal = false,
  }: {
    stdin?: string | Uint8Array[]
    env?: Record<string, string>
    cwd?: string
    columns?: number
    terminal?: boolean
  } = {},
): Promise<CliResult> {
  const out: Uint8Array[] = []
  let error = ''
  const io: CliIo = {
    stdin: (async function* () {
      if (typeof stdin === 'string') yield Buffer.from(stdin)
      else yield* stdin
    })(),
    stdinIsTerminal: false,
    readSecret: () => readSecret(io.stdin, () => {}, '', io.signal),
    async write(text) {
      out.push(typeof text === 'string' ? Buffer.from(text) : text)
    },
    writeError(text) {
      error += text
    },
    stdoutIsTerminal: terminal,
    stderrIsTerminal: terminal,
    columns,
    colour: false,
    env,
    cwd,
    clock: fixedClock(Date.UTC(2026, 10, 18, 14)),
    signal: new AbortController().signal,
  }
  const exit = await runCli(args, io)
  return { exit, out: Buffer.concat(out).toString(), error }
}
