/**
 * `npm run bench`: measures against budgets and exits 1 when one is missed. Figures that depend on the machine are ratios
 * within this run: a peer is measured beside us, run by run, when `ALLCLEAR_BENCH_PEER` names an osv-scanner; its
 * database is laid out from the data packs. The packs are found as the tests find them.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasTestData, testData } from '../test/data.ts'
import { walkInputs } from '../src/base/archive/index.ts'
import { parsePurl } from '../src/know/purl/index.ts'
import { measure, median, type Measured } from './measure.ts'
import { layOutPeerDatabase } from './peer.ts'
import { askWhile } from './server.ts'

const root = join(import.meta.dirname, '..')
/** From the checkout, and as it is installed: `npm run build` makes the second. */
const checkout = join(root, 'bin/allclear')
const packed = join(root, 'dist/allclear.js')
const folder = mkdtempSync(join(tmpdir(), 'allclear-bench-'))
const rows: { what: string; value: string; budget: string; ok: boolean | null }[] = []

function note(what: string, value: string, budget = '', ok: boolean | null = null): void {
  rows.push({ what, value, budget, ok })
  console.log(
    `${ok === null ? '      ' : ok ? 'ok    ' : 'MISSED'}  ${what}: ${value}${budget ? ` (budget ${budget})` : ''}`,
  )
}

async function repeat(times: number, run: () => Promise<Measured>): Promise<Measured[]> {
  const results: Measured[] = []
  for (let at = 0; at < times; at++) results.push(await run())
  return results
}

const seconds = (results: readonly Measured[]): number => median(results.map((result) => result.seconds))

async function startUp(): Promise<void> {
  const bare = seconds(await repeat(5, () => measure(process.execPath, ['-e', '0'])))
  note('bare Node', `${(bare * 1000).toFixed(0)} ms`)
  for (const [program, how] of [
    [checkout, 'from the checkout'],
    [packed, 'packed'],
  ] as const) {
    const warm = async (args: readonly string[]): Promise<number> => {
      await measure(program, args)
      return seconds(await repeat(5, () => measure(program, args)))
    }
    const help = await warm(['--help'])
    note(`allclear --help, ${how}`, `${(help * 1000).toFixed(0)} ms`, '80 ms', help < 0.08)
    const where = await warm(['where', 'log4j-core@<2.17.1', '--example'])
    note(
      `where on the example fleet, without a server, ${how}`,
      `${(where * 1000).toFixed(0)} ms`,
      '400 ms',
      where < 0.4,
    )
  }
}

async function purls(): Promise<void> {
  const texts: string[] = []
  for await (const input of walkInputs([testData('sboms/bom-shelter-trivy-fleet.tar.zst')])) {
    if (!input.source.endsWith('.json')) continue
    for (const [text] of Buffer.from(await input.read())
      .toString()
      .matchAll(/pkg:[^"\\]+/g))
      texts.push(text)
    if (texts.length > 50_000) break
  }
  for (let at = 0; at < 200_000; at++) parsePurl(texts[at % texts.length])
  const started = performance.now()
  for (let at = 0; at < 1_000_000; at++) parsePurl(texts[at % texts.length])
  const perSecond = 1_000_000 / ((performance.now() - started) / 1000)
  note('package URLs parsed', `${(perSecond / 1e6).toFixed(2)} M/s`, '1 M/s', perSecond >= 1e6)
}

const shown = (results: readonly Measured[]): string => {
  const cpu = median(results.map(({ cpuSeconds }) => cpuSeconds))
  return `${seconds(results).toFixed(2)} s (${cpu.toFixed(2)} s of processor time), peak ${peak(results).toFixed(0)} MiB`
}
const peak = (results: readonly Measured[]): number => Math.max(...results.map(({ peakMib }) => peakMib))

/** The documents as files, all of them and every 21st. */
async function unpackDocuments(): Promise<{ all: string; sample: string }> {
  const all = join(folder, 'all')
  const sample = join(folder, 'sample')
  mkdirSync(all)
  mkdirSync(sample)
  for await (const input of walkInputs([testData('sboms/bom-shelter-trivy-fleet.tar.zst')])) {
    if (!input.source.endsWith('.json')) continue
    const name = input.source.slice(input.source.lastIndexOf('/') + 1, -5)
    writeFileSync(join(all, `${name}.spdx.json`), await input.read())
  }
  for (const [at, name] of readdirSync(all).sort().entries())
    if (at % 21 === 0 && at < 50 * 21) copyFileSync(join(all, name), join(sample, name))
  return { all, sample }
}

/** One run of a command that has to succeed: a benchmark of a refusal would be very fast. */
async function run(args: readonly string[], program = packed): Promise<Measured> {
  const measured = await measure(program, args, { discard: true })
  if (measured.exit !== 0) throw new Error(`allclear ${args.join(' ')}: ${measured.stderr}`)
  return measured
}

async function scans(): Promise<void> {
  const { all, sample } = await unpackDocuments()
  const advisories = [testData('advisories/osv'), testData('advisories/osv-converted')]
  const data = join(folder, 'data')
  const peer = process.env.ALLCLEAR_BENCH_PEER
  const env = peer ? await layOutPeerDatabase(join(folder, 'peer')) : {}
  const scanArgs = ['scan', sample, '--data', data, '-o', 'json', '--quiet']
  const scan = () => run(scanArgs)

  const theirs: Measured[] = []
  const cold: Measured[] = []
  const warm: Measured[] = []
  const fromCheckout: Measured[] = []
  // Turn by turn, so that what else the machine does falls on everybody.
  for (let round = 0; round < 3; round++) {
    if (peer) {
      const args = ['scan', 'source', '--offline', '-r', sample, '-f', 'json']
      const measured = await measure(peer, args, { env, discard: true })
      // 1: it found something.
      if (measured.exit !== 0 && measured.exit !== 1) throw new Error(`${peer}: ${measured.stderr}`)
      theirs.push(measured)
    }
    rmSync(data, { recursive: true, force: true })
    const imported = await run(['import', 'advisories', ...advisories, '--data', data, '--quiet'])
    const scanned = await scan()
    cold.push({
      ...scanned,
      seconds: imported.seconds + scanned.seconds,
      cpuSeconds: imported.cpuSeconds + scanned.cpuSeconds,
      peakMib: Math.max(imported.peakMib, scanned.peakMib),
    })
    warm.push(await scan(), await scan())
    fromCheckout.push(await run(scanArgs, checkout))
  }
  note('50 documents cold: advisories imported, then scanned', shown(cold))
  note('50 documents warm: process start included', shown(warm))
  note('… from the checkout, which loads four times as many files', shown(fromCheckout))
  if (peer) {
    note('osv-scanner on the 50 documents', shown(theirs))
    const ratio = (own: Measured[]): number => seconds(theirs) / seconds(own)
    note('cold, times as fast', ratio(cold).toFixed(1), '5', ratio(cold) >= 5)
    note('warm, times as fast', ratio(warm).toFixed(1), '40', ratio(warm) >= 40)
    const share = (own: Measured[]): string => `${((peak(own) / peak(theirs)) * 100).toFixed(0)} %`
    note('cold, memory of its', share(cold), '100 %', peak(cold) < peak(theirs))
    note('warm, memory of its', share(warm), '100 %', peak(warm) < peak(theirs))
  } else note('beside osv-scanner', 'not measured: ALLCLEAR_BENCH_PEER is not set')

  const whole = await run(['scan', all, '--data', data, '-o', 'json', '--quiet'])
  note('1,059 documents warm', shown([whole]), '15 s', whole.seconds < 15)
  const { stdout } = await measure(packed, ['scan', all, '--data', data, '-o', 'json', '--quiet'])
  const reports = JSON.parse(stdout) as { packages: number; findings: unknown[] }[]
  const packages = reports.reduce((sum, report) => sum + report.packages, 0)
  const findings = reports.reduce((sum, report) => sum + report.findings.length, 0)
  const rate = (count: number, { seconds: took }: Measured) =>
    Math.round(count / took).toLocaleString('en-GB')
  note(
    'their packages and findings',
    `${packages.toLocaleString('en-GB')}, ${findings.toLocaleString('en-GB')}`,
  )
  const imported = await run(['import', 'sbom', all, '--data', data, '--quiet'])
  note(
    '1,059 documents imported and matched',
    `${shown([imported])}, ${rate(reports.length, imported)} documents and ${rate(packages, imported)} packages a second`,
  )
  const again = await run(['import', 'sbom', all, '--data', data, '--quiet'])
  note(
    'the same again, after a restart',
    `${shown([again])}, ${rate(reports.length, again)} documents a second`,
  )
}

/** Heavy imports are read in threads and written in turns: a server goes on answering. */
async function answersMeanwhile(): Promise<void> {
  const kinds = [
    [
      'all advisories',
      ['import', 'advisories', testData('advisories/osv'), testData('advisories/osv-converted')],
    ],
    ['50 documents', ['import', 'sbom', join(folder, 'sample')]],
  ] as const
  const data = join(folder, 'served')
  for (const [what, args] of kinds) {
    const {
      delayMaxMs,
      answers,
      p95Ms,
      maxMs,
      seconds: took,
    } = await askWhile(data, folder, (url) => [checkout, ...args, '--server', url, '--quiet'])
    note(
      `event loop while a server imports ${what}, longest delay`,
      `${delayMaxMs.toFixed(0)} ms (${took.toFixed(1)} s; ${answers} answers meanwhile, p95 ${p95Ms.toFixed(0)} ms, longest ${maxMs.toFixed(0)} ms)`,
      '50 ms',
      delayMaxMs < 50,
    )
  }
}

/** The package as it is at the moment; the load of the machine, without which no time says much. */
function prepare(): void {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the package could not be built: ${stderr}`)
  console.log(`      load average ${loadavg()[0].toFixed(1)} on ${availableParallelism()} processors`)
}

try {
  prepare()
  await startUp()
  if (hasTestData) {
    await purls()
    await scans()
    await answersMeanwhile()
  } else note('real documents', 'not measured: ALLCLEAR_TEST_DATA names no data')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0
