import type { ReactNode } from 'react'
import styles from './disclose.module.css'
import { Icon } from './icon.tsx'

/** Opens what lies below its row. */
export function Disclose({
  open,
  onToggle,
  name,
  children,
}: {
  open: boolean
  onToggle: () => void
  name: string
  children: ReactNode
}) {
  return (
    <button
      type="button"
      className={styles.disclose}
      aria-expanded={open}
      aria-label={name}
      onClick={onToggle}
    >
      <Icon name={open ? 'open' : 'closed'} />
      {children}
    </button>
  )
}
