import type { ReactNode } from 'react'
import styles from './empty.module.css'
import { Verdict } from './verdict.tsx'

/**
 * Nothing to show, and which of the four kinds of nothing it is (console.md 2.5): *yet* says what fills it, *matches*
 * offers to clear the filter, *proven* is as good as the coverage it names, *visible* is what those who may not see get.
 */
export function Empty({
  kind,
  title,
  children,
}: {
  kind: 'yet' | 'matches' | 'proven' | 'visible'
  title: string
  /** The next step: text, a link or one button. */
  children?: ReactNode
}) {
  return (
    <div className={styles.empty} data-kind={kind}>
      <p className={styles.title}>{title}</p>
      {children}
      {kind === 'proven' && <Verdict kind="confirmed" />}
    </div>
  )
}
