/**
 * `npm run bench`: measures against budgets and exits 1 when one is missed. Figures that depend on the machine are ratios
 * within this run; a peer is measured beside us when `ALLCLEAR_BENCH_PEER` names an osv-scanner and
 * `ALLCLEAR_BENCH_PEER_DATABASE` its database folder. Data packs are found as the tests find them.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasTestData, testData } from '../test/data.ts'
import { walkInputs } from '../src/base/archive/index.ts'
import { parsePurl } from '../src/know/purl/index.ts'
import { measure, median, type Measured } from './measure.ts'

const program = join(import.meta.dirname, '../bin/allclear')
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
  await measure(program, ['--help'])
  const help = seconds(await repeat(5, () => measure(program, ['--help'])))
  note('allclear --help', `${(help * 1000).toFixed(0)} ms`, '80 ms', help < 0.08)
  await measure(program, ['where', 'log4j-core@<2.17.1', '--example'])
  const where = seconds(await repeat(5, () => measure(program, ['where', 'log4j-core@<2.17.1', '--example'])))
  note(
    'where on the example fleet, without a server',
    `${(where * 1000).toFixed(0)} ms`,
    '400 ms',
    where < 0.4,
  )
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

async function scans(): Promise<void> {
  const all = join(folder, 'all')
  const sample = join(folder, 'sample')
  mkdirSync(all)
  mkdirSync(sample)
  for await (const input of walkInputs([testData('sboms/bom-shelter-trivy-fleet.tar.zst')])) {
    if (!input.source.endsWith('.json')) continue
    writeFileSync(
      join(all, `${input.source.slice(input.source.lastIndexOf('/') + 1, -5)}.spdx.json`),
      await input.read(),
    )
  }
  for (const [at, name] of readdirSync(all).sort().entries())
    if (at % 21 === 0 && at < 50 * 21)
      writeFileSync(join(sample, name), await (await import('node:fs/promises')).readFile(join(all, name)))
  const advisories = [testData('advisories/osv'), testData('advisories/osv-converted')]
  const data = join(folder, 'data')
  const cold = await repeat(3, async () => {
    rmSync(data, { recursive: true, force: true })
    const imported = await measure(program, [
      'import',
      'advisories',
      ...advisories,
      '--data',
      data,
      '--quiet',
    ])
    const scanned = await measure(program, ['scan', sample, '--data', data, '-o', 'json'])
    return {
      ...scanned,
      seconds: imported.seconds + scanned.seconds,
      peakMib: Math.max(imported.peakMib, scanned.peakMib),
    }
  })
  const warm = await repeat(5, () => measure(program, ['scan', sample, '--data', data, '-o', 'json']))
  note(
    '50 documents cold: advisories imported, then scanned',
    `${seconds(cold).toFixed(2)} s, peak ${Math.max(...cold.map(({ peakMib }) => peakMib)).toFixed(0)} MiB`,
  )
  note(
    '50 documents warm: process start included',
    `${seconds(warm).toFixed(2)} s, peak ${Math.max(...warm.map(({ peakMib }) => peakMib)).toFixed(0)} MiB`,
  )
  const whole = await measure(program, ['scan', all, '--data', data, '-o', 'json'])
  note(
    '1,059 documents warm',
    `${whole.seconds.toFixed(1)} s, peak ${whole.peakMib.toFixed(0)} MiB`,
    '15 s',
    whole.seconds < 15,
  )
  const imported = await measure(program, ['import', 'sbom', all, '--data', data, '--quiet'])
  note(
    '1,059 documents imported and matched',
    `${imported.seconds.toFixed(1)} s, ${(1059 / imported.seconds).toFixed(0)} documents/s, peak ${imported.peakMib.toFixed(0)} MiB`,
  )
  const peer = process.env.ALLCLEAR_BENCH_PEER
  if (!peer) {
    note('ratio to osv-scanner', 'not measured: ALLCLEAR_BENCH_PEER is not set')
    return
  }
  const theirs = await repeat(3, () =>
    measure(peer, ['scan', 'source', '--offline', '-r', sample, '-f', 'json'], {
      OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: process.env.ALLCLEAR_BENCH_PEER_DATABASE,
    }),
  )
  const ratio = (own: Measured[]): number => seconds(theirs) / seconds(own)
  note(
    'osv-scanner on the 50 documents',
    `${seconds(theirs).toFixed(2)} s, peak ${Math.max(...theirs.map(({ peakMib }) => peakMib)).toFixed(0)} MiB`,
  )
  note('cold, times as fast', ratio(cold).toFixed(1), '5', ratio(cold) >= 5)
  note('warm, times as fast', ratio(warm).toFixed(1), '40', ratio(warm) >= 40)
}

try {
  await startUp()
  if (hasTestData) {
    await purls()
    await scans()
  } else note('real documents', 'not measured: ALLCLEAR_TEST_DATA names no data')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0
