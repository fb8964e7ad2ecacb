import type { Blobs } from '../blobs.ts'
import { type BackupPart, writeBackupFile } from './backup-file.ts'
import { listTables } from './tables.ts'
import type { Store, Value } from './types.ts'

export interface BackupReport {
  rows: number
  /** Stored documents: the originals of SBOMs and of everything else that is kept as it came. */
  documents: number
}

/**
 * Writes everything to one new file while others go on reading and writing. All rows are of one moment; the documents
 * are listed after them, so that every document which a row names is there.
 */
export async function backupStore(
  store: Store,
  blobs: Blobs,
  path: string,
  onProgress: (report: BackupReport) => void = () => {},
): Promise<BackupReport> {
  const report: BackupReport = { rows: 0, documents: 0 }
  await writeBackupFile(
    path,
    (async function* parts(): AsyncGenerator<BackupPart> {
      for await (const { table, columns, rows } of store.snapshot(await listTables(store))) {
        yield { table, columns, rows: rows.map((row) => columns.map((column) => valueOf(row[column]))) }
        report.rows += rows.length
        onProgress(report)
      }
      for await (const sha256 of blobs.list()) {
        yield { blob: sha256, bytes: await blobs.get(sha256) }
        report.documents++
        onProgress(report)
      }
    })(),
  )
  return report
}

function valueOf(value: Value | undefined): Value {
  return value ?? null
}
