import styles from './item.module.css'
import type { Item } from './words.ts'

/** The box that a person ticks: a square, so that it is never taken for a verdict. A line that was left out shows a dash. */
export function Tick({ item, onPress }: { item: Item; onPress: () => void }) {
  const { id, text, claim, skip } = item
  return (
    <button
      type="button"
      role="checkbox"
      className={styles.tick}
      aria-checked={skip !== null ? 'mixed' : claim !== null}
      aria-label={`${id}: ${text}`}
      onClick={onPress}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor">
        <path d="M1.75 1.75h12.5v12.5H1.75Z" strokeWidth="1.5" />
        {skip !== null ? (
          <path d="M4.5 8h7" strokeWidth="1.8" />
        ) : (
          claim !== null && <path d="M4.4 8.3 7 10.8 11.6 5.2" strokeWidth="1.8" />
        )}
      </svg>
    </button>
  )
}
