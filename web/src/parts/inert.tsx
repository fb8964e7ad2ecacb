import { Fragment } from 'react'
import { escapeOf, hostileCharacters } from '../format.ts'
import styles from './inert.module.css'

/** Longer text is cut, and said to be; a page must stay a page whatever a document holds. */
const shownMax = 4_000

/**
 * Text of documents, feeds and clusters: never markup, and every character that is invisible, moves the cursor or turns
 * the direction of writing stands there as its escape, marked, so that nothing can pose as something else.
 */
export function Inert({ text, max = shownMax }: { text: string; max?: number }) {
  const shown = text.length > max ? text.slice(0, max) : text
  const rest = text.length - shown.length
  const parts = shown.split(hostileCharacters)
  const marked =
    parts.length === 1
      ? shown
      : parts.map((part, at) => (
          // The parts of one text never move.
          <Fragment key={at}>
            {at % 2 === 0 ? part : <code className={styles.escape}>{escapeOf(part)}</code>}
          </Fragment>
        ))
  return (
    <>
      {unbrokenRun.test(shown) ? <span className={styles.breaks}>{marked}</span> : marked}
      {rest > 0 && <span className={styles.rest}>… and {rest.toLocaleString('en-US')} more characters</span>}
    </>
  )
}

/** Words wrap between themselves; only a longer run may be broken inside, or columns would shrink to one letter. */
const unbrokenRun = /\S{28,}/
