import type { Blobs } from '../base/blobs.ts'
import type { Clock } from '../base/clock.ts'
import type { Store } from '../base/store/index.ts'
import { coveredEcosystems } from './advisories/index.ts'
import type { ChangeRow } from './answers.ts'
import { openJudge, type Judge } from './catalog/index.ts'
import { listChanges, listFeeds } from './overview.store.ts'
import {
  buildFleetIndex,
  CoverageMeter,
  Walker,
  type CoverageInputs,
  type FleetIndex,
} from './where/index.ts'

/** What the wing needs from outside. */
export interface KnowledgeOptions {
  store: Store
  blobs: Blobs
  clock: Clock
  dataDirectory: string
  example: boolean
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
  readonly meter = new CoverageMeter()
  readonly #listeners = new Set<(change: ChangeRow) => void>()
  #index: Promise<FleetIndex> | null = null
  #walker: { index: FleetIndex; walker: Walker } | null = null
  #judge: Promise<Judge> | null = null
  #coverage: Promise<CoverageInputs> | null = null
  #announcedSeq = -1

  constructor(options: KnowledgeOptions) {
    this.store = options.store
    this.blobs = options.blobs
    this.clock = options.clock
    this.dataDirectory = options.dataDirectory
    this.example = options.example
  }

  index(): Promise<FleetIndex> {
    this.#index ??= buildFleetIndex(this.store)
    return this.#index
  }

  /** The index when something has built it already: imports keep it current, but do not build it. */
  get builtIndex(): Promise<FleetIndex> | null {
    return this.#index
  }

  async walker(): Promise<Walker> {
    const index = await this.index()
    if (this.#walker?.index !== index) this.#walker = { index, walker: new Walker(index) }
    return this.#walker.walker
  }

  judge(): Promise<Judge> {
    this.#judge ??= openJudge(this.store)
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
