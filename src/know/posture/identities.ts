import { limit as limitOf } from '../../base/limits.ts'
import type { Context } from '../context.ts'
import type { PrivilegesAnswer, StepTaken } from '../privileges/index.ts'
import { grouped } from '../where/index.ts'
import type { IdentitiesAnswer, IdentityRow } from './answers.ts'
import { numberOf, postureOf, presentClusters, targets, worstInWords } from './questions.ts'

export interface IdentitiesQuery {
  cluster?: string
  /** A part of the name. */
  q?: string
  to?: 'secrets' | 'nodes' | 'cluster-admin'
  limit?: number
  offset?: number
}

/** Identities of the fleet, or of one cluster: the nearest to cluster-admin first, then to nodes, then to secrets. */
export async function listIdentities(context: Context, query: IdentitiesQuery): Promise<IdentitiesAnswer> {
  const index = await context.index()
  const clusters = query.cluster === undefined ? presentClusters(index) : [numberOf(index, query.cluster)]
  const text = query.q?.toLowerCase() ?? ''
  const target = query.to === undefined ? null : targets[query.to]
  const rows: IdentityRow[] = []
  const counts = { identities: 0, secrets: 0, nodes: 0, clusterAdmin: 0 }
  const unseen: { cluster: string; reason: string }[] = []
  for (const clusterNo of clusters) {
    const posture = await postureOf(context, clusterNo)
    const cluster = index.clusterName[clusterNo]
    if (posture.unseen.roles !== null) unseen.push({ cluster, reason: posture.unseen.roles })
    for (const identity of posture.privileges.identities) {
      const { ways } = identity
      counts.identities++
      for (const one of ['secrets', 'nodes', 'clusterAdmin'] as const) if (ways[one] !== null) counts[one]++
      if (text !== '' && !identity.id.toLowerCase().includes(text)) continue
      if (target !== null && ways[target] === null) continue
      rows.push(rowOf(cluster, identity))
    }
  }
  const far = Infinity
  const order = ({ steps }: IdentityRow) => [steps.clusterAdmin, steps.nodes, steps.secrets]
  rows.sort((a, b) => {
    const [left, right] = [order(a), order(b)]
    for (const at of [0, 1, 2]) {
      const [one, other] = [left[at] ?? far, right[at] ?? far]
      if (one !== other) return one - other
    }
    return b.workloads - a.workloads || byName(a.cluster, b.cluster) || byName(a.id, b.id)
  })
  const offset = query.offset ?? 0
  return {
    sentence: sentenceOf(counts, unseen),
    counts,
    unseen,
    total: rows.length,
    rows: rows.slice(offset, offset + Math.min(query.limit ?? 50, limitOf('listRows'))),
  }
}

function rowOf(
  cluster: string,
  { id, workloads, rules, ways }: PrivilegesAnswer['identities'][number],
): IdentityRow {
  const [kind, full] = [id.slice(0, id.indexOf(' ')), id.slice(id.indexOf(' ') + 1)]
  const slash = kind === 'ServiceAccount' ? full.indexOf('/') : -1
  return {
    cluster,
    id,
    kind: kind as IdentityRow['kind'],
    namespace: slash < 0 ? null : full.slice(0, slash),
    name: full.slice(slash + 1),
    workloads,
    rules: rules.length,
    steps: {
      secrets: lengthOf(ways.secrets),
      nodes: lengthOf(ways.nodes),
      clusterAdmin: lengthOf(ways.clusterAdmin),
    },
    way: ways.clusterAdmin ?? ways.nodes ?? ways.secrets ?? [],
    sentence: worstInWords(ways),
  }
}

/** Steps that somebody takes: that what holds for all holds for each is none. */
function lengthOf(way: readonly StepTaken[] | null): number | null {
  return way?.filter(({ step }, at) => at === 0 || step !== 'member').length ?? null
}

/** `2 of 54 identities can become cluster-admin, 5 can take over a node, 9 can reach secrets.` */
function sentenceOf(counts: IdentitiesAnswer['counts'], unseen: IdentitiesAnswer['unseen']): string {
  const { identities, clusterAdmin, nodes, secrets } = counts
  const open =
    unseen.length === 0
      ? ''
      : ` Who may do what in ${unseen.map(({ cluster }) => cluster).join(', ')} is not known.`
  if (identities === 0) return `No identity is known.${open}`
  const atLeast = unseen.length === 0 ? '' : 'At least '
  return `${atLeast}${grouped(clusterAdmin)} of ${grouped(identities)} identities can become cluster-admin, ${grouped(nodes)} can take over a node, ${grouped(secrets)} can reach secrets.${open}`
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
