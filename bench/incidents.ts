/**
 * Incidents on the large fleet: how long after a change of the fleet every open incident has its verdicts.
 * `npm run bench -- incidents [--scale 0.1] [--store DIRECTORY]`: 20 incidents, the five stage lists each, and a pod that
 * comes with another image. At scale 1 a missed budget is exit code 1.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openInstallation } from '../src/api/installation.ts'
import { systemClock as clock } from '../src/base/clock.ts'
import { databaseFile } from '../src/base/store/index.ts'
import { clusterOf, cveOf, Dice, digestOfImage, fleetSize } from './fleet-store.ts'
import { quantile } from './measure.ts'

const openIncidents = 20
const rounds = 20
const budgetMs = 1_000

const { values } = parseArgs({
  options: { scale: { type: 'string', default: '1' }, store: { type: 'string' } },
})
const scale = Number(values.scale)
const size = fleetSize(scale)
const dice = new Dice()
const temporary = mkdtempSync(join(tmpdir(), 'allclear-incidents-'))
const folder = join(temporary, 'measured')
const source = values.store ?? folder
if (!existsSync(join(source, databaseFile))) {
  mkdirSync(source, { recursive: true })
  const made = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'fleet-store.ts'), source, String(scale)],
    { stdio: 'inherit' },
  )
  if (made.status !== 0) process.exit(1)
}
if (source !== folder) cpSync(source, folder, { recursive: true })
const installation = await openInstallation({
  directory: folder,
  example: false,
  clock,
  version: '0',
  env: {},
  exclusive: true,
})
const knowledge = await installation.knowledge()
const response = await installation.response()
await knowledge.status()

const ids: string[] = []
const opening: number[] = []
for (let advisory = 1; ids.length < openIncidents; advisory++) {
  const before = performance.now()
  const { id, fleet } = await response.incidents.open({ advisory: cveOf(advisory) }, 'anna', [])
  opening.push(performance.now() - before)
  if (fleet.affected > 0) ids.push(id)
}
console.log(`        load average ${loadavg()[0].toFixed(1)} on ${cpus().length} cores; ${size.pods} pods`)
console.log(`        an incident is opened, median: ${quantile(opening, 0.5).toFixed(0)} ms`)

const changed: number[] = []
const processor: number[] = []
for (let round = 0; round < rounds; round++) {
  const workload = 1 + dice.even(size.workloads)
  await knowledge.importClusterChanges({
    cluster: `cluster-${clusterOf(workload, size.workloads, size)}`,
    atMs: clock.nowMs(),
    pods: [
      {
        uid: `new-${workload}`,
        namespace: `ns-${workload % 40}`,
        name: `new-${workload}`,
        node: null,
        workload: `Deployment/app-${workload}`,
        phase: 'Running',
        startedAtMs: null,
        serviceAccount: null,
        containers: [
          {
            name: 'main',
            kind: 'main' as const,
            reference: 'registry.example/new:1',
            digest: digestOfImage(1 + dice.skewed(size.images)),
          },
        ],
      },
    ],
  })
  const cpu = process.threadCpuUsage()
  const before = performance.now()
  await response.fleetChanged()
  changed.push(performance.now() - before)
  const { user, system } = process.threadCpuUsage(cpu)
  processor.push((user + system) / 1000)
}
const p95 = quantile(changed, 0.95)
console.log(
  `${p95 <= budgetMs ? 'ok    ' : 'MISSED'}  a change of the fleet, until ${openIncidents} incidents have their verdicts, p95: ${p95.toFixed(0)} ms (budget ${budgetMs} ms); median ${quantile(changed, 0.5).toFixed(0)} ms; processor ${quantile(processor, 0.95).toFixed(0)} ms`,
)

const reading: number[] = []
for (let at = 0; at < 100; at++) {
  const before = performance.now()
  await response.incidents.show(ids[at % ids.length], 'anna')
  reading.push(performance.now() - before)
}
console.log(`        the page of an incident, p95: ${quantile(reading, 0.95).toFixed(1)} ms`)
await installation.close()
rmSync(temporary, { recursive: true, force: true })
process.exitCode = p95 > budgetMs && scale >= 1 ? 1 : 0
