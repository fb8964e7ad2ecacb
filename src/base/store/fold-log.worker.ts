import { DatabaseSync } from 'node:sqlite'
import type { Run } from '../work/index.ts'

/**
 * Folds the log of a database into it (sqlite.org/wal.html, "Checkpointing") on a connection of its own. Passive: it
 * waits for nobody, and nobody waits for it; what readers still need stays in the log until the next time.
 */
export const run: Run<{ path: string }, null> = ({ path }) => {
  const connection = new DatabaseSync(path, { timeout: 0 })
  try {
    connection.exec('pragma wal_checkpoint(passive)')
  } finally {
    connection.close()
  }
  return null
}
