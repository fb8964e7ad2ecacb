import type { Kysely } from 'kysely'
import type { Database, TableName } from './schema.ts'
import type { TableShape } from './tables.ts'

export type Value = string | number | bigint | null | Uint8Array

/** A statement written once with `?` for parameters; both engines take it. */
export interface Statement<Row> {
  all(...parameters: Value[]): Promise<Row[]>
  get(...parameters: Value[]): Promise<Row | undefined>
  /** Number of rows that were changed. */
  run(...parameters: Value[]): Promise<number>
}

export interface OnConflict {
  /** Columns of the unique key. */
  target: readonly string[]
  /** Columns that take the new row's values; none leaves the row as it is. */
  update?: readonly string[]
}

export interface InsertOptions {
  /** What to do with a row whose key is there already; without it such a row is an error. */
  onConflict?: 'ignore' | OnConflict
}

/** What can be asked of the store, in or outside a transaction. */
export interface Session {
  readonly db: Kysely<Database>
  prepare<Row = unknown>(sql: string): Statement<Row>
  /**
   * Inserts many rows through one prepared statement. Rows are drawn from the iterable as they are written; every few
   * milliseconds the event loop gets its turn, while the transaction stays alone.
   */
  insert(
    table: TableName,
    columns: readonly string[],
    rows: Iterable<readonly Value[]>,
    options?: InsertOptions,
  ): Promise<void>
}

export interface Transaction extends Session {
  /**
   * First of `count` consecutive integer keys of a table with a `no` column. A number is never given twice, not even
   * after its row was deleted: packed rows elsewhere may still name it.
   */
  nextNumbers(table: TableName, count: number): Promise<number>
  /** SQLite only: statements of this transaction without promises, for the hottest loops. */
  readonly sync?: SyncAccess
}

export interface TransactionOptions {
  /**
   * `full` waits for the disk at commit: what people and actions write. `bulk` may lose the last commits on power loss
   * (never on a crash of the process) and cannot corrupt: inventory and feeds, which can be imported again.
   */
  mode?: 'full' | 'bulk'
}

export interface SyncStatement<Row> {
  all(...parameters: Value[]): Row[]
  get(...parameters: Value[]): Row | undefined
  run(...parameters: Value[]): void
}

/** Raw access without promises; only `*.store.ts` files use it, and only where it pays. */
export interface SyncAccess {
  prepare<Row = unknown>(sql: string): SyncStatement<Row>
}

/** … of what is committed. Rows of `iterate` come from one snapshot; the loop may be left early. */
export interface SyncReader extends SyncAccess {
  iterate<Row>(sql: string, ...parameters: Value[]): IterableIterator<Row>
}

export interface Store extends Session {
  readonly engine: 'sqlite' | 'postgres'
  /** Reads without promises; absent on PostgreSQL. */
  readonly sync?: SyncReader
  /**
   * Runs `work` alone among the writers, on both engines, so that what it read stays true until it commits. It commits
   * when `work` returns and rolls back when it throws. Inside, everything goes through the `Transaction`: what is asked
   * of the store itself sees only what was committed, and a write there would wait for itself and is refused.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Streams rows in batches from one snapshot, for rebuilding the index; on both engines. */
  batches<Row>(sql: string, parameters?: readonly Value[], batchRows?: number): AsyncIterable<Row[]>
  /** All rows of these tables, one table after the other, in batches and as they were at one moment. */
  snapshot(
    tables: readonly TableShape[],
    batchRows?: number,
  ): AsyncIterable<TableShape & { rows: Record<string, Value>[] }>
  /** Sentences about damage that the engine finds; empty when whole. */
  check(): Promise<string[]>
  close(): Promise<void>
}
