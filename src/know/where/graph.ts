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
  const packages = column(
    'package',
    reach.packages.filter((_, at) => counts.runningImages[at] > 0),
    {
      podsOf: (no) => counts.pods[placeOf.get(no) as number],
      labelOf: (no) => names.text(index.packageVersion[no]) || 'unknown version',
      detailOf: (no) => names.text(index.packageName[no]),
    },
  )
  const images = column(
    'image',
    reach.images.subarray(0, reach.imageCount).filter((no) => reach.imageState[no] === running),
    {
      podsOf: (no) => reach.imagePods[no],
      labelOf: (no) => index.imageName[no],
      detailOf: (no) => digestOf(index.imageId[no]) ?? '',
    },
  )
  const workloads = column(
    'workload',
    placesOf(index.workloadCount + 1, (no) => reach.workloadState[no] >= running),
    {
      podsOf: (no) => reach.workloadPods[no],
      labelOf: (no) => `${names.text(index.workloadNamespace[no])}/${names.text(index.workloadName[no])}`,
      detailOf: (no) => index.clusterName[index.workloadCluster[no]],
    },
  )
  const { poolPods, poolNodes } = countPools(reach)
  const pools = column(
    'node',
    placesOf(poolPods.length, (no) => poolNodes[no] > 0),
    {
      podsOf: (no) => poolPods[no],
      labelOf: (no) => names.text(index.poolName[no]) || `${index.clusterName[index.poolCluster[no]]} nodes`,
      detailOf: (no) => `${poolNodes[no]} nodes`,
    },
  )
  const clusters = column('cluster', clustersOf(reach), {
    podsOf: (no) => reach.clusterPods[no],
    labelOf: (no) => index.clusterName[no],
    detailOf: () => '',
  })
  return {
    columns: [
      { id: 'package', title: 'versions', total: packages.total, nodes: packages.nodes },
      { id: 'image', title: 'images', total: images.total, nodes: images.nodes },
      { id: 'workload', title: 'workloads', total: workloads.total, nodes: workloads.nodes },
      { id: 'node', title: 'nodes', total: reach.nodes, nodes: pools.nodes },
      { id: 'cluster', title: 'clusters', total: clusters.total, nodes: clusters.nodes },
    ],
    edges: [
      ...edgesBetween(images, packages, packagesOf(reach, images.drawn), leftwards),
      ...edgesBetween(workloads, images, imagesOf(reach, workloads.drawn), leftwards),
      ...edgesBetween(workloads, pools, poolsOf(reach, workloads.drawn), rightwards),
      ...edgesBetween(clusters, pools, poolsOfClusters(reach, clusters.drawn, poolPods), leftwards),
    ],
  }
}

interface Column {
  name: string
  total: number
  pods: number
  podsOf: (key: number) => number
  /** Keys that have a node of their own. */
  drawn: number[]
  nodes: GraphNode[]
}

function column(
  name: string,
  keys: ArrayLike<number>,
  {
    podsOf,
    labelOf,
    detailOf,
  }: {
    podsOf: (key: number) => number
    labelOf: (key: number) => string
    detailOf: (key: number) => string
  },
): Column {
  const top = new Top(
    keys.length <= drawnPerColumn ? keys.length : drawnPerColumn - 1,
    (a, b) => byText(labelOf(a), labelOf(b)) || a - b,
  )
  let pods = 0
  for (let at = 0; at < keys.length; at++) {
    const own = podsOf(keys[at])
    pods += own
    if (own >= top.least) top.offer(keys[at], own)
  }
  const drawn = top.first()
  const nodes = drawn.map((key) => ({
    id: `${name}:${key}`,
    label: labelOf(key),
    detail: detailOf(key),
    pods: podsOf(key),
    folded: 0,
  }))
  const folded = keys.length - drawn.length
  if (folded > 0)
    nodes.push({
      id: `${name}:rest`,
      label: `+${folded} more`,
      detail: '',
      pods: pods - drawn.reduce((sum, key) => sum + podsOf(key), 0),
      folded,
    })
  return { name, total: keys.length, pods, podsOf, drawn, nodes }
}

function placesOf(length: number, isIn: (no: number) => boolean): number[] {
  const numbers: number[] = []
  for (let no = 0; no < length; no++) if (isIn(no)) numbers.push(no)
  return numbers
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
  known: Edges,
  edge: (near: string, far: string, weight: number) => BlastGraph['edges'][number],
): BlastGraph['edges'] {
  const left = new Map(far.drawn.map((key) => [key, far.podsOf(key)]))
  let leftOfRest = far.pods - far.drawn.reduce((sum, key) => sum + far.podsOf(key), 0)
  const edges: BlastGraph['edges'] = []
  for (const key of near.drawn) {
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
  if (near.drawn.length === near.total) return edges
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
  const poolPods = new Uint32Array(index.poolCluster.length)
  const poolNodes = new Uint32Array(index.poolCluster.length)
  for (let no = 1; no <= index.nodeCount; no++) {
    if (nodePods[no] === 0) continue
    poolPods[index.nodePool[no]] += nodePods[no]
    poolNodes[index.nodePool[no]]++
  }
  return { poolPods, poolNodes }
}
