import { setImmediate as giveWay } from 'node:timers/promises'
import type { Store } from '../../base/store/index.ts'
import { unpackContents } from '../catalog/contents.ts'
import { poolOf } from '../fleet/index.ts'
import { FleetIndex } from './fleet-index.ts'

/** Builds the index from the store. Reads every table once, in batches, and lets the event loop run in between. */
export async function buildFleetIndex(store: Store): Promise<FleetIndex> {
  const started = performance.now()
  const index = new FleetIndex()
  for await (const row of rows<{
    no: number
    ecosystem: string
    type: string
    name: string
    version: string
    source_name: string
    source_version: string
  }>(
    store,
    'select no, ecosystem, type, name, version, source_name, source_version from package_version order by no',
  ))
    index.setPackage(row.no, {
      ecosystem: row.ecosystem,
      type: row.type,
      name: row.name,
      version: row.version,
      sourceName: row.source_name,
      sourceVersion: row.source_version,
    })
  for await (const row of rows<{ no: number; id: string; name: string }>(
    store,
    'select no, id, name from image order by no',
  ))
    index.setImage(row.no, row.id, row.name)
  await readContents(store, index)
  await readFleet(store, index)
  await readFindings(store, index)
  index.builtInMs = Math.round(performance.now() - started)
  return index
}

/** Rows of a batch that are handled before others get their turn. */
const batchRows = 5000

async function* rows<Row>(store: Store, sql: string): AsyncGenerator<Row> {
  for await (const batch of store.batches<Row>(sql, [], batchRows)) {
    yield* batch
    await giveWay()
  }
}

async function readContents(store: Store, index: FleetIndex): Promise<void> {
  const byImage = new Map<number, { packed: Uint8Array[]; atMs: number; partly: boolean }>()
  for await (const row of rows<{
    image_no: number
    contents: Uint8Array
    imported_at: number
    document_created_at: number | null
    left_out: string
  }>(
    store,
    'select image_no, contents, imported_at, document_created_at, left_out from sbom where current = 1 order by image_no',
  )) {
    const entry = byImage.get(row.image_no)
    const atMs = row.document_created_at ?? row.imported_at
    if (entry) {
      entry.packed.push(row.contents)
      entry.atMs = Math.max(entry.atMs, atMs)
      entry.partly &&= row.left_out !== '[]'
    } else byImage.set(row.image_no, { packed: [row.contents], atMs, partly: row.left_out !== '[]' })
  }
  for (const [imageNo, { atMs, partly }] of byImage) {
    index.imageKnown[imageNo] = partly ? 2 : 1
    index.imageDocumentAtMs[imageNo] = atMs
  }
  index.imagesOfPackage.build(index.packageCount, (pair) => {
    for (const [imageNo, { packed }] of byImage) {
      if (packed.length === 1) for (const packageNo of unpackContents(packed[0])) pair(packageNo, imageNo)
      else
        for (const packageNo of new Set(packed.flatMap((bytes) => [...unpackContents(bytes)])))
          pair(packageNo, imageNo)
    }
  })
}

async function readFleet(store: Store, index: FleetIndex): Promise<void> {
  for await (const row of rows<{
    no: number
    name: string
    source: string
    declared_only: number
    last_seen_at: number
  }>(store, 'select no, name, source, declared_only, last_seen_at from cluster order by no')) {
    index.clusterName[row.no] = row.name
    index.clusterSource[row.no] = row.source
    index.clusterDeclaredOnly[row.no] = row.declared_only === 1
    index.clusterLastSeenMs[row.no] = row.last_seen_at
  }
  for await (const row of rows<{
    no: number
    cluster_no: number
    name: string
    labels: string
    last_seen_at: number | null
  }>(store, 'select no, cluster_no, name, labels, last_seen_at from node order by no'))
    index.setNode(
      row.no,
      row.cluster_no,
      row.name,
      poolOf(JSON.parse(row.labels) as Record<string, string>),
      row.last_seen_at !== null,
    )
  for await (const row of rows<{
    no: number
    cluster_no: number
    namespace: string
    kind: string
    name: string
    owner: string | null
    last_seen_at: number | null
  }>(store, 'select no, cluster_no, namespace, kind, name, owner, last_seen_at from workload order by no'))
    index.setWorkload(
      row.no,
      row.cluster_no,
      row.namespace,
      row.kind,
      row.name,
      row.owner,
      row.last_seen_at !== null,
    )
  const runImages: number[] = []
  for await (const row of rows<{
    no: number
    workload_no: number
    image_no: number | null
    pods: number
    first_seen_at: number
    last_seen_at: number | null
    container: string
    reference: string
  }>(
    store,
    'select no, workload_no, image_no, pods, first_seen_at, last_seen_at, container, reference from run order by no',
  )) {
    index.setRun(row.no, {
      workload: row.workload_no,
      image: 0,
      pods: row.pods,
      firstMs: row.first_seen_at,
      lastMs: row.last_seen_at,
      container: row.container,
      reference: row.reference,
    })
    runImages[row.no] = row.image_no ?? 0
  }
  for (let no = 1; no <= index.runCount; no++) index.runImage[no] = runImages[no] ?? 0
  index.runsOfImage.build(index.imageCount, (pair) => {
    for (let no = 1; no <= index.runCount; no++) if (index.runImage[no] !== 0) pair(index.runImage[no], no)
  })
  const podRuns: number[] = []
  for await (const row of rows<{ no: number; node_no: number | null; digests: string }>(
    store,
    'select no, node_no, digests from pod where last_seen_at is null order by no',
  )) {
    index.setPod(row.no, row.node_no ?? 0, [])
    for (const run of JSON.parse(row.digests) as number[]) podRuns.push(run, row.no)
  }
  index.podsOfRun.build(index.runCount, (pair) => {
    for (let at = 0; at < podRuns.length; at += 2) pair(podRuns[at], podRuns[at + 1])
  })
}

async function readFindings(store: Store, index: FleetIndex): Promise<void> {
  let advisoryMax = 0
  const pairs: number[] = []
  for await (const row of rows<{ package_version_no: number; advisory_no: number }>(
    store,
    'select package_version_no, advisory_no from finding',
  )) {
    pairs.push(row.package_version_no, row.advisory_no)
    if (row.advisory_no > advisoryMax) advisoryMax = row.advisory_no
  }
  index.findingCount = pairs.length / 2
  index.packagesOfAdvisory.build(advisoryMax, (pair) => {
    for (let at = 0; at < pairs.length; at += 2) pair(pairs[at + 1], pairs[at])
  })
  index.advisoriesOfPackage.build(index.packageCount, (pair) => {
    for (let at = 0; at < pairs.length; at += 2) pair(pairs[at], pairs[at + 1])
  })
}

/** Re-reads one cluster after a snapshot: its runs, pods, workloads and nodes replace what the index held. */
export async function refreshFleet(store: Store, index: FleetIndex): Promise<void> {
  index.runCount = 0
  index.runImage.fill(0)
  await readFleet(store, index)
  index.version++
}
