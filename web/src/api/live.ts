import type { QueryClient } from '@tanstack/react-query'
import { followed } from '../followed.ts'

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
const backOffFirstMs = 1_000
const backOffMaxMs = 30_000

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
  const close = openStream({
    heard,
    changed: () => changed(1),
    missed: () => changed(0),
  })
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

interface Listener {
  heard(): void
  changed(): void
  /** Changes may have been missed while nobody listened. */
  missed(): void
}

type Told = keyof Listener

/**
 * One stream for all tabs of this browser, because HTTP/1.1 allows six connections: the tab that holds a lock listens
 * and tells the others; when it closes, the next one takes over. Without locks (plain HTTP elsewhere than on loopback)
 * each tab listens for itself.
 */
function openStream(listener: Listener): () => void {
  if (!navigator.locks) return listen((told) => listener[told]())
  const channel = new BroadcastChannel('allclear-events')
  const stop = new AbortController()
  let close = (): void => {}
  channel.addEventListener('message', ({ data }: MessageEvent<Told>) => listener[data]())
  let waited = false
  navigator.locks
    .request('allclear-events', { signal: stop.signal }, () => {
      if (waited) listener.missed()
      close = listen((told) => {
        listener[told]()
        channel.postMessage(told)
      })
      return new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()))
    })
    .catch(() => {})
  waited = true
  return () => {
    stop.abort()
    close()
    channel.close()
  }
}

function listen(tell: (told: Told) => void): () => void {
  let source: EventSource | undefined
  let reopening: number | undefined
  let failures = 0
  const open = (): void => {
    source = new EventSource('/api/v1/events')
    source.addEventListener('open', () => {
      tell('heard')
      if (failures > 0) tell('missed')
      failures = 0
    })
    source.addEventListener('heartbeat', () => tell('heard'))
    source.addEventListener('change', () => {
      tell('heard')
      tell('changed')
    })
    source.addEventListener('resync', () => tell('missed'))
    source.addEventListener('error', () => {
      // The browser would try again every three seconds for ever, and never after an answer that is an error.
      source?.close()
      const waitMs = Math.min(backOffMaxMs, backOffFirstMs * 2 ** failures)
      failures++
      liveness.set({ ...liveness.get(), state: liveness.get().state === 'lost' ? 'lost' : 'reconnecting' })
      reopening = window.setTimeout(open, waitMs * (0.75 + Math.random() / 2))
    })
  }
  open()
  return () => {
    source?.close()
    window.clearTimeout(reopening)
  }
}
