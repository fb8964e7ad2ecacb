import { shortDigest } from '../format.ts'
import { CopyButton } from './copy-button.tsx'
import { Inert } from './inert.tsx'
import styles from './id.module.css'

/** An identity as it would be pasted into a shell: digests short, the whole in the copy. `null` is said, not left out. */
export function Id({
  value,
  absent = 'no digest',
  copy,
}: {
  value: string | null
  absent?: string
  copy?: boolean
}) {
  if (value === null) return <span className={styles.absent}>{absent}</span>
  return (
    <span className={styles.id}>
      <code title={value.length > 200 ? undefined : value}>
        {value.startsWith('sha256:') ? shortDigest(value) : <Inert text={value} />}
      </code>
      {copy && <CopyButton text={value} name="Copy the whole id" />}
    </span>
  )
}
