import { createHash } from 'node:crypto'
import type { CompiledQuery, Kysely, QueryResult } from 'kysely'
import pg from 'pg'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'
import { findBrokenReferences } from './check.ts'
import { openKysely } from './dialect.ts'
import { columnList, numberingSql } from './insert-sql.ts'
import { OneAtATime } from './one-at-a-time.ts'
import { numberPlaceholders } from './placeholders.ts'
import { insertRows } from './postgres-insert.ts'
import { postgresValue } from './postgres-values.ts'
import type { Database } from './schema.ts'
import type { Statement, Store, Transaction, Value } from './types.ts'

/** bigint columns hold epoch milliseconds and counts, and sums of them are numeric: all far below 2^53. */
const numberTypes = new Set([20, 1700])
/** Advisory lock that a transaction holds until it ends; any constant of our own. */
const writerLock = 2_990_001
const oldestVersion = 150_000

/** The store on PostgreSQL 15 or newer; several processes may share one. */
export async function openPostgres(url: string, { readOnly = false } = {}): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: url,
    max: limit('postgresConnections'),
    application_name: 'allclear',
    options: readOnly ? '-c default_transaction_read_only=on' : undefined,
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        numberTypes.has(oid) && format !== 'binary'
          ? Number
          : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  })
  // An idle connection that the server closes must not end the process; the next query opens another.
  pool.on('error', () => {})
  await refuseOldServer(pool)

  const names = new StatementNames()
  const queue = new OneAtATime()
  const columnTypes = new ColumnTypes()
  const outside: Query = (sql, values, name) =>
    pool.query({ name, text: sql, values: values.map(postgresValue) })

  const store: Store = {
    engine: 'postgres',
    db: openKysely('postgres', (query) => runCompiled(outside, query)),
    prepare: <Row>(sql: string) => statementOn<Row>(names.of(sql), outside),
    insert: (table, columns, rows, options) =>
      store.transaction((transaction) => transaction.insert(table, columns, rows, options)),
    // The queue keeps waiting writers of this process from holding a connection each.
    transaction: (work, { mode = 'full' } = {}) =>
      queue.run(async () => {
        const client = await pool.connect().catch((error: unknown) => {
          throw explained(error)
        })
        let broken = false
        try {
          await client.query('begin')
          await client.query(`set local lock_timeout = ${limit('storeLockMs')}`)
          // Imports can be repeated: they need not wait for the disk (PostgreSQL, "Asynchronous Commit").
          if (mode === 'bulk') await client.query('set local synchronous_commit = off')
          await client.query(`select pg_advisory_xact_lock(${writerLock})`)
          const result = await work(transactionOn(client, names, columnTypes))
          await client.query('commit')
          return result
        } catch (error) {
          await client.query('rollback').catch(() => (broken = true))
          throw explained(error)
        } finally {
          client.release(broken)
        }
      }),
    async *batches<Row>(sql: string, parameters: readonly Value[] = [], batchRows = 1000) {
      const client = await pool.connect()
      try {
        await client.query('begin read only')
        await client.query(
          `declare batch no scroll cursor for ${numberPlaceholders(sql)}`,
          parameters.map(postgresValue),
        )
        for (;;) {
          const { rows } = await client.query(`fetch ${Math.trunc(batchRows)} from batch`)
          if (rows.length === 0) return
          yield rows as Row[]
        }
      } catch (error) {
        throw explained(error)
      } finally {
        await client.query('rollback').catch(() => undefined)
        client.release()
      }
    },
    async *snapshot(tables, batchRows = 500) {
      const client = await pool.connect()
      try {
        await client.query('begin isolation level repeatable read read only')
        for (const { table, columns } of tables) {
          await client.query(
            `declare rows_of_table no scroll cursor for select ${columnList(columns)} from "${table}"`,
          )
          for (;;) {
            const { rows } = await client.query(`fetch ${Math.trunc(batchRows)} from rows_of_table`)
            if (rows.length === 0) break
            yield { table, columns, rows: rows as Record<string, Value>[] }
          }
          await client.query('close rows_of_table')
        }
      } catch (error) {
        throw explained(error)
      } finally {
        await client.query('rollback').catch(() => undefined)
        client.release()
      }
    },
    check: () => findBrokenReferences(store),
    close: () => queue.run(async () => void (pool.ended || (await pool.end()))),
  }
  return store
}

async function refuseOldServer(pool: pg.Pool): Promise<void> {
  let version: number
  try {
    const { rows } = await pool.query<{ server_version_num: string }>('show server_version_num')
    version = Number(rows[0].server_version_num)
  } catch (error) {
    await pool.end()
    throw explained(error)
  }
  if (version >= oldestVersion) return
  await pool.end()
  throw new AllclearError('usage', {
    message: `PostgreSQL ${Math.floor(version / 10_000)} is too old.`,
    next: 'Allclear needs PostgreSQL 15 or newer.',
  })
}

type Query = (sql: string, values: readonly Value[], name?: string) => Promise<pg.QueryResult>

interface NamedStatement {
  sql: string
  name: string | undefined
}

/** Statements prepared on the server, by connection; past this count a text is sent whole each time. */
const namedStatementsMax = 300

/** Named statements are planned once for each connection; names are bounded because the server keeps them all. */
class StatementNames {
  readonly #known = new Map<string, NamedStatement>()

  of(sql: string): NamedStatement {
    let known = this.#known.get(sql)
    if (known === undefined) {
      const name =
        this.#known.size < namedStatementsMax
          ? createHash('sha256').update(sql).digest('hex').slice(0, 32)
          : undefined
      known = { sql: numberPlaceholders(sql), name }
      if (name !== undefined) this.#known.set(sql, known)
    }
    return known
  }
}

/** Types of the columns of a table, asked once. */
class ColumnTypes {
  readonly #tables = new Map<string, ReadonlyMap<string, string>>()

  async of(client: pg.ClientBase, table: string): Promise<ReadonlyMap<string, string>> {
    let types = this.#tables.get(table)
    if (types === undefined) {
      const { rows } = await client.query<{ name: string; type: string }>(
        `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
        [`"${table}"`],
      )
      types = new Map(rows.map(({ name, type }) => [name, type]))
      this.#tables.set(table, types)
    }
    return types
  }
}

function statementOn<Row>({ sql, name }: NamedStatement, query: Query): Statement<Row> {
  const attempt = async (parameters: readonly Value[]) => {
    try {
      return await query(sql, parameters, name)
    } catch (error) {
      throw explained(error)
    }
  }
  return {
    all: async (...parameters) => (await attempt(parameters)).rows as Row[],
    get: async (...parameters) => (await attempt(parameters)).rows[0] as Row | undefined,
    run: async (...parameters) => (await attempt(parameters)).rowCount ?? 0,
  }
}

async function runCompiled<Row>(query: Query, { sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
  try {
    const { command, rows, rowCount } = await query(sql, parameters as Value[])
    return command === 'SELECT' ? { rows } : { rows, numAffectedRows: BigInt(rowCount ?? 0) }
  } catch (error) {
    throw explained(error)
  }
}

function transactionOn(client: pg.PoolClient, names: StatementNames, columnTypes: ColumnTypes): Transaction {
  const query: Query = (sql, values, name) =>
    client.query({ name, text: sql, values: values.map(postgresValue) })
  const prepare = <Row>(sql: string) => statementOn<Row>(names.of(sql), query)
  let db: Kysely<Database> | undefined
  return {
    get db() {
      return (db ??= openKysely('postgres', (compiled) => runCompiled(query, compiled)))
    },
    prepare,
    insert: async (table, columns, rows, options) =>
      insertRows(client, await columnTypes.of(client, table), table, columns, rows, options),
    async nextNumbers(table, count) {
      const row = await prepare<{ first: number }>(numberingSql(table)).get(table, count, count, count)
      return Number(row?.first)
    },
  }
}

/** What PostgreSQL says (documentation, appendix A), in words that lead on. Anything else is a defect and stays. */
function explained(error: unknown): unknown {
  if (error instanceof AllclearError || !(error instanceof Error)) return error
  const code = (error as { code?: string }).code ?? ''
  if (code === '55P03') {
    return new AllclearError('data.locked', {
      message: `The database has been locked by another writer for ${limit('storeLockMs') / 1000} s.`,
      next: 'Wait for the other import to end, or end it.',
      cause: error,
    })
  }
  if (code === '40P01' || code === '40001') {
    return new AllclearError('conflict', {
      message: 'Another process changed the same rows at the same time; nothing of this was kept.',
      next: 'Repeat it.',
      cause: error,
    })
  }
  if (code === '53100') {
    return new AllclearError('data.full', {
      message: 'The disk of the PostgreSQL server has no room left.',
      next: 'Make room and repeat; nothing half-written was kept.',
      cause: error,
    })
  }
  if (code === '54000') {
    return new AllclearError('input.too-large', {
      message: `PostgreSQL cannot index a value of this length: ${error.message}.`,
      next: 'Leave the document out that carries it; no real name or version is this long.',
      cause: error,
    })
  }
  if (code === '25006') {
    return new AllclearError('conflict', {
      message: 'The database was opened for reading only.',
      next: 'Open it for writing.',
      cause: error,
    })
  }
  // Class 08: connection exceptions; 28: authorisation; 3D000: no such database; 57P: the server is going down.
  if (
    /^(?:08|28|3D000|57P|ECONN|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENOENT)/.test(code) ||
    /terminated unexpectedly/.test(error.message)
  ) {
    return new AllclearError('server.unreachable', {
      message: `PostgreSQL does not answer: ${error.message}`,
      next: 'Look at DATABASE_URL and at whether the server runs.',
      cause: error,
    })
  }
  return error
}
