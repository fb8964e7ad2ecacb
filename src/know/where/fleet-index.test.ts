import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBlobs, type Blobs } from '../../base/blobs.ts'
import { openStore, type Store, type TableName } from '../../base/store/index.ts'
import { Context } from '../context.ts'
import type { ContainerRecord, PodRecord, WorkloadRecord } from '../fleet/types.ts'
import { importAdvisories, importClusterChanges, importManifests, importSboms } from '../importing.ts'
import type { Input } from '../knowledge.ts'
import { buildFleetIndex } from './build.store.ts'
import type { FleetIndex } from './fleet-index.ts'

let store: Store
let blobs: Blobs
let nowMs = 1_790_000_000_000
const clock = { nowMs: () => nowMs }
const directory = mkdtempSync(join(tmpdir(), 'allclear-index-'))
beforeAll(async () => {
  store = await openStore({ clock })
  blobs = await openBlobs(directory)
})
afterAll(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

const digestOf = (image: number): string => `sha256:${String(image).repeat(64)}`
const referenceOf = (image: number): string => `registry.example/app-${image}:1`

async function* inputs(...texts: [source: string, text: string][]): AsyncIterable<Input> {
  for (const [source, text] of texts)
    yield { source, sizeBytes: text.length, read: async () => Buffer.from(text) }
}

// Two names, versions that can and cannot be ordered, a distribution without advisories.
const packagesMade = [
  { name: 'alpha', version: '1.0.0', purl: 'pkg:npm/alpha@1.0.0' },
  { name: 'alpha', version: '2.0.0', purl: 'pkg:npm/alpha@2.0.0' },
  { name: 'alpha', version: 'today', purl: 'pkg:npm/alpha@today' },
  { name: 'beta', version: '1.5.0', purl: 'pkg:npm/beta@1.5.0' },
  { name: 'beta', version: '3.0.0', purl: 'pkg:npm/beta@3.0.0' },
  { name: 'zlib', version: '1.2-3', purl: 'pkg:deb/debian/zlib@1.2-3?distro=debian-12' },
  { name: 'odd', version: '', purl: 'pkg:npm/odd' },
] as const

const images = fc.nat(3)
const container = fc.record({
  name: fc.constantFrom('main', 'sidecar'),
  image: images,
  /** Known by digest, or by a reference that a document may explain later. */
  byDigest: fc.boolean(),
})
const podChange = fc.record({
  pod: fc.nat(5),
  workload: fc.nat(2),
  node: fc.option(fc.nat(2)),
  containers: fc.array(container, { minLength: 1, maxLength: 2 }),
  ends: fc.constantFrom(false, false, true),
})
const steps = fc.oneof(
  fc.record({
    what: fc.constant('document' as const),
    image: images,
    named: fc.boolean(),
    tool: fc.constantFrom('one', 'two'),
    packages: fc.subarray(packagesMade.map((_, at) => at)),
    withOdd: fc.boolean(),
  }),
  fc.record({
    what: fc.constant('cluster' as const),
    cluster: fc.nat(1),
    nodes: fc.subarray([0, 1, 2]),
    nodesGone: fc.subarray([0, 1, 2]),
    workloads: fc.subarray([0, 1, 2]),
    workloadsGone: fc.subarray([0, 1, 2]),
    owner: fc.option(fc.constantFrom('team-a', 'team-b')),
    namespaceOwner: fc.option(fc.constantFrom('team-c', 'team-d')),
    pods: fc.array(podChange, { maxLength: 4 }),
    podsGone: fc.subarray([0, 1, 2, 3, 4, 5]),
  }),
  fc.record({
    what: fc.constant('snapshot' as const),
    cluster: fc.nat(1),
    workloads: fc.subarray([0, 1, 2]),
    replicas: fc.nat(3),
    image: images,
    live: fc.boolean(),
    pods: fc.array(podChange, { maxLength: 3 }),
  }),
  fc.record({
    what: fc.constant('advisory' as const),
    id: fc.nat(2),
    names: fc.subarray(['alpha', 'beta'], { minLength: 1 }),
    fixed: fc.constantFrom('1.0.0', '1.7.0', '2.5.0', '9.0.0'),
    withdrawn: fc.constantFrom(false, false, false, true),
  }),
)
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never
type PodChange = typeof podChange extends fc.Arbitrary<infer T> ? T : never

const workloadOf = (no: number, owner: string | null, image = 0): WorkloadRecord => ({
  namespace: 'shop',
  kind: 'Deployment',
  name: `app-${no}`,
  labels: owner === null ? {} : { team: owner },
  annotations: {},
  serviceAccount: null,
  replicas: 2,
  containers: [containerOf({ name: 'main', image, byDigest: false })],
  owner: null,
})
function containerOf({
  name,
  image,
  byDigest,
}: {
  name: string
  image: number
  byDigest: boolean
}): ContainerRecord {
  return { name, kind: 'main', reference: referenceOf(image), digest: byDigest ? digestOf(image) : null }
}
const podOf = ({ pod, workload, node, containers, ends }: PodChange): PodRecord => ({
  uid: `u${pod}`,
  namespace: 'shop',
  name: `pod-${pod}`,
  node: node === null ? null : `node-${node}`,
  workload: `Deployment/app-${workload}`,
  phase: ends ? 'Succeeded' : 'Running',
  startedAtMs: null,
  serviceAccount: null,
  containers: containers.map(containerOf),
})

async function take(context: Context, step: Step): Promise<void> {
  nowMs += 1000
  switch (step.what) {
    case 'document': {
      const document = {
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        serialNumber: `urn:uuid:${nowMs}`,
        metadata: {
          tools: [{ name: step.tool }],
          component: {
            type: 'container',
            name: referenceOf(step.image),
            ...(step.named ? {} : { version: digestOf(step.image) }),
          },
        },
        components: [
          ...step.packages.map((at) => ({ type: 'library', ...packagesMade[at] })),
          ...(step.withOdd ? [{ type: 'library', name: '' }] : []),
          { type: 'library', name: 'always', version: '1.0.0', purl: 'pkg:npm/always@1.0.0' },
        ],
      }
      await importSboms(context, inputs([`${nowMs}.json`, JSON.stringify(document)]), {})
      return
    }
    case 'cluster': {
      const { workloads, pods } = step
      await importClusterChanges(context, {
        cluster: `cluster-${step.cluster}`,
        atMs: nowMs,
        nodes: step.nodes.map((no) => ({
          name: `node-${no}`,
          labels: { 'node-pool': `pool-${(no + nowMs / 1000) % 2}` },
          osImage: null,
          kubeletVersion: null,
        })),
        nodesGone: step.nodesGone.filter((no) => !step.nodes.includes(no)).map((no) => `node-${no}`),
        namespaces:
          step.namespaceOwner === null
            ? []
            : [{ name: 'shop', labels: { team: step.namespaceOwner }, annotations: {} }],
        workloads: workloads.map((no) => workloadOf(no, step.owner, no)),
        workloadsGone: step.workloadsGone
          .filter((no) => !workloads.includes(no))
          .map((no) => workloadOf(no, null)),
        pods: pods.map(podOf),
        podsGone: step.podsGone.map((no) => `u${no}`),
      })
      return
    }
    case 'snapshot': {
      const template = { spec: { containers: [{ name: 'main', image: referenceOf(step.image) }] } }
      const objects = [
        ...step.workloads.map((no) => ({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: `app-${no}`, namespace: 'shop' },
          spec: { replicas: step.replicas, template },
        })),
        ...(step.live
          ? [
              { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-0' } },
              ...step.pods.map(({ pod, containers }) => ({
                apiVersion: 'v1',
                kind: 'Pod',
                metadata: { name: `pod-${pod}`, namespace: 'shop', uid: `u${pod}` },
                spec: {
                  nodeName: 'node-0',
                  containers: [{ name: 'main', image: referenceOf(containers[0].image) }],
                },
                status: {
                  phase: 'Running',
                  containerStatuses: [{ name: 'main', imageID: digestOf(containers[0].image) }],
                },
              })),
            ]
          : []),
      ]
      if (objects.length > 0)
        await importManifests(
          context,
          inputs(['all.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })]),
          { cluster: `cluster-${step.cluster}` },
        )
      return
    }
    case 'advisory':
      await importAdvisories(
        context,
        inputs([
          'record.json',
          JSON.stringify({
            id: `TEST-2026-${step.id}`,
            modified: new Date(nowMs).toISOString(),
            ...(step.withdrawn ? { withdrawn: new Date(nowMs).toISOString() } : {}),
            affected: step.names.map((name) => ({
              package: { ecosystem: 'npm', name },
              ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: step.fixed }] }],
            })),
          }),
        ]),
        {},
      )
  }
}

const sorted = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b)

/** Everything that an answer can depend on, in an order that does not depend on how it came about. */
function stateOf(index: FleetIndex): Record<string, unknown> {
  const { names } = index
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)
  const records = (row: Uint32Array, width: number): string[] =>
    Array.from({ length: row.length / width }, (_, at) =>
      row.slice(at * width, (at + 1) * width).join(' '),
    ).sort()
  const spansOf = (image: number): string[] => {
    const runs = index.endedRunsOfImage.row(image)
    return Array.from(
      index.endedOfImage.row(image),
      (workload, at) => `${workload} ${runs.slice(at * 3, at * 3 + 3).join(' ')}`,
    ).sort()
  }
  const groups = numbers(index.groupCount)
    .filter((no) => index.groupPods[no] > 0)
    .map((no) => ({
      runs: records(index.runsOfGroup.row(no), 2),
      pods: index.groupPods[no],
      nodes: sorted(index.nodesOfGroup.row(no)),
    }))
    .sort((a, b) => (a.runs.join() < b.runs.join() ? -1 : 1))
  return {
    packages: numbers(index.packageCount).map((no) => ({
      ...index.package(no),
      images: sorted(index.imagesOfPackage.row(no)),
      orderable: index.packageTally.isOrderable(no),
    })),
    byName: [...index.packagesByName].map(([name, list]) => [name, sorted(list)]).sort(),
    images: numbers(index.imageCount).map((no) => ({
      id: index.imageId[no],
      name: index.imageName[no],
      known: index.imageKnown[no],
      documentAtMs: index.imageDocumentAtMs[no],
      contents: [...index.contents(no)],
      // Two runs may have begun at the same time.
      firstMs: index.runFirstMs[index.imageFirstRun[no]],
      running: sorted(index.runningOfImage.row(no)),
      ended: spansOf(no),
      oldestEnd: index.imageOldestEnd[no],
    })),
    unresolved: sorted(index.runningOfImage.row(0)),
    unresolvedEnded: spansOf(0),
    runs: numbers(index.runCount).map((no) => ({
      workload: index.runWorkload[no],
      image: index.runImage[no],
      pods: index.runPods[no],
      firstMs: index.runFirstMs[no],
      lastMs: index.runLastMs[no],
      container: names.text(index.runContainer[no]),
      reference: names.text(index.runReference[no]),
      groups: index.groupsOfRun.count(no),
      shared: index.runShared[no],
      hasOwnGroup: index.ownGroup(no) !== 0,
    })),
    groups,
    workloads: numbers(index.workloadCount).map((no) => ({
      id: index.workloadId(no),
      owner: names.text(index.workloadOwner[no]),
      pair: [index.pairOwner[index.workloadPair[no]], index.pairCluster[index.workloadPair[no]]].map(
        (part, at) => (at === 0 ? names.text(index.ownerName[part]) : part),
      ),
      gone: index.workloadGone[no],
      runs: sorted(index.runsOfWorkload.row(no)),
    })),
    nodes: numbers(index.nodeCount).map((no) => ({
      cluster: index.nodeCluster[no],
      name: names.text(index.nodeName[no]),
      pool: names.text(index.poolName[index.nodePool[no]]),
      poolCluster: index.poolCluster[index.nodePool[no]],
      gone: index.nodeGone[no],
    })),
    runningRuns: index.runningRuns,
    // A group has another number in every index; whether it is the right one is seen from the run.
    runsOfCluster: index.clusterName.map((_, cluster) => {
      const runs = index.runsOfCluster.row(cluster)
      const own = Array.from({ length: runs.length / 4 }, (_, at) => runs.slice(at * 4, at * 4 + 4))
      for (const [run, , , group] of own) expect(group).toBe(index.ownGroup(run))
      return own.map(([run, image, workload]) => `${run} ${image} ${workload}`).sort()
    }),
    clusters: [index.clusterName, index.clusterSource, index.clusterDeclaredOnly, index.clusterLastSeenMs],
    findings: numbers(20_000)
      .filter((no) => index.findingsOfAdvisory.count(no) > 0)
      .map((no) => {
        const row = index.findingsOfAdvisory.row(no)
        return [
          no,
          ...Array.from({ length: row.length / 2 }, (_, at) =>
            JSON.stringify([row[at * 2], index.verdicts[row[at * 2 + 1]]]),
          ).sort(),
        ]
      }),
    findingCount: index.findingCount,
    tally: (['running', 'all'] as const).map((counts) =>
      index.packageTally.coverage(new Set(['npm']), counts),
    ),
  }
}

const tables: TableName[] = [
  'package_version',
  'finding',
  'image',
  'image_reference',
  'sbom',
  'cluster',
  'node',
  'namespace',
  'workload',
  'run',
  'pod',
  'change',
  'advisory',
  'advisory_link',
  'advisory_package',
  'feed',
  'numbering',
]

async function empty(): Promise<void> {
  await store.transaction(
    async (transaction) => {
      for (const table of tables) await transaction.prepare(`delete from ${table}`).run()
    },
    { mode: 'bulk' },
  )
}

describe('the fleet index', () => {
  it('after any changes is the index that the store would give', { timeout: 240_000 }, async () => {
    const seen = { findings: 0, groups: 0, ended: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 14, size: 'max' }), async (taken) => {
        await empty()
        const context = new Context({ store, blobs, clock, dataDirectory: directory, example: false })
        const index = await context.index()
        for (const step of taken) await take(context, step)
        const rebuilt = await buildFleetIndex(store)
        expect(stateOf(index)).toEqual(stateOf(rebuilt))
        seen.findings += index.findingCount
        for (let no = 1; no <= index.groupCount; no++) seen.groups += index.groupPods[no]
        for (let no = 1; no <= index.imageCount; no++) seen.ended += index.endedOfImage.count(no)
      }),
      { numRuns: 100 },
    )
    // The steps reach what they are meant to reach.
    expect(seen.findings).toBeGreaterThan(50)
    expect(seen.groups).toBeGreaterThan(50)
    expect(seen.ended).toBeGreaterThan(50)
  })
})
