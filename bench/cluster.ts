/**
 * `node bench/cluster.ts`: a server that watches generated clusters, measured from outside. Budgets: 20,000 pods in less
 * than 300 MiB above the idle server, listed again in less than 5 s, a new pod in `where` within 1 s (p95); a hundred
 * clusters in one process. `--pods N` and `--clusters N` measure other sizes. Exits 1 when a budget is missed.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { pods: { type: 'string', default: '20000' }, clusters: { type: 'string', default: '100' } },
})
const pods = Number(values.pods)
const clusters = Number(values.clusters)
const program = join(import.meta.dirname, '../src/main.ts')
let missed = false

function note(what: string, value: string, budget = '', ok: boolean | null = null): void {
  if (ok === false) missed = true
  console.log(
    `${ok === null ? '      ' : ok ? 'ok    ' : 'MISSED'}  ${what}: ${value}${budget ? ` (budget ${budget})` : ''}`,
  )
}

await measure(1, pods)
await measure(clusters, Math.ceil(pods / clusters))
process.exitCode = missed ? 1 : 0

async function measure(count: number, each: number): Promise<void> {
  const title = count === 1 ? `one cluster of ${each} pods` : `${count} clusters of ${each} pods`
  const folder = mkdtempSync(join(tmpdir(), 'allclear-bench-'))
  const generator = spawn(
    process.execPath,
    [join(import.meta.dirname, 'cluster-generator.ts'), String(count), String(each)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const told = createInterface({ input: generator.stdout })
  const { kubeconfig } = JSON.parse(await nextLine(told)) as { kubeconfig: string }
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig)
  const hub = spawn(process.execPath, [program, 'up', '--data', join(folder, 'data'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const url = await urlOf(hub)
    // Both the first cluster and the first question load code that stays.
    await ask(url, '/where?q=nothing.example%2Fx%3A1')
    await pause(1500)
    const idleMib = residentMib(hub)

    const begun = performance.now()
    const names = Array.from({ length: count }, (_, at) => `g${at + 1}`)
    await inTurns(names, 10, (name) =>
      ask(url, '/clusters', {
        name,
        access: { kind: 'kubeconfig', file: join(folder, 'kubeconfig'), context: name },
      }),
    )
    await until(async () => (await podsOf(url)) >= count * each)
    note(`${title}: until all are in the answers`, `${((performance.now() - begun) / 1000).toFixed(1)} s`)
    await pause(3000)
    const loadedMib = residentMib(hub)
    const aboveMib = loadedMib - idleMib
    note(
      `${title}: resident memory above idle (${idleMib.toFixed(0)} MiB)`,
      `${aboveMib.toFixed(0)} MiB, ${((aboveMib * 1024 * 1024) / (count * each)).toFixed(0)} bytes per pod`,
      count === 1 ? '300 MiB' : '',
      count === 1 ? aboveMib < 300 : null,
    )

    const latencies: number[] = []
    for (let at = 0; at < 60; at++) {
      const image = `registry.example.org/new/image-${at}:1`
      const createdMs = Number(await command(generator, told, `pod g${(at % count) + 1} new-${at} ${image}`))
      await until(async () => {
        const answer = await ask(url, `/where?q=${encodeURIComponent(image)}`)
        return answer.verdict === 'yes'
      })
      latencies.push(Date.now() - createdMs)
    }
    latencies.sort((a, b) => a - b)
    const p95 = latencies[Math.floor(latencies.length * 0.95)]
    note(
      `${title}: from a pod's creation to where (60 pods)`,
      `median ${latencies[30]} ms, p95 ${p95} ms, worst ${latencies.at(-1)} ms`,
      'p95 1,000 ms',
      p95 < 1000,
    )

    if (count === 1) {
      const before = await listsOf(url, 'g1')
      const cpuBefore = cpuOf(hub).userSeconds
      const droppedMs = Number(await command(generator, told, 'drop g1'))
      // Asking costs the server something, too.
      await until(async () => (await listsOf(url, 'g1')) > before, 100)
      const tookMs = Date.now() - droppedMs
      const cpuSeconds = cpuOf(hub).userSeconds - cpuBefore
      note(
        `${title}: listed again after 410`,
        `${(tookMs / 1000).toFixed(1)} s, of which the server computed ${cpuSeconds.toFixed(1)} s`,
        '5 s',
        tookMs < 5000,
      )
    }
    const { userSeconds } = cpuOf(hub)
    note(`${title}: processor time of the server in all`, `${userSeconds.toFixed(1)} s`)
  } finally {
    const ended = new Promise((resolve) => hub.once('exit', resolve))
    hub.kill('SIGTERM')
    generator.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

async function ask(url: string, path: string, body?: unknown): Promise<any> {
  const response = await fetch(`${url}/api/v1${path}`, {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`)
  return answer
}

async function podsOf(url: string): Promise<number> {
  const { rows } = await ask(url, '/clusters')
  return (rows as { pods: number }[]).reduce((sum, { pods: own }) => sum + own, 0)
}

/** Complete lists of pods so far. */
async function listsOf(url: string, name: string): Promise<number> {
  const { state } = await ask(url, `/clusters/${name}`)
  const found = (state.resources as { id: string; lists: number; state: string }[]).find(
    ({ id }) => id === 'pods',
  )!
  return found.state === 'watching' ? found.lists : 0
}

async function urlOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)
    if (found) {
      child.stdout!.resume()
      return found[0]
    }
  }
  throw new Error('the server did not start')
}

function nextLine(lines: Interface): Promise<string> {
  return new Promise((resolve) => lines.once('line', resolve))
}

function command(generator: ChildProcess, told: Interface, line: string): Promise<string> {
  const answer = nextLine(told)
  generator.stdin!.write(`${line}\n`)
  return answer
}

function residentMib({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

function cpuOf({ pid }: ChildProcess): { userSeconds: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ')
  return { userSeconds: (Number(fields[11]) + Number(fields[12])) / 100 }
}

async function inTurns<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<unknown>) {
  for (let at = 0; at < items.length; at += atOnce) await Promise.all(items.slice(at, at + atOnce).map(work))
}

async function until(ask: () => Promise<boolean>, everyMs = 5): Promise<void> {
  const deadline = performance.now() + 300_000
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error('not within five minutes')
    await pause(everyMs)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
