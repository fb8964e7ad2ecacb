import type { Blobs } from '../base/blobs.ts'
import type { Clock } from '../base/clock.ts'
import { defaultConfig, type OwnerKeys, type SoftwareRules } from '../base/config.ts'
import { defaultRegistries, type RegistryConfig } from '../base/oci/registries.config.ts'
import type { Store } from '../base/store/index.ts'
import { OneAtATime } from '../base/store/one-at-a-time.ts'
import { openWorkPool, type WorkPool } from '../base/work/index.ts'
import { coveredEcosystems } from './advisories/index.ts'
import type { ChangeRow } from './answers.ts'
import type { Judge } from './catalog/index.ts'
import type { FactKeys, FleetDelta } from './fleet/index.ts'
import { listChanges, listFeeds } from './overview.store.ts'
import type { Postures, SeenResources } from './posture/index.ts'
import { RangeWords } from './range-words.ts'
import type { CoverageInputs, CoverageMeter, FleetIndex, ImageCounter, Reach } from './where/index.ts'

/** What the wing needs from outside. */
export interface KnowledgeOptions {
  store: Store
  blobs: Blobs
  clock: Clock
  dataDirectory: string
  example: boolean
  /** How registries are reached; the defaults when absent. */
  registries?: RegistryConfig
  /** Labels and annotations that name the owner of a workload; the defaults when absent. */
  ownerKeys?: OwnerKeys
  /** Which software is ours; the defaults when absent. */
  softwareRules?: SoftwareRules
  /** Labels and annotations that carry declared facts. */
  factKeys?: Partial<FactKeys>
  /** How long ended pods and objects are kept, ms; 30 days when absent. */
  retentionMs?: number
}

/** How long ago a run may have ended and still be part of an answer. */
export const historyMs = 30 * 24 * 60 * 60 * 1000

/**
 * What the parts of the wing share while the program runs: the fleet index, the judge and the coverage inputs, each made
 * on first use (a command that only imports needs no index) and dropped or brought up to date when data changes.
 */
export class Context {
  readonly store: Store
  readonly blobs: Blobs
  readonly clock: Clock
  readonly dataDirectory: string
  readonly example: boolean
  readonly registries: RegistryConfig
  readonly ownerKeys: OwnerKeys
  readonly factKeys: Partial<FactKeys>
  readonly softwareRules: SoftwareRules
  /** Threads for reading documents; none runs before there is one to read. */
  readonly work: WorkPool = openWorkPool()
  readonly #listeners = new Set<(change: ChangeRow) => void>()
  readonly ranges: RangeWords
  /** Package URLs that pages have shown, by number of the package version. */
  readonly purls = new Map<number, string>()
  readonly #changes = new OneAtATime()
  #index: Promise<FleetIndex> | null = null
  /** What questions are counted with loads with the index: a build that scans a document asks none. */
  #counting: typeof import('./where/index.ts') | null = null
  #meter: CoverageMeter | null = null
  #built: FleetIndex | null = null
  #reach: Reach | null = null
  #clearedReach: Reach | null = null
  #imageCounter: ImageCounter | null = null
  #postures: Promise<Postures> | null = null
  /** By cluster: how a watch sees its resources, as it was told last. */
  readonly #sights = new Map<number, SeenResources>()
  #judge: Promise<Judge> | null = null
  #coverage: Promise<CoverageInputs> | null = null
  #announcedSeq = -1
  /** Increases whenever advisories, KEV, EPSS, SSVC or VEX change. */
  advisoriesVersion = 1

  constructor(options: KnowledgeOptions) {
    this.store = options.store
    this.ranges = new RangeWords(options.store)
    this.blobs = options.blobs
    this.clock = options.clock
    this.dataDirectory = options.dataDirectory
    this.example = options.example
    this.registries = options.registries ?? defaultRegistries
    this.ownerKeys = options.ownerKeys ?? defaultConfig.owners
    this.factKeys = options.factKeys ?? {}
    this.softwareRules = options.softwareRules ?? defaultConfig.software
  }

  /** The index, built on first use while nothing is changed. */
  index(): Promise<FleetIndex> {
    this.#index ??= this.#changes
      .run(async () => {
        this.#counting = await import('./where/index.ts')
        this.#built = await this.#counting.buildFleetIndex(this.store)
        return this.#built
      })
      .catch((error: unknown) => {
        this.#index = null
        throw error
      })
    return this.#index
  }

  /** Builds the index anew, when there is one: another process has changed the store. */
  async rebuild(): Promise<void> {
    this.forgetAdvisories()
    if (this.#postures !== null) (await this.#postures).forget()
    await this.#changes.run(async () => {
      const before = this.#built
      if (before === null) return
      const after = await this.#loaded().buildFleetIndex(this.store)
      // Who compares versions sees that it is another.
      after.version = before.version + 1
      this.#built = after
      this.#index = Promise.resolve(after)
      this.#imageCounter = null
    })
  }

  /**
   * Changes what the index holds, alone: `work` writes to the store and then brings the index up to date, when there is
   * one. So the index sees every change once, in the order in which they were committed, and none while it is built. A
   * command that only imports builds none.
   */
  change<T>(work: (index: FleetIndex | null) => Promise<T>): Promise<T> {
    return this.#changes.run(() => work(this.#built))
  }

  /** The arrays that questions count in; an answer is put together from them before anything is waited for. */
  reach(index: FleetIndex): Reach {
    if (this.#reach?.index !== index) this.#reach = new (this.#loaded().Reach)(index)
    return this.#reach
  }

  /** … and a second set, for what statements clear. */
  clearedReach(index: FleetIndex): Reach {
    if (this.#clearedReach?.index !== index) this.#clearedReach = new (this.#loaded().Reach)(index)
    return this.#clearedReach
  }

  imageCounter(index: FleetIndex): ImageCounter {
    this.#imageCounter ??= new (this.#loaded().ImageCounter)(index)
    return this.#imageCounter
  }

  /** Who reaches whom and who may do what, in every cluster; loads on first use. */
  postures(): Promise<Postures> {
    this.#postures ??= import('./posture/index.ts').then(
      ({ Postures: Open }) => new Open(this.store, () => this.clock.nowMs(), this.factKeys, this.#sights),
    )
    return this.#postures
  }

  /** Tells whoever follows that something of a cluster changed; `seen` says how a watch sees its resources. */
  async touched({ cluster, touched }: FleetDelta, seen?: SeenResources): Promise<void> {
    if (seen !== undefined) this.#sights.set(cluster.no, seen)
    // What was never asked about is read from the store when it is.
    if (this.#postures !== null) (await this.#postures).touch(cluster.no, touched, seen)
  }

  /** Somebody declared facts. */
  async factsDeclared(): Promise<void> {
    if (this.#postures !== null) (await this.#postures).factsDeclared()
  }

  get meter(): CoverageMeter {
    this.#meter ??= new (this.#loaded().CoverageMeter)()
    return this.#meter
  }

  /** Whatever counts is given an index, so it has been built. */
  #loaded(): typeof import('./where/index.ts') {
    if (this.#counting === null) throw new Error('something is counted before there is an index')
    return this.#counting
  }

  judge(): Promise<Judge> {
    this.#judge ??= import('./catalog/scanning/index.ts').then(({ openJudge }) => openJudge(this.store))
    return this.#judge
  }

  coverageInputs(): Promise<CoverageInputs> {
    this.#coverage ??= (async () => ({
      covered: await coveredEcosystems(this.store),
      feeds: await listFeeds(this.store),
    }))()
    return this.#coverage
  }

  /** Advisories, KEV, EPSS or VEX changed. */
  forgetAdvisories(): void {
    this.#judge = null
    this.#coverage = null
    this.advisoriesVersion++
    this.ranges.forget()
  }

  onChange(listener: (change: ChangeRow) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells listeners what was written to the change log since the last time. */
  async announce(): Promise<void> {
    if (this.#announcedSeq < 0) {
      const [newest] = await listChanges(this.store, { limit: 1 })
      this.#announcedSeq = (newest?.seq ?? 1) - 1
    }
    if (this.#listeners.size === 0) return
    const rows = await listChanges(this.store, { afterSeq: this.#announcedSeq, limit: announcedAtOnce })
    for (const row of rows) {
      this.#announcedSeq = row.seq
      for (const listener of this.#listeners) listener(row)
    }
  }
}

/** A client that missed more asks again for the whole. */
const announcedAtOnce = 1000
