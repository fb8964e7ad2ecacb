import type { KubeAccess } from '../../../base/kube/index.ts'
import type { Store } from '../../../base/store/index.ts'
import { applyClusterChanges } from '../changes.store.ts'
import type { FleetDelta } from '../types.ts'
import type { ClusterState } from './types.ts'

export type ConnectionKind = 'kubeconfig' | 'copy' | 'in-cluster' | 'agent'

export interface ConnectionRow {
  clusterNo: number
  cluster: string
  kind: ConnectionKind
  file: string | null
  context: string | null
  server: string | null
  secretMetadata: boolean
  addedAtMs: number
  addedBy: string
  state: ClusterState | null
}

const columns =
  'c.no as no, c.name as name, n.kind as kind, n.file as file, n.context as context, n.server as server, n.secret_metadata as secret_metadata, n.added_at as added_at, n.added_by as added_by, n.state as state'

interface Row {
  no: number
  name: string
  kind: string
  file: string | null
  context: string | null
  server: string | null
  secret_metadata: number
  added_at: number
  added_by: string
  state: string
}

/** Whether any cluster is live: without one, nothing that speaks to clusters is needed. */
export async function hasConnections(store: Store): Promise<boolean> {
  return (await store.prepare('select 1 as one from cluster_connection limit 1').get()) !== undefined
}

export async function listConnections(store: Store): Promise<ConnectionRow[]> {
  const rows = await store
    .prepare<Row>(
      `select ${columns} from cluster_connection n join cluster c on c.no = n.cluster_no order by c.name`,
    )
    .all()
  return rows.map(connectionOf)
}

export async function findConnection(store: Store, cluster: string): Promise<ConnectionRow | null> {
  const row = await store
    .prepare<Row>(
      `select ${columns} from cluster_connection n join cluster c on c.no = n.cluster_no where c.name = ?`,
    )
    .get(cluster)
  return row === undefined ? null : connectionOf(row)
}

function connectionOf(row: Row): ConnectionRow {
  return {
    clusterNo: row.no,
    cluster: row.name,
    kind: row.kind as ConnectionKind,
    file: row.file,
    context: row.context,
    server: row.server,
    secretMetadata: row.secret_metadata === 1,
    addedAtMs: row.added_at,
    addedBy: row.added_by,
    state: row.state === '' ? null : (JSON.parse(row.state) as ClusterState),
  }
}

/** How to open a connection; the copied kubeconfig is read only here. Null for agents, which come to us. */
export async function accessOf(store: Store, row: ConnectionRow): Promise<KubeAccess | null> {
  switch (row.kind) {
    case 'kubeconfig':
      return { kind: 'kubeconfig', file: row.file ?? '', context: row.context ?? '' }
    case 'copy': {
      const found = await store
        .prepare<{ kubeconfig: string | null }>(
          'select kubeconfig from cluster_connection where cluster_no = ?',
        )
        .get(row.clusterNo)
      return { kind: 'copy', kubeconfig: found?.kubeconfig ?? '', context: row.context ?? '' }
    }
    case 'in-cluster':
      return { kind: 'in-cluster' }
    case 'agent':
      return null
  }
}

export async function saveConnection(
  store: Store,
  clusterNo: number,
  access: KubeAccess | { kind: 'agent' },
  {
    server,
    secretMetadata,
    atMs,
    by,
  }: { server: string | null; secretMetadata: boolean; atMs: number; by: string },
): Promise<void> {
  await store.transaction(async (transaction) => {
    for (const table of ['cluster_connection', 'cluster_checkpoint', 'watch_lease'])
      await transaction.prepare(`delete from ${table} where cluster_no = ?`).run(clusterNo)
    await transaction.insert(
      'cluster_connection',
      [
        'cluster_no',
        'kind',
        'file',
        'context',
        'kubeconfig',
        'server',
        'secret_metadata',
        'added_at',
        'added_by',
        'state',
      ],
      [
        [
          clusterNo,
          access.kind,
          access.kind === 'kubeconfig' ? access.file : null,
          access.kind === 'kubeconfig' || access.kind === 'copy' ? access.context : null,
          access.kind === 'copy' ? access.kubeconfig : null,
          server,
          secretMetadata ? 1 : 0,
          atMs,
          by,
          '',
        ],
      ],
    )
    await transaction
      .prepare("update cluster set source = 'live', declared_only = 0 where no = ?")
      .run(clusterNo)
  })
}

/** Notes the states of clusters, and when each was last seen, in one transaction. */
export async function saveStates(
  store: Store,
  states: readonly { clusterNo: number; state: ClusterState }[],
): Promise<void> {
  await store.transaction(
    async (transaction) => {
      const save = transaction.prepare('update cluster_connection set state = ? where cluster_no = ?')
      const seen = transaction.prepare(
        'update cluster set last_seen_at = ? where no = ? and last_seen_at < ?',
      )
      for (const { clusterNo, state } of states) {
        await save.run(JSON.stringify(state), clusterNo)
        if (state.seenAtMs !== null) await seen.run(state.seenAtMs, clusterNo, state.seenAtMs)
      }
    },
    { mode: 'bulk' },
  )
}

/**
 * Forgets how a cluster is reached and ends everything of it that was there: it is no longer known to run. The history
 * stays until it is compacted.
 */
export async function removeCluster(
  store: Store,
  { cluster, clusterNo }: Pick<ConnectionRow, 'cluster' | 'clusterNo'>,
  atMs: number,
): Promise<FleetDelta> {
  return store.transaction(async (transaction) => {
    const open = <Row>(sql: string) => transaction.prepare<Row>(sql).all(clusterNo)
    for (const sql of [
      'update pod_address set last_seen_at = ? where last_seen_at is null and cluster_no = ?',
      'update pod_state set last_seen_at = ? where last_seen_at is null and pod_no in (select no from pod where cluster_no = ?)',
      'update cluster_object set last_seen_at = ? where last_seen_at is null and cluster_no = ?',
      'update agent set revoked_at = ? where revoked_at is null and cluster_no = ?',
    ])
      await transaction.prepare(sql).run(atMs, clusterNo)
    await transaction.prepare('delete from cluster_connection where cluster_no = ?').run(clusterNo)
    const pods = await open<{ uid: string }>(
      'select uid from pod where cluster_no = ? and last_seen_at is null',
    )
    const nodes = await open<{ name: string }>(
      'select name from node where cluster_no = ? and last_seen_at is null',
    )
    const delta = await applyClusterChanges(
      transaction,
      {
        cluster,
        atMs,
        podsGone: pods.map(({ uid }) => uid),
        workloadsGone: await open<{ namespace: string; kind: string; name: string }>(
          'select namespace, kind, name from workload where cluster_no = ? and last_seen_at is null',
        ),
        nodesGone: nodes.map(({ name }) => name),
      },
      { source: 'removed' },
    )
    return { ...delta, touched: new Set([...delta.touched, 'objects']) }
  })
}
