import { useEffect, useRef, type ReactNode } from 'react'
import { takeFocus } from '../shell/focus.ts'
import styles from './page-head.module.css'

/**
 * What this page is, the facts that name it, and what can be done. Sets the document's title; after a navigation the
 * heading takes the focus, so that a screen reader says where one is. Every screen has exactly one.
 */
export function PageHead({
  title,
  heading,
  aside,
  facts = [],
  actions,
  hidden,
}: {
  /** Plain text: for the document's title. */
  title: string
  /** What the heading shows when it is more than the title. */
  heading?: ReactNode
  /** Beside the heading: severity, a chip, the vulnerability's own name. */
  aside?: ReactNode
  /** One line, parted by dots; what is not known is left out by the caller. */
  facts?: readonly ReactNode[]
  actions?: ReactNode
  /** The heading is there for those who cannot see that it is not needed. */
  hidden?: boolean
}) {
  const h1 = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Allclear`
    takeFocus(h1.current)
  }, [title])
  if (hidden)
    return (
      <h1 className="visually-hidden" ref={h1} tabIndex={-1}>
        {title}
      </h1>
    )
  return (
    <header className={styles.head}>
      <div>
        <div className={styles.title}>
          <h1 ref={h1} tabIndex={-1}>
            {heading ?? title}
          </h1>
          {aside}
        </div>
        {facts.length > 0 && (
          <ul className={styles.facts}>
            {facts.map((fact, at) => (
              // Facts are told apart by their place.
              <li key={at}>{fact}</li>
            ))}
          </ul>
        )}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  )
}
