import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'

/** SQLite may spin this long inside a call when another process holds the file; the rest of the waiting is ours. */
export const blockingWaitMs = { writer: 5, reader: 50 }
/** The log is folded into the database when it has grown to this: bulk imports write faster, and it replays in a second. */
export const foldLogBytes = 32 * 1024 * 1024
/** Folding is a thread's work (log-folder.ts); only when that does not keep up does a commit do it. */
const logPagesMax = 131_072

export async function openConnection(path: string, mode: 'writer' | 'reader'): Promise<DatabaseSync> {
  return waitWhileBusy(() => connect(path, mode))
}

function connect(path: string, mode: 'writer' | 'reader'): DatabaseSync {
  const connection = new DatabaseSync(path, { readOnly: mode === 'reader', timeout: blockingWaitMs[mode] })
  try {
    if (mode === 'writer') {
      connection.exec('pragma journal_mode = wal')
      connection.exec(`pragma wal_autocheckpoint = ${logPagesMax}`)
      connection.exec(`pragma journal_size_limit = ${foldLogBytes}`)
      connection.exec('pragma synchronous = full')
    }
    connection.exec(`pragma cache_size = -${Math.ceil(limit('storeCacheBytes') / 1024)}`)
    // Reads the header: a file that is not a database is found out now and not in the middle of an import.
    connection.exec('pragma schema_version')
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Tries again, a little later each time, while another process or worker holds the write lock. */
export async function waitWhileBusy<T>(work: () => T): Promise<T> {
  const endMs = performance.now() + limit('storeLockMs')
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= endMs) throw explained(error)
    }
    await pause(pauseMs)
  }
}

function isBusy(error: unknown): boolean {
  return primaryCode(error) === 5
}

function primaryCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode
  return typeof code === 'number' ? code & 0xff : undefined
}

/** What SQLite says (sqlite.org/rescode.html), in words that lead on. Anything else is a defect and stays as it is. */
export function explained(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error)
  switch (primaryCode(error)) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return new AllclearError('data.locked', {
        message: `The database has been locked by another writer for ${limit('storeLockMs') / 1000} s.`,
        next: 'Wait for the other import to end, or end it.',
        cause: error,
      })
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return new AllclearError('data.damaged', {
        message: `The database is damaged: ${message}.`,
        next: 'Run `allclear db check`, and restore a backup.',
        cause: error,
      })
    case 13: // SQLITE_FULL
      return new AllclearError('data.full', {
        message: 'The disk has no room left for the database.',
        next: 'Make room and repeat; nothing half-written was kept.',
        cause: error,
      })
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 10: // SQLITE_IOERR
    case 14: // SQLITE_CANTOPEN
    case 23: // SQLITE_AUTH
      return new AllclearError('data.unusable', {
        message: `The database cannot be read or written: ${message}.`,
        next: 'Look at the permissions and the disk of the data directory.',
        cause: error,
      })
    default:
      return error
  }
}
