import { packContents, unpackContents } from '../catalog/contents.ts'
import type { FleetDelta, PodPlace, RunState, WorkloadName } from '../fleet/types.ts'
import type { FindingState, FixState, PackageKey } from '../matching/types.ts'
import { compareVersions, schemeForEcosystem } from '../versions/orders/index.ts'
import { Names } from './names.ts'
import { PackageTally } from './package-tally.ts'
import { grown, grownSize, Rows, SortedRows } from './rows.ts'

/** What a finding says beside "this advisory, this package version". Few are distinct; each is kept once. */
export interface FindingVerdict {
  state: FindingState
  fixState: FixState
  fixedIn: string
}

/** What is asked of a package version; what else decides its verdict is in the store, and the verdict is here. */
export type IndexedPackage = Omit<PackageKey, 'module'>

/**
 * The fleet in memory: typed arrays that answer which images, workloads, pods, nodes, clusters and owners run a set of
 * package versions. Numbers are those of the store, so that a change is applied without a search. SQL keeps the truth;
 * this is rebuilt from it and then kept current by changes that cost no more than what changed.
 *
 * Package versions lead to images, images to runs (workload × digest, with their interval), runs to workloads and, while
 * they run, to pods. Of pods only this is kept: pods of one workload that have the same runs are a *group*, a number of
 * pods and their nodes. A group is counted or not as a whole, so no question ever looks at a single pod, and which pod
 * it is stays in the store. History is kept per run.
 */
export class FleetIndex {
  /** Increases with each change of what answers depend on. */
  version = 1
  /** … of what images contain and what is found in it, whatever runs where. */
  contentsVersion = 1
  builtInMs = 0

  readonly names = new Names()

  // Package versions, by number.
  packageEcosystem = new Uint32Array(0)
  packageType = new Uint32Array(0)
  packageName = new Uint32Array(0)
  packageVersion = new Uint32Array(0)
  packageSource = new Uint32Array(0)
  packageSourceVersion = new Uint32Array(0)
  packageCount = 0
  /** Package versions by name, source name and last part of the name, all lower case. */
  readonly packagesByName = new Map<string, number[]>()
  readonly imagesOfPackage = new SortedRows()
  readonly packageTally = new PackageTally()

  // Images, by number. Number 0 stands for "could not be resolved".
  imageId: string[] = []
  imageName: string[] = []
  /** 0: contents unknown; 1: known; 2: known in part. */
  imageKnown = new Uint8Array(0)
  imageDocumentAtMs = new Float64Array(0)
  /** Package versions in it, as the store packs them. */
  readonly imageContents: (Uint8Array | undefined)[] = []
  /** The run in which the image was seen first, or 0. */
  imageFirstRun = new Uint32Array(0)
  imageCount = 0
  /** Runs that last. */
  readonly runningOfImage = new Rows()
  /**
   * Runs that ended, in two rows of the same order: the workload, which every question reads; and run with the seconds in
   * which it was first and last seen.
   */
  readonly endedOfImage = new Rows()
  readonly endedRunsOfImage = new Rows(3)
  /** The earliest of the seconds in which a run that ended was last seen: a longer time asked about has them all. */
  imageOldestEnd = new Uint32Array(0)

  // Runs, by number.
  runWorkload = new Uint32Array(0)
  runImage = new Uint32Array(0)
  runPods = new Uint32Array(0)
  runFirstMs = new Float64Array(0)
  /** 0: runs now. */
  runLastMs = new Float64Array(0)
  runContainer = new Uint32Array(0)
  /** Only where no image is known for it. */
  runReference = new Uint32Array(0)
  runCount = 0
  /** How many of them last. */
  runningRuns = 0
  /** 1 when another run of the workload has the same image now. */
  runShared = new Uint8Array(0)
  readonly groupsOfRun = new Rows()

  // Groups of pods, by number; an empty group's number is given again.
  groupPods = new Uint32Array(0)
  /** Run and its image. */
  readonly runsOfGroup = new Rows(2)
  /** The node of each pod that has one: a node is there once for each pod. */
  readonly nodesOfGroup = new Rows()
  groupCount = 0
  readonly #freeGroups: number[] = []

  // Workloads, by number.
  workloadCluster = new Uint32Array(0)
  workloadNamespace = new Uint32Array(0)
  workloadKind = new Uint32Array(0)
  workloadName = new Uint32Array(0)
  workloadOwner = new Uint32Array(0)
  /** Numbers of its owner among the owners, and of the pair of owner and cluster. */
  workloadOwnerNo = new Uint32Array(0)
  workloadPair = new Uint32Array(0)
  workloadGone = new Uint8Array(0)
  workloadCount = 0
  readonly runsOfWorkload = new Rows()
  /** Names of owners, by number; 0 is nobody. */
  readonly ownerName: number[] = [0]
  readonly #ownerNumbers = new Map<number, number>([[0, 0]])
  /** Owner and cluster of each pair. */
  readonly pairOwner: number[] = []
  readonly pairCluster: number[] = []
  readonly #pairs = new Map<number, Map<number, number>>()

  // Nodes and clusters, by number.
  nodeCluster = new Uint32Array(0)
  nodeName = new Uint32Array(0)
  /** Number of the pair of cluster and pool. */
  nodePool = new Uint32Array(0)
  nodeGone = new Uint8Array(0)
  nodeCount = 0
  readonly poolCluster: number[] = [0]
  readonly poolName: number[] = [0]
  readonly #pools = new Map<number, Map<number, number>>()
  clusterName: string[] = []
  clusterSource: string[] = []
  clusterDeclaredOnly: boolean[] = []
  clusterLastSeenMs: number[] = []
  /**
   * Runs that last, with image, workload and, where the pods of the run have no other run and are one group, that group:
   * what a question about much of the fleet reads in order instead of going from image to image.
   */
  readonly runsOfCluster = new Rows(4)
  #clusterRank = new Uint32Array(0)

  // Findings, by advisory: package version and the number of its verdict.
  readonly findingsOfAdvisory = new Rows(2)
  readonly verdicts: FindingVerdict[] = []
  readonly #verdictNumbers = new Map<string, number>()
  findingCount = 0

  package(no: number): IndexedPackage {
    const { names } = this
    return {
      ecosystem: names.text(this.packageEcosystem[no]),
      type: names.text(this.packageType[no]),
      name: names.text(this.packageName[no]),
      version: names.text(this.packageVersion[no]),
      sourceName: names.text(this.packageSource[no]),
      sourceVersion: names.text(this.packageSourceVersion[no]),
    }
  }

  setPackage(no: number, found: IndexedPackage): void {
    if (no >= this.packageEcosystem.length) this.#growPackages(no)
    const { names } = this
    this.packageEcosystem[no] = names.number(found.ecosystem)
    this.packageType[no] = names.number(found.type)
    this.packageName[no] = names.number(found.name)
    this.packageVersion[no] = names.number(found.version)
    this.packageSource[no] = names.number(found.sourceName)
    this.packageSourceVersion[no] = names.number(found.sourceVersion)
    this.packageCount = Math.max(this.packageCount, no)
    this.imagesOfPackage.reserve(no)
    this.packageTally.set(no, found, isOrderable(found))
    for (const name of spellings(found)) {
      const list = this.packagesByName.get(name)
      if (list) list.push(no)
      else this.packagesByName.set(name, [no])
    }
  }

  setImage(no: number, id: string, name: string): void {
    if (no >= this.imageKnown.length) {
      const size = grownSize(no)
      this.imageKnown = grown(this.imageKnown, size)
      this.imageDocumentAtMs = grown(this.imageDocumentAtMs, size)
      this.imageFirstRun = grown(this.imageFirstRun, size)
      const known = this.imageOldestEnd.length
      this.imageOldestEnd = grown(this.imageOldestEnd, size).fill(never, known)
    }
    this.runningOfImage.reserve(no)
    this.endedOfImage.reserve(no)
    this.endedRunsOfImage.reserve(no)
    this.imageId[no] = id
    this.imageName[no] = name
    this.imageCount = Math.max(this.imageCount, no)
  }

  /** Numbers of the package versions in an image, ascending. */
  contents(no: number): Uint32Array {
    const packed = this.imageContents[no]
    return packed ? unpackContents(packed) : new Uint32Array(0)
  }

  /** Replaces what an image contains. `partly` when its document left something out. */
  setContents(no: number, contents: Uint32Array, documentAtMs: number, partly: boolean): void {
    this.contentsVersion++
    const runs = no !== 0 && this.runningOfImage.count(no) > 0
    const before = new Set(this.contents(no))
    for (const packageNo of contents) {
      if (before.delete(packageNo)) continue
      this.imagesOfPackage.add(packageNo, no)
      if (runs) this.packageTally.start(packageNo)
    }
    for (const packageNo of before) {
      this.imagesOfPackage.remove(packageNo, no)
      if (runs) this.packageTally.stop(packageNo)
    }
    this.imageContents[no] = packContents(contents)
    this.imageKnown[no] = partly ? 2 : 1
    this.imageDocumentAtMs[no] = documentAtMs
  }

  setWorkload(
    no: number,
    cluster: number,
    { namespace, kind, name, owner, gone }: WorkloadName & { owner: string | null; gone: boolean },
  ): void {
    if (no >= this.workloadCluster.length) this.#growWorkloads(no)
    const { names } = this
    this.workloadCluster[no] = cluster
    this.workloadNamespace[no] = names.number(namespace)
    this.workloadKind[no] = names.number(kind)
    this.workloadName[no] = names.number(name)
    this.workloadOwner[no] = names.number(owner ?? '')
    this.workloadGone[no] = gone ? 1 : 0
    this.workloadOwnerNo[no] = this.#ownerNumber(this.workloadOwner[no])
    this.workloadPair[no] = numberOfPair(
      this.#pairs,
      [this.workloadOwnerNo[no], this.pairOwner],
      [cluster, this.pairCluster],
    )
    this.workloadCount = Math.max(this.workloadCount, no)
    this.runsOfWorkload.reserve(no)
  }

  #ownerNumber(name: number): number {
    let no = this.#ownerNumbers.get(name)
    if (no === undefined) {
      no = this.ownerName.push(name) - 1
      this.#ownerNumbers.set(name, no)
    }
    return no
  }

  setNode(
    no: number,
    cluster: number,
    { name, pool, gone }: { name: string; pool: string; gone: boolean },
  ): void {
    if (no >= this.nodeCluster.length) {
      const size = grownSize(no)
      this.nodeCluster = grown(this.nodeCluster, size)
      this.nodeName = grown(this.nodeName, size)
      this.nodePool = grown(this.nodePool, size)
      this.nodeGone = grown(this.nodeGone, size)
    }
    this.nodeCluster[no] = cluster
    this.nodeName[no] = this.names.number(name)
    this.nodePool[no] = numberOfPair(
      this.#pools,
      [cluster, this.poolCluster],
      [this.names.number(pool), this.poolName],
    )
    this.nodeGone[no] = gone ? 1 : 0
    this.nodeCount = Math.max(this.nodeCount, no)
  }

  setCluster(
    no: number,
    found: { name: string; source: string; declaredOnly: boolean; lastSeenAtMs: number },
  ): void {
    this.runsOfCluster.reserve(no)
    this.clusterName[no] = found.name
    this.clusterSource[no] = found.source
    this.clusterDeclaredOnly[no] = found.declaredOnly
    this.clusterLastSeenMs[no] = found.lastSeenAtMs
  }

  /** Takes a run in, or its new state. A run keeps its workload. */
  setRun(run: RunState): void {
    const { no } = run
    const known = no < this.runWorkload.length && this.runWorkload[no] !== 0
    if (known && this.runLastMs[no] === 0 && run.lastMs === null && this.runImage[no] === run.image) {
      this.placeRun(run)
      return
    }
    if (known) this.#unlinkRun(no)
    else this.runsOfWorkload.add(run.workload, no)
    this.placeRun(run)
    for (const group of this.groupsOfRun.row(no)) this.runsOfGroup.set(group, no, 1, run.image)
    if (run.lastMs === null) this.#startRun(no)
    else this.#endRun(run.image, no)
  }

  /** An image was found for the reference of a run. */
  setImageOfRun(no: number, image: number): void {
    this.#unlinkRun(no)
    this.runImage[no] = image
    this.runReference[no] = 0
    this.#noteFirst(no)
    for (const group of this.groupsOfRun.row(no)) this.runsOfGroup.set(group, no, 1, image)
    this.#startRun(no)
  }

  /** Writes the columns of a run without linking it: the build links all of them at once. */
  placeRun({ no, workload, image, pods, firstMs, lastMs, container, reference }: RunState): void {
    if (no >= this.runWorkload.length) this.#growRuns(no)
    this.runWorkload[no] = workload
    this.runImage[no] = image
    this.runPods[no] = pods
    this.runFirstMs[no] = firstMs
    this.runLastMs[no] = lastMs ?? 0
    this.runContainer[no] = this.names.number(container)
    this.runReference[no] = image === 0 ? this.names.number(reference) : 0
    this.runCount = Math.max(this.runCount, no)
    this.groupsOfRun.reserve(no)
    this.#noteFirst(no)
  }

  #noteEnd(run: number): void {
    const image = this.runImage[run]
    this.imageOldestEnd[image] = Math.min(this.imageOldestEnd[image], secondOf(this.runLastMs[run]))
  }

  #noteFirst(run: number): void {
    const image = this.runImage[run]
    const first = this.imageFirstRun[image]
    if (image !== 0 && (first === 0 || this.runFirstMs[run] < this.runFirstMs[first]))
      this.imageFirstRun[image] = run
  }

  /** Links every run that was placed, and counts the packages of what runs. */
  linkRuns(): void {
    const { runCount, runWorkload, runImage, runFirstMs, runLastMs } = this
    this.runningOfImage.build(this.imageCount, (add) => {
      for (let no = 1; no <= runCount; no++)
        if (runWorkload[no] !== 0 && runLastMs[no] === 0) add(runImage[no], no)
    })
    this.endedOfImage.build(this.imageCount, (add) => {
      for (let no = 1; no <= runCount; no++) if (runLastMs[no] !== 0) add(runImage[no], runWorkload[no])
    })
    this.endedRunsOfImage.build(this.imageCount, (add) => {
      for (let no = 1; no <= runCount; no++)
        if (runLastMs[no] !== 0) add(runImage[no], no, secondOf(runFirstMs[no]), secondOf(runLastMs[no]))
    })
    for (let no = 1; no <= runCount; no++) if (runLastMs[no] !== 0) this.#noteEnd(no)
    this.runsOfWorkload.build(this.workloadCount, (add) => {
      for (let no = 1; no <= runCount; no++) if (runWorkload[no] !== 0) add(runWorkload[no], no)
    })
    for (let image = 1; image <= this.imageCount; image++)
      if (this.runningOfImage.count(image) > 0)
        for (const packageNo of this.contents(image)) this.packageTally.start(packageNo)
  }

  /** Links running runs to their clusters once their pods are grouped. */
  linkClusters(): void {
    const { runCount, runWorkload, runImage, runLastMs, runShared } = this
    for (let workload = 1; workload <= this.workloadCount; workload++) {
      const running = this.runsOfWorkload
        .row(workload)
        .filter((run) => runLastMs[run] === 0 && runImage[run] !== 0)
      for (const run of running)
        if (running.some((other) => other !== run && runImage[other] === runImage[run])) runShared[run] = 1
    }
    for (let run = 1; run <= runCount; run++)
      if (runWorkload[run] !== 0 && runLastMs[run] === 0) this.runningRuns++
    this.runsOfCluster.build(Math.max(0, this.clusterName.length - 1), (add) => {
      for (let run = 1; run <= runCount; run++)
        if (runWorkload[run] !== 0 && runLastMs[run] === 0)
          add(
            this.workloadCluster[runWorkload[run]],
            run,
            runImage[run],
            runWorkload[run],
            this.ownGroup(run),
          )
    })
  }

  #startRun(no: number): void {
    const image = this.runImage[no]
    if (image !== 0 && this.runningOfImage.count(image) === 0)
      for (const packageNo of this.contents(image)) this.packageTally.start(packageNo)
    this.runningOfImage.add(image, no)
    const workload = this.runWorkload[no]
    this.runsOfCluster.add(this.workloadCluster[workload], no, image, workload, 0)
    this.runningRuns++
    this.#share(workload, image)
    this.#regroup(no)
  }

  /** Notes of the runs of a workload with one image whether they are several. */
  #share(workload: number, image: number): void {
    const same: number[] = []
    for (const run of this.runsOfWorkload.row(workload))
      if (this.runLastMs[run] === 0 && this.runImage[run] === image && image !== 0) same.push(run)
    const shared = same.length > 1 ? 1 : 0
    for (const run of same) {
      if (this.runShared[run] === shared) continue
      this.runShared[run] = shared
      this.#regroup(run)
    }
  }

  /** The one group of pods that a run has for itself, or 0. */
  ownGroup(run: number): number {
    const { groupsOfRun, runsOfGroup } = this
    if (groupsOfRun.counts[run] !== 1 || this.runShared[run] === 1) return 0
    const group = groupsOfRun.values[groupsOfRun.starts[run]]
    return runsOfGroup.counts[group] === 1 ? group : 0
  }

  #regroup(run: number): void {
    this.runsOfCluster.set(this.workloadCluster[this.runWorkload[run]], run, 3, this.ownGroup(run))
  }

  #endRun(image: number, no: number): void {
    this.endedOfImage.add(image, this.runWorkload[no])
    this.endedRunsOfImage.add(image, no, secondOf(this.runFirstMs[no]), secondOf(this.runLastMs[no]))
    this.#noteEnd(no)
  }

  #unlinkRun(no: number): void {
    const image = this.runImage[no]
    if (this.runLastMs[no] !== 0) {
      const at = this.endedRunsOfImage.find(image, no)
      this.endedOfImage.removeAt(image, at)
      this.endedRunsOfImage.removeAt(image, at)
      return
    }
    this.runningOfImage.remove(image, no)
    const workload = this.runWorkload[no]
    this.runsOfCluster.remove(this.workloadCluster[workload], no)
    this.runningRuns--
    this.runShared[no] = 0
    this.runImage[no] = 0
    this.#share(workload, image)
    if (image !== 0 && this.runningOfImage.count(image) === 0)
      for (const packageNo of this.contents(image)) this.packageTally.stop(packageNo)
  }

  /** A pod came (`before` is null), moved or changed what it runs, or is gone (`after` is null). */
  setPod(before: PodPlace | null, after: PodPlace | null): void {
    if (before && before.runs.length > 0) this.#removePod(before)
    if (after && after.runs.length > 0) this.#addPods(this.#groupOf(after.runs), 1, after.node)
  }

  /** The group of pods with these runs, made when there is none. */
  #groupOf(runs: readonly number[]): number {
    const known = this.#findGroup(runs)
    if (known !== 0) return known
    const no = this.#freeGroups.pop() ?? ++this.groupCount
    if (no >= this.groupPods.length) this.groupPods = grown(this.groupPods, grownSize(no))
    this.groupPods[no] = 0
    this.nodesOfGroup.reserve(no)
    for (const run of runs) {
      this.runsOfGroup.add(no, run, this.runImage[run])
      this.groupsOfRun.add(run, no)
    }
    for (const run of runs) this.#regroup(run)
    return no
  }

  /** Takes in all groups at once, numbered as they come, with the groups and nodes of placed pods. */
  buildGroups(
    groups: readonly { runs: readonly number[]; pods: number }[],
    eachPlaced: (add: (group: number, node: number) => void) => void,
  ): void {
    this.groupCount = groups.length
    this.groupPods = grown(this.groupPods, grownSize(groups.length))
    for (const [at, { pods }] of groups.entries()) this.groupPods[at + 1] = pods
    this.runsOfGroup.build(groups.length, (add) => {
      for (const [at, { runs }] of groups.entries())
        for (const run of runs) add(at + 1, run, this.runImage[run])
    })
    this.groupsOfRun.build(this.runCount, (add) => {
      for (const [at, { runs }] of groups.entries()) for (const run of runs) add(run, at + 1)
    })
    this.nodesOfGroup.build(groups.length, eachPlaced)
  }

  #addPods(group: number, pods: number, node: number): void {
    this.groupPods[group] += pods
    if (node !== 0) this.nodesOfGroup.add(group, node)
  }

  #removePod({ node, runs }: PodPlace): void {
    const group = this.#findGroup(runs)
    if (group === 0) return
    this.groupPods[group]--
    if (node !== 0) this.nodesOfGroup.remove(group, node)
    if (this.groupPods[group] > 0) return
    for (const run of runs) {
      this.groupsOfRun.remove(run, group)
      this.runsOfGroup.remove(group, run)
    }
    for (const run of runs) this.#regroup(run)
    this.#freeGroups.push(group)
  }

  /** A run has a few groups at most, one for each set of containers that its pods have. */
  #findGroup(runs: readonly number[]): number {
    for (const group of this.groupsOfRun.row(runs[0])) {
      if (
        this.runsOfGroup.count(group) === runs.length &&
        runs.every((run) => this.groupsOfRun.row(run).includes(group))
      )
        return group
    }
    return 0
  }

  addFinding(packageNo: number, advisoryNo: number, verdict: FindingVerdict): void {
    this.findingsOfAdvisory.add(advisoryNo, packageNo, this.verdictNumber(verdict))
    this.findingCount++
    this.contentsVersion++
  }

  removeFinding(packageNo: number, advisoryNo: number): void {
    this.contentsVersion++
    if (this.findingsOfAdvisory.remove(advisoryNo, packageNo)) this.findingCount--
  }

  verdictNumber({ state, fixState, fixedIn }: FindingVerdict): number {
    const text = `${state}\n${fixState}\n${fixedIn}`
    let no = this.#verdictNumbers.get(text)
    if (no === undefined) {
      no = this.verdicts.length
      this.verdicts.push({ state, fixState, fixedIn })
      this.#verdictNumbers.set(text, no)
    }
    return no
  }

  /** Follows a committed change of one cluster, in time proportional to the change. */
  applyFleet(delta: FleetDelta): void {
    const cluster = delta.cluster.no
    this.setCluster(cluster, delta.cluster)
    for (const { no, id, name } of delta.images) this.setImage(no, id, name)
    for (const node of delta.nodes) this.setNode(node.no, cluster, node)
    for (const workload of delta.workloads) this.setWorkload(workload.no, cluster, workload)
    for (const run of delta.runs) this.setRun(run)
    for (const { before, after } of delta.pods) this.setPod(before, after)
    this.version++
  }

  /** By cluster its place among the names; a slash ends each, as it does in the id of a workload. */
  clusterRank(): Uint32Array {
    const { clusterName } = this
    if (this.#clusterRank.length !== clusterName.length) {
      this.#clusterRank = new Uint32Array(clusterName.length)
      const numbers = [...clusterName.keys()].filter((no) => clusterName[no] !== undefined)
      numbers.sort((a, b) => (`${clusterName[a]}/` < `${clusterName[b]}/` ? -1 : 1))
      for (const [rank, no] of numbers.entries()) this.#clusterRank[no] = rank
    }
    return this.#clusterRank
  }

  workloadId(no: number): string {
    const { names } = this
    return `${this.clusterName[this.workloadCluster[no]]}/${names.text(this.workloadNamespace[no])}/${names.text(this.workloadKind[no])}/${names.text(this.workloadName[no])}`
  }

  /** Bytes of the arrays and about those of the names; maps are not counted. */
  get bytes(): number {
    let bytes = this.names.bytes + this.packageTally.bytes
    for (const value of Object.values(this) as unknown[]) {
      if (ArrayBuffer.isView(value)) bytes += value.byteLength
      else if (value instanceof Rows) bytes += value.bytes
    }
    for (const packed of this.imageContents) bytes += packed?.byteLength ?? 0
    return bytes
  }

  #growPackages(no: number): void {
    const size = grownSize(no)
    this.packageEcosystem = grown(this.packageEcosystem, size)
    this.packageType = grown(this.packageType, size)
    this.packageName = grown(this.packageName, size)
    this.packageVersion = grown(this.packageVersion, size)
    this.packageSource = grown(this.packageSource, size)
    this.packageSourceVersion = grown(this.packageSourceVersion, size)
  }

  #growWorkloads(no: number): void {
    const size = grownSize(no)
    this.workloadCluster = grown(this.workloadCluster, size)
    this.workloadNamespace = grown(this.workloadNamespace, size)
    this.workloadKind = grown(this.workloadKind, size)
    this.workloadName = grown(this.workloadName, size)
    this.workloadOwner = grown(this.workloadOwner, size)
    this.workloadOwnerNo = grown(this.workloadOwnerNo, size)
    this.workloadPair = grown(this.workloadPair, size)
    this.workloadGone = grown(this.workloadGone, size)
  }

  #growRuns(no: number): void {
    const size = grownSize(no)
    this.runWorkload = grown(this.runWorkload, size)
    this.runImage = grown(this.runImage, size)
    this.runPods = grown(this.runPods, size)
    this.runFirstMs = grown(this.runFirstMs, size)
    this.runLastMs = grown(this.runLastMs, size)
    this.runContainer = grown(this.runContainer, size)
    this.runReference = grown(this.runReference, size)
    this.runShared = grown(this.runShared, size)
  }
}

/** Later than any time. */
const never = 0xffffffff

/** The unit in which ended runs are looked through; the exact time decides where two are in the same second. */
export function secondOf(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000))
}

function isOrderable({ ecosystem, type, version }: IndexedPackage): boolean {
  return version !== '' && compareVersions(schemeForEcosystem(ecosystem || type), version, version) !== null
}

/** The number of a pair of numbers, given when it is met first; what is paired is kept beside by number. */
function numberOfPair(
  known: Map<number, Map<number, number>>,
  [a, as]: [number, number[]],
  [b, bs]: [number, number[]],
): number {
  let row = known.get(a)
  if (!row) known.set(a, (row = new Map()))
  let no = row.get(b)
  if (no === undefined) {
    no = as.length
    as.push(a)
    bs.push(b)
    row.set(b, no)
  }
  return no
}

/** Names under which a package is asked for: itself, its source, and the last part of a name with parts. */
function spellings({ name, sourceName }: IndexedPackage): Set<string> {
  const found = new Set([name.toLowerCase()])
  if (sourceName !== '') found.add(sourceName.toLowerCase())
  const cut = Math.max(name.lastIndexOf('/'), name.lastIndexOf(':'))
  const last = name.slice(cut + 1)
  if (cut < 0 || last === '') return found
  found.add(last.toLowerCase())
  // Go modules end with their major version: github.com/x/y/v2 is asked for as y.
  if (name[cut] === '/' && /^v\d+$/.test(last)) {
    const module = name.slice(name.lastIndexOf('/', cut - 1) + 1, cut)
    if (cut > 0 && module !== '') found.add(module.toLowerCase())
  }
  return found
}
