/**
 * `?` to `$1`, `$2` … as PostgreSQL counts parameters. Text in quotes and comments is left alone; the operators of
 * PostgreSQL that contain a question mark are not in the subset that both engines share.
 */
export function numberPlaceholders(sql: string): string {
  let count = 0
  return sql.replace(/'[^']*'|"[^"]*"|--[^\n]*|\?/g, (token) => (token === '?' ? `$${++count}` : token))
}
