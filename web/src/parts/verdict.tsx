import type { ReactNode } from 'react'
import type { FindingState } from '../api/schema.generated.ts'
import { Inert } from './inert.tsx'
import styles from './verdict.module.css'

export type VerdictKind = 'confirmed' | 'contradicted' | 'unknown' | 'stale' | 'not-applicable'

/** What the fleet says: silhouette, word, and its age. Read without colour: disc, diamond, dashed ring, wedge, dash. */
export function Verdict({
  kind,
  children,
  age,
}: {
  kind: VerdictKind
  children?: ReactNode
  age?: ReactNode
}) {
  return (
    <span className={`${styles.verdict} ${styles[kind === 'not-applicable' ? 'notApplicable' : kind]}`}>
      <VerdictGlyph kind={kind} />
      <span>
        {children ?? kind.replace('-', ' ')}
        {age !== undefined && <span className={styles.age}> {age}</span>}
      </span>
    </span>
  )
}

function VerdictGlyph({ kind }: { kind: VerdictKind }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor">
      {kind === 'confirmed' && (
        <>
          <circle cx="8" cy="8" r="7.25" fill="currentColor" stroke="none" />
          <path d="M4.6 8.4 7 10.8 11.5 5.5" stroke="var(--bg-1)" strokeWidth="1.9" />
        </>
      )}
      {kind === 'contradicted' && (
        <>
          <path d="M8 0 16 8 8 16 0 8Z" fill="currentColor" stroke="none" />
          <path d="M5.5 5.5 10.5 10.5M10.5 5.5 5.5 10.5" stroke="var(--bg-1)" strokeWidth="1.8" />
        </>
      )}
      {kind === 'unknown' && (
        <>
          <circle cx="8" cy="8" r="6.6" strokeWidth="1.5" strokeDasharray="2.9 2.28" />
          <path d="M6 6.6A2 2 0 1 1 8.7 8.4Q8 8.7 8 9.5" strokeWidth="1.5" />
          <circle cx="8" cy="11.6" r=".95" fill="currentColor" stroke="none" />
        </>
      )}
      {kind === 'stale' && (
        <>
          <circle cx="8" cy="8" r="6.6" strokeWidth="1.5" />
          <path d="M8 8V3.2A4.8 4.8 0 0 1 12.8 8Z" fill="currentColor" stroke="none" />
        </>
      )}
      {kind === 'not-applicable' && <path d="M4 8H12" strokeWidth="1.5" />}
    </svg>
  )
}

const findings: Record<FindingState, { kind: VerdictKind; word: string }> = {
  affected: { kind: 'confirmed', word: 'affected' },
  not_affected: { kind: 'not-applicable', word: 'not affected' },
  fixed: { kind: 'not-applicable', word: 'fixed' },
  under_investigation: { kind: 'unknown', word: 'under investigation' },
  unknown: { kind: 'unknown', word: 'cannot tell' },
}

/**
 * A finding in the words of VEX. *Affected* is a disc: the fleet confirms that the version lies in the range. Red is
 * kept for *contradicted*, so that it means one thing.
 */
export function FindingVerdict({ state }: { state: FindingState }) {
  return <Verdict kind={findings[state].kind}>{findings[state].word}</Verdict>
}

/** What a person or a vendor said: a square, so that it is never taken for a verdict. */
export function Claim({ text, by }: { text: string | null; by?: string }) {
  return (
    <span className={styles.claim}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor">
        <path d="M1.75 1.75h12.5v12.5H1.75Z" strokeWidth="1.5" />
        {text !== null && <path d="M4.4 8.3 7 10.8 11.6 5.2" strokeWidth="1.8" />}
      </svg>
      <span>
        {text === null ? 'no claim' : <Inert text={text} />}
        {by !== undefined && (
          <span className={styles.by}>
            <Inert text={by} />
          </span>
        )}
      </span>
    </span>
  )
}
