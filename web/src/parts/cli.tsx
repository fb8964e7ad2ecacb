import { CopyButton } from './copy-button.tsx'
import styles from './cli.module.css'

/** A command line to paste: the same power as the screen that shows it. */
export function Cli({ line }: { line: string }) {
  return (
    <div className={styles.cli}>
      <code>{line}</code>
      <CopyButton text={line} label="Copy" name="Copy the command" />
    </div>
  )
}

/** One word of a POSIX shell: quoted when it has to be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
