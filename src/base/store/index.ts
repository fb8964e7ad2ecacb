import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { checkSchema, migrateStore } from './migrate.ts'
import type { Store } from './types.ts'

export { checkStore, type PackedRows } from './check.ts'
export { migrateStore, type MigrationReport } from './migrate.ts'
export type { Database, TableName } from './schema.ts'
export type {
  InsertOptions,
  OnConflict,
  Session,
  Statement,
  Store,
  SyncAccess,
  SyncReader,
  SyncStatement,
  Transaction,
  TransactionOptions,
  Value,
} from './types.ts'

/** File name of the embedded database inside a data directory. */
export const databaseFile = 'allclear.db'

export interface StoreOptions {
  /** `postgres://…`; without it SQLite is used. */
  url?: string
  /** Data directory of the SQLite file; without it the store is a temporary one, which `close` removes. */
  directory?: string
  clock: Clock
  /** Refuses writes, and a database whose schema is not current. */
  readOnly?: boolean
  /** False leaves the schema as it is, for `db migrate --dry-run` and `db check`. */
  migrate?: boolean
}

/** Opens the store and brings its schema up to date. Each engine loads only when it is used. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = await openEngine(options)
  try {
    if (options.readOnly) await checkSchema(store)
    else if (options.migrate !== false) await migrateStore(store, options.clock)
  } catch (error) {
    await store.close()
    throw error
  }
  return store
}

async function openEngine({ url, directory, readOnly }: StoreOptions): Promise<Store> {
  if (url) {
    const { openPostgres } = await import('./postgres.ts')
    return openPostgres(url, { readOnly })
  }
  const { openSqlite } = await import('./sqlite.ts')
  if (directory !== undefined) return openSqlite(join(directory, databaseFile), { readOnly })
  const temporary = await mkdtemp(join(tmpdir(), 'allclear-store-'))
  const store = await openSqlite(join(temporary, databaseFile))
  const close = store.close
  store.close = async () => {
    await close()
    await rm(temporary, { recursive: true, force: true })
  }
  return store
}
