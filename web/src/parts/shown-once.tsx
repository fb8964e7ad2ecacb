import { CopyButton } from './copy-button.tsx'
import styles from './shown-once.module.css'

/** A secret that nobody can show again: what it is, the secret, and a way to take it along. */
export function ShownOnce({ what, secret }: { what: string; secret: string }) {
  return (
    <div className={styles.once} role="status">
      <p>{what} It is shown only now.</p>
      <code>{secret}</code>
      <CopyButton text={secret} label="Copy" name="Copy the secret" />
    </div>
  )
}
