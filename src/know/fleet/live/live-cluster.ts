import type { Store } from '../../../base/store/index.ts'
import type { Surroundings } from '../../../base/kube/index.ts'
import { limit } from '../../../base/limits.ts'
import type { OwnerKeys } from '../owners.ts'
import type { FleetDelta } from '../types.ts'
import { clusterNumber, writeLiveChanges } from './live.store.ts'
import { neededResources } from './resources.ts'
import type { ClusterCheckpoint } from './checkpoint.store.ts'
import type { ClusterSight, ClusterState } from './types.ts'
import { ClusterView } from './view.ts'
import type { Probe } from './watch-cluster.ts'

export interface LiveClusterOptions {
  name: string
  store: Store
  surroundings: Surroundings
  /** Labels and annotations that name the owner of a workload. */
  ownerKeys: OwnerKeys
  /** Runs the writing of a batch, alone, and brings whatever follows the store up to date with it. */
  commit(cluster: LiveCluster, write: () => Promise<FleetDelta>): Promise<void>
  /** Keeps what a later process can go on from; all of it is in the store. */
  onCheckpoint?(cluster: LiveCluster, checkpoint: ClusterCheckpoint): Promise<void>
  /** A batch could not be written; it is tried again. */
  onFailure(cluster: LiveCluster, error: unknown): void
}

/**
 * One live cluster: what is told of it goes into its view, and from there in batches into the store and the fleet
 * index. Who tells it is open: list-watches of this process, or an agent in the cluster.
 *
 * Nothing is written before the first lists are complete: half a cluster would look like a cluster that lost half.
 */
export class LiveCluster {
  readonly name: string
  readonly view = new ClusterView()
  readonly #options: LiveClusterOptions
  readonly #stopped = new AbortController()
  #clusterNo = 0
  #flushing: Promise<void> | null = null
  #again = false
  #written = false
  /** A checkpoint is to be taken with the next batch. */
  #checkpointDue = false
  /** The last batch could not be written; it is told again. */
  #failed = false
  #serverVersion: string | null = null
  #unreachable: string | null = null
  #probedAtMs: number | null = null
  #seenAtMs: number | null = null

  constructor(options: LiveClusterOptions) {
    this.name = options.name
    this.#options = options
    this.view.onDirty = () => this.#wake()
  }

  get clusterNo(): number {
    return this.#clusterNo
  }

  /** Makes the cluster known to the store. Before this nothing is written. */
  async open(): Promise<void> {
    const { store, name, surroundings } = this.#options
    this.#clusterNo = await clusterNumber(store, name, surroundings.clock.nowMs())
    this.#wake()
  }

  /** What the API server, or an agent, said of itself. */
  probed({ atMs, version, reason }: Probe): void {
    if (version !== null) {
      if (version !== '') this.#serverVersion = version
      this.#probedAtMs = atMs
    }
    this.#unreachable = reason
    this.#see(atMs)
  }

  state(): ClusterState {
    const { view } = this
    return {
      sight: this.#sight(),
      reason: this.#reason(),
      serverVersion: this.#serverVersion,
      seenAtMs: this.#seenAtMs,
      resources: Object.fromEntries(view.statuses),
      problems: view.problems,
      problemsTotal: view.problemsTotal,
    }
  }

  get seenAtMs(): number | null {
    return this.#seenAtMs
  }

  /** Waits until everything that was told so far is in the store and in the index, or could not be written. */
  async settle(): Promise<void> {
    while (!this.#failed && (this.#flushing !== null || (this.#writable && this.view.hasChanges))) {
      this.#wake()
      await this.#flushing
    }
  }

  /** Goes on from what an earlier process had; before anything is told. */
  restore(checkpoint: ClusterCheckpoint): void {
    this.view.restore(checkpoint)
    this.#written = true
  }

  /** Takes a checkpoint now, or with the next batch when there is something to write first. */
  async checkpoint(): Promise<void> {
    if (!this.#written) return
    if (this.#failed || this.#flushing !== null || this.view.hasChanges) this.#checkpointDue = true
    else await this.#keep(this.view.checkpoint())
  }

  async #keep(checkpoint: ClusterCheckpoint | null): Promise<void> {
    if (checkpoint !== null) await this.#options.onCheckpoint?.(this, checkpoint)
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#flushing
  }

  get #writable(): boolean {
    return this.#clusterNo !== 0 && (this.#written || this.view.isReady)
  }

  #wake(): void {
    if (!this.#writable || !this.view.hasChanges) return
    if (this.#flushing !== null) {
      this.#again = true
      return
    }
    this.#flushing = this.#flush().finally(() => {
      this.#flushing = null
      if (this.#again && !this.#stopped.signal.aborted) {
        this.#again = false
        this.#wake()
      }
    })
  }

  async #flush(): Promise<void> {
    const { name, store, surroundings, ownerKeys, commit, onFailure } = this.#options
    await surroundings.wait(limit('liveFlushMs'), this.#stopped.signal)
    const changes = this.view.takeChanges()
    // As the view is at this moment the store will be when the batch is written.
    const checkpoint = this.#checkpointDue ? this.view.checkpoint() : null
    try {
      await commit(this, () =>
        writeLiveChanges(store, name, changes, this.view, {
          atMs: surroundings.clock.nowMs(),
          seen: this.#sight() === 'seen',
          ownerKeys,
        }),
      )
      this.#written = true
      this.#failed = false
      this.#see(surroundings.clock.nowMs())
      this.#checkpointDue &&= checkpoint === null
      await this.#keep(checkpoint)
    } catch (error) {
      this.#failed = true
      onFailure(this, error)
      // The store may be full or locked: what was taken is told again, whole, after a while.
      await surroundings.wait(limit('kubeBackoffMs') / 10, this.#stopped.signal)
      this.view.retell()
    }
  }

  /** Notes that all that answers need is current at this moment, when it is. */
  #see(atMs: number): void {
    if (this.#sight() === 'seen') this.#seenAtMs = atMs
  }

  #sight(): ClusterSight {
    const { statuses } = this.view
    const needed = neededResources.map((id) => statuses.get(id))
    if (this.#stopped.signal.aborted) return 'unwatched'
    if (this.#unreachable !== null || this.#silentMs() !== null) return 'lost'
    if (needed.some((status) => status?.state === 'waiting')) return 'lost'
    if (needed.some((status) => status === undefined || status.syncedAtMs === null))
      return needed.some((status) => status?.state === 'refused' || status?.state === 'not-served')
        ? 'partly'
        : 'starting'
    if (needed.some((status) => status!.state === 'refused' || status!.state === 'not-served'))
      return 'partly'
    return this.#probedAtMs === null ? 'starting' : 'seen'
  }

  /** How long nothing was heard, when that is too long: an agent that is gone says nothing of it. */
  #silentMs(): number | null {
    if (this.#probedAtMs === null) return null
    const silentMs = this.#options.surroundings.clock.nowMs() - this.#probedAtMs
    return silentMs > limit('liveSilentMs') ? silentMs : null
  }

  #reason(): string | null {
    const silentMs = this.#silentMs()
    if (silentMs !== null) return `nothing was heard for ${Math.round(silentMs / 1000)} s`
    if (this.#unreachable !== null) return this.#unreachable
    for (const id of neededResources) {
      const status = this.view.statuses.get(id)
      if (status?.reason) return `${id}: ${status.reason}`
    }
    return null
  }
}
