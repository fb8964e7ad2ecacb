import { keyOf } from '../../../base/kube/index.ts'
import type { Store, Transaction, Value } from '../../../base/store/index.ts'
import { applyClusterChanges } from '../changes.store.ts'
import { namesOfObjects, writeObjects, type ObjectChange } from '../objects.store.ts'
import type { OwnerKeys } from '../owners.ts'
import type { ClusterChanges, FleetDelta, PodRecord, WorkloadRecord } from '../types.ts'
import type { ClusterView, LiveChanges, LivePod } from './view.ts'

/**
 * Writes a batch of one live cluster in one transaction: the fleet itself through `applyClusterChanges`, and beside it
 * what only live clusters know: addresses and labels of pods as intervals, and the objects that other wings read.
 */
export async function writeLiveChanges(
  store: Store,
  cluster: string,
  changes: LiveChanges,
  view: ClusterView,
  { atMs, seen, ownerKeys }: { atMs: number; seen: boolean; ownerKeys?: OwnerKeys },
): Promise<FleetDelta> {
  return store.transaction(
    async (transaction) => {
      const clusterNo = await numberOf(transaction, cluster)
      const batch = batchOf(cluster, changes, atMs)
      await addMissing(transaction, clusterNo, changes, view, batch)
      await closePods(transaction, clusterNo, batch.podsGone, atMs)
      const before = await lastSeenOf(transaction, clusterNo)
      const delta = await applyClusterChanges(transaction, batch, { source: 'live', ownerKeys })
      // A cluster that shows its nodes and hides its pods was not seen: answers have to name it.
      if (!seen) delta.cluster.lastSeenAtMs = before
      await transaction
        .prepare('update cluster set last_seen_at = ? where no = ?')
        .run(delta.cluster.lastSeenAtMs, delta.cluster.no)
      await writePods(transaction, delta.cluster.no, changes.pods, atMs)
      const resources = await writeObjects(
        transaction,
        delta.cluster.no,
        await objectChanges(transaction, delta.cluster.no, changes, view),
        atMs,
      )
      return { ...delta, touched: new Set([...delta.touched, ...resources]) }
    },
    { mode: 'bulk' },
  )
}

type Batch = ClusterChanges & {
  nodesGone: Set<string>
  workloadsGone: { namespace: string; kind: string; name: string }[]
  podsGone: Set<string>
}

function batchOf(cluster: string, changes: LiveChanges, atMs: number): Batch {
  return {
    cluster,
    atMs,
    // A namespace that went is kept: the history of its workloads names it.
    namespaces: changes.namespaces.flatMap(({ name, body }) => (body === null ? [] : [{ name, ...body }])),
    nodes: changes.nodes.flatMap(({ node }) => (node === null ? [] : [node])),
    nodesGone: new Set(changes.nodes.filter(({ node }) => node === null).map(({ name }) => name)),
    workloads: changes.workloads.flatMap(({ workload }) => (workload === null ? [] : [declaring(workload)])),
    workloadsGone: changes.workloads
      .filter(({ workload }) => workload === null)
      .map(({ key }) => workloadName(key)),
    pods: changes.pods.map((pod) => recordOf(pod, atMs)),
    podsGone: new Set(changes.podsGone),
  }
}

/**
 * A workload whose pods are on their way runs nothing until they are there; what it declares would be a run that ends a
 * moment later, without a digest. What has no pods of its own accord, scaled to none or waiting for its time, declares.
 */
function declaring(workload: WorkloadRecord): WorkloadRecord {
  const expectsPods =
    workload.replicas !== 0 &&
    ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'].includes(workload.kind)
  return expectsPods ? { ...workload, containers: [] } : workload
}

function recordOf({ uid, namespace, name, body, workload }: LivePod, atMs: number): PodRecord {
  return {
    uid,
    namespace,
    name,
    node: body.node,
    workload: workload.slice(workload.indexOf('\n') + 1),
    phase: body.phase,
    // The cluster's clock may be ahead of ours; nothing begins in the future.
    startedAtMs: body.startedAtMs === null ? null : Math.min(body.startedAtMs, atMs),
    serviceAccount: body.serviceAccount,
    shape: body.shape,
    // A pod that waits for its image runs nothing of it yet.
    containers: body.containers.filter(({ digest }) => digest !== null || body.phase !== 'Pending'),
  }
}

/**
 * After a complete list: what the store believes to be there and the cluster did not name is gone. That is what ended
 * while nobody watched.
 */
async function addMissing(
  transaction: Transaction,
  clusterNo: number | null,
  { complete }: LiveChanges,
  view: ClusterView,
  batch: Batch,
): Promise<void> {
  if (complete === null || clusterNo === null) return
  if (complete.has('nodes')) {
    const open = await transaction
      .prepare<{ name: string }>('select name from node where cluster_no = ? and last_seen_at is null')
      .all(clusterNo)
    for (const { name } of open) if (!view.cache('nodes').objects.has(name)) batch.nodesGone.add(name)
  }
  if (complete.has('pods')) {
    const open = await transaction
      .prepare<{ uid: string }>('select uid from pod where cluster_no = ? and last_seen_at is null')
      .all(clusterNo)
    for (const { uid } of open) if (!view.hasPod(uid)) batch.podsGone.add(uid)
  }
  if (complete.has('workloads')) {
    const open = await transaction
      .prepare<{ namespace: string; kind: string; name: string }>(
        'select namespace, kind, name from workload where cluster_no = ? and last_seen_at is null',
      )
      .all(clusterNo)
    for (const name of open)
      if (!view.hasWorkload(`${name.namespace}\n${name.kind}/${name.name}`)) batch.workloadsGone.push(name)
  }
}

/** Ends the intervals of addresses and labels; the pod itself is ended by `applyClusterChanges`. */
async function closePods(
  transaction: Transaction,
  clusterNo: number | null,
  uids: Iterable<string>,
  atMs: number,
): Promise<void> {
  if (clusterNo === null) return
  const find = transaction.prepare<{ no: number }>('select no from pod where cluster_no = ? and uid = ?')
  const closeAddresses = transaction.prepare(
    'update pod_address set last_seen_at = ? where pod_no = ? and last_seen_at is null',
  )
  const closeState = transaction.prepare(
    'update pod_state set last_seen_at = ? where pod_no = ? and last_seen_at is null',
  )
  for (const uid of uids) {
    const pod = await find.get(clusterNo, uid)
    if (!pod) continue
    await closeAddresses.run(atMs, pod.no)
    await closeState.run(atMs, pod.no)
  }
}

async function writePods(
  transaction: Transaction,
  clusterNo: number,
  pods: readonly LivePod[],
  atMs: number,
): Promise<void> {
  const find = transaction.prepare<{ no: number }>(
    'select no from pod where cluster_no = ? and uid = ? and last_seen_at is null',
  )
  const openAddresses = transaction.prepare<{ address: string }>(
    'select address from pod_address where pod_no = ? and last_seen_at is null',
  )
  const closeAddress = transaction.prepare(
    'update pod_address set last_seen_at = ? where pod_no = ? and address = ? and last_seen_at is null',
  )
  const openState = transaction.prepare<{
    labels: string
    owners: string
    containers: string
    host_network: number
  }>(
    'select labels, owners, containers, host_network from pod_state where pod_no = ? and last_seen_at is null',
  )
  const closeState = transaction.prepare(
    'update pod_state set last_seen_at = ? where pod_no = ? and last_seen_at is null',
  )
  const addresses: Value[][] = []
  const states: Value[][] = []
  for (const pod of pods) {
    const row = await find.get(clusterNo, pod.uid)
    if (!row) continue
    const known = new Set((await openAddresses.all(row.no)).map(({ address }) => address))
    for (const address of known)
      if (!pod.body.addresses.includes(address)) await closeAddress.run(atMs, row.no, address)
    for (const address of pod.body.addresses)
      if (!known.has(address)) addresses.push([clusterNo, address, row.no, atMs, null])
    const state = stateOf(pod)
    const before = await openState.get(row.no)
    if (before) {
      const { labels, owners, containers, host_network } = before
      if ([labels, owners, containers, host_network].every((value, at) => value === state[at])) continue
      await closeState.run(atMs, row.no)
    }
    states.push([row.no, atMs, null, ...state])
  }
  await transaction.insert(
    'pod_address',
    ['cluster_no', 'address', 'pod_no', 'first_seen_at', 'last_seen_at'],
    addresses,
    {
      onConflict: {
        target: ['address', 'cluster_no', 'pod_no', 'first_seen_at'],
        update: ['last_seen_at'],
      },
    },
  )
  await transaction.insert(
    'pod_state',
    ['pod_no', 'first_seen_at', 'last_seen_at', 'labels', 'owners', 'containers', 'host_network'],
    states,
    {
      // Two changes within a millisecond are one.
      onConflict: {
        target: ['pod_no', 'first_seen_at'],
        update: ['last_seen_at', 'labels', 'owners', 'containers', 'host_network'],
      },
    },
  )
}

function stateOf({ body, owners }: LivePod): Value[] {
  return [
    JSON.stringify(body.labels),
    JSON.stringify(owners),
    JSON.stringify(body.containers),
    body.hostNetwork ? 1 : 0,
  ]
}

/** Objects that changed, and after a complete list those that the cluster did not name. */
async function objectChanges(
  transaction: Transaction,
  clusterNo: number,
  { objects, complete }: LiveChanges,
  view: ClusterView,
): Promise<ObjectChange[]> {
  const changes = objects.map(({ resource, key, object }): ObjectChange => {
    const slash = key.indexOf('/')
    const [namespace, name] = slash < 0 ? ['', key] : [key.slice(0, slash), key.slice(slash + 1)]
    return { resource, namespace, name, object }
  })
  for (const resource of complete ?? []) {
    if (!view.keepsObjects(resource)) continue
    for (const name of await namesOfObjects(transaction, clusterNo, resource))
      if (!view.cache(resource).objects.has(keyOf(name))) changes.push({ resource, ...name, object: null })
  }
  return changes
}

/** The number of a cluster; the cluster is made when it is new. */
export async function clusterNumber(store: Store, name: string, atMs: number): Promise<number> {
  return store.transaction(async (transaction) => {
    const known = await numberOf(transaction, name)
    if (known !== null) return known
    const no = await transaction.nextNumbers('cluster', 1)
    await transaction.insert(
      'cluster',
      ['no', 'name', 'source', 'declared_only', 'first_seen_at', 'last_seen_at'],
      // Not seen yet: answers name it until it is.
      [[no, name, 'live', 0, atMs, 0]],
    )
    return no
  })
}

async function numberOf(transaction: Transaction, name: string): Promise<number | null> {
  const row = await transaction.prepare<{ no: number }>('select no from cluster where name = ?').get(name)
  return row?.no ?? null
}

async function lastSeenOf(transaction: Transaction, no: number | null): Promise<number> {
  if (no === null) return 0
  const row = await transaction
    .prepare<{ last_seen_at: number }>('select last_seen_at from cluster where no = ?')
    .get(no)
  return row?.last_seen_at ?? 0
}

function workloadName(key: string): { namespace: string; kind: string; name: string } {
  const [namespace, id] = key.split('\n', 2)
  const slash = id.indexOf('/')
  return { namespace, kind: id.slice(0, slash), name: id.slice(slash + 1) }
}
