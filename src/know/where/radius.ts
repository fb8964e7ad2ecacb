import type { FleetIndex } from './fleet-index.ts'
import { Marks } from './marks.ts'

/** What a set of package versions (or images) reaches, by number. */
export interface Reach {
  packages: number[]
  images: ImageReach[]
  workloads: WorkloadReach[]
  /** Pods on each node, clusters and owners among what runs now. */
  nodes: Map<number, number>
  clusters: Map<number, ClusterReach>
  owners: Map<number, OwnerReach>
  pods: number
  running: { images: number; workloads: number }
  /** Now or within the time asked about. */
  seen: { images: number; workloads: number; clusters: number }
}

export interface ImageReach {
  no: number
  /** The matching package versions in it. */
  packages: number[]
  pods: number
  workloads: number
  clusters: number
  firstMs: number
  lastMs: number
  running: boolean
}

export interface WorkloadReach {
  no: number
  pods: number
  images: number[]
  runs: number[]
  firstMs: number
  lastMs: number
  running: boolean
}

export interface ClusterReach {
  pods: number
  workloads: number
  images: Set<number>
  nodes: Set<number>
}

export interface OwnerReach {
  pods: number
  workloads: number
  clusters: Set<number>
}

export interface ReachFilter {
  /** Runs that ended before this time are left out. Epoch ms. */
  sinceMs: number
  cluster?: number
  owner?: number
}

/** Walks from package versions over images and runs to workloads, pods and nodes. Each thing is counted once. */
export class Walker {
  readonly #index: FleetIndex
  readonly #pods: Marks
  /** Where a workload stands in the answer: read only when it is marked. */
  #workloadPosition: Uint32Array
  readonly #workloads: Marks
  /** Pods on a node: read only when it is marked. */
  #nodePods: Uint32Array
  readonly #nodes: Marks
  #touchedNodes: number[] = []

  constructor(index: FleetIndex) {
    this.#index = index
    this.#pods = new Marks(index.podCount)
    this.#workloads = new Marks(index.workloadCount)
    this.#workloadPosition = new Uint32Array(index.workloadCount + 1)
    this.#nodes = new Marks(index.nodeCount)
    this.#nodePods = new Uint32Array(index.nodeCount + 1)
  }

  ofPackages(packages: readonly number[], filter: ReachFilter): Reach {
    const images = new Map<number, number[]>()
    for (const packageNo of packages)
      this.#index.imagesOfPackage.forEach(packageNo, (imageNo) => {
        const list = images.get(imageNo)
        if (list) list.push(packageNo)
        else images.set(imageNo, [packageNo])
      })
    return this.#walk(packages, images, filter)
  }

  ofImages(numbers: readonly number[], filter: ReachFilter): Reach {
    return this.#walk([], new Map(numbers.map((no) => [no, []])), filter)
  }

  #walk(
    packages: readonly number[],
    images: ReadonlyMap<number, number[]>,
    { sinceMs, cluster, owner }: ReachFilter,
  ): Reach {
    const index = this.#index
    this.#pods.clear(index.podCount)
    this.#workloads.clear(index.workloadCount)
    this.#nodes.clear(index.nodeCount)
    this.#touchedNodes = []
    if (index.workloadCount >= this.#workloadPosition.length)
      this.#workloadPosition = new Uint32Array(Math.ceil((index.workloadCount + 1) * 1.25))
    if (index.nodeCount >= this.#nodePods.length)
      this.#nodePods = new Uint32Array(Math.ceil((index.nodeCount + 1) * 1.25))
    const reach: Reach = {
      packages: [...packages],
      images: [],
      workloads: [],
      nodes: new Map(),
      clusters: new Map(),
      owners: new Map(),
      pods: 0,
      running: { images: 0, workloads: 0 },
      seen: { images: 0, workloads: 0, clusters: 0 },
    }
    const filtered = cluster !== undefined || owner !== undefined
    const seenClusters = new Set<number>()
    for (const [imageNo, matching] of images) {
      const image: ImageReach = {
        no: imageNo,
        packages: matching,
        pods: 0,
        workloads: 0,
        clusters: 0,
        firstMs: 0,
        lastMs: 0,
        running: false,
      }
      const ownClusters = new Set<number>()
      index.runsOfImage.forEach(imageNo, (run) => {
        const lastMs = index.runLastMs[run]
        if (lastMs !== 0 && lastMs < sinceMs) return
        const workloadNo = index.runWorkload[run]
        const clusterNo = index.workloadCluster[workloadNo]
        if (cluster !== undefined && clusterNo !== cluster) return
        if (owner !== undefined && index.workloadOwner[workloadNo] !== owner) return
        this.#visitRun(run, workloadNo, clusterNo, image, ownClusters, reach)
        seenClusters.add(clusterNo)
      })
      if (filtered && image.firstMs === 0) continue
      image.clusters = ownClusters.size
      if (image.running) reach.running.images++
      if (image.firstMs !== 0) reach.seen.images++
      reach.images.push(image)
    }
    for (const node of this.#touchedNodes) {
      reach.nodes.set(node, this.#nodePods[node])
      addToCluster(reach, index.nodeCluster[node]).nodes.add(node)
    }
    reach.seen.workloads = reach.workloads.length
    reach.seen.clusters = seenClusters.size
    return reach
  }

  #visitRun(
    run: number,
    workloadNo: number,
    clusterNo: number,
    image: ImageReach,
    ownClusters: Set<number>,
    reach: Reach,
  ): void {
    const index = this.#index
    const firstMs = index.runFirstMs[run]
    const lastMs = index.runLastMs[run]
    const running = lastMs === 0
    if (image.firstMs === 0 || firstMs < image.firstMs) image.firstMs = firstMs
    if (this.#workloads.add(workloadNo)) {
      this.#workloadPosition[workloadNo] = reach.workloads.length
      reach.workloads.push({ no: workloadNo, pods: 0, images: [], runs: [], firstMs, lastMs, running: false })
    }
    const workload = reach.workloads[this.#workloadPosition[workloadNo]]
    if (firstMs < workload.firstMs) workload.firstMs = firstMs
    workload.runs.push(run)
    if (workload.images.at(-1) !== image.no) {
      workload.images.push(image.no)
      if (running) image.workloads++
    }
    if (!running) {
      if (lastMs > image.lastMs) image.lastMs = lastMs
      if (!workload.running && lastMs > workload.lastMs) workload.lastMs = lastMs
      return
    }
    image.running = true
    if (!workload.running) {
      workload.running = true
      workload.lastMs = 0
      reach.running.workloads++
      addToCluster(reach, clusterNo).workloads++
      addToOwner(reach, index.workloadOwner[workloadNo], clusterNo).workloads++
    }
    ownClusters.add(clusterNo)
    const cluster = addToCluster(reach, clusterNo)
    cluster.images.add(image.no)
    const owner = addToOwner(reach, index.workloadOwner[workloadNo], clusterNo)
    const listed = index.podsOfRun.count(run)
    if (listed === 0) {
      // Declared pods, or a cluster whose pods were not listed: counted, on no known node.
      const pods = index.runPods[run]
      image.pods += pods
      workload.pods += pods
      cluster.pods += pods
      owner.pods += pods
      reach.pods += pods
      return
    }
    image.pods += listed
    index.podsOfRun.forEach(run, (pod) => {
      if (!this.#pods.add(pod)) return
      workload.pods++
      cluster.pods++
      owner.pods++
      reach.pods++
      const node = index.podNode[pod]
      if (node === 0) return
      if (this.#nodes.add(node)) {
        this.#nodePods[node] = 1
        this.#touchedNodes.push(node)
      } else this.#nodePods[node]++
    })
  }
}

function addToCluster(reach: Reach, clusterNo: number): ClusterReach {
  let cluster = reach.clusters.get(clusterNo)
  if (!cluster)
    reach.clusters.set(clusterNo, (cluster = { pods: 0, workloads: 0, images: new Set(), nodes: new Set() }))
  return cluster
}

function addToOwner(reach: Reach, ownerNo: number, clusterNo: number): OwnerReach {
  let owner = reach.owners.get(ownerNo)
  if (!owner) reach.owners.set(ownerNo, (owner = { pods: 0, workloads: 0, clusters: new Set() }))
  owner.clusters.add(clusterNo)
  return owner
}
