import type {
  AffectedImage,
  AffectedWorkload,
  BlastGraph,
  GraphNode,
  Page,
  Radius,
  WhereAnswer,
} from '../answers.ts'
import type { FindingState, FixState } from '../matching/types.ts'
import { digestOf } from './coverage.ts'
import type { FleetIndex } from './fleet-index.ts'
import type { ImageReach, Reach, WorkloadReach } from './radius.ts'

/** What an answer says of one package version: its fix and its state. */
export interface PackageVerdict {
  fixedIn: string
  fixState: FixState
  state: FindingState
}

export type VerdictOf = (packageNo: number) => PackageVerdict

/** Package URLs of package versions, loaded for the rows that are shown. */
export type PurlOf = (packageNo: number) => string

export interface Window {
  limit: number
  offset: number
}

/** Running first, most pods first, then by name: the order of every list. */
function byWeight<T extends { running: boolean; pods: number }>(
  nameOf: (item: T) => string,
): (a: T, b: T) => number {
  return (a, b) =>
    Number(b.running) - Number(a.running) || b.pods - a.pods || (nameOf(a) < nameOf(b) ? -1 : 1)
}

/** The first rows of a sorted list without sorting all of it: lists have up to 200,000 rows, pages 50. */
export function firstRows<T>(items: readonly T[], count: number, order: (a: T, b: T) => number): T[] {
  if (items.length <= count * 4) return [...items].sort(order).slice(0, count)
  let kept: T[] = []
  let threshold: T | null = null
  for (const item of items) {
    if (threshold !== null && order(item, threshold) >= 0) continue
    kept.push(item)
    if (kept.length < count * 4) continue
    kept = kept.sort(order).slice(0, count)
    threshold = kept[kept.length - 1]
  }
  return kept.sort(order).slice(0, count)
}

/** The images of a page, before anything is loaded for them. */
export function firstImages(
  index: FleetIndex,
  images: readonly ImageReach[],
  { limit, offset }: Window,
): ImageReach[] {
  return firstRows(
    images,
    offset + limit,
    byWeight((image) => index.imageName[image.no]),
  ).slice(offset)
}

export function imageRows(
  index: FleetIndex,
  images: readonly ImageReach[],
  page: Window,
  verdictOf: VerdictOf,
  purlOf: PurlOf,
): Page<AffectedImage> {
  return {
    total: images.length,
    rows: firstImages(index, images, page).map((image) => ({
      digest: digestOf(index.imageId[image.no]),
      reference: index.imageName[image.no],
      packages: image.packages.map((no) => {
        const found = index.package(no)
        return { purl: purlOf(no), name: found.name, version: found.version, ...shown(verdictOf(no)) }
      }),
      pods: image.pods,
      workloads: image.workloads,
      clusters: image.clusters,
      firstSeenAtMs: image.firstMs || null,
      lastSeenAtMs: image.running ? null : image.lastMs || null,
      running: image.running,
    })),
  }
}

/** The verdict alone: callers may carry more beside it. */
function shown({ fixedIn, fixState, state }: PackageVerdict): PackageVerdict {
  return { fixedIn, fixState, state }
}

export function workloadRows(
  index: FleetIndex,
  workloads: readonly WorkloadReach[],
  { limit, offset }: Window,
  stateOf: (workload: WorkloadReach) => { state: FindingState; claim: string | null },
): Page<AffectedWorkload> {
  const rows = firstRows(
    workloads,
    offset + limit,
    byWeight((workload) => index.workloadId(workload.no)),
  ).slice(offset)
  return {
    total: workloads.length,
    rows: rows.map((workload) => workloadRow(index, workload, stateOf(workload))),
  }
}

export function workloadRow(
  index: FleetIndex,
  workload: WorkloadReach,
  verdict: { state: FindingState; claim: string | null },
): AffectedWorkload {
  const { names } = index
  const owner = names.text(index.workloadOwner[workload.no])
  const nodes = new Set<number>()
  const containers = new Set<string>()
  for (const run of workload.runs) {
    containers.add(names.text(index.runContainer[run]))
    if (index.runLastMs[run] === 0)
      index.podsOfRun.forEach(run, (pod) => {
        if (index.podNode[pod] !== 0) nodes.add(index.podNode[pod])
      })
  }
  return {
    id: index.workloadId(workload.no),
    cluster: index.clusterName[index.workloadCluster[workload.no]],
    namespace: names.text(index.workloadNamespace[workload.no]),
    kind: names.text(index.workloadKind[workload.no]),
    name: names.text(index.workloadName[workload.no]),
    owner: owner === '' ? null : owner,
    pods: workload.pods,
    nodes: nodes.size,
    images: workload.images.map((no) => index.imageName[no]),
    containers: [...containers],
    firstSeenAtMs: workload.firstMs || null,
    lastSeenAtMs: workload.running ? null : workload.lastMs || null,
    running: workload.running,
    ...verdict,
  }
}

export function nodeRows(index: FleetIndex, reach: Reach, { limit, offset }: Window): WhereAnswer['nodes'] {
  const order = ([a, podsA]: [number, number], [b, podsB]: [number, number]): number => podsB - podsA || a - b
  const rows = firstRows([...reach.nodes], offset + limit, order).slice(offset)
  const workloads = new Map(rows.map(([no]) => [no, 0]))
  for (const workload of reach.workloads) {
    if (!workload.running) continue
    const nodes = new Set<number>()
    for (const run of workload.runs)
      if (index.runLastMs[run] === 0) index.podsOfRun.forEach(run, (pod) => nodes.add(index.podNode[pod]))
    for (const node of nodes)
      if (workloads.has(node)) workloads.set(node, (workloads.get(node) as number) + 1)
  }
  return {
    total: reach.nodes.size,
    rows: rows.map(([no, pods]) => ({
      cluster: index.clusterName[index.nodeCluster[no]],
      name: index.names.text(index.nodeName[no]),
      pods,
      workloads: workloads.get(no) ?? 0,
    })),
  }
}

export function clusterRows(index: FleetIndex, reach: Reach): WhereAnswer['clusters'] {
  const rows = [...reach.clusters]
    .map(([no, cluster]) => ({
      name: index.clusterName[no],
      pods: cluster.pods,
      workloads: cluster.workloads,
      nodes: cluster.nodes.size,
      images: cluster.images.size,
      lastSeenAtMs: index.clusterLastSeenMs[no],
    }))
    .sort((a, b) => b.pods - a.pods || (a.name < b.name ? -1 : 1))
  return { total: rows.length, rows: rows.slice(0, 1000) }
}

export function ownerRows(index: FleetIndex, reach: Reach): WhereAnswer['owners'] {
  const rows = [...reach.owners]
    .filter(([no]) => no !== 0)
    .map(([no, owner]) => ({
      name: index.names.text(no),
      pods: owner.pods,
      workloads: owner.workloads,
      clusters: owner.clusters.size,
    }))
    .sort((a, b) => b.workloads - a.workloads || (a.name < b.name ? -1 : 1))
  return { total: rows.length, rows: rows.slice(0, 1000) }
}

/** `atLeast` when something that could raise the numbers was not seen. */
export function radiusOf(reach: Reach, atLeast: boolean): Radius {
  const counted = (value: number) => ({ value, atLeast })
  return {
    packages: counted(reach.packages.length),
    images: counted(reach.images.length),
    workloads: counted(reach.running.workloads),
    pods: counted(reach.pods),
    nodes: counted(reach.nodes.size),
    clusters: counted(reach.clusters.size),
    owners: counted([...reach.owners.keys()].filter((no) => no !== 0).length),
    seen: reach.seen,
  }
}

/** Nodes a column shows; the rest is folded into one that carries their number. */
const drawnPerColumn = 12

/** The layered picture: package versions → images → workloads → node pools → clusters, of what runs now. */
export function blastGraph(index: FleetIndex, reach: Reach): BlastGraph {
  const images = reach.images.filter(({ running }) => running)
  const workloads = reach.workloads.filter(({ running }) => running)
  const packages = new Map<number, { pods: number; images: number[] }>()
  for (const image of images)
    for (const no of image.packages) {
      const entry = packages.get(no) ?? { pods: 0, images: [] }
      packages.set(no, entry)
      entry.pods += image.pods
      entry.images.push(image.no)
    }
  const pools = new Map<string, { pods: number; cluster: number; pool: string; nodes: number }>()
  for (const [node, pods] of reach.nodes) {
    const cluster = index.nodeCluster[node]
    const pool = index.names.text(index.nodePool[node])
    const id = `${cluster}\n${pool}`
    const entry = pools.get(id) ?? { pods: 0, cluster, pool, nodes: 0 }
    pools.set(id, entry)
    entry.pods += pods
    entry.nodes++
  }
  const columns = {
    package: new Column(
      'package',
      [...packages].map(([no, { pods }]) => ({
        key: String(no),
        label: versionLabel(index, no),
        detail: index.package(no).name,
        pods,
      })),
    ),
    image: new Column(
      'image',
      images.map(({ no, pods }) => ({
        key: String(no),
        label: index.imageName[no],
        detail: digestOf(index.imageId[no]) ?? '',
        pods,
      })),
    ),
    workload: new Column(
      'workload',
      workloads.map(({ no, pods }) => ({
        key: String(no),
        label: `${index.names.text(index.workloadNamespace[no])}/${index.names.text(index.workloadName[no])}`,
        detail: index.clusterName[index.workloadCluster[no]],
        pods,
      })),
    ),
    node: new Column(
      'node',
      [...pools].map(([key, { pods, cluster, pool, nodes }]) => ({
        key,
        label: pool || `${index.clusterName[cluster]} nodes`,
        detail: `${nodes} nodes`,
        pods,
      })),
    ),
    cluster: new Column(
      'cluster',
      [...reach.clusters].map(([no, { pods }]) => ({
        key: String(no),
        label: index.clusterName[no],
        detail: '',
        pods,
      })),
    ),
  }
  const edgesFrom = new Map<string, Map<string, number>>()
  const connect = (from: string, to: string, weight: number): void => {
    let targets = edgesFrom.get(from)
    if (!targets) edgesFrom.set(from, (targets = new Map()))
    targets.set(to, (targets.get(to) ?? 0) + weight)
  }
  const poolOfNode = new Map<number, string>()
  for (const node of reach.nodes.keys())
    poolOfNode.set(
      node,
      columns.node.idOf(`${index.nodeCluster[node]}\n${index.names.text(index.nodePool[node])}`),
    )
  for (const image of images)
    for (const no of image.packages)
      connect(columns.package.idOf(String(no)), columns.image.idOf(String(image.no)), image.pods)
  for (const workload of workloads) {
    const to = columns.workload.idOf(String(workload.no))
    for (const no of workload.images) connect(columns.image.idOf(String(no)), to, workload.pods)
    for (const run of workload.runs)
      if (index.runLastMs[run] === 0)
        index.podsOfRun.forEach(run, (pod) => {
          const pool = poolOfNode.get(index.podNode[pod])
          if (pool !== undefined) connect(to, pool, 1)
        })
  }
  for (const [key, { cluster, pods }] of pools)
    connect(columns.node.idOf(key), columns.cluster.idOf(String(cluster)), pods)
  const titles = {
    package: 'versions',
    image: 'images',
    workload: 'workloads',
    node: 'nodes',
    cluster: 'clusters',
  }
  return {
    columns: (['package', 'image', 'workload', 'node', 'cluster'] as const).map((id) => ({
      id,
      title: titles[id],
      total: id === 'node' ? reach.nodes.size : columns[id].total,
      nodes: columns[id].drawn,
    })),
    edges: [...edgesFrom].flatMap(([from, targets]) =>
      [...targets].map(([to, weight]) => ({ from, to, weight })),
    ),
  }
}

function versionLabel(index: FleetIndex, no: number): string {
  return index.package(no).version || 'unknown version'
}

class Column {
  readonly total: number
  readonly drawn: GraphNode[]
  readonly #name: string
  readonly #keys = new Set<string>()

  constructor(name: string, items: { key: string; label: string; detail: string; pods: number }[]) {
    this.#name = name
    this.total = items.length
    const order = (a: { pods: number; label: string }, b: { pods: number; label: string }): number =>
      b.pods - a.pods || (a.label < b.label ? -1 : 1)
    const drawn =
      items.length <= drawnPerColumn ? [...items].sort(order) : firstRows(items, drawnPerColumn - 1, order)
    for (const { key } of drawn) this.#keys.add(key)
    this.drawn = drawn.map(({ key, label, detail, pods }) => ({
      id: `${name}:${key}`,
      label,
      detail,
      pods,
      folded: 0,
    }))
    const folded = items.filter(({ key }) => !this.#keys.has(key))
    if (folded.length > 0)
      this.drawn.push({
        id: `${name}:rest`,
        label: `+${folded.length} more`,
        detail: '',
        pods: folded.reduce((sum, { pods }) => sum + pods, 0),
        folded: folded.length,
      })
  }

  idOf(key: string): string {
    return this.#keys.has(key) ? `${this.#name}:${key}` : `${this.#name}:rest`
  }
}
