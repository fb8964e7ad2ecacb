import type { ReactNode } from 'react'
import styles from './chip.module.css'

export function Chip({ children }: { children: ReactNode }) {
  return <span className={styles.chip}>{children}</span>
}

/** Chips of which one is pressed; the first says that nothing is left out. */
export function Chips<Word extends string>({
  label,
  chips,
  value,
  onChange,
}: {
  label: string
  chips: readonly { value: Word | undefined; title: string }[]
  value: Word | undefined
  onChange: (value: Word | undefined) => void
}) {
  return (
    <div className={styles.chips} role="group" aria-label={label}>
      {chips.map((chip) => (
        <button
          key={chip.title}
          type="button"
          className={styles.chip}
          aria-pressed={chip.value === value}
          onClick={() => onChange(chip.value)}
        >
          {chip.title}
        </button>
      ))}
    </div>
  )
}
