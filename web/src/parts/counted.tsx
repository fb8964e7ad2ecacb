import type { Counted as Value } from '../api/schema.generated.ts'
import { grouped, nbsp } from '../format.ts'
import styles from './counted.module.css'

/** A number that knows its coverage: `≥` when something that could raise it was not seen. */
export function Counted({ value, noun }: { value: Value; noun: string }) {
  return (
    <span className={`${styles.counted} number`}>
      <b>
        {value.atLeast ? `≥${nbsp}` : ''}
        {grouped(value.value)}
      </b>
      {nbsp}
      <span className={styles.noun}>{value.value === 1 ? noun : `${noun}s`}</span>
    </span>
  )
}
