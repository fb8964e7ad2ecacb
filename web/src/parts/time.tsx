import { useSyncExternalStore } from 'react'
import { ago, utc } from '../format.ts'

/** One clock for all times on the page; relative times are read in minutes. */
const tickMs = 30_000
let nowMs = Date.now()
const listeners = new Set<() => void>()
let timer: number | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= window.setInterval(() => {
    nowMs = Date.now()
    for (const tell of listeners) tell()
  }, tickMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    window.clearInterval(timer)
    timer = undefined
  }
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs)
}

/** Relative time, with the absolute one on hover and in `datetime`. `absent` stands where there is none. */
export function Time({ atMs, absent = 'never' }: { atMs: number | null; absent?: string }) {
  const now = useNow()
  if (atMs === null) return <>{absent}</>
  return (
    <time className="number" dateTime={new Date(atMs).toISOString()} title={utc(atMs)}>
      {ago(atMs, Math.max(now, atMs))}
    </time>
  )
}
