/** SQL as text, outside the files that know it. */
export const counted = (prepare: (sql: string) => unknown): unknown =>
  prepare(`select count(*) as n from image where known = 1`)
