import { useRef, type ReactNode } from 'react'
import styles from './changed.module.css'

/** A 2 px mark beside what has another value than when the page was opened: nothing changes without a sign. */
export function Changed({ value, children }: { value: string | number; children: ReactNode }) {
  const first = useRef(value)
  const changed = first.current !== value
  return (
    <div className={changed ? styles.changed : undefined}>
      {children}
      {changed && <span className="visually-hidden">Changed since you opened this page.</span>}
    </div>
  )
}
