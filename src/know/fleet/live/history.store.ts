import type { Store, Value } from '../../../base/store/index.ts'
import { removeUnusedShapes } from '../shapes.store.ts'

/** A pod as an interval, with what it had when it was last looked at within the time asked for. */
export interface PodInterval {
  cluster: string
  namespace: string
  name: string
  uid: string
  node: string | null
  serviceAccount: string | null
  /** Nearest first. */
  owners: string[]
  labels: Record<string, string>
  hostNetwork: boolean
  containers: { name: string; kind: string; reference: string; digest: string | null }[]
  addresses: { address: string; firstSeenAtMs: number; lastSeenAtMs: number | null }[]
  firstSeenAtMs: number
  /** Null: there now. */
  lastSeenAtMs: number | null
}

export interface PodQuestion {
  /** An address, a UID, `NAMESPACE/NAME` or a digest. */
  query: string
  cluster?: string
  /** The moment asked for; all of the history when absent. */
  atMs?: number
  limit: number
}

/**
 * Every pod that had an address, a UID, a name or a digest, at a moment or ever. An address that several had is answered
 * with all of them: which one it was is for the reader to tell, or to leave open.
 */
export async function findPods(
  store: Store,
  { query, cluster, atMs, limit }: PodQuestion,
): Promise<{ total: number; rows: PodInterval[] }> {
  const conditions: string[] = []
  const parameters: Value[] = []
  const within = (table: string) => {
    if (atMs === undefined) return ''
    parameters.push(atMs, atMs)
    return ` and ${table}.first_seen_at <= ? and (${table}.last_seen_at is null or ${table}.last_seen_at >= ?)`
  }
  const slash = query.indexOf('/')
  if (/^sha256:[0-9a-f]{64}$/.test(query)) {
    parameters.push(`%${query}%`)
    conditions.push(`p.no in (select s.pod_no from pod_state s where s.containers like ?${within('s')})`)
  } else if (slash > 0) {
    parameters.push(query.slice(0, slash), query.slice(slash + 1))
    conditions.push(`p.namespace = ? and p.name = ?${within('p')}`)
  } else {
    parameters.push(query)
    const byAddress = `p.no in (select a.pod_no from pod_address a where a.address = ?${within('a')})`
    parameters.push(query)
    conditions.push(`(${byAddress} or (p.uid = ?${within('p')}))`)
  }
  if (cluster !== undefined) {
    conditions.push('c.name = ?')
    parameters.push(cluster)
  }
  const from = `from pod p join cluster c on c.no = p.cluster_no left join node n on n.no = p.node_no where ${conditions.join(' and ')}`
  const total = await store.prepare<{ n: number }>(`select count(*) as n ${from}`).get(...parameters)
  const found = await store
    .prepare<{
      no: number
      cluster: string
      namespace: string
      name: string
      uid: string
      node: string | null
      service_account: string | null
      first_seen_at: number
      last_seen_at: number | null
    }>(
      `select p.no as no, c.name as cluster, p.namespace as namespace, p.name as name, p.uid as uid, n.name as node,
              p.service_account as service_account, p.first_seen_at as first_seen_at, p.last_seen_at as last_seen_at
       ${from} order by p.first_seen_at desc, p.no desc limit ?`,
    )
    .all(...parameters, limit)
  const rows: PodInterval[] = []
  for (const pod of found) rows.push({ ...(await detailsOf(store, pod.no, atMs)), ...shapeOf(pod) })
  return { total: Number(total?.n ?? 0), rows }
}

function shapeOf(pod: {
  cluster: string
  namespace: string
  name: string
  uid: string
  node: string | null
  service_account: string | null
  first_seen_at: number
  last_seen_at: number | null
}) {
  return {
    cluster: pod.cluster,
    namespace: pod.namespace,
    name: pod.name,
    uid: pod.uid,
    node: pod.node,
    serviceAccount: pod.service_account,
    firstSeenAtMs: pod.first_seen_at,
    lastSeenAtMs: pod.last_seen_at,
  }
}

async function detailsOf(
  store: Store,
  podNo: number,
  atMs: number | undefined,
): Promise<Pick<PodInterval, 'owners' | 'labels' | 'hostNetwork' | 'containers' | 'addresses'>> {
  const state = await store
    .prepare<{ labels: string; owners: string; containers: string; host_network: number }>(
      `select labels, owners, containers, host_network from pod_state where pod_no = ? and first_seen_at <= ?
       order by first_seen_at desc limit 1`,
    )
    .get(podNo, atMs ?? Number.MAX_SAFE_INTEGER)
  const addresses = await store
    .prepare<{ address: string; first_seen_at: number; last_seen_at: number | null }>(
      'select address, first_seen_at, last_seen_at from pod_address where pod_no = ? order by first_seen_at, address',
    )
    .all(podNo)
  return {
    owners: state === undefined ? [] : (JSON.parse(state.owners) as string[]),
    labels: state === undefined ? {} : (JSON.parse(state.labels) as Record<string, string>),
    hostNetwork: state?.host_network === 1,
    containers: state === undefined ? [] : (JSON.parse(state.containers) as PodInterval['containers']),
    addresses: addresses.map(({ address, first_seen_at, last_seen_at }) => ({
      address,
      firstSeenAtMs: first_seen_at,
      lastSeenAtMs: last_seen_at,
    })),
  }
}

/** Rows of one step of compaction: others get their turn between two. */
const stepRows = 2_000

/**
 * Removes what ended before a moment: pods with their intervals, objects, and runs, nodes and workloads of which nothing
 * is left. What is still there is never touched. Returns how many rows went.
 */
export async function compactHistory(
  store: Store,
  beforeMs: number,
  signal: AbortSignal,
): Promise<{ pods: number; objects: number; states: number; addresses: number }> {
  const gone = { pods: 0, objects: 0, states: 0, addresses: 0 }
  const steps: [keyof typeof gone, string][] = [
    [
      'states',
      'delete from pod_state where (pod_no, first_seen_at) in (select pod_no, first_seen_at from pod_state where last_seen_at < ? limit ?)',
    ],
    [
      'addresses',
      'delete from pod_address where (address, cluster_no, pod_no, first_seen_at) in (select address, cluster_no, pod_no, first_seen_at from pod_address where last_seen_at < ? limit ?)',
    ],
    ['pods', 'delete from pod where no in (select no from pod where last_seen_at < ? limit ?)'],
    [
      'objects',
      'delete from cluster_object where no in (select no from cluster_object where last_seen_at < ? limit ?)',
    ],
  ]
  for (const [what, sql] of steps)
    for (;;) {
      signal.throwIfAborted()
      const removed = await store.transaction(
        (transaction) => transaction.prepare(sql).run(beforeMs, stepRows),
        { mode: 'bulk' },
      )
      gone[what] += removed
      if (removed < stepRows) break
    }
  await store.transaction((transaction) => removeUnusedShapes(transaction), { mode: 'bulk' })
  return gone
}
