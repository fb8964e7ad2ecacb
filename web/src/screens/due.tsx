import { nbsp, until, utc } from '../format.ts'
import { Second } from '../parts/data-table.tsx'
import { useNow } from '../parts/time.tsx'
import type { ExposureRow } from './place.tsx'

/** `3 days, forensics`: an outcome of BOD 26-04 as it stands beside a number. */
export function outcomeInWords(outcome: string): string {
  if (outcome === 'fix on system upgrade') return 'next upgrade'
  return outcome.replace(' & forensic investigation', ', forensics').replace(/^(\d+) days/, `$1${nbsp}days`)
}

/** … as it stands in a sentence: `in 3 days, forensics`, `with the next upgrade`. */
export function dueInWords(outcome: string): string {
  const words = outcomeInWords(outcome)
  return words === 'next upgrade' ? 'with the next upgrade' : `in ${words}`
}

/** The rules by the names that people know. */
export const ruleTitles: Readonly<Record<string, string>> = {
  'bod-26-04': 'BOD 26-04',
  deployer: 'SSVC, deployer table',
}

/** When a fix is due: how long that is from now, and the rule's own words below. */
export function Due({ deadline }: { deadline: ExposureRow['deadline'] }) {
  const now = useNow()
  const { outcome, dueAtMs, between } = deadline
  const words = outcomeInWords(outcome)
  const open = between.length > 1 ? ' at the earliest' : ''
  if (dueAtMs === null) return <b>{`${words}${open}`}</b>
  return (
    <>
      <time className="number" dateTime={new Date(dueAtMs).toISOString()} title={utc(dueAtMs)}>
        <b>{until(dueAtMs, now)}</b>
      </time>
      <Second>{`${words}${open}`}</Second>
    </>
  )
}
