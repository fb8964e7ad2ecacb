import type { ReactNode } from 'react'
import styles from './ledger.module.css'

/** The page as a ledger: labels hang in the margin, evidence stands beside them, hairlines between. */
export function Ledger({ children }: { children: ReactNode }) {
  return <div className={styles.ledger}>{children}</div>
}

export function Section({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h2>
        {title} {note !== undefined && <span className={styles.note}>{note}</span>}
      </h2>
      <div className={styles.body}>{children}</div>
    </section>
  )
}

/** A figure breaks out of the margin and uses the whole width. */
export function Figure({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.figure}>
      <header>
        <h2>{title}</h2>
        {note !== undefined && <div className={styles.note}>{note}</div>}
      </header>
      {children}
    </section>
  )
}
