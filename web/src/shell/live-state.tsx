import { useQueryClient } from '@tanstack/react-query'
import { applyChanges, liveness, waitingChanges } from '../api/live.ts'
import { ago, grouped, utc } from '../format.ts'
import { Button } from '../parts/button.tsx'
import { useNow } from '../parts/time.tsx'
import { Verdict } from '../parts/verdict.tsx'
import styles from './live-state.module.css'

/** In the top bar: whether the page is live, and what waits to be shown. */
export function LiveState() {
  const { state } = liveness.use()
  const waiting = waitingChanges.use()
  const queries = useQueryClient()
  return (
    <>
      {waiting > 0 && (
        <Button kind="quiet" onClick={() => applyChanges(queries)} aria-keyshortcuts=".">
          {grouped(waiting)} {waiting === 1 ? 'change' : 'changes'} <kbd>.</kbd>
        </Button>
      )}
      <span>{state === 'live' ? 'Live' : state === 'reconnecting' ? 'Reconnecting' : 'Not live'}</span>
    </>
  )
}

/** Said once a change waits; polite, because it interrupts nothing. */
export function WaitingStatus() {
  const waiting = waitingChanges.use()
  return (
    <p className="visually-hidden" role="status">
      {waiting > 0 ? `${grouped(waiting)} changes wait. Press the full stop key to show them.` : ''}
    </p>
  )
}

export function NotLive() {
  const { state, heardAtMs } = liveness.use()
  const now = useNow()
  if (state !== 'lost') return null
  return (
    <div className={styles.notLive} role="alert">
      <Verdict kind="stale">not live</Verdict>
      <p>
        <strong>
          Data from {utc(heardAtMs)} ({ago(heardAtMs, Math.max(now, Date.now()))}).
        </strong>{' '}
        Reconnecting. Reading goes on; what you send may be refused.
      </p>
    </div>
  )
}
