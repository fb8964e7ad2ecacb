import type { QueryClient } from '@tanstack/react-query'
import { followed } from '../followed.ts'
import { openStream } from './stream.ts'

/**
 * How fresh the page is. The server's events say that something changed; questions are then asked again.
 *
 * - `live`: an event or heartbeat came within the last ten seconds.
 * - `reconnecting`: silence, or the stream broke; it is opened again after 1, 2, 4 … 30 s (with jitter).
 * - `lost`: nothing for thirty seconds; the page says from when its data are. Reading goes on.
 *
 * What changes is not put under the eyes of somebody who reads: with the focus or the pointer in a list, or scrolled
 * down, changes wait and are counted; `.` or the next navigation shows them (console.md 4.0, "Stable reading").
 */
export interface Liveness {
  state: 'live' | 'reconnecting' | 'lost'
  heardAtMs: number
}

export const liveness = followed<Liveness>({ state: 'live', heardAtMs: Date.now() })
/** Changes that have arrived and are not on the page yet. */
export const waitingChanges = followed(0)

const reconnectingAfterMs = 10_000
const lostAfterMs = 30_000
/** Changes of one import come in bursts; the page asks again once for each burst, at most four times a second. */
const gatherMs = 250

/** Follows the events until the returned function is called. */
export function followEvents(queries: QueryClient, isReading: () => boolean): () => void {
  let heardAtMs = Date.now()
  let gathered = 0
  let gathering: number | undefined
  const heard = (): void => {
    heardAtMs = Date.now()
    liveness.set({ state: 'live', heardAtMs })
  }
  const settle = (): void => {
    gathering = undefined
    waitingChanges.set(waitingChanges.get() + gathered)
    gathered = 0
    // What is not on the page is asked again when it comes back to it.
    void queries.invalidateQueries({ refetchType: 'none' })
    if (!isReading()) applyChanges(queries)
  }
  const changed = (count: number): void => {
    gathered += count
    gathering ??= window.setTimeout(settle, gatherMs)
  }
  const close = openStream(
    '/api/v1/events',
    { name: 'allclear-events', events: ['change'] },
    {
      heard,
      told: () => changed(1),
      missed: () => changed(0),
      broke: () =>
        liveness.set({
          ...liveness.get(),
          state: liveness.get().state === 'lost' ? 'lost' : 'reconnecting',
        }),
    },
  )
  const timer = window.setInterval(() => {
    const silentMs = Date.now() - heardAtMs
    if (silentMs > lostAfterMs) liveness.set({ state: 'lost', heardAtMs })
    else if (silentMs > reconnectingAfterMs) liveness.set({ state: 'reconnecting', heardAtMs })
  }, 1000)
  return () => {
    close()
    window.clearInterval(timer)
    window.clearTimeout(gathering)
  }
}

/** Puts what has changed on the page. */
export function applyChanges(queries: QueryClient): void {
  waitingChanges.set(0)
  void queries.refetchQueries({ type: 'active', stale: true })
}

/** Something was written by this person: every question is asked again. */
export function refreshAll(queries: QueryClient): Promise<void> {
  waitingChanges.set(0)
  return queries.invalidateQueries()
}
