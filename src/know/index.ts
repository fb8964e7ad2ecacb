import { program } from '../base/program.ts'
import type { ClusterWatch } from './answers.ts'
import { Context, type KnowledgeOptions } from './context.ts'
import type { ReadingJobs } from './images/index.ts'
import type { Knowledge } from './knowledge.ts'
import type { LiveClusters } from './live.ts'
import type { ShapedFleet } from './probes/index.ts'

export type { Input, Knowledge } from './knowledge.ts'
export type { KnowledgeOptions } from './context.ts'

/** Each part loads when it is first asked: a build that scans one document waits for nothing else. */
const answering = () => import('./answering/index.ts')
const advisories = () => import('./advisory-answers.ts')
const provisional = () => import('./provisional-advisories.ts')
const images = () => import('./images/index.ts')
const importing = () => import('./importing.ts')
const overview = () => import('./overview.ts')
const register = () => import('./register/index.ts')
const exposure = () => import('./exposure/index.ts')
const posture = () => import('./posture/index.ts')
const clusters = () => import('./cluster-contents.ts')

/** Opens the know wing on a store. Nothing is read until it is asked for. */
export async function openKnowledge(options: KnowledgeOptions): Promise<Knowledge> {
  const context = new Context(options)
  let live: Promise<LiveClusters> | undefined
  let reading: ReadingJobs | undefined
  let shapes: { version: number; fleet: Promise<ShapedFleet> } | undefined
  let warming: Promise<void> | null = null
  let reader: Promise<ReturnType<typeof import('./catalog/reading/index.ts').openScanReader>> | undefined
  const openLive = (): Promise<LiveClusters> => {
    live ??= import('./live.ts').then(({ LiveClusters: Live }) => new Live(context, options))
    return live
  }
  /** What speaks to clusters is loaded only where there is one. */
  const watches = async () =>
    live === undefined && !(await (await import('./fleet/index.ts')).hasConnections(context.store))
      ? new Map<string, ClusterWatch>()
      : (await openLive()).watches()
  return {
    async prepare() {
      for (const load of [answering, advisories, provisional, images, importing, overview, posture, exposure])
        await load()
      // The builder of queries loads with its first use.
      void context.store.db
      // The first question about exposure would wait for every cluster; others do not wait for this.
      warming = warm(context)
    },
    live: openLive,
    async facts() {
      const { DeclaredFacts } = await import('./facts.ts')
      return new DeclaredFacts(context, options.factKeys)
    },
    status: async () => (await overview()).answerStatus(context, program.version),
    home: async () => (await overview()).answerHome(context, program.version, await watches()),
    where: async (query) => (await answering()).answerWhere(context, query),
    cve: async (id, query) => (await answering()).answerCve(context, id, query),
    fleetState: async (id) => (await answering()).answerFleetState(context, id),
    async podShapes() {
      const { version } = await context.index()
      // Each rule for pods reads them all; they are read once for one state of the fleet.
      if (shapes?.version !== version) {
        const fleet = import('./probes/index.ts').then(({ readShapes }) => readShapes(context.store))
        fleet.catch(() => (shapes = undefined))
        shapes = { version, fleet }
      }
      return shapes.fleet
    },
    imagesByTag: async () => (await import('./probes/index.ts')).readImagesByTag(context.store),
    exploitation: async (id) => (await advisories()).answerExploitation(context, id),
    exposure: async (query) => (await exposure()).answerExposure(context, query),
    software: async (query) => (await register()).listSoftware(context, query),
    softwareEntry: async (name) => (await register()).showSoftware(context, name),
    declareSoftware: async (declaration, by) => (await register()).declareSoftware(context, declaration, by),
    withdrawSoftware: async (name, by) => (await register()).withdrawSoftware(context, name, by),
    placeOf: async (workload) => (await exposure()).answersOfWorkload(context, workload),
    reach: async (query) => (await posture()).answerReach(context, query),
    reachDiff: async (query, changed) => (await posture()).answerReachDiff(context, query, changed),
    privileges: async (query) => (await posture()).answerPrivileges(context, query),
    identities: async (query) => (await posture()).listIdentities(context, query),
    explain: async (image, vulnerability) => (await images()).explainFinding(context, image, vulnerability),
    images: async (query) => (await images()).listImages(context, query),
    image: async (name, query) => (await images()).answerImage(context, name, query),
    imageFindings: async (name, query) => (await images()).listImageFindings(context, name, query),
    imagePackages: async (name, query) => (await images()).listImagePackages(context, name, query),
    advisories: async (query) => (await advisories()).answerAdvisories(context, query),
    advisoryRecord: async (id) => (await advisories()).answerRecord(context, id),
    addProvisional: async (input, actor) => (await provisional()).addProvisional(context, input, actor),
    withdrawProvisional: async (id, actor) => (await provisional()).withdrawProvisional(context, id, actor),
    clusters: async () => (await overview()).listClusters(context, await watches()),
    clusterWorkloads: async (name, query) => (await clusters()).listClusterWorkloads(context, name, query),
    clusterNodes: async (name, query) => (await clusters()).listClusterNodes(context, name, query),
    async changes({ afterSeq, limit }) {
      const { listChanges } = await import('./overview.store.ts')
      return listChanges(context.store, { afterSeq, limit: limit ?? 100 })
    },
    importAdvisories: async (inputs, own) => (await importing()).importAdvisories(context, inputs, own),
    importSboms: async (inputs, own) => (await importing()).importSboms(context, inputs, own),
    importManifests: async (inputs, own) => (await importing()).importManifests(context, inputs, own),
    importClusterChanges: async (changes, own) =>
      (await importing()).importClusterChanges(context, changes, own),
    importFacts: async (kind, inputs, own) => (await importing()).importFacts(context, kind, inputs, own),
    async scan(input, { isAlone = false } = {}) {
      const { source, imageAt } = input
      if (imageAt !== undefined) {
        const { documentOfImage, judgeScanned, readImageAt } = await import('./catalog/index.ts')
        const { scannedOf } = await import('./catalog/scanned/index.ts')
        const contents = await readImageAt(imageAt, { source, work: context.work })
        const document = scannedOf(documentOfImage(contents, program.name), source)
        return judgeScanned(document, await context.judge())
      }
      reader ??= import('./catalog/reading/index.ts').then(({ openScanReader }) =>
        openScanReader(context.work),
      )
      const read = await reader
      const [document, { judgeScanned }, judge] = await Promise.all([
        read(input, isAlone),
        import('./catalog/scanning/index.ts'),
        context.judge(),
      ])
      return judgeScanned(document, judge)
    },
    addImage: async (path, own) => (await images()).addImageAt(context, path, own),
    addRunningImages: async (own) => (await images()).addRunningImages(context, own),
    async startReadingImages() {
      if (!context.registries.readRunning || reading !== undefined) return
      const { ReadingJobs: Jobs } = await images()
      reading = new Jobs(context)
      reading.start()
    },
    unreadImages: async () => (await images()).listUnreadImages(context),
    imageContents: async (name) => (await images()).imageContents(context, name),
    imageLayers: async (name) => (await images()).imageLayers(context, name),
    diffImages: async (a, b) => (await images()).diffImages(context, a, b),
    writeSbom: async (image, format) => (await images()).writeImageSbom(context, image, format, program),
    sync: async (own) => (await import('./sync.ts')).syncFeeds(context, own),
    onChange: (listener) => context.onChange(listener),
    async close() {
      await reading?.stop()
      if (warming !== null) (await context.postures()).stop()
      await warming
      await (await live)?.close()
      await context.work.close()
    },
  }
}

/** Computes what ranks rest on, cluster by cluster. A cluster that fails says so when it is asked about. */
async function warm(context: Context): Promise<void> {
  try {
    const { presentClusters } = await posture()
    await (await context.postures()).bring(presentClusters(await context.index()))
  } catch {
    // Asked again with the first question.
  }
}
