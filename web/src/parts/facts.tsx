import type { ReactNode } from 'react'
import styles from './facts.module.css'

/** Up to four facts in a row: a term, its value, and where the value is from. */
export function Facts({ facts }: { facts: readonly { term: string; value: ReactNode; note?: ReactNode }[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ term, value, note }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            {value}
            {note !== undefined && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
