/**
 * The ranking over the large fleet (`bench/fleet-store.ts`): how long the facts of all clusters take at first, and then
 * one vulnerability, all of them, and a policy that changes. `node bench/exposure.ts [--scale 0.1] [--store DIRECTORY]`;
 * at scale 1, a million pods, a missed budget is exit code 1.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBlobs } from '../src/base/blobs.ts'
import { systemClock } from '../src/base/clock.ts'
import { databaseFile, openStore } from '../src/base/store/index.ts'
import { openKnowledge } from '../src/know/index.ts'
import { cveOf, Dice, fleetSize } from './fleet-store.ts'
import { quantile } from './measure.ts'

const { values } = parseArgs({
  options: { scale: { type: 'string', default: '1' }, store: { type: 'string' } },
})
const scale = Number(values.scale)
const size = fleetSize(scale)
const dice = new Dice()
const temporary = mkdtempSync(join(tmpdir(), 'allclear-exposure-'))
const folder = join(temporary, 'measured')
const source = values.store ?? folder
if (!existsSync(join(source, databaseFile))) {
  mkdirSync(source, { recursive: true })
  const { status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'fleet-store.ts'), source, String(scale)],
    { stdio: 'inherit' },
  )
  if (status !== 0) process.exit(1)
}
if (source !== folder) cpSync(source, folder, { recursive: true })
const store = await openStore({ directory: folder, clock: systemClock })
const knowledge = await openKnowledge({
  store,
  blobs: await openBlobs(join(folder, 'blobs')),
  clock: systemClock,
  dataDirectory: folder,
  example: false,
})
let missed = 0
function check(what: string, ms: number, budgetMs: number, beside = ''): void {
  const ok = ms <= budgetMs
  if (!ok) missed++
  console.log(`${ok ? 'ok    ' : 'MISSED'}  ${what}: ${ms.toFixed(0)} ms (budget ${budgetMs} ms)${beside}`)
}
async function timed(run: () => Promise<unknown>): Promise<{ ms: number; processorMs: number }> {
  const cpu = process.threadCpuUsage()
  const before = performance.now()
  await run()
  const ms = performance.now() - before
  const { user, system } = process.threadCpuUsage(cpu)
  return { ms, processorMs: (user + system) / 1000 }
}

await knowledge.status()
console.log(
  `        ${size.pods.toLocaleString('en-US')} pods, ${size.workloads.toLocaleString('en-US')} workloads, ${size.clusters.toLocaleString('en-US')} clusters; load ${loadavg()[0].toFixed(1)}`,
)
const first = await timed(() => knowledge.exposure({ vulnerability: cveOf(1), limit: 50 }))
console.log(
  `        the facts of all clusters, at first: ${(first.ms / 1000).toFixed(1)} s; processor ${(first.processorMs / 1000).toFixed(1)} s`,
)
const times: { ms: number; processorMs: number }[] = []
for (let turn = 0; turn < 60; turn++) {
  const vulnerability = cveOf(1 + dice.even(Math.min(size.advisories, 2000)))
  times.push(await timed(() => knowledge.exposure({ vulnerability, limit: 50 })))
}
const p95 = (of: (one: (typeof times)[number]) => number): number => quantile(times.map(of), 0.95)
check(
  'one vulnerability ranked over the fleet, p95',
  p95(({ ms }) => ms),
  300,
  `; processor ${p95(({ processorMs }) => processorMs).toFixed(0)} ms`,
)
// The advisories of base packages are in nearly everything.
const everywhere = await knowledge.exposure({ vulnerability: cveOf(1), limit: 50 })
console.log(
  `        ${everywhere.workloads.total.toLocaleString('en-US')} workloads in the last of these answers`,
)
const all = await timed(() => knowledge.exposure({ limit: 50 }))
console.log(`        every vulnerability, at first: ${(all.ms / 1000).toFixed(1)} s`)
const again = await timed(() => knowledge.exposure({ limit: 50 }))
console.log(`        … and again: ${again.ms.toFixed(0)} ms`)
const teams = await timed(() => knowledge.exposure({ group: 'team', limit: 50 }))
console.log(`        … by team: ${teams.ms.toFixed(0)} ms`)
console.log(`        resident memory ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`)
await knowledge.close()
await store.close()
rmSync(temporary, { recursive: true, force: true })
process.exitCode = missed > 0 && scale >= 1 ? 1 : 0
