import { Link, type LinkOptions } from '@tanstack/react-router'
import { grouped } from '../format.ts'
import styles from './tabs.module.css'

/** Parts of one page, each with its address and the length of what it holds. */
export function Tabs({
  label,
  tabs,
}: {
  label: string
  tabs: readonly { title: string; to: LinkOptions; count?: number; current: boolean }[]
}) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {tabs.map(({ title, to, count, current }) => (
        <Link
          key={title}
          {...to}
          resetScroll={false}
          aria-current={current ? 'page' : undefined}
          activeProps={{}}
          // Else the router takes the tab whose address has no search for current beside every other.
          activeOptions={{ exact: true }}
        >
          {title}
          {count !== undefined && <span className={`${styles.count} number`}> {grouped(count)}</span>}
        </Link>
      ))}
    </nav>
  )
}
