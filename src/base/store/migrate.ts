import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { AllclearError } from '../errors.ts'
import { migrations, type Migration } from './migrations.generated.ts'
import type { Store } from './types.ts'

export interface MigrationReport {
  applied: { id: number; name: string }[]
  /** What is left to do; filled by a dry run. */
  pending: { id: number; name: string }[]
}

/**
 * Brings the database to this program's schema. Each migration is one transaction whose first statement inserts its
 * id: when another process has migrated meanwhile the row is there, and nothing is done twice.
 */
export async function migrateStore(
  store: Store,
  clock: Clock,
  { dryRun = false } = {},
): Promise<MigrationReport> {
  const pending = await pendingMigrations(store)
  const applied: MigrationReport['applied'] = []
  if (dryRun) return { applied, pending: pending.map(nameOf) }
  if (pending.length > 0) await createMigrationTable(store)
  for (const migration of pending) {
    const done = await store.transaction(async (transaction) => {
      const inserted = await transaction
        .prepare(
          'insert into migration (id, name, checksum, applied_at) values (?, ?, ?, ?) on conflict do nothing',
        )
        .run(migration.id, migration.name, checksum(migration), clock.nowMs())
      if (inserted === 0) return false
      for (const statement of statementsOf(migration.sql)) await transaction.prepare(statement).run()
      return true
    })
    if (done) applied.push(nameOf(migration))
  }
  return { applied, pending: [] }
}

/** For a database that is only read: throws unless it has exactly this program's schema. */
export async function checkSchema(store: Store): Promise<void> {
  const pending = await pendingMigrations(store)
  if (pending.length === 0) return
  throw new AllclearError('data.older', {
    message: `The database lacks migration ${pending[0].id} (${pending[0].name}).`,
    next: 'Run `allclear db migrate`.',
  })
}

/** Throws when the database is newer than the program or was migrated with other contents. */
async function pendingMigrations(store: Store): Promise<Migration[]> {
  const own = migrations[store.engine]
  const done = new Map((await appliedMigrations(store)).map((row) => [row.id, row]))
  for (const row of done.values()) {
    const known = own.find(({ id }) => id === row.id)
    if (!known) {
      throw new AllclearError('data.newer', {
        message: `The database has migration ${row.id} (${row.name}), which this version of Allclear does not know.`,
        next: 'Start the version that wrote it, or a newer one.',
      })
    }
    if (checksum(known) !== row.checksum) {
      throw new AllclearError('data.damaged', {
        message: `Migration ${row.id} (${row.name}) was applied with other contents than this version has.`,
        next: 'Restore a backup, or start the version that wrote the database.',
      })
    }
  }
  return own.filter(({ id }) => !done.has(id))
}

async function appliedMigrations(store: Store): Promise<{ id: number; name: string; checksum: string }[]> {
  const exists = await store
    .prepare(
      store.engine === 'sqlite'
        ? "select 1 as one from sqlite_schema where type = 'table' and name = 'migration'"
        : "select 1 as one from information_schema.tables where table_schema = current_schema() and table_name = 'migration'",
    )
    .get()
  return exists === undefined
    ? []
    : store
        .prepare<{ id: number; name: string; checksum: string }>('select id, name, checksum from migration')
        .all()
}

/** In a transaction, which is alone: two `create table if not exists` at once fail on PostgreSQL. */
async function createMigrationTable(store: Store): Promise<void> {
  await store.transaction(async (transaction) => {
    await transaction
      .prepare(
        'create table if not exists migration (id bigint primary key, name text not null, checksum text not null, applied_at bigint not null)',
      )
      .run()
  })
}

function nameOf({ id, name }: Migration): { id: number; name: string } {
  return { id, name }
}

function checksum({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex').slice(0, 32)
}

/** Statements end with a semicolon at the end of a line; our migrations hold no semicolon or `--` in quotes. */
function statementsOf(sql: string): string[] {
  return sql
    .replace(/--.*$/gm, '')
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
