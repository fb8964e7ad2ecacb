import type { Store } from './types.ts'

export interface TableShape {
  table: string
  columns: string[]
}

/** The tables that carry data, as the database has them; what `migration` says is the schema's own. */
export async function listTables(store: Pick<Store, 'engine' | 'prepare'>): Promise<TableShape[]> {
  const rows = await store
    .prepare<{ table: string; column: string }>(
      store.engine === 'sqlite'
        ? `select t.name as "table", c.name as "column" from sqlite_schema as t, pragma_table_info(t.name) as c
           where t.type = 'table' and t.name not like 'sqlite~_%' escape '~' order by t.name, c.cid`
        : `select table_name as "table", column_name as "column" from information_schema.columns
           where table_schema = current_schema() order by table_name, ordinal_position`,
    )
    .all()
  const shapes = new Map<string, TableShape>()
  for (const { table, column } of rows) {
    if (table === 'migration') continue
    let shape = shapes.get(table)
    if (shape === undefined) shapes.set(table, (shape = { table, columns: [] }))
    shape.columns.push(column)
  }
  return [...shapes.values()]
}
