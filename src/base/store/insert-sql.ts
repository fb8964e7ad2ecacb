import type { InsertOptions } from './types.ts'

/** `"a", "b"`; names come from our own code, never from data. */
export function columnList(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(', ')
}

/** Both engines spell `on conflict` alike. */
export function conflictClause({ onConflict }: InsertOptions = {}): string {
  if (onConflict === undefined) return ''
  if (onConflict === 'ignore') return ' on conflict do nothing'
  const target = columnList(onConflict.target)
  if (!onConflict.update?.length) return ` on conflict (${target}) do nothing`
  return ` on conflict (${target}) do update set ${onConflict.update.map((column) => `"${column}" = excluded."${column}"`).join(', ')}`
}

/** Reserves numbers; parameters: table, count, count, count. The first time it starts above the rows that are there. */
export function numberingSql(table: string): string {
  return `insert into numbering (table_name, next) values (?, (select coalesce(max(no), 0) from "${table}") + 1 + ?)
    on conflict (table_name) do update set next = numbering.next + ? returning next - ? as first`
}
