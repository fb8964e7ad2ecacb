import type { FleetIndex } from './fleet-index.ts'
import { secondOf } from './fleet-index.ts'
import { grownSize } from './rows.ts'

export interface ReachFilter {
  /** Runs that ended before this time are left out. Epoch ms; `Infinity`: only what runs now. */
  sinceMs: number
  /** Only runs in this cluster, or of workloads of this owner (the number of its name). */
  cluster?: number
  owner?: number
}

/** How a workload is reached. */
export const untouched = 0
const ended = 1
export const running = 2

// Places in the counts of an image.
const podsAt = 0
const workloadsAt = 1
const clustersAt = 2
const lastCluster = 3

/**
 * One part in so many of the runs that last is much. Measured on 120,000 of them: both ways take the same time at about
 * 2,000; for all of them reading in order is three times as fast.
 */
const muchShare = 64

/**
 * What a set of package versions or images reaches: counted from images over runs to workloads, pods, nodes, clusters
 * and owners, each thing once. Everything is kept by the number of the thing in arrays that are used again for the next
 * question, so an answer is put together from a `Reach` before anything else is waited for.
 *
 * An answer looks at every run and every node of every pod that it reaches, so these loops are written over plain
 * arrays; names and rows are made for the page that is shown and for nothing else.
 */
export class Reach {
  readonly index: FleetIndex
  readonly #share: number
  filter: ReachFilter = { sinceMs: 0 }
  /** Package versions asked about; none when images were asked about. */
  packages: readonly number[] = []

  /** Images in the answer; the first `imageCount` numbers count. */
  images = new Uint32Array(0)
  imageCount = 0
  /** By image: 1 when it is in the answer. */
  hasImage = new Uint8Array(0)
  /** By image: `ended` when it ran within the time asked about, `running` when it runs. */
  imageState = new Uint8Array(0)
  imagePods = new Uint32Array(0)
  imageWorkloads = new Uint32Array(0)
  imageClusters = new Uint32Array(0)

  workloadState = new Uint8Array(0)
  workloadPods = new Uint32Array(0)
  /** Pods on each node. */
  nodePods = new Uint32Array(0)
  clusterPods = new Uint32Array(0)
  clusterWorkloads = new Uint32Array(0)
  clusterImages = new Uint32Array(0)
  clusterNodes = new Uint32Array(0)
  ownerPods = new Uint32Array(0)
  ownerWorkloads = new Uint32Array(0)
  ownerClusters = new Uint32Array(0)

  pods = 0
  nodes = 0
  /** Clusters in which something runs, and owners for whom. */
  clusters = 0
  owners = 0
  running = { images: 0, workloads: 0 }
  seen = { images: 0, workloads: 0, clusters: 0 }

  /** Workloads that nothing has reached yet: once there are none, what ended can reach no other. */
  #untouched = 0
  /** By workload: 1 when the filter lets it in; `null` when there is none. */
  #admits: Uint8Array | null = null
  // Working memory, by workload, image, cluster and pair.
  #workloadDeclared = new Uint32Array(0)
  /** By image, together because they are counted together: pods, workloads, clusters, and the cluster counted last. */
  #imageCounts = new Uint32Array(0)
  #clusterImage = new Uint32Array(0)
  #isPairSeen = new Uint8Array(0)

  /** `share` is for tests: 0 always goes from image to image, `Infinity` always reads in order. */
  constructor(index: FleetIndex, share = muchShare) {
    this.index = index
    this.#share = share
  }

  /** Images that contain any of the package versions; `without` leaves some out. */
  ofPackages(packages: readonly number[], filter: ReachFilter, without?: ReadonlySet<number>): this {
    this.#clear(filter)
    this.packages = packages
    const { imagesOfPackage } = this.index
    const { hasImage, images } = this
    let count = 0
    for (const packageNo of packages)
      for (const image of imagesOfPackage.row(packageNo)) {
        if (hasImage[image] === 1) continue
        hasImage[image] = 1
        images[count++] = image
      }
    if (without) {
      const all = count
      count = 0
      for (let at = 0; at < all; at++)
        if (without.has(images[at])) hasImage[images[at]] = 0
        else images[count++] = images[at]
    }
    return this.#walk(count)
  }

  /** `workloads` keeps to some. */
  ofImages(images: Iterable<number>, filter: ReachFilter, workloads?: ReadonlySet<number>): this {
    this.#clear(filter)
    this.packages = []
    let count = 0
    for (const image of images) {
      if (this.hasImage[image] === 1) continue
      this.hasImage[image] = 1
      this.images[count++] = image
    }
    return this.#walk(count, workloads)
  }

  #walk(count: number, workloads?: ReadonlySet<number>): this {
    const { cluster, owner } = this.filter
    const filtered = cluster !== undefined || owner !== undefined || workloads !== undefined
    this.#admits = filtered ? this.#admitted(workloads) : null
    const { images, imageState } = this
    if (cluster !== undefined) this.#walkCluster(cluster)
    else if (this.isMuch(this.#runsOf(count)))
      for (let no = 1; no < this.index.clusterName.length; no++) this.#walkCluster(no)
    else for (let at = 0; at < count; at++) this.#walkImage(images[at])
    // After what lasts, which most of what ended has been followed by: there is little left to write.
    for (let at = 0; at < count; at++) if (this.#walkEnded(images[at])) imageState[images[at]] = ended
    const counted = this.#imageCounts
    let kept = 0
    for (let at = 0; at < count; at++) {
      const image = images[at]
      this.imagePods[image] = counted[image * 4 + podsAt]
      this.imageWorkloads[image] = counted[image * 4 + workloadsAt]
      this.imageClusters[image] = counted[image * 4 + clustersAt]
      if (this.imageWorkloads[image] > 0) imageState[image] = running
      // Without a filter an image that never ran is part of the answer too.
      if (filtered && imageState[image] === untouched) {
        this.hasImage[image] = 0
        continue
      }
      images[kept++] = image
      if (imageState[image] === running) this.running.images++
      if (imageState[image] !== untouched) this.seen.images++
    }
    this.imageCount = kept
    this.#sum()
    return this
  }

  /** By workload: 1 when the filter lets it in. */
  #admitted(workloads: ReadonlySet<number> | undefined): Uint8Array {
    const { workloadCluster, workloadOwner, workloadCount } = this.index
    const { cluster, owner } = this.filter
    const admits = new Uint8Array(workloadCount + 1)
    for (let no = 1; no <= workloadCount; no++)
      if (
        (cluster === undefined || workloadCluster[no] === cluster) &&
        (owner === undefined || workloadOwner[no] === owner) &&
        (workloads === undefined || workloads.has(no))
      )
        admits[no] = 1
    return admits
  }

  #walkEnded(image: number): boolean {
    const { endedOfImage, imageOldestEnd } = this.index
    const { workloadState } = this
    const { sinceMs } = this.filter
    const admits = this.#admits
    if (sinceMs === Infinity) return false
    if (admits !== null || secondOf(sinceMs) >= imageOldestEnd[image]) return this.#walkSomeEnded(image)
    const { values } = endedOfImage
    const start = endedOfImage.starts[image]
    const end = start + endedOfImage.counts[image]
    let left = this.#untouched
    for (let at = start; at < end && left > 0; at++)
      if (workloadState[values[at]] === untouched) {
        workloadState[values[at]] = ended
        left--
      }
    this.#untouched = left
    return end > start
  }

  /** Where not all that ended is asked about. */
  #walkSomeEnded(image: number): boolean {
    const { endedOfImage, endedRunsOfImage, runLastMs } = this.index
    const { workloadState } = this
    const { sinceMs } = this.filter
    const sinceSecond = secondOf(sinceMs)
    const admits = this.#admits
    const workloads = endedOfImage.row(image)
    const runs = endedRunsOfImage.row(image)
    let any = false
    for (let at = 0; at < workloads.length; at++) {
      const second = runs[at * 3 + 2]
      if (second < sinceSecond || (second === sinceSecond && runLastMs[runs[at * 3]] < sinceMs)) continue
      const workload = workloads[at]
      if (admits !== null && admits[workload] === 0) continue
      if (workloadState[workload] === untouched) {
        workloadState[workload] = ended
        this.#untouched--
      }
      any = true
    }
    return any
  }

  #runsOf(count: number): number {
    const { counts } = this.index.runningOfImage
    let runs = 0
    for (let at = 0; at < count; at++) runs += counts[this.images[at]]
    return runs
  }

  /**
   * Whether so many of the runs that last are asked for that reading all of these in order is faster than going from
   * image to image, where each run is somewhere else in memory.
   */
  isMuch(runs: number): boolean {
    return runs > 0 && runs * this.#share > this.index.runningRuns
  }

  #walkCluster(cluster: number): void {
    const { runsOfCluster, groupPods, nodesOfGroup } = this.index
    const { hasImage, workloadState, workloadPods, nodePods, clusterImages } = this
    const counted = this.#imageCounts
    const admits = this.#admits
    const runs = runsOfCluster.values
    const nodes = nodesOfGroup.values
    const end = runsOfCluster.starts[cluster] + runsOfCluster.counts[cluster] * 4
    for (let at = runsOfCluster.starts[cluster]; at < end; at += 4) {
      const image = runs[at + 1]
      if (hasImage[image] === 0) continue
      const workload = runs[at + 2]
      if (admits !== null && admits[workload] === 0) continue
      const own = image * 4
      if (counted[own + lastCluster] !== cluster) {
        counted[own + lastCluster] = cluster
        counted[own + clustersAt]++
        clusterImages[cluster]++
      }
      if (workloadState[workload] === untouched) this.#untouched--
      workloadState[workload] = running
      const group = runs[at + 3]
      if (group === 0) {
        this.#walkMixedRun(runs[at], image, workload)
        continue
      }
      const pods = groupPods[group]
      counted[own + workloadsAt]++
      counted[own + podsAt] += pods
      workloadPods[workload] += pods
      const first = nodesOfGroup.starts[group]
      const last = first + nodesOfGroup.counts[group]
      for (let place = first; place < last; place++) nodePods[nodes[place]]++
    }
  }

  #walkImage(image: number): void {
    const { index } = this
    const { values, starts, counts } = index.runningOfImage
    const { runWorkload, workloadCluster, groupPods } = index
    const counted = this.#imageCounts
    const admits = this.#admits
    const own = image * 4
    const end = starts[image] + counts[image]
    for (let at = starts[image]; at < end; at++) {
      const run = values[at]
      const workload = runWorkload[run]
      if (admits !== null && admits[workload] === 0) continue
      const cluster = workloadCluster[workload]
      if (this.#clusterImage[cluster] !== image) {
        this.#clusterImage[cluster] = image
        counted[own + clustersAt]++
        this.clusterImages[cluster]++
      }
      if (this.workloadState[workload] === untouched) this.#untouched--
      this.workloadState[workload] = running
      const group = index.ownGroup(run)
      if (group === 0) {
        this.#walkMixedRun(run, image, workload)
        continue
      }
      counted[own + workloadsAt]++
      counted[own + podsAt] += groupPods[group]
      this.#countGroup(group, workload)
    }
  }

  /**
   * A run whose pods have other runs too, are not listed, or which has its image in another container as well. Runs come
   * in any order, so nothing depends on which came before: what several of them have is counted with one of them, which
   * they can tell each.
   */
  #walkMixedRun(run: number, image: number, workload: number): void {
    const { index } = this
    const { groupsOfRun, groupPods, runPods } = index
    const counted = this.#imageCounts
    const own = image * 4
    const alone = index.runShared[run] === 0
    if (alone || this.#isFirstOfImage(run, image, workload, false)) counted[own + workloadsAt]++
    const groups = groupsOfRun.counts[run]
    if (groups === 0) {
      this.#countDeclared(workload, runPods[run])
      if (alone) counted[own + podsAt] += runPods[run]
      else if (this.#isFirstOfImage(run, image, workload, true))
        counted[own + podsAt] += this.#mostDeclared(image, workload)
      return
    }
    const end = groupsOfRun.starts[run] + groups
    for (let at = groupsOfRun.starts[run]; at < end; at++) {
      const group = groupsOfRun.values[at]
      if (alone || this.#isFirst(run, group, image)) counted[own + podsAt] += groupPods[group]
      if (this.#isFirst(run, group, null)) this.#countGroup(group, workload)
    }
  }

  #countGroup(group: number, workload: number): void {
    const { groupPods, nodesOfGroup } = this.index
    const { nodePods } = this
    this.workloadPods[workload] += groupPods[group]
    const { values } = nodesOfGroup
    const end = nodesOfGroup.starts[group] + nodesOfGroup.counts[group]
    for (let at = nodesOfGroup.starts[group]; at < end; at++) nodePods[values[at]]++
  }

  /** Whether the run is the first of a group that has the image, or any image of the question. */
  #isFirst(run: number, group: number, image: number | null): boolean {
    const { hasImage } = this
    const { values, starts, counts } = this.index.runsOfGroup
    const end = starts[group] + counts[group] * 2
    for (let at = starts[group]; at < end; at += 2) {
      if (values[at] === run) return true
      if (image === null ? hasImage[values[at + 1]] === 1 : values[at + 1] === image) return false
    }
    return false
  }

  /**
   * Declared pods, or those of a cluster whose pods were not listed: on no known node, and the same for every container
   * of the workload.
   */
  #countDeclared(workload: number, declared: number): void {
    const counted = this.#workloadDeclared[workload]
    if (declared <= counted) return
    this.#workloadDeclared[workload] = declared
    this.workloadPods[workload] += declared - counted
  }

  /** Of the running runs of a workload with one image and no listed pods: the most that one declares. */
  #mostDeclared(image: number, workload: number): number {
    const { runsOfWorkload, runLastMs, runImage, runPods, groupsOfRun } = this.index
    let most = 0
    for (const run of runsOfWorkload.row(workload))
      if (runLastMs[run] === 0 && runImage[run] === image && groupsOfRun.counts[run] === 0)
        most = Math.max(most, runPods[run])
    return most
  }

  /** Whether no run with a lower number of the workload has the image now, of those without listed pods or of all. */
  #isFirstOfImage(run: number, image: number, workload: number, declared: boolean): boolean {
    const { runsOfWorkload, runLastMs, runImage, groupsOfRun } = this.index
    for (const other of runsOfWorkload.row(workload))
      if (
        other < run &&
        runLastMs[other] === 0 &&
        runImage[other] === image &&
        (!declared || groupsOfRun.counts[other] === 0)
      )
        return false
    return true
  }

  /** What follows from the counts by image, workload and node. */
  #sum(): void {
    const { index, workloadState, workloadPods, nodePods } = this
    const { clusterNodes, clusterPods, clusterWorkloads, ownerPods, ownerWorkloads, ownerClusters } = this
    const { workloadCluster, workloadOwnerNo, workloadPair, workloadCount, nodeCluster, nodeCount } = index
    const isPairSeen = this.#isPairSeen
    const isClusterSeen = new Uint8Array(clusterPods.length)
    let seen = 0
    let lasting = 0
    let pods = 0
    for (let no = 1; no <= workloadCount; no++) {
      const state = workloadState[no]
      if (state === untouched) continue
      const cluster = workloadCluster[no]
      seen++
      isClusterSeen[cluster] = 1
      if (state !== running) continue
      const own = workloadPods[no]
      const owner = workloadOwnerNo[no]
      lasting++
      pods += own
      clusterWorkloads[cluster]++
      clusterPods[cluster] += own
      ownerWorkloads[owner]++
      ownerPods[owner] += own
      if (isPairSeen[workloadPair[no]] === 1) continue
      isPairSeen[workloadPair[no]] = 1
      ownerClusters[owner]++
    }
    this.seen.workloads = seen
    this.running.workloads = lasting
    this.pods = pods
    for (const isSeen of isClusterSeen) this.seen.clusters += isSeen
    for (const workloads of clusterWorkloads) if (workloads > 0) this.clusters++
    // Number 0 is nobody.
    for (let owner = 1; owner < ownerWorkloads.length; owner++) if (ownerWorkloads[owner] > 0) this.owners++
    let nodes = 0
    for (let no = 1; no <= nodeCount; no++)
      if (nodePods[no] > 0) {
        nodes++
        clusterNodes[nodeCluster[no]]++
      }
    this.nodes = nodes
  }

  #clear(filter: ReachFilter): void {
    const { index } = this
    this.filter = filter
    this.imageCount = 0
    this.pods = 0
    this.nodes = 0
    this.clusters = 0
    this.owners = 0
    this.running = { images: 0, workloads: 0 }
    this.seen = { images: 0, workloads: 0, clusters: 0 }
    const images = index.imageCount
    this.images = fitting(this.images, images)
    this.hasImage = emptied(this.hasImage, images)
    this.imageState = emptied(this.imageState, images)
    this.imagePods = fitting(this.imagePods, images)
    this.imageWorkloads = fitting(this.imageWorkloads, images)
    this.imageClusters = fitting(this.imageClusters, images)
    this.#imageCounts = emptied(this.#imageCounts, (images + 1) * 4)
    this.#untouched = index.workloadCount
    this.workloadState = emptied(this.workloadState, index.workloadCount)
    this.workloadPods = emptied(this.workloadPods, index.workloadCount)
    this.#workloadDeclared = emptied(this.#workloadDeclared, index.workloadCount)
    this.nodePods = emptied(this.nodePods, index.nodeCount)
    const clusters = index.clusterName.length
    this.clusterPods = emptied(this.clusterPods, clusters)
    this.clusterWorkloads = emptied(this.clusterWorkloads, clusters)
    this.clusterImages = emptied(this.clusterImages, clusters)
    this.clusterNodes = emptied(this.clusterNodes, clusters)
    this.#clusterImage = emptied(this.#clusterImage, clusters)
    const owners = index.ownerName.length
    this.ownerPods = emptied(this.ownerPods, owners)
    this.ownerWorkloads = emptied(this.ownerWorkloads, owners)
    this.ownerClusters = emptied(this.ownerClusters, owners)
    this.#isPairSeen = emptied(this.#isPairSeen, index.pairOwner.length)
  }

  /** Whether a run is one of those that the question is about. */
  admits(run: number): boolean {
    const { runLastMs, runImage, runWorkload } = this.index
    const lastMs = runLastMs[run]
    return (
      this.hasImage[runImage[run]] === 1 &&
      (lastMs === 0 || lastMs >= this.filter.sinceMs) &&
      (this.#admits === null || this.#admits[runWorkload[run]] === 1)
    )
  }
}

/** Images that contain any of the package versions, ran they or not: only their number. */
export class ImageCounter {
  readonly #index: FleetIndex
  #stamps = new Uint32Array(0)
  #stamp = 0

  constructor(index: FleetIndex) {
    this.#index = index
  }

  ofPackages(packages: Iterable<number>): number {
    const { imagesOfPackage, imageCount } = this.#index
    if (imageCount >= this.#stamps.length) this.#stamps = new Uint32Array(grownSize(imageCount))
    const stamp = ++this.#stamp
    let count = 0
    for (const packageNo of packages)
      for (const image of imagesOfPackage.row(packageNo)) {
        if (this.#stamps[image] === stamp) continue
        this.#stamps[image] = stamp
        count++
      }
    return count
  }
}

/** The array, or a larger one, all zero. */
function emptied<T extends Uint8Array | Uint32Array>(array: T, max: number): T {
  const fits = fitting(array, max)
  return fits === array ? (fits.fill(0) as T) : fits
}

function fitting<T extends Uint8Array | Uint32Array>(array: T, max: number): T {
  return max < array.length
    ? array
    : (new (array.constructor as new (length: number) => T)(grownSize(max)) as T)
}
