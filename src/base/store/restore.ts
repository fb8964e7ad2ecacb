import { open } from 'node:fs/promises'
import { AllclearError } from '../errors.ts'
import { readDump } from './dump.ts'
import { columnList } from './insert-sql.ts'
import { checkSchema } from './migrate.ts'
import type { TableName } from './schema.ts'
import { openSqlite } from './sqlite.ts'
import { listTables, type TableShape } from './tables.ts'
import type { Store, Value } from './types.ts'

/**
 * Fills an empty store from a backup of either engine, in one transaction, so that it is all there or not at all: a
 * fleet moves from one machine to PostgreSQL, and back, this way. Returns the number of rows.
 */
export async function restoreStore(store: Store, path: string): Promise<number> {
  await refuseUnlessEmpty(store)
  const shapes = new Map((await listTables(store)).map((shape) => [shape.table, shape]))
  let count = 0
  await store.transaction(async (transaction) => {
    for await (const { table, columns, rows } of readBackup(path)) {
      const shape = shapes.get(table)
      if (!shape || columns.some((column) => !shape.columns.includes(column))) {
        throw new AllclearError('archive.unreadable', {
          message: `The backup ${path} names a table ${table.slice(0, 80)} of another shape.`,
          next: 'Restore it with the version that wrote it.',
          where: path,
        })
      }
      await transaction.insert(table as TableName, columns, rows)
      count += rows.length
    }
    // The identity column does not notice keys that were written for it.
    if (store.engine === 'postgres')
      await transaction
        .prepare(
          "select setval(pg_get_serial_sequence('change', 'seq'), coalesce(max(seq), 0) + 1, false) from change",
        )
        .get()
  })
  return count
}

async function refuseUnlessEmpty(store: Store): Promise<void> {
  for (const { table } of await listTables(store)) {
    if ((await store.prepare(`select 1 as one from "${table}" limit 1`).get()) === undefined) continue
    throw new AllclearError('conflict', {
      message: 'The database to restore into is not empty.',
      next: 'Restore into a new data directory or a new PostgreSQL database.',
    })
  }
}

async function* readBackup(path: string): AsyncGenerator<TableShape & { rows: Value[][] }> {
  if (!(await isSqlite(path))) {
    yield* readDump(path)
    return
  }
  const source = await openSqlite(path, { readOnly: true })
  try {
    await checkSchema(source)
    for (const { table, columns } of await listTables(source)) {
      const sql = `select ${columnList(columns)} from "${table}"`
      for await (const rows of source.batches<Record<string, Value>>(sql))
        yield { table, columns, rows: rows.map((row) => columns.map((column) => row[column])) }
    }
  } finally {
    await source.close()
  }
}

/** Every SQLite file begins with these 16 bytes (sqlite.org/fileformat.html, section 1.2). */
const sqliteMagic = 'SQLite format 3\0'

async function isSqlite(path: string): Promise<boolean> {
  const file = await open(path).catch((error: unknown) => {
    throw new AllclearError('not-found', {
      message: `There is no backup at ${path}.`,
      next: 'Name a file that `allclear db backup` wrote.',
      cause: error,
    })
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sqliteMagic.length), 0, sqliteMagic.length, 0)
    return bytesRead === sqliteMagic.length && buffer.toString('latin1') === sqliteMagic
  } finally {
    await file.close()
  }
}
