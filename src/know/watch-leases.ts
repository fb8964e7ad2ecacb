import { randomUUID } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { limit } from '../base/limits.ts'
import type { Store } from '../base/store/index.ts'
import { holdLease, releaseLease } from './fleet/live/index.ts'

/**
 * Which clusters this process watches, where several processes share a database. A data directory belongs to one
 * process anyway, which need not wait for the lease of the one that was killed before it.
 */
export class WatchLeases {
  readonly #store: Store
  readonly #clock: Clock
  readonly #holder = randomUUID()

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  get areNeeded(): boolean {
    return this.#store.engine === 'postgres'
  }

  /** Takes or renews the lease of a cluster; false while another process has it. */
  async hold(clusterNo: number): Promise<boolean> {
    if (!this.areNeeded) return true
    return holdLease(this.#store, {
      clusterNo,
      holder: this.#holder,
      nowMs: this.#clock.nowMs(),
      ms: limit('watchLeaseMs'),
    })
  }

  async release(clusterNo: number): Promise<void> {
    if (this.areNeeded) await releaseLease(this.#store, clusterNo, this.#holder)
  }
}
