import type { AffectedImage, AffectedWorkload, Page, Radius, WhereAnswer } from '../answers.ts'
import type { FindingState } from '../matching/types.ts'
import { digestOf } from './coverage.ts'
import { secondOf, type FindingVerdict, type FleetIndex } from './fleet-index.ts'
import type { PackageCounts } from './package-counts.ts'
import { type Reach, running, untouched } from './reach.ts'
import { byText, type Order, Top } from './top.ts'

export type VerdictOf = (packageNo: number) => FindingVerdict

export interface Window {
  limit: number
  offset: number
}

/** Rows of an answer that wait for the package URL of a package version: the index keeps names, the store their spelling. */
export class PurlBlanks {
  readonly rows = new Map<number, { purl: string }[]>()

  add<Row extends { purl: string }>(packageNo: number, row: Row): Row {
    const rows = this.rows.get(packageNo)
    if (rows) rows.push(row)
    else this.rows.set(packageNo, [row])
    return row
  }
}

/** Running first, most pods first, then by name. */
export function imageRows(
  reach: Reach,
  { limit, offset }: Window,
  verdictOf: VerdictOf,
  blanks: PurlBlanks,
): Page<AffectedImage> {
  const { index, images, imageState, imagePods } = reach
  const { imageName } = index
  const top = new Top(offset + limit, (a, b) => byText(imageName[a], imageName[b]) || a - b)
  for (let at = 0; at < reach.imageCount; at++) {
    const weight = imageState[images[at]] === running ? imagePods[images[at]] + 1 : 0
    if (weight >= top.least) top.offer(images[at], weight)
  }
  const packagesOf = matchingPackages(reach)
  return {
    total: reach.imageCount,
    rows: top
      .first()
      .slice(offset)
      .map((no) => {
        const runs = imageState[no] === running
        const { firstMs, lastMs } = intervalOfImage(reach, no)
        return {
          digest: digestOf(index.imageId[no]),
          reference: imageName[no],
          packages: packagesOf(no).map((packageNo) => {
            const { name, version } = index.package(packageNo)
            return blanks.add(packageNo, { purl: '', name, version, ...verdictOf(packageNo) })
          }),
          pods: runs ? imagePods[no] : 0,
          workloads: runs ? reach.imageWorkloads[no] : 0,
          clusters: runs ? reach.imageClusters[no] : 0,
          firstSeenAtMs: firstMs,
          lastSeenAtMs: runs ? null : lastMs,
          running: runs,
        }
      }),
  }
}

/** Up to so many package versions are looked for in an image one by one; more are picked from what it contains. */
const lookedForSingly = 64

/** The package versions asked about that an image contains, ascending. */
export function matchingPackages({ index, packages }: Reach): (image: number) => number[] {
  if (packages.length <= lookedForSingly) {
    const ascending = [...packages].sort((a, b) => a - b)
    return (image) => ascending.filter((no) => index.imagesOfPackage.has(no, image))
  }
  const asked = new Set(packages)
  return (image) => [...index.contents(image)].filter((no) => asked.has(no))
}

/**
 * When the image was first and last seen in the runs that the question is about; last only of one that does not run. An
 * image may have had very many. Mostly the first of all is one of them; else they are passed over by the second, and only
 * a run that may be the first or the last is looked at closely.
 */
export function intervalOfImage(reach: Reach, no: number): { firstMs: number | null; lastMs: number | null } {
  const { index } = reach
  const { runFirstMs, runLastMs, endedRunsOfImage } = index
  const runs = reach.imageState[no] === running
  const first = index.imageFirstRun[no]
  if (runs && first !== 0 && reach.admits(first)) return { firstMs: runFirstMs[first], lastMs: null }
  let firstMs = Number.MAX_SAFE_INTEGER
  for (const run of index.runningOfImage.row(no))
    if (reach.admits(run) && runFirstMs[run] < firstMs) firstMs = runFirstMs[run]
  let lastMs = 0
  let firstSecond = secondOf(firstMs)
  let lastSecond = runs ? Infinity : 0
  const sinceSecond = secondOf(reach.filter.sinceMs)
  const ended = endedRunsOfImage.row(no)
  for (let at = 0; at < ended.length; at += 3) {
    const second = ended[at + 2]
    if (second < sinceSecond || (ended[at + 1] > firstSecond && second < lastSecond)) continue
    const run = ended[at]
    if (runFirstMs[run] >= firstMs && (runs || runLastMs[run] <= lastMs)) continue
    if (!reach.admits(run)) continue
    if (runFirstMs[run] < firstMs) {
      firstMs = runFirstMs[run]
      firstSecond = secondOf(firstMs)
    }
    if (!runs && runLastMs[run] > lastMs) {
      lastMs = runLastMs[run]
      lastSecond = secondOf(lastMs)
    }
  }
  return {
    firstMs: firstMs === Number.MAX_SAFE_INTEGER ? null : firstMs,
    lastMs: lastMs === 0 ? null : lastMs,
  }
}

export type WorkloadVerdict = { state: FindingState; claim: string | null }

/**
 * Running first, most pods first, then by name. `cleared` is what runs only images that a statement clears: its
 * workloads are in the list, after `reach` has not counted them.
 */
export function workloadRows(
  reach: Reach,
  { limit, offset }: Window,
  verdictOf: (images: readonly number[]) => WorkloadVerdict,
  cleared: Reach | null = null,
  /** Told of each row, with the number of its workload. */
  note: (row: AffectedWorkload, no: number) => void = () => {},
): Page<AffectedWorkload> {
  const { index } = reach
  // A workload that runs a cleared image now is shown as it runs, even if it ran another one before.
  const sourceOf = (no: number): Reach =>
    cleared !== null && reach.workloadState[no] < running && cleared.workloadState[no] >= running
      ? cleared
      : reach
  const byName = orderOfWorkloads(index)
  const top = new Top(offset + limit, (a, b) => byName(a, b) || a - b)
  let total = 0
  const { workloadState, workloadPods } = reach
  for (let no = 1; no <= index.workloadCount; no++) {
    let state = workloadState[no]
    let pods = workloadPods[no]
    if (cleared !== null && sourceOf(no) === cleared) {
      state = cleared.workloadState[no]
      pods = cleared.workloadPods[no]
    }
    if (state === untouched) continue
    total++
    const weight = state >= running ? pods + 1 : 0
    if (weight >= top.least) top.offer(no, weight)
  }
  return {
    total,
    rows: top
      .first()
      .slice(offset)
      .map((no) => {
        const row = workloadRow(sourceOf(no), no, verdictOf)
        note(row, no)
        return row
      }),
  }
}

function workloadRow(
  reach: Reach,
  no: number,
  verdictOf: (images: readonly number[]) => WorkloadVerdict,
): AffectedWorkload {
  const { index } = reach
  const { names } = index
  const owner = names.text(index.workloadOwner[no])
  const runs = reach.workloadState[no] >= running
  const nodes = new Set<number>()
  const containers = new Set<string>()
  const images = new Set<number>()
  let firstMs: number | null = null
  let lastMs: number | null = null
  for (const run of index.runsOfWorkload.row(no)) {
    if (!reach.admits(run)) continue
    containers.add(names.text(index.runContainer[run]))
    images.add(index.runImage[run])
    if (firstMs === null || index.runFirstMs[run] < firstMs) firstMs = index.runFirstMs[run]
    if (index.runLastMs[run] === 0) forEachNode(index, run, (node) => nodes.add(node))
    else if (lastMs === null || index.runLastMs[run] > lastMs) lastMs = index.runLastMs[run]
  }
  return {
    id: index.workloadId(no),
    cluster: index.clusterName[index.workloadCluster[no]],
    namespace: names.text(index.workloadNamespace[no]),
    kind: names.text(index.workloadKind[no]),
    name: names.text(index.workloadName[no]),
    owner: owner === '' ? null : owner,
    pods: reach.workloadPods[no],
    nodes: nodes.size,
    images: [...images].map((image) => index.imageName[image]).sort(byText),
    containers: [...containers].sort(byText),
    firstSeenAtMs: firstMs,
    lastSeenAtMs: runs ? null : lastMs,
    running: runs,
    ...verdictOf([...images]),
  }
}

/** The nodes of a run's pods; one for each pod. */
function forEachNode(index: FleetIndex, run: number, visit: (node: number) => void): void {
  for (const group of index.groupsOfRun.row(run))
    for (const node of index.nodesOfGroup.row(group)) visit(node)
}

/** The order of `CLUSTER/NAMESPACE/KIND/NAME` without putting the text together for each comparison. */
function orderOfWorkloads(index: FleetIndex): Order {
  const { names, workloadCluster, workloadNamespace, workloadKind, workloadName } = index
  const rank = index.clusterRank()
  // Each part but the last is followed by a slash, which sorts after `-` and `.`.
  const byPart = (a: number, b: number): number =>
    a === b ? 0 : byText(`${names.text(a)}/`, `${names.text(b)}/`)
  return (a, b) =>
    rank[workloadCluster[a]] - rank[workloadCluster[b]] ||
    byPart(workloadNamespace[a], workloadNamespace[b]) ||
    byPart(workloadKind[a], workloadKind[b]) ||
    byText(names.text(workloadName[a]), names.text(workloadName[b]))
}

/** Package versions that match, those in most pods first. */
export function packageRows(
  reach: Reach,
  { pods, images }: PackageCounts,
  { limit, offset }: Window,
  verdictOf: VerdictOf,
  blanks: PurlBlanks,
): WhereAnswer['packages'] {
  const { index, packages } = reach
  // By place in the list, for the counts are kept so.
  const top = new Top(offset + limit, (a, b) => images[b] - images[a] || packages[a] - packages[b])
  for (let at = 0; at < packages.length; at++) top.offer(at, pods[at])
  return {
    total: packages.length,
    rows: top
      .first()
      .slice(offset)
      .map((at) => {
        const no = packages[at]
        const { ecosystem, name, version } = index.package(no)
        const { state } = verdictOf(no)
        return blanks.add(no, {
          purl: '',
          ecosystem,
          name,
          version,
          images: images[at],
          pods: pods[at],
          state,
        })
      }),
  }
}

export function nodeRows(reach: Reach, { limit, offset }: Window): WhereAnswer['nodes'] {
  const { index, nodePods } = reach
  const top = new Top(offset + limit, (a, b) => a - b)
  for (let no = 1; no <= index.nodeCount; no++)
    if (nodePods[no] > 0 && nodePods[no] >= top.least) top.offer(no, nodePods[no])
  const rows = top.first().slice(offset)
  const workloads = workloadsOfNodes(reach, rows)
  return {
    total: reach.nodes,
    rows: rows.map((no) => ({
      cluster: index.clusterName[index.nodeCluster[no]],
      name: index.names.text(index.nodeName[no]),
      pods: nodePods[no],
      workloads: workloads.get(no) ?? 0,
    })),
  }
}

/** How many of the workloads have a pod on each of a few nodes. Only runs in the nodes' clusters are looked at. */
function workloadsOfNodes(reach: Reach, nodes: readonly number[]): Map<number, number> {
  const { index } = reach
  const workloadsOf = new Map(nodes.map((no) => [no, new Set<number>()]))
  const isWanted = new Uint8Array(index.nodeCount + 1)
  for (const node of nodes) isWanted[node] = 1
  for (const cluster of new Set(nodes.map((no) => index.nodeCluster[no]))) {
    const { values, starts, counts } = index.nodesOfGroup
    const runs = index.runsOfCluster.row(cluster)
    for (let at = 0; at < runs.length; at += index.runsOfCluster.width) {
      if (!reach.admits(runs[at])) continue
      for (const group of runs[at + 3] === 0 ? index.groupsOfRun.row(runs[at]) : [runs[at + 3]]) {
        const end = starts[group] + counts[group]
        for (let place = starts[group]; place < end; place++)
          if (isWanted[values[place]] === 1) workloadsOf.get(values[place])?.add(runs[at + 2])
      }
    }
  }
  return new Map([...workloadsOf].map(([node, workloads]) => [node, workloads.size]))
}

/** Clusters and owners are listed whole up to here. */
const rowsMax = 1000

export function clusterRows(reach: Reach): WhereAnswer['clusters'] {
  const { index, clusterPods } = reach
  const top = new Top(rowsMax, (a, b) => byText(index.clusterName[a], index.clusterName[b]))
  const numbers = clustersOf(reach)
  for (const no of numbers) top.offer(no, clusterPods[no])
  return {
    total: numbers.length,
    rows: top.first().map((no) => ({
      name: index.clusterName[no],
      pods: clusterPods[no],
      workloads: reach.clusterWorkloads[no],
      nodes: reach.clusterNodes[no],
      images: reach.clusterImages[no],
      lastSeenAtMs: index.clusterLastSeenMs[no],
    })),
  }
}

/** Clusters in which something runs. */
export function clustersOf(reach: Reach): number[] {
  const numbers: number[] = []
  for (let no = 1; no < reach.index.clusterName.length; no++)
    if (reach.clusterWorkloads[no] > 0) numbers.push(no)
  return numbers
}

export function ownerRows(reach: Reach): WhereAnswer['owners'] {
  const { index, ownerPods, ownerWorkloads, ownerClusters } = reach
  const nameOf = (owner: number): string => index.names.text(index.ownerName[owner])
  const top = new Top(rowsMax, (a, b) => byText(nameOf(a), nameOf(b)))
  for (let owner = 1; owner < index.ownerName.length; owner++)
    if (ownerWorkloads[owner] > 0) top.offer(owner, ownerWorkloads[owner])
  return {
    total: reach.owners,
    rows: top.first().map((owner) => ({
      name: nameOf(owner),
      pods: ownerPods[owner],
      workloads: ownerWorkloads[owner],
      clusters: ownerClusters[owner],
    })),
  }
}

/** `atLeast` when something that could raise the numbers was not seen. */
export function radiusOf(reach: Reach, atLeast: boolean): Radius {
  const counted = (value: number) => ({ value, atLeast })
  return {
    packages: counted(reach.packages.length),
    images: counted(reach.imageCount),
    workloads: counted(reach.running.workloads),
    pods: counted(reach.pods),
    nodes: counted(reach.nodes),
    clusters: counted(reach.clusters),
    owners: counted(reach.owners),
    seen: reach.seen,
  }
}
