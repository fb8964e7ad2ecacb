import { useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import styles from './asked.module.css'
import { Button } from './button.tsx'
import { Failure } from './failure.tsx'

const barAfterMs = 300
const namedAfterMs = 5_000

/**
 * What a question came to. Old data stays while it is asked again; a bar after 300 ms, grey rows only on a first load,
 * and after 5 s the name of what is waited for, with a way out. A panel fails alone.
 */
export function Asked<Answer>({
  result,
  what,
  children,
}: {
  result: UseQueryResult<Answer>
  /** What is waited for: `the answer for CVE-2021-44228`. */
  what: string
  children: (answer: Answer) => ReactNode
}) {
  const { data, error, isFetching, refetch } = result
  return (
    <>
      {isFetching && <Waiting what={what} first={data === undefined} />}
      {error !== null && !isFetching && <Failure error={error} onAgain={() => void refetch()} />}
      {data !== undefined && children(data)}
      {data === undefined && error === null && !isFetching && (
        <p>
          Stopped waiting for {what}. <Button onClick={() => void refetch()}>Ask again</Button>
        </p>
      )}
    </>
  )
}

function Waiting({ what, first }: { what: string; first: boolean }) {
  const queries = useQueryClient()
  const waitedMs = useWaited()
  if (waitedMs < barAfterMs) return null
  return (
    <>
      <div className={styles.bar} role="progressbar" aria-label={`Loading ${what}`} />
      {waitedMs >= namedAfterMs && (
        <p role="status">
          Waiting for {what}, {Math.round(waitedMs / 1000)} s.{' '}
          <Button kind="quiet" onClick={() => void queries.cancelQueries()}>
            Cancel
          </Button>
        </p>
      )}
      {first && (
        <div className={styles.skeleton} aria-hidden="true">
          <i />
          <i />
          <i />
        </div>
      )}
    </>
  )
}

/** How long this has been shown, in steps that make a difference. */
function useWaited(): number {
  const [sinceMs] = useState(() => performance.now())
  const [nowMs, setNowMs] = useState(sinceMs)
  useEffect(() => {
    const bar = window.setTimeout(() => setNowMs(performance.now()), barAfterMs)
    const timer = window.setInterval(() => setNowMs(performance.now()), 1000)
    return () => {
      window.clearTimeout(bar)
      window.clearInterval(timer)
    }
  }, [])
  return nowMs - sinceMs
}
