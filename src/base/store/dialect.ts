import { createRequire } from 'node:module'
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, Kysely, QueryResult } from 'kysely'
import type { Database } from './schema.ts'

export type Execute = <Row>(query: CompiledQuery) => Promise<QueryResult<Row>>

/**
 * kysely over one function that runs a compiled query; connections and transactions are the store's own. It is 250
 * files, which a command that only has prepared statements to run need not wait for: it loads with the first query
 * that is built.
 */
export function openKysely(engine: 'sqlite' | 'postgres', execute: Execute): Kysely<Database> {
  const kysely = createRequire(import.meta.url)('kysely') as typeof import('kysely')
  return new kysely.Kysely<Database>({ dialect: dialectOf(kysely, engine, execute) })
}

function dialectOf(
  kysely: typeof import('kysely'),
  engine: 'sqlite' | 'postgres',
  execute: Execute,
): Dialect {
  const connection: DatabaseConnection = {
    executeQuery: execute,
    streamQuery() {
      throw new Error('Rows are streamed through Store.batches.')
    },
  }
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction() {
      throw new Error('Transactions are opened through Store.transaction.')
    },
    commitTransaction: async () => {},
    rollbackTransaction: async () => {},
    releaseConnection: async () => {},
    destroy: async () => {},
  }
  return engine === 'sqlite'
    ? {
        createAdapter: () => new kysely.SqliteAdapter(),
        createDriver: () => driver,
        createIntrospector: (db: Kysely<unknown>) => new kysely.SqliteIntrospector(db),
        createQueryCompiler: () => new kysely.SqliteQueryCompiler(),
      }
    : {
        createAdapter: () => new kysely.PostgresAdapter(),
        createDriver: () => driver,
        createIntrospector: (db: Kysely<unknown>) => new kysely.PostgresIntrospector(db),
        createQueryCompiler: () => new kysely.PostgresQueryCompiler(),
      }
}

/** Whether a statement only reads. A CTE that writes counts as a write; a doubtful one does too, which is merely slower. */
export function isRead(sql: string): boolean {
  return (
    /^\s*(?:select|values|pragma|explain)\b/i.test(sql) ||
    (/^\s*with\b/i.test(sql) && !/\b(?:insert|update|delete|replace)\b/i.test(sql))
  )
}
