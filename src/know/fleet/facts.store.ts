import type { Store } from '../../base/store/index.ts'
import type { DeclaredFact, FactName, FactScope } from './facts.ts'

interface Row {
  cluster: string
  namespace: string
  kind: string
  name: string
  fact: string
  value: string
  source: string
  declared_at: number
}

const columns = ['cluster', 'namespace', 'kind', 'name', 'fact', 'value', 'source', 'declared_at']
const key = ['cluster', 'namespace', 'kind', 'name', 'fact', 'source']

/** Facts by hand: each replaces what was said by hand before, whoever said it. A value of null takes it back. */
export async function setFacts(
  store: Store,
  { cluster, namespace, kind, name }: FactScope,
  facts: readonly { fact: FactName; value: string | null }[],
  { by, atMs }: { by: string; atMs: number },
): Promise<void> {
  await store.transaction(async (transaction) => {
    const forget = transaction.prepare(
      `delete from declared_fact where cluster = ? and namespace = ? and kind = ? and name = ? and fact = ?
       and source like 'hand:%'`,
    )
    for (const { fact } of facts) await forget.run(cluster, namespace, kind, name, fact)
    await transaction.insert(
      'declared_fact',
      columns,
      facts.flatMap(({ fact, value }) =>
        value === null ? [] : [[cluster, namespace, kind, name, fact, value, `hand:${by}`, atMs]],
      ),
      { onConflict: { target: key, update: ['value', 'declared_at'] } },
    )
  })
}

/** The facts of a file replace all that the file said before. */
export async function replaceFileFacts(
  store: Store,
  source: string,
  facts: readonly DeclaredFact[],
): Promise<{ added: number; changed: number; removed: number; unchanged: number }> {
  return store.transaction(async (transaction) => {
    const before = new Map(
      (await transaction.prepare<Row>('select * from declared_fact where source = ?').all(source)).map(
        (row) => [keyOf(row), row],
      ),
    )
    let added = 0
    let changed = 0
    let unchanged = 0
    for (const { scope, fact, value } of facts) {
      const known = before.get(keyOf({ ...scope, fact }))
      if (known === undefined) added++
      else if (known.value === value) unchanged++
      else changed++
    }
    await transaction.prepare('delete from declared_fact where source = ?').run(source)
    await transaction.insert(
      'declared_fact',
      columns,
      facts.map(({ scope: { cluster, namespace, kind, name }, fact, value, declaredAtMs }) => {
        const known = before.get(keyOf({ cluster, namespace, kind, name, fact }))
        const since = known?.value === value ? known.declared_at : declaredAtMs
        return [cluster, namespace, kind, name, fact, value, source, since]
      }),
    )
    return { added, changed, unchanged, removed: before.size - changed - unchanged }
  })
}

/** What was declared for a place and everything above it. */
export async function factsAbove(store: Store, scope: FactScope): Promise<DeclaredFact[]> {
  const { cluster, namespace, kind, name } = scope
  const rows = await store
    .prepare<Row>(
      `select * from declared_fact where cluster = ? and (namespace = '' or (namespace = ? and (kind = '' or (kind = ? and name = ?))))`,
    )
    .all(cluster, namespace, kind, name)
  return rows.map(factOf)
}

export async function listFacts(
  store: Store,
  { cluster, limit, offset }: { cluster?: string; limit: number; offset: number },
): Promise<{ total: number; rows: DeclaredFact[] }> {
  const where = cluster === undefined ? '' : ' where cluster = ?'
  const parameters = cluster === undefined ? [] : [cluster]
  const total = await store
    .prepare<{ n: number }>(`select count(*) as n from declared_fact${where}`)
    .get(...parameters)
  const rows = await store
    .prepare<Row>(
      `select * from declared_fact${where} order by cluster, namespace, kind, name, fact, source limit ? offset ?`,
    )
    .all(...parameters, limit, offset)
  return { total: Number(total?.n ?? 0), rows: rows.map(factOf) }
}

function factOf({ cluster, namespace, kind, name, fact, value, source, declared_at }: Row): DeclaredFact {
  return {
    scope: { cluster, namespace, kind, name },
    fact: fact as FactName,
    value,
    source,
    declaredAtMs: declared_at,
  }
}

function keyOf({
  cluster,
  namespace,
  kind,
  name,
  fact,
}: Omit<Row, 'value' | 'source' | 'declared_at'>): string {
  return [cluster, namespace, kind, name, fact].join('\n')
}
