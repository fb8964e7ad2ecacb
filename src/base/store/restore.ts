import type { Blobs } from '../blobs.ts'
import { AllclearError } from '../errors.ts'
import type { BackupReport } from './backup.ts'
import { readBackupFile } from './backup-file.ts'
import type { TableName } from './schema.ts'
import { listTables } from './tables.ts'
import type { Store } from './types.ts'

/** Documents that are written together wait for the disk together. */
const groupBytes = 32 * 1024 * 1024

/**
 * Fills an empty store from a backup of either engine: a fleet moves from one machine to PostgreSQL, and back, this
 * way. The rows are one transaction, which commits when the last document lies on the disk: it is all there or not at
 * all. Documents of an attempt that ended early are removed; those that a crash leaves are named by their content and
 * are taken up by the next attempt.
 */
export async function restoreStore(
  store: Store,
  blobs: Blobs,
  path: string,
  onProgress: (report: BackupReport) => void = () => {},
): Promise<BackupReport> {
  await refuseUnlessEmpty(store)
  const shapes = new Map((await listTables(store)).map((shape) => [shape.table, shape]))
  const report: BackupReport = { rows: 0, documents: 0 }
  const written: string[] = []
  let waiting: { bytes: Uint8Array; sha256: string }[] = []
  let waitingBytes = 0
  const putWaiting = async () => {
    for (const { sha256 } of waiting) if (!(await blobs.has(sha256))) written.push(sha256)
    // By their bytes alone: the name is what the bytes hash to, not what the file says.
    const names = await blobs.putMany(waiting.map(({ bytes }) => bytes))
    const wrong = waiting.findIndex(({ sha256 }, at) => names[at] !== sha256)
    if (wrong >= 0) {
      written.push(names[wrong])
      throw new AllclearError('archive.unreadable', {
        message: `The backup ${path} is damaged: the document ${waiting[wrong].sha256.slice(0, 64)} is not what it was.`,
        next: 'Take another copy of it, or another backup.',
        where: path,
      })
    }
    report.documents += waiting.length
    waiting = []
    waitingBytes = 0
  }
  try {
    await store.transaction(async (transaction) => {
      for await (const part of readBackupFile(path)) {
        if ('blob' in part) {
          waiting.push({ bytes: part.bytes, sha256: part.blob })
          waitingBytes += part.bytes.length
          if (waitingBytes >= groupBytes) await putWaiting()
        } else {
          const { table, columns, rows } = part
          const shape = shapes.get(table)
          if (!shape || columns.some((column) => !shape.columns.includes(column))) {
            throw new AllclearError('archive.unreadable', {
              message: `The backup ${path} names a table ${table.slice(0, 80)} of another shape.`,
              next: 'Restore it with the version that wrote it.',
              where: path,
            })
          }
          await transaction.insert(table as TableName, columns, rows)
          report.rows += rows.length
        }
        onProgress(report)
      }
      await putWaiting()
      // The identity column does not notice keys that were written for it.
      if (store.engine === 'postgres')
        await transaction
          .prepare(
            "select setval(pg_get_serial_sequence('change', 'seq'), coalesce(max(seq), 0) + 1, false) from change",
          )
          .get()
    })
  } catch (error) {
    for (const sha256 of written) await blobs.remove(sha256).catch(() => {})
    throw error
  }
  return report
}

async function refuseUnlessEmpty(store: Store): Promise<void> {
  for (const { table } of await listTables(store)) {
    if ((await store.prepare(`select 1 as one from "${table}" limit 1`).get()) === undefined) continue
    throw new AllclearError('conflict', {
      message: 'The store to restore into is not empty.',
      next: 'Restore into a new data directory (`--data DIR`) or a new PostgreSQL database (DATABASE_URL).',
    })
  }
}
