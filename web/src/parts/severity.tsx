import type { Severity as Word } from '../api/schema.generated.ts'
import styles from './severity.module.css'

const barsOf: Record<Word, number> = { critical: 4, high: 3, medium: 2, low: 1, none: 0, unknown: 0 }
const titles: Record<Word, string> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  none: 'None',
  unknown: 'Not rated',
}

/** Severity is length: a gauge of four bars, more ink is worse, and the word. Colour comes last. */
export function Severity({ value }: { value: Word }) {
  const bars = barsOf[value]
  return (
    <span className={`${styles.severity} ${styles[value]}`}>
      {bars > 0 && (
        <svg width="16" height="12" viewBox="0 0 16 12" aria-hidden="true">
          {[0, 1, 2, 3].map((bar) => (
            <rect
              key={bar}
              x={bar * 4.33}
              y={bar < bars ? 9 - bar * 3 : 11}
              width="3"
              height={bar < bars ? 3 + bar * 3 : 1}
              fill="currentColor"
            />
          ))}
        </svg>
      )}
      {titles[value]}
    </span>
  )
}
