import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { CompiledQuery, Kysely, QueryResult } from 'kysely'
import { AllclearError } from '../errors.ts'
import { takeTurn } from '../turn.ts'
import { findBrokenReferences } from './check.ts'
import { isRead, openKysely } from './dialect.ts'
import { columnList, conflictClause, numberingSql } from './insert-sql.ts'
import { LogFolder } from './log-folder.ts'
import { OneAtATime } from './one-at-a-time.ts'
import type { Database, TableName } from './schema.ts'
import { blockingWaitMs, explained, openConnection, waitWhileBusy } from './sqlite-connection.ts'
import type { InsertOptions, Statement, Store, SyncReader, Transaction, Value } from './types.ts'

/**
 * The store on `node:sqlite`: one connection that writes, one that reads.
 *
 * SQLite has one writer at a time. Within the process writers queue up, so that a transaction that waits for something
 * is never interleaved with another. Other processes are kept out by the lock of the data directory; a worker of this
 * process that writes is waited for without holding the event loop. Readers outside a transaction use the second
 * connection and see what is committed, also while a long import runs (WAL).
 */
export async function openSqlite(path: string, { readOnly = false } = {}): Promise<Store> {
  const writer = readOnly ? null : await openConnection(path, 'writer')
  const reader = await openConnection(path, 'reader')
  const queue = new OneAtATime()
  const log = readOnly ? null : new LogFolder(path)
  const reads = new Statements(reader)
  const writes = writer && new Statements(writer)
  const writable = (): Statements => writes ?? refuseToWrite()

  const write = <T>(work: (statements: Statements) => T): Promise<T> =>
    queue.run(() => waitWhileBusy(() => work(writable())))
  const prepare = <Row>(sql: string): Statement<Row> =>
    isRead(sql)
      ? statementOn((work) => work(reads.statement(sql)))
      : statementOn((work) => write((on) => work(on.statement(sql))))

  let db: Kysely<Database> | undefined
  const store: Store = {
    engine: 'sqlite',
    get db() {
      return (db ??= openKysely('sqlite', async (query) =>
        isRead(query.sql)
          ? runCompiled(reads.statement(query.sql), query)
          : write((on) => runCompiled(on.statement(query.sql), query)),
      ))
    },
    prepare,
    insert: (table, columns, rows, options) =>
      store.transaction((transaction) => transaction.insert(table, columns, rows, options)),
    sync: syncReader(path, reads),
    async *batches<Row>(sql: string, parameters: readonly Value[] = [], batchRows = 1000) {
      // A connection of its own: an open cursor would hold everybody else's reads at its snapshot.
      const connection = await openConnection(path, 'reader')
      try {
        let rows: Row[] = []
        for (const row of connection.prepare(sql).iterate(...(parameters as SQLInputValue[]))) {
          rows.push(row as Row)
          if (rows.length < batchRows) continue
          yield rows
          rows = []
        }
        if (rows.length > 0) yield rows
      } finally {
        connection.close()
      }
    },
    transaction: (work, { mode = 'full' } = {}) =>
      queue.run(async () => {
        const statements = writable()
        const connection = statements.connection
        connection.exec(`pragma synchronous = ${mode === 'full' ? 'full' : 'normal'}`)
        await waitWhileBusy(() => connection.exec('begin immediate'))
        const scope = { open: true }
        try {
          const result = await work(transactionOn(statements, scope))
          scope.open = false
          connection.exec('commit')
          log?.committed()
          return result
        } catch (error) {
          // A full disk rolls back by itself (sqlite.org/lang_transaction.html, "Response To Errors").
          if (connection.isTransaction) connection.exec('rollback')
          throw explained(error)
        } finally {
          scope.open = false
        }
      }),
    async *snapshot(tables, batchRows = 1000) {
      // One transaction on a connection of its own: writers go on, and what they write is not seen.
      const connection = await openConnection(path, 'reader')
      try {
        connection.exec('begin')
        for (const { table, columns } of tables) {
          let rows: Record<string, Value>[] = []
          for (const row of connection.prepare(`select ${columnList(columns)} from "${table}"`).iterate()) {
            rows.push(row as Record<string, Value>)
            if (rows.length < batchRows) continue
            yield { table, columns, rows }
            rows = []
          }
          if (rows.length > 0) yield { table, columns, rows }
        }
      } catch (error) {
        throw explained(error)
      } finally {
        connection.close()
      }
    },
    async check() {
      const connection = await openConnection(path, 'reader')
      try {
        const problems = connection
          .prepare('pragma integrity_check')
          .all()
          .map((row) => String(row.integrity_check))
          .filter((text) => text !== 'ok')
        return [...problems, ...(await findBrokenReferences(store))]
      } catch (error) {
        throw explained(error)
      } finally {
        connection.close()
      }
    },
    close: () =>
      queue.run(async () => {
        await log?.close()
        // The writer last: the last connection to close folds the log into the database and removes it.
        if (reader.isOpen) reader.close()
        if (writer?.isOpen) writer.close()
      }),
  }
  return store
}

function refuseToWrite(): never {
  throw new AllclearError('conflict', {
    message: 'The database was opened for reading only.',
    next: 'Open it for writing, through the process that owns the data directory.',
  })
}

/** More than the program has; only a kysely query with a varying list of values makes a text of its own. */
const statementsMax = 500

/** Prepared statements of one connection, kept by their text. */
class Statements {
  readonly connection: DatabaseSync
  readonly #kept = new Map<string, StatementSync>()

  constructor(connection: DatabaseSync) {
    this.connection = connection
  }

  statement(sql: string): StatementSync {
    let statement = this.#kept.get(sql)
    if (statement === undefined) {
      if (this.#kept.size >= statementsMax) this.#kept.clear()
      statement = this.connection.prepare(sql)
      this.#kept.set(sql, statement)
    }
    return statement
  }
}

type Run = <T>(work: (statement: StatementSync) => T) => T | Promise<T>

function statementOn<Row>(run: Run): Statement<Row> {
  const attempt = async <T>(work: (statement: StatementSync) => T): Promise<T> => {
    try {
      return await run(work)
    } catch (error) {
      throw explained(error)
    }
  }
  return {
    all: (...parameters) =>
      attempt((statement) => statement.all(...(parameters as SQLInputValue[])) as Row[]),
    get: (...parameters) =>
      attempt((statement) => statement.get(...(parameters as SQLInputValue[])) as Row | undefined),
    run: (...parameters) =>
      attempt((statement) => Number(statement.run(...(parameters as SQLInputValue[])).changes)),
  }
}

/** Rows between two looks at the clock; a row of a much-named package has 100 KB. */
const rowsPerLook = 16

/** `scope.open` turns false at commit: what arrives later, from work nobody waited for, must not write on its own. */
function transactionOn(statements: Statements, scope: { readonly open: boolean }): Transaction {
  const statementOf = (sql: string): StatementSync => {
    if (!scope.open) throw new Error('The transaction has ended; something in it was not waited for.')
    return statements.statement(sql)
  }
  let db: Kysely<Database> | undefined
  return {
    get db() {
      return (db ??= openKysely('sqlite', async (query) => runCompiled(statementOf(query.sql), query)))
    },
    prepare: <Row>(sql: string) => statementOn<Row>((work) => work(statementOf(sql))),
    sync: { prepare: (sql) => statementOf(sql) as never },
    async insert(table, columns, rows, options) {
      const statement = statementOf(insertSql(table, columns, options))
      let count = 0
      for (const row of rows) {
        statement.run(...(row as SQLInputValue[]))
        if (++count % rowsPerLook === 0) await takeTurn()
      }
    },
    async nextNumbers(table, count) {
      const row = statementOf(numberingSql(table)).get(table, count, count, count)
      return Number(row?.first)
    },
  }
}

function insertSql(table: TableName, columns: readonly string[], options: InsertOptions | undefined): string {
  const marks = columns.map(() => '?').join(', ')
  return `insert into "${table}" (${columnList(columns)}) values (${marks})${conflictClause(options)}`
}

function syncReader(path: string, reads: Statements): SyncReader {
  return {
    prepare: (sql) => reads.statement(sql) as never,
    *iterate<Row>(sql: string, ...parameters: Value[]) {
      // See `batches`: a cursor that stays open needs a connection of its own.
      const connection = new DatabaseSync(path, { readOnly: true, timeout: blockingWaitMs.reader })
      try {
        for (const row of connection.prepare(sql).iterate(...(parameters as SQLInputValue[])))
          yield row as Row
      } finally {
        connection.close()
      }
    },
  }
}

function runCompiled<Row>(statement: StatementSync, { parameters }: CompiledQuery): QueryResult<Row> {
  const values = parameters as SQLInputValue[]
  if (statement.columns().length > 0) return { rows: statement.all(...values) as Row[] }
  const { changes, lastInsertRowid } = statement.run(...values)
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
}
