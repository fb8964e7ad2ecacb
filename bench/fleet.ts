/**
 * The large fleet: a seeded generator writes it into a store, then index build, memory, `where` and `cve` are measured
 * against their budgets. `node bench/fleet.ts [--scale 0.1]`; scale 1 is 1,000 clusters, 100,000 nodes, 1,000,000 pods,
 * 50,000 images with 300 packages each from 300,000 distinct package versions, ten generations of runs.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { openBlobs } from '../src/base/blobs.ts'
import { systemClock } from '../src/base/clock.ts'
import { openStore, type Value } from '../src/base/store/index.ts'
import { packContents, packLocators } from '../src/know/catalog/index.ts'
import { openKnowledge } from '../src/know/index.ts'
import { quantile } from './measure.ts'

const scale = Number(process.argv[process.argv.indexOf('--scale') + 1] || 1) || 1
const size = {
  clusters: Math.max(3, Math.round(1000 * scale)),
  nodes: Math.round(100_000 * scale),
  pods: Math.round(1_000_000 * scale),
  images: Math.round(50_000 * scale),
  packages: Math.round(300_000 * scale),
  workloads: Math.round(120_000 * scale),
  advisories: Math.round(20_000 * scale),
  generations: 10,
  packagesPerImage: 300,
}

/** A small generator of numbers (mulberry32): the same seed gives the same fleet. */
let seed = 20_261_124
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
/** Skewed: small numbers are drawn far more often, as base packages are in images. */
const skewed = (max: number): number => Math.min(max - 1, Math.floor(max * random() ** 4))
const even = (max: number): number => Math.floor(max * random())

const folder = mkdtempSync(join(tmpdir(), 'allclear-fleet-'))
const clock = systemClock
const nowMs = clock.nowMs()
const dayMs = 86_400_000
const store = await openStore({ directory: folder, clock })
let started = performance.now()
const names = Math.max(100, Math.round(size.packages / 8))

function* rows(count: number, row: (no: number) => Value[]): Generator<Value[]> {
  for (let no = 1; no <= count; no++) yield row(no)
}

await store.transaction(
  async (transaction) => {
    await transaction.insert(
      'package_version',
      ['no', 'ecosystem', 'type', 'name', 'version', 'source_name', 'source_version', 'purl'],
      rows(size.packages, (no) => {
        const name = `package-${(no * 7919) % names}`
        const version = `${no % 9}.${no % 23}.${no}`
        return no % 3 === 0
          ? [
              no,
              'Debian:12',
              'deb',
              name,
              version,
              `source-${no % 999}`,
              '',
              `pkg:deb/debian/${name}@${version}`,
            ]
          : [no, 'npm', 'npm', name, version, '', '', `pkg:npm/${name}@${version}`]
      }),
    )
    await transaction.insert(
      'image',
      ['no', 'id', 'digest', 'name', 'first_seen_at'],
      rows(size.images, (no) => {
        const digest = `sha256:${no.toString(16).padStart(64, '0')}`
        return [no, digest, digest, `registry.example/team-${no % 300}/service-${no}:1`, nowMs - 30 * dayMs]
      }),
    )
    const locators = packLocators(['/components/0'])
    await transaction.insert(
      'sbom',
      [
        'no',
        'image_no',
        'sha256',
        'source',
        'format',
        'spec_version',
        'tools',
        'imported_at',
        'size_bytes',
        'package_count',
        'contents',
        'locators',
        'left_out',
        'current',
      ],
      rows(size.images, (no) => {
        const contents = new Set<number>()
        while (contents.size < size.packagesPerImage) contents.add(1 + skewed(size.packages))
        return [
          no,
          no,
          no.toString(16),
          'bench',
          'cyclonedx-json',
          '1.6',
          '[]',
          nowMs,
          1,
          contents.size,
          packContents(Uint32Array.from(contents).sort()),
          locators,
          '[]',
          1,
        ]
      }),
    )
    await transaction.insert(
      'cluster',
      ['no', 'name', 'source', 'declared_only', 'first_seen_at', 'last_seen_at'],
      rows(size.clusters, (no) => [no, `cluster-${no}`, 'live', 0, nowMs - 30 * dayMs, nowMs]),
    )
    await transaction.insert(
      'node',
      ['no', 'cluster_no', 'name', 'labels', 'first_seen_at'],
      rows(size.nodes, (no) => [
        no,
        1 + (no % size.clusters),
        `node-${no}`,
        no % 2 ? '{"node-pool":"general"}' : '{}',
        nowMs,
      ]),
    )
    await transaction.insert(
      'workload',
      ['no', 'cluster_no', 'namespace', 'kind', 'name', 'owner', 'labels', 'annotations', 'first_seen_at'],
      rows(size.workloads, (no) => [
        no,
        1 + (no % size.clusters),
        `ns-${no % 40}`,
        'Deployment',
        `app-${no}`,
        `team-${no % 300}`,
        '{}',
        '{}',
        nowMs - 30 * dayMs,
      ]),
    )
    await transaction.insert(
      'run',
      [
        'no',
        'workload_no',
        'container',
        'container_kind',
        'reference',
        'image_no',
        'resolved_by',
        'pods',
        'first_seen_at',
        'last_seen_at',
      ],
      rows(size.workloads * size.generations, (no) => {
        const workload = 1 + ((no - 1) % size.workloads)
        const generation = Math.floor((no - 1) / size.workloads)
        const image = 1 + skewed(size.images)
        const last =
          generation === size.generations - 1 ? null : nowMs - (size.generations - 1 - generation) * 3 * dayMs
        return [
          no,
          workload,
          'main',
          'main',
          `registry.example/service-${image}:1`,
          image,
          'digest',
          last === null ? 8 : 0,
          nowMs - (size.generations - generation) * 3 * dayMs,
          last,
        ]
      }),
    )
    const firstCurrent = size.workloads * (size.generations - 1)
    await transaction.insert(
      'pod',
      [
        'no',
        'cluster_no',
        'uid',
        'namespace',
        'name',
        'workload_no',
        'node_no',
        'phase',
        'digests',
        'first_seen_at',
      ],
      rows(size.pods, (no) => {
        const workload = 1 + even(size.workloads)
        return [
          no,
          1 + (workload % size.clusters),
          `u${no}`,
          'ns',
          `pod-${no}`,
          workload,
          1 + even(size.nodes),
          'Running',
          `[${firstCurrent + workload}]`,
          nowMs,
        ]
      }),
    )
    const record = Buffer.from('{"id":"CVE-2026-1","affected":[]}')
    const raw = deflateRawSync(record)
    await transaction.insert(
      'advisory',
      [
        'no',
        'id',
        'feed',
        'summary',
        'severity',
        'provisional',
        'ecosystems',
        'links',
        'content_hash',
        'raw',
        'raw_bytes',
        'imported_at',
      ],
      rows(size.advisories, (no) => {
        const id = `CVE-2026-${String(no).padStart(5, '0')}`
        return [
          no,
          id,
          'osv:npm',
          `Example ${no}`,
          'high',
          0,
          '["npm"]',
          JSON.stringify([{ vulnerability: id, relation: 'self' }]),
          'x',
          raw,
          record.length,
          nowMs,
        ]
      }),
    )
    await transaction.insert(
      'advisory_link',
      ['vulnerability', 'advisory_no', 'relation'],
      rows(size.advisories, (no) => [`CVE-2026-${String(no).padStart(5, '0')}`, no, 'self']),
    )
    await transaction.insert(
      'advisory_package',
      ['ecosystem', 'name', 'entries'],
      [
        ['npm', 'package-1', '[]'],
        ['Debian:12', 'package-1', '[]'],
      ],
    )
    await transaction.insert(
      'finding',
      [
        'package_version_no',
        'advisory_no',
        'state',
        'fix_state',
        'fixed_in',
        'matched_by',
        'decided_by',
        'first_found_at',
      ],
      rows(size.advisories * 50, (no) => [
        1 + ((no * 31) % size.packages),
        1 + Math.floor((no - 1) / 50),
        'affected',
        'fixed-in',
        '9.9.9',
        'name',
        '',
        nowMs,
      ]),
      { onConflict: 'ignore' },
    )
  },
  { mode: 'bulk' },
)
console.log(`generated in ${((performance.now() - started) / 1000).toFixed(1)} s (scale ${scale})`)

const knowledge = await openKnowledge({
  store,
  blobs: await openBlobs(join(folder, 'blobs')),
  clock,
  dataDirectory: folder,
  example: false,
})
let missed = 0
function check(what: string, value: number, unit: string, budget: number): void {
  const ok = value <= budget
  if (!ok && scale === 1) missed++
  console.log(`${ok ? 'ok    ' : 'MISSED'}  ${what}: ${value.toFixed(1)} ${unit} (budget ${budget} ${unit})`)
}
started = performance.now()
const status = await knowledge.status()
check('index rebuilt from the store', (performance.now() - started) / 1000, 's', 20)
console.log(`        ${(status.index.bytes / 2 ** 20).toFixed(0)} MiB of arrays and names`)
global.gc?.()
check('resident memory of the process', process.memoryUsage().rss / 2 ** 20, 'MiB', 2048)

async function series(
  title: string,
  questions: readonly string[],
  ask: (question: string) => Promise<unknown>,
): Promise<void> {
  for (const question of questions.slice(0, 5)) await ask(question)
  const times: number[] = []
  for (const question of questions) {
    const begun = performance.now()
    await ask(question)
    times.push(performance.now() - begun)
  }
  check(`${title}, p95 of ${times.length}`, quantile(times, 0.95), 'ms', 20)
  check(`${title}, worst`, Math.max(...times), 'ms', 60)
}

const asked = Array.from({ length: 200 }, () => `package-${((1 + skewed(size.packages)) * 7919) % names}`)
await series('where a package, drawn by frequency', asked, (question) => knowledge.where({ query: question }))
await series('where a package in a range', asked, (question) =>
  knowledge.where({ query: `${question}@<5.0` }),
)
const ids = Array.from(
  { length: 200 },
  () => `CVE-2026-${String(1 + even(size.advisories)).padStart(5, '0')}`,
)
await series('cve', ids, (question) => knowledge.cve(question))
await store.close()
rmSync(folder, { recursive: true, force: true })
process.exitCode = missed > 0 ? 1 : 0
