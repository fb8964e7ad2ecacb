import type { Session, Store } from './types.ts'

/** Rows that point at rows which are not there. Both engines keep no foreign keys: bulk imports would pay for them. */
const references: readonly { from: string; column: string; to: string }[] = [
  { from: 'advisory_link', column: 'advisory_no', to: 'advisory' },
  { from: 'finding', column: 'advisory_no', to: 'advisory' },
  { from: 'finding', column: 'package_version_no', to: 'package_version' },
  { from: 'image_reference', column: 'image_no', to: 'image' },
  { from: 'sbom', column: 'image_no', to: 'image' },
  { from: 'node', column: 'cluster_no', to: 'cluster' },
  { from: 'namespace', column: 'cluster_no', to: 'cluster' },
  { from: 'workload', column: 'cluster_no', to: 'cluster' },
  { from: 'run', column: 'workload_no', to: 'workload' },
  { from: 'run', column: 'image_no', to: 'image' },
  { from: 'pod', column: 'cluster_no', to: 'cluster' },
  { from: 'pod', column: 'workload_no', to: 'workload' },
  { from: 'pod', column: 'node_no', to: 'node' },
  { from: 'pod', column: 'shape_no', to: 'pod_shape' },
  { from: 'workload', column: 'shape_no', to: 'pod_shape' },
]

/** A table with packed columns; its owner knows how to read them. */
export interface PackedRows {
  table: string
  /** Columns that name the row in a message. */
  key: readonly string[]
  /** Columns that `decode` needs. */
  columns: readonly string[]
  /** Throws, or returns a sentence, when the row cannot be read; null when it is whole. */
  decode(row: Record<string, unknown>): string | null
}

/** Damaged rows of one table that are listed one by one; the rest are counted. */
const listedMax = 20

/** Everything that can be known about damage: the engine's own check, references between tables, packed rows. */
export async function checkStore(store: Store, packed: readonly PackedRows[] = []): Promise<string[]> {
  const problems = await store.check()
  for (const rows of packed) problems.push(...(await findUnreadableRows(store, rows)))
  return problems
}

async function findUnreadableRows(
  store: Store,
  { table, key, columns, decode }: PackedRows,
): Promise<string[]> {
  const problems: string[] = []
  let count = 0
  const names = [...new Set([...key, ...columns])].map((column) => `"${column}"`).join(', ')
  for await (const batch of store.batches<Record<string, unknown>>(`select ${names} from "${table}"`)) {
    for (const row of batch) {
      const reason = reasonOf(() => decode(row))
      if (reason === null) continue
      if (++count <= listedMax)
        problems.push(`${table} ${key.map((column) => String(row[column])).join('/')}: ${reason}`)
    }
  }
  if (count > listedMax) problems.push(`${table}: ${count - listedMax} more rows cannot be read`)
  return problems
}

function reasonOf(decode: () => string | null): string | null {
  try {
    return decode()
  } catch (error) {
    return (error as Error).message
  }
}

export async function findBrokenReferences(session: Pick<Session, 'prepare'>): Promise<string[]> {
  const problems: string[] = []
  for (const { from, column, to } of references) {
    const row = await session
      .prepare<{ broken: number }>(
        `select count(*) as broken from "${from}" as f where f."${column}" is not null
         and not exists (select 1 from "${to}" as t where t.no = f."${column}")`,
      )
      .get()
    const broken = row?.broken ?? 0
    if (broken > 0) problems.push(`${broken} rows of ${from} point at a ${to} that is not there (${column})`)
  }
  const reserved = await session
    .prepare<{ table_name: string; next: number }>('select table_name, next from numbering')
    .all()
  for (const { table_name, next } of reserved) {
    const row = await session
      .prepare<{ top: number | null }>(`select max(no) as top from "${table_name}"`)
      .get()
    if ((row?.top ?? 0) >= next)
      problems.push(`${table_name} has the number ${row?.top}, but ${next} is the next to be given`)
  }
  return problems
}
