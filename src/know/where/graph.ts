import type { BlastGraph, GraphNode } from '../answers.ts'
import { digestOf } from './coverage.ts'
import type { PackageCounts } from './package-counts.ts'
import { clustersOf, matchingPackages } from './pages.ts'
import { type Reach, running } from './reach.ts'
import { byText, Top } from './top.ts'

/** Nodes a column shows; the rest is folded into one that carries their number. */
const drawnPerColumn = 12

/**
 * The layered picture: package versions → images → workloads → node pools → clusters, of what runs now. An edge weighs
 * the pods that it stands for.
 *
 * Only what is drawn is looked at one by one. What an edge to or from a folded rest weighs is the difference between
 * what a column has in all and what its drawn nodes have.
 */
export function blastGraph(reach: Reach, counts: PackageCounts): BlastGraph {
  const { index } = reach
  const { names } = index
  const placeOf = new Map(reach.packages.map((no, at) => [no, at]))
  const packages = new Column('package', (no) => ({
    label: names.text(index.packageVersion[no]) || 'unknown version',
    detail: names.text(index.packageName[no]),
  }))
  reach.packages.forEach((no, at) => {
    if (counts.runningImages[at] > 0) packages.add(no, counts.pods[at])
  })
  const images = new Column('image', (no) => ({
    label: index.imageName[no],
    detail: digestOf(index.imageId[no]) ?? '',
  }))
  for (let at = 0; at < reach.imageCount; at++) {
    const no = reach.images[at]
    if (reach.imageState[no] === running) images.add(no, reach.imagePods[no])
  }
  const workloads = new Column('workload', (no) => ({
    label: `${names.text(index.workloadNamespace[no])}/${names.text(index.workloadName[no])}`,
    detail: index.clusterName[index.workloadCluster[no]],
  }))
  const { workloadState, workloadPods } = reach
  for (let no = 1; no <= index.workloadCount; no++)
    if (workloadState[no] >= running) workloads.add(no, workloadPods[no])
  const { poolPods, poolNodes } = countPools(reach)
  const pools = new Column('node', (no) => ({
    label: names.text(index.poolName[no]) || `${index.clusterName[index.poolCluster[no]]} nodes`,
    detail: `${poolNodes[no]} nodes`,
  }))
  for (let no = 1; no < poolPods.length; no++) if (poolNodes[no] > 0) pools.add(no, poolPods[no])
  const clusters = new Column('cluster', (no) => ({ label: index.clusterName[no], detail: '' }))
  for (const no of clustersOf(reach)) clusters.add(no, reach.clusterPods[no])
  const podsOf = {
    package: (no: number) => counts.pods[placeOf.get(no) as number],
    image: (no: number) => reach.imagePods[no],
    pool: (no: number) => poolPods[no],
  }
  return {
    columns: [
      { id: 'package', title: 'versions', total: packages.total, nodes: packages.nodes },
      { id: 'image', title: 'images', total: images.total, nodes: images.nodes },
      { id: 'workload', title: 'workloads', total: workloads.total, nodes: workloads.nodes },
      { id: 'node', title: 'nodes', total: reach.nodes, nodes: pools.nodes },
      { id: 'cluster', title: 'clusters', total: clusters.total, nodes: clusters.nodes },
    ],
    edges: [
      ...edgesBetween(images, packages, podsOf.package, packagesOf(reach, images.drawn), leftwards),
      ...edgesBetween(workloads, images, podsOf.image, imagesOf(reach, workloads.drawn), leftwards),
      ...edgesBetween(workloads, pools, podsOf.pool, poolsOf(reach, workloads.drawn), rightwards),
      ...edgesBetween(
        clusters,
        pools,
        podsOf.pool,
        poolsOfClusters(reach, clusters.drawn, poolPods),
        leftwards,
      ),
    ],
  }
}

/** One column of the picture: its heaviest nodes, and the rest folded into one. */
class Column {
  readonly name: string
  total = 0
  pods = 0
  readonly #describe: (key: number) => { label: string; detail: string }
  /** Twelve are drawn when there are no more; else eleven and the rest. */
  readonly #top: Top
  readonly #podsOf = new Map<number, number>()

  constructor(name: string, describe: (key: number) => { label: string; detail: string }) {
    this.name = name
    this.#describe = describe
    this.#top = new Top(drawnPerColumn, (a, b) => byText(describe(a).label, describe(b).label) || a - b)
  }

  add(key: number, pods: number): void {
    this.total++
    this.pods += pods
    if (pods < this.#top.least) return
    this.#top.offer(key, pods)
    this.#podsOf.set(key, pods)
  }

  /** Keys that have a node of their own, in order. */
  get drawn(): number[] {
    const first = this.#top.first()
    return this.total > drawnPerColumn ? first.slice(0, drawnPerColumn - 1) : first
  }

  get nodes(): GraphNode[] {
    const { drawn, name } = this
    let left = this.pods
    const nodes = drawn.map((key) => {
      const pods = this.#podsOf.get(key) as number
      left -= pods
      return { id: `${name}:${key}`, ...this.#describe(key), pods, folded: 0 }
    })
    const folded = this.total - drawn.length
    if (folded > 0)
      nodes.push({ id: `${name}:rest`, label: `+${folded} more`, detail: '', pods: left, folded })
    return nodes
  }
}

/** Every edge of the drawn nodes of a column: the other ends by key, with the weight. */
type Edges = ReadonlyMap<number, ReadonlyMap<number, number>>

/**
 * The edges between two neighbouring columns. `known` has all of the near column's drawn nodes; what the near column's
 * rest has with a far node is what is left of the far node.
 */
function edgesBetween(
  near: Column,
  far: Column,
  podsOf: (far: number) => number,
  known: Edges,
  edge: (near: string, far: string, weight: number) => BlastGraph['edges'][number],
): BlastGraph['edges'] {
  const { drawn } = near
  const left = new Map(far.drawn.map((key) => [key, podsOf(key)]))
  let leftOfRest = far.pods - [...left.values()].reduce((sum, pods) => sum + pods, 0)
  const edges: BlastGraph['edges'] = []
  for (const key of drawn) {
    let toRest: number | null = null
    for (const [other, weight] of known.get(key) ?? []) {
      const before = left.get(other)
      if (before === undefined) toRest = (toRest ?? 0) + weight
      else {
        left.set(other, before - weight)
        edges.push(edge(`${near.name}:${key}`, `${far.name}:${other}`, weight))
      }
    }
    if (toRest === null) continue
    leftOfRest -= toRest
    edges.push(edge(`${near.name}:${key}`, `${far.name}:rest`, toRest))
  }
  if (drawn.length === near.total) return edges
  for (const [other, weight] of left)
    if (weight > 0) edges.push(edge(`${near.name}:rest`, `${far.name}:${other}`, weight))
  if (leftOfRest > 0) edges.push(edge(`${near.name}:rest`, `${far.name}:rest`, leftOfRest))
  return edges
}

const rightwards = (from: string, to: string, weight: number) => ({ from, to, weight })
const leftwards = (to: string, from: string, weight: number) => ({ from, to, weight })

/** By image the matching package versions; the image's pods run each of them. */
function packagesOf(reach: Reach, images: readonly number[]): Edges {
  const matching = matchingPackages(reach)
  return new Map(
    images.map((image) => [image, new Map(matching(image).map((no) => [no, reach.imagePods[image]]))]),
  )
}

/** By workload the images that it runs, with the pods in which it runs them. */
function imagesOf(reach: Reach, workloads: readonly number[]): Edges {
  const { index } = reach
  return new Map(
    workloads.map((workload) => {
      const images = new Map<number, { groups: Set<number>; declared: number }>()
      for (const run of index.runsOfWorkload.row(workload)) {
        if (index.runLastMs[run] !== 0 || !reach.admits(run)) continue
        const image = images.get(index.runImage[run]) ?? { groups: new Set(), declared: 0 }
        images.set(index.runImage[run], image)
        const groups = index.groupsOfRun.row(run)
        for (const group of groups) image.groups.add(group)
        if (groups.length === 0) image.declared = Math.max(image.declared, index.runPods[run])
      }
      return [
        workload,
        new Map(
          [...images].map(([image, { groups, declared }]) => [
            image,
            [...groups].reduce((sum, group) => sum + index.groupPods[group], declared),
          ]),
        ),
      ]
    }),
  )
}

function poolsOf(reach: Reach, workloads: readonly number[]): Edges {
  const { index } = reach
  return new Map(
    workloads.map((workload) => {
      const pools = new Map<number, number>()
      const counted = new Set<number>()
      for (const run of index.runsOfWorkload.row(workload)) {
        if (index.runLastMs[run] !== 0 || !reach.admits(run)) continue
        for (const group of index.groupsOfRun.row(run)) {
          if (counted.has(group)) continue
          counted.add(group)
          for (const node of index.nodesOfGroup.row(group)) {
            const pool = index.nodePool[node]
            pools.set(pool, (pools.get(pool) ?? 0) + 1)
          }
        }
      }
      return [workload, pools]
    }),
  )
}

function poolsOfClusters(reach: Reach, clusters: readonly number[], poolPods: Uint32Array): Edges {
  const edges = new Map(clusters.map((cluster) => [cluster, new Map<number, number>()]))
  reach.index.poolCluster.forEach((cluster, pool) => {
    if (poolPods[pool] > 0) edges.get(cluster)?.set(pool, poolPods[pool])
  })
  return edges
}

/** Pods and nodes by number of the pool. */
function countPools({ index, nodePods }: Reach): { poolPods: Uint32Array; poolNodes: Uint32Array } {
  const { nodeCount, nodePool, poolCluster } = index
  const poolPods = new Uint32Array(poolCluster.length)
  const poolNodes = new Uint32Array(poolCluster.length)
  for (let no = 1; no <= nodeCount; no++) {
    const pods = nodePods[no]
    if (pods === 0) continue
    poolPods[nodePool[no]] += pods
    poolNodes[nodePool[no]]++
  }
  return { poolPods, poolNodes }
}
