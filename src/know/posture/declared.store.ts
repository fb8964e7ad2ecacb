import type { Store } from '../../base/store/index.ts'
import {
  effectiveFacts,
  observedFacts,
  type DeclaredFact,
  type FactKeys,
  type FactName,
} from '../fleet/index.ts'
import type { DeclaredPart } from './workload-facts.ts'

export const nothingDeclared: DeclaredPart = { criticality: null, data: null }

/** Criticality and data classes of the workloads of a cluster, by hand, from files, and from labels and annotations. */
export async function readDeclared(
  store: Store,
  clusterNo: number,
  keys: FactKeys,
): Promise<Map<number, DeclaredPart>> {
  const cluster = await store
    .prepare<{ name: string }>('select name from cluster where no = ?')
    .get(clusterNo)
  if (cluster === undefined) return new Map()
  const said = await store
    .prepare<{
      namespace: string
      kind: string
      name: string
      fact: string
      value: string
      source: string
      declared_at: number
    }>(
      `select namespace, kind, name, fact, value, source, declared_at from declared_fact
       where cluster = ? and fact in ('criticality', 'data')`,
    )
    .all(cluster.name)
  const declared = Map.groupBy(
    said.map(({ namespace, kind, name, fact, value, source, declared_at }): DeclaredFact => ({
      scope: { cluster: cluster.name, namespace, kind, name },
      fact: fact as FactName,
      value,
      source,
      declaredAtMs: declared_at,
    })),
    ({ scope }) => `${scope.namespace}\n${scope.kind}\n${scope.name}`,
  )
  const words = (row: { labels: string; annotations: string }) => ({
    labels: JSON.parse(row.labels) as Record<string, string>,
    annotations: JSON.parse(row.annotations) as Record<string, string>,
  })
  const namespaces = new Map(
    (
      await store
        .prepare<{ name: string; labels: string; annotations: string }>(
          'select name, labels, annotations from namespace where cluster_no = ?',
        )
        .all(clusterNo)
    ).map((row) => {
      const scope = { cluster: cluster.name, namespace: row.name, kind: '', name: '' }
      return [row.name, observedFacts(scope, words(row), keys)]
    }),
  )
  const workloads = await store
    .prepare<{
      no: number
      namespace: string
      kind: string
      name: string
      labels: string
      annotations: string
    }>(
      'select no, namespace, kind, name, labels, annotations from workload where cluster_no = ? and last_seen_at is null',
    )
    .all(clusterNo)
  const found = new Map<number, DeclaredPart>()
  for (const { no, namespace, kind, name, ...row } of workloads) {
    const scope = { cluster: cluster.name, namespace, kind, name }
    const facts = effectiveFacts([
      ...[`${namespace}\n${kind}\n${name}`, `${namespace}\n\n`, '\n\n'].flatMap(
        (key) => declared.get(key) ?? [],
      ),
      ...observedFacts(scope, words(row), keys),
      ...(namespaces.get(namespace) ?? []),
    ])
    const valueOf = (fact: FactName) => facts.find((one) => one.fact === fact)?.value ?? null
    const criticality = valueOf('criticality') as DeclaredPart['criticality']
    const data = valueOf('data')
    if (criticality !== null || data !== null) found.set(no, { criticality, data })
  }
  return found
}
