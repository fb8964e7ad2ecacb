import type pg from 'pg'
import { columnList, conflictClause } from './insert-sql.ts'
import { postgresValue } from './postgres-values.ts'
import type { InsertOptions, Value } from './types.ts'

/** Rows of one statement; large enough that the round trip does not count, small enough to stay in memory. */
const rowsMax = 5_000
/** Characters and bytes of one statement: arrays are sent as text, a byte as two characters. */
const sizeMax = 8 * 1024 * 1024

/** Inserts rows as one array for each column, `unnest`ed by the server: one plan for any number of rows. */
export async function insertRows(
  client: pg.ClientBase,
  columnTypes: ReadonlyMap<string, string>,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly Value[]>,
  options: InsertOptions | undefined,
): Promise<void> {
  const arrays = columns.map((column, at) => {
    const type = columnTypes.get(column)
    if (type === undefined) throw new Error(`${table} has no column ${column}.`)
    return `$${at + 1}::${type}[]`
  })
  const sql = `insert into "${table}" (${columnList(columns)}) select * from unnest(${arrays.join(', ')})${conflictClause(options)}`
  const send = async (chunk: readonly (readonly Value[])[]) => {
    const distinct = withoutRepeats(columns, chunk, options)
    await client.query(
      sql,
      columns.map((_, at) => distinct.map((row) => postgresValue(row[at]))),
    )
  }
  let chunk: (readonly Value[])[] = []
  let size = 0
  for (const row of rows) {
    chunk.push(row)
    for (const value of row)
      size += typeof value === 'string' ? value.length : value instanceof Uint8Array ? value.length * 2 : 8
    if (chunk.length < rowsMax && size < sizeMax) continue
    await send(chunk)
    chunk = []
    size = 0
  }
  if (chunk.length > 0) await send(chunk)
}

/**
 * One statement may update a row only once (PostgreSQL, INSERT, "ON CONFLICT Clause"), while rows inserted one by one
 * may repeat a key: the later ones then bring their updated columns. Rows of the same key are folded to the same end.
 */
function withoutRepeats(
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  options: InsertOptions | undefined,
): readonly (readonly Value[])[] {
  const onConflict = options?.onConflict
  if (onConflict === undefined || onConflict === 'ignore' || !onConflict.update?.length) return rows
  const target = onConflict.target.map((column) => columns.indexOf(column))
  const updated = onConflict.update.map((column) => columns.indexOf(column))
  const byKey = new Map<string, Value[]>()
  for (const row of rows) {
    const key = JSON.stringify(target.map((at) => row[at]))
    const first = byKey.get(key)
    if (first === undefined) byKey.set(key, [...row])
    else for (const at of updated) first[at] = row[at]
  }
  return [...byKey.values()]
}
