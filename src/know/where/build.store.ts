import { setImmediate as giveWay } from 'node:timers/promises'
import type { Store } from '../../base/store/index.ts'
import { packContents, unpackContents } from '../catalog/contents.ts'
import { poolOf } from '../fleet/nodes/index.ts'
import type { FindingState, FixState } from '../matching/types.ts'
import { FleetIndex } from './fleet-index.ts'

/** Builds the index from the store. Reads every table once, in batches, and lets the event loop run in between. */
export async function buildFleetIndex(store: Store): Promise<FleetIndex> {
  const started = performance.now()
  const index = new FleetIndex()
  for await (const batch of batches<{
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
    for (const row of batch)
      index.setPackage(row.no, {
        ecosystem: row.ecosystem,
        type: row.type,
        name: row.name,
        version: row.version,
        sourceName: row.source_name,
        sourceVersion: row.source_version,
      })
  for await (const batch of batches<{ no: number; id: string; name: string }>(
    store,
    'select no, id, name from image order by no',
  ))
    for (const row of batch) index.setImage(row.no, row.id, row.name)
  await readContents(store, index)
  await readClusters(store, index)
  await readRuns(store, index)
  await readPods(store, index)
  await readFindings(store, index)
  index.builtInMs = Math.round(performance.now() - started)
  return index
}

/** Rows of a batch that are handled before others get their turn. */
const batchRows = 5000

/** Batches of rows, with a turn for others after each. By batch, for waiting costs more than what is done with a row. */
async function* batches<Row>(store: Store, sql: string): AsyncGenerator<Row[]> {
  for await (const batch of store.batches<Row>(sql, [], batchRows)) {
    yield batch
    await giveWay()
  }
}

/** The union of an image's current documents: tools see different packages, and none of them is dropped. */
async function readContents(store: Store, index: FleetIndex): Promise<void> {
  const several = new Map<number, Uint8Array[]>()
  for await (const batch of batches<{
    image_no: number
    contents: Uint8Array
    imported_at: number
    document_created_at: number | null
    left_out: string
  }>(
    store,
    'select image_no, contents, imported_at, document_created_at, left_out from sbom where current = 1 order by image_no',
  ))
    for (const row of batch) {
      const no = row.image_no
      const first = index.imageContents[no]
      const atMs = row.document_created_at ?? row.imported_at
      const partly = row.left_out !== '[]'
      if (first) {
        const documents = several.get(no)
        if (documents) documents.push(row.contents)
        else several.set(no, [first, row.contents])
        index.imageDocumentAtMs[no] = Math.max(index.imageDocumentAtMs[no], atMs)
        // Known whole as soon as one document left nothing out.
        if (!partly) index.imageKnown[no] = 1
      } else {
        index.imageContents[no] = row.contents
        index.imageDocumentAtMs[no] = atMs
        index.imageKnown[no] = partly ? 2 : 1
      }
    }
  for (const [no, documents] of several)
    index.imageContents[no] = packContents(
      Uint32Array.from(new Set(documents.flatMap((bytes) => [...unpackContents(bytes)]))).sort(),
    )
  // Images come in ascending order, as the rows want their values.
  index.imagesOfPackage.build(index.packageCount, (add) => {
    for (let no = 1; no <= index.imageCount; no++)
      for (const packageNo of index.contents(no)) add(packageNo, no)
  })
}

async function readClusters(store: Store, index: FleetIndex): Promise<void> {
  for await (const batch of batches<{
    no: number
    name: string
    source: string
    declared_only: number
    last_seen_at: number
  }>(store, 'select no, name, source, declared_only, last_seen_at from cluster order by no'))
    for (const row of batch)
      index.setCluster(row.no, {
        name: row.name,
        source: row.source,
        declaredOnly: row.declared_only === 1,
        lastSeenAtMs: row.last_seen_at,
      })
  for await (const batch of batches<{
    no: number
    cluster_no: number
    name: string
    labels: string
    last_seen_at: number | null
  }>(store, 'select no, cluster_no, name, labels, last_seen_at from node order by no'))
    for (const row of batch)
      index.setNode(row.no, row.cluster_no, {
        name: row.name,
        pool: row.labels === '{}' ? '' : poolOf(JSON.parse(row.labels) as Record<string, string>),
        gone: row.last_seen_at !== null,
      })
  for await (const batch of batches<{
    no: number
    cluster_no: number
    namespace: string
    kind: string
    name: string
    owner: string | null
    last_seen_at: number | null
  }>(store, 'select no, cluster_no, namespace, kind, name, owner, last_seen_at from workload order by no'))
    for (const row of batch) {
      const { no, cluster_no, last_seen_at, ...workload } = row
      index.setWorkload(no, cluster_no, { ...workload, gone: last_seen_at !== null })
    }
}

async function readRuns(store: Store, index: FleetIndex): Promise<void> {
  for await (const batch of batches<{
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
    // The name of an image that is known is not needed.
    `select no, workload_no, image_no, pods, first_seen_at, last_seen_at, container,
            case when image_no is null then reference else '' end as reference from run order by no`,
  ))
    for (const row of batch)
      index.placeRun({
        no: row.no,
        workload: row.workload_no,
        image: row.image_no ?? 0,
        pods: row.pods,
        firstMs: row.first_seen_at,
        lastMs: row.last_seen_at,
        container: row.container,
        reference: row.reference,
      })
  index.linkRuns()
}

async function readPods(store: Store, index: FleetIndex): Promise<void> {
  const groups = new Map<string, { at: number; runs: number[]; pods: number }>()
  /** The same runs may be written in another order. */
  const groupOf = new Map<string, { at: number; runs: number[]; pods: number }>()
  /** Group and node of each pod that has one. */
  const placed: number[] = []
  for await (const batch of batches<{ node_no: number | null; digests: string }>(
    store,
    'select node_no, digests from pod where last_seen_at is null',
  ))
    for (const row of batch) {
      let group = groupOf.get(row.digests)
      if (group === undefined) {
        const runs = (JSON.parse(row.digests) as number[]).sort((a, b) => a - b)
        group = groups.get(runs.join()) ?? { at: groups.size, runs, pods: 0 }
        groups.set(runs.join(), group)
        groupOf.set(row.digests, group)
      }
      group.pods++
      if (row.node_no !== null) placed.push(group.at, row.node_no)
    }
  // Numbered cluster by cluster and workload by workload: so they are read in order by a question about much of the fleet.
  const workloadOf = ({ runs }: { runs: number[] }): number => index.runWorkload[runs[0]]
  const numbered = [...groups.values()].filter(({ runs }) => runs.length > 0)
  numbered.sort((a, b) => {
    const [one, other] = [workloadOf(a), workloadOf(b)]
    return index.workloadCluster[one] - index.workloadCluster[other] || one - other
  })
  const numberOf = new Uint32Array(groups.size)
  for (const [at, group] of numbered.entries()) numberOf[group.at] = at + 1
  index.buildGroups(numbered, (add) => {
    for (let at = 0; at < placed.length; at += 2)
      if (numberOf[placed[at]] !== 0) add(numberOf[placed[at]], placed[at + 1])
  })
  index.linkClusters()
}

async function readFindings(store: Store, index: FleetIndex): Promise<void> {
  let advisoryMax = 0
  const found: number[] = []
  for await (const batch of batches<{
    package_version_no: number
    advisory_no: number
    state: FindingState
    fix_state: FixState
    fixed_in: string
  }>(store, 'select package_version_no, advisory_no, state, fix_state, fixed_in from finding'))
    for (const row of batch) {
      const { state, fix_state: fixState, fixed_in: fixedIn } = row
      found.push(row.advisory_no, row.package_version_no, index.verdictNumber({ state, fixState, fixedIn }))
      if (row.advisory_no > advisoryMax) advisoryMax = row.advisory_no
    }
  index.findingCount = found.length / 3
  index.findingsOfAdvisory.build(advisoryMax, (add) => {
    for (let at = 0; at < found.length; at += 3) add(found[at], found[at + 1], found[at + 2])
  })
}
