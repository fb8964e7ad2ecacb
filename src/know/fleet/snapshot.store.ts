import type { Transaction } from '../../base/store/index.ts'
import { applyClusterChanges, type ClusterSource } from './changes.store.ts'
import { namesOfObjects, resourcesOfObjects, writeObjects, type ObjectChange } from './objects.store.ts'
import type { ClusterSnapshot, FleetDelta, KeptObject, WorkloadName } from './types.ts'

/**
 * Makes the snapshot the present of its cluster, inside the caller's transaction: what is new opens an interval, what is
 * gone closes its own, what stays is left as it is. The same snapshot twice changes nothing but "last seen". A snapshot
 * that is not the whole cluster takes nothing away.
 */
export async function applySnapshot(
  transaction: Transaction,
  snapshot: ClusterSnapshot,
  { whole = true, ...source }: ClusterSource & { whole?: boolean } = {},
): Promise<FleetDelta> {
  // What a live watch would go on from is no longer what the store has.
  await transaction
    .prepare('delete from cluster_checkpoint where cluster_no = (select no from cluster where name = ?)')
    .run(snapshot.cluster)
  const delta = await applyClusterChanges(
    transaction,
    { ...snapshot, ...(whole ? await goneFrom(transaction, snapshot) : {}) },
    { source: 'manifests', ...source },
  )
  const objects = [
    ...snapshot.objects.map((object) => ({ ...object, object })),
    ...(whole ? await objectsGoneFrom(transaction, delta.cluster.no, snapshot.objects) : []),
  ]
  const resources = await writeObjects(transaction, delta.cluster.no, objects, snapshot.atMs)
  return { ...delta, touched: new Set([...delta.touched, ...resources]) }
}

/** What the store knows to be there and the snapshot does not show. */
async function goneFrom(
  transaction: Transaction,
  { cluster, nodes, workloads, pods }: ClusterSnapshot,
): Promise<{ nodesGone: string[]; workloadsGone: WorkloadName[]; podsGone: string[] }> {
  const there = <Row>(columns: string, table: string) =>
    transaction
      .prepare<Row>(
        `select ${columns} from ${table} where cluster_no = (select no from cluster where name = ?) and last_seen_at is null`,
      )
      .all(cluster)
  const nodeNames = new Set(nodes.map(({ name }) => name))
  const workloadNames = new Set(workloads.map(textOf))
  const uids = new Set(pods.map(({ uid }) => uid))
  return {
    nodesGone: (await there<{ name: string }>('name', 'node'))
      .map(({ name }) => name)
      .filter((name) => !nodeNames.has(name)),
    workloadsGone: (await there<WorkloadName>('namespace, kind, name', 'workload')).filter(
      (workload) => !workloadNames.has(textOf(workload)),
    ),
    podsGone: (await there<{ uid: string }>('uid', 'pod'))
      .map(({ uid }) => uid)
      .filter((uid) => !uids.has(uid)),
  }
}

async function objectsGoneFrom(
  transaction: Transaction,
  clusterNo: number,
  objects: readonly KeptObject[],
): Promise<ObjectChange[]> {
  const there = new Set(objects.map(({ resource, namespace, name }) => `${resource}\n${namespace}\n${name}`))
  const gone: ObjectChange[] = []
  for (const resource of await resourcesOfObjects(transaction, clusterNo))
    for (const { namespace, name } of await namesOfObjects(transaction, clusterNo, resource))
      if (!there.has(`${resource}\n${namespace}\n${name}`))
        gone.push({ resource, namespace, name, object: null })
  return gone
}

function textOf({ namespace, kind, name }: WorkloadName): string {
  return `${namespace}\n${kind}/${name}`
}
