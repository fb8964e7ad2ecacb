import { CompressedRows } from './compressed-rows.ts'
import { Names } from './names.ts'

/** One distinct package version of the fleet; numbers are those of the store. */
export interface IndexedPackage {
  ecosystem: string
  type: string
  name: string
  version: string
  sourceName: string
  sourceVersion: string
}

/**
 * The fleet in memory: typed arrays that answer which images, workloads, pods, nodes, clusters and owners run a set of
 * package versions. Numbers are those of the store, so that a change is applied without a search. SQL keeps the truth;
 * this is rebuilt from it and then kept current.
 *
 * Package versions lead to images (inverted rows), images to runs (workload × digest, with their interval), runs to
 * workloads and, while they run, to pods, pods to nodes. History is kept per run; the intervals of single pods stay in
 * the store.
 */
export class FleetIndex {
  /** Increases with each change of what answers depend on. */
  version = 1
  builtInMs = 0

  readonly names = new Names()
  // Package versions, by number.
  packageEcosystem = new Uint16Array(0)
  packageType = new Uint16Array(0)
  packageName = new Uint32Array(0)
  packageVersion = new Uint32Array(0)
  packageSource = new Uint32Array(0)
  packageSourceVersion = new Uint32Array(0)
  packageCount = 0
  /** Package versions by name, source name and last part of the name, all lower case. */
  readonly packagesByName = new Map<string, number[]>()
  imagesOfPackage = new CompressedRows()

  // Images, by number.
  imageId: string[] = []
  imageName: string[] = []
  /** 0: contents unknown; 1: known; 2: known in part. */
  imageKnown = new Uint8Array(0)
  imageDocumentAtMs = new Float64Array(0)
  imageCount = 0
  runsOfImage = new CompressedRows()

  // Runs, by number.
  runWorkload = new Uint32Array(0)
  runImage = new Uint32Array(0)
  runPods = new Uint32Array(0)
  runFirstMs = new Float64Array(0)
  /** 0: runs now. */
  runLastMs = new Float64Array(0)
  runContainer = new Uint32Array(0)
  runReference = new Uint32Array(0)
  runCount = 0
  podsOfRun = new CompressedRows()
  podNode = new Uint32Array(0)
  podCount = 0

  // Workloads, by number.
  workloadCluster = new Uint16Array(0)
  workloadNamespace = new Uint32Array(0)
  workloadKind = new Uint16Array(0)
  workloadName = new Uint32Array(0)
  workloadOwner = new Uint32Array(0)
  workloadGone = new Uint8Array(0)
  workloadCount = 0

  // Nodes and clusters, by number.
  nodeCluster = new Uint16Array(0)
  nodeName = new Uint32Array(0)
  nodePool = new Uint32Array(0)
  nodeGone = new Uint8Array(0)
  nodeCount = 0
  clusterName: string[] = []
  clusterSource: string[] = []
  clusterDeclaredOnly: boolean[] = []
  clusterLastSeenMs: number[] = []

  // Findings: advisory → package versions and back.
  packagesOfAdvisory = new CompressedRows()
  advisoriesOfPackage = new CompressedRows()
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
    }
    this.imageId[no] = id
    this.imageName[no] = name
    this.imageCount = Math.max(this.imageCount, no)
  }

  /** Replaces what an image contains. `partly` when its document left something out. */
  setContents(no: number, contents: Uint32Array, documentAtMs: number, partly: boolean): void {
    if (this.imageKnown[no] !== 0) this.imagesOfPackage.removeValue(no)
    for (const packageNo of contents) this.imagesOfPackage.add(packageNo, no)
    this.imageKnown[no] = partly ? 2 : 1
    this.imageDocumentAtMs[no] = documentAtMs
  }

  setWorkload(
    no: number,
    cluster: number,
    namespace: string,
    kind: string,
    name: string,
    owner: string | null,
    gone: boolean,
  ): void {
    if (no >= this.workloadCluster.length) this.#growWorkloads(no)
    const { names } = this
    this.workloadCluster[no] = cluster
    this.workloadNamespace[no] = names.number(namespace)
    this.workloadKind[no] = names.number(kind)
    this.workloadName[no] = names.number(name)
    this.workloadOwner[no] = names.number(owner ?? '')
    this.workloadGone[no] = gone ? 1 : 0
    this.workloadCount = Math.max(this.workloadCount, no)
  }

  setNode(no: number, cluster: number, name: string, pool: string, gone: boolean): void {
    if (no >= this.nodeCluster.length) {
      const size = grownSize(no)
      this.nodeCluster = grown(this.nodeCluster, size)
      this.nodeName = grown(this.nodeName, size)
      this.nodePool = grown(this.nodePool, size)
      this.nodeGone = grown(this.nodeGone, size)
    }
    this.nodeCluster[no] = cluster
    this.nodeName[no] = this.names.number(name)
    this.nodePool[no] = this.names.number(pool)
    this.nodeGone[no] = gone ? 1 : 0
    this.nodeCount = Math.max(this.nodeCount, no)
  }

  setRun(
    no: number,
    run: {
      workload: number
      image: number
      pods: number
      firstMs: number
      lastMs: number | null
      container: string
      reference: string
    },
  ): void {
    if (no >= this.runWorkload.length) this.#growRuns(no)
    const before = this.runImage[no]
    this.runWorkload[no] = run.workload
    this.runImage[no] = run.image
    this.runPods[no] = run.pods
    this.runFirstMs[no] = run.firstMs
    this.runLastMs[no] = run.lastMs ?? 0
    this.runContainer[no] = this.names.number(run.container)
    this.runReference[no] = this.names.number(run.reference)
    this.runCount = Math.max(this.runCount, no)
    if (before !== run.image) {
      if (before !== 0) this.runsOfImage.remove(before, no)
      if (run.image !== 0) this.runsOfImage.add(run.image, no)
    }
  }

  /** The runs that a pod has; a pod that ended has none. */
  setPod(no: number, node: number, runs: readonly number[]): void {
    if (no >= this.podNode.length) this.podNode = grown(this.podNode, grownSize(no))
    this.podNode[no] = node
    this.podCount = Math.max(this.podCount, no)
    for (const run of runs) this.podsOfRun.add(run, no)
  }

  removePod(no: number, runs: readonly number[]): void {
    for (const run of runs) this.podsOfRun.remove(run, no)
  }

  addFinding(packageNo: number, advisoryNo: number): void {
    this.packagesOfAdvisory.add(advisoryNo, packageNo)
    this.advisoriesOfPackage.add(packageNo, advisoryNo)
    this.findingCount++
  }

  removeFinding(packageNo: number, advisoryNo: number): void {
    this.packagesOfAdvisory.remove(advisoryNo, packageNo)
    this.advisoriesOfPackage.remove(packageNo, advisoryNo)
    this.findingCount--
  }

  workloadId(no: number): string {
    const { names } = this
    return `${this.clusterName[this.workloadCluster[no]]}/${names.text(this.workloadNamespace[no])}/${names.text(this.workloadKind[no])}/${names.text(this.workloadName[no])}`
  }

  /** Bytes of the arrays; names and maps are not counted. */
  get bytes(): number {
    let bytes = this.names.bytes
    for (const value of Object.values(this) as unknown[]) {
      if (ArrayBuffer.isView(value)) bytes += value.byteLength
      else if (value instanceof CompressedRows) bytes += value.bytes
    }
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
  }
}

/** Names under which a package is asked for: itself, its source, and the last part of a name with parts. */
function spellings({ name, sourceName }: IndexedPackage): Set<string> {
  const found = new Set([name.toLowerCase()])
  if (sourceName !== '') found.add(sourceName.toLowerCase())
  const last = /[^/:]+$/.exec(name)?.[0]
  if (last !== undefined && last !== name) {
    found.add(last.toLowerCase())
    // Go modules end with their major version: github.com/x/y/v2 is asked for as y.
    const major = /([^/]+)\/v\d+$/.exec(name)?.[1]
    if (major !== undefined) found.add(major.toLowerCase())
  }
  return found
}

function grownSize(no: number): number {
  return Math.max(64, Math.ceil((no + 1) * 1.25))
}

function grown<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(array: T, size: number): T {
  const larger = new (array.constructor as new (length: number) => T)(size)
  larger.set(array as never)
  return larger
}
