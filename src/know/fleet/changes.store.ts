import { setImmediate as giveWay } from 'node:timers/promises'
import type { Transaction, Value } from '../../base/store/index.ts'
import { ImageResolver } from './images.store.ts'
import { poolOf } from './node-pool.ts'
import { defaultOwnerKeys, ownerOf, type OwnerKeys } from './owners.ts'
import { RunLedger } from './runs.store.ts'
import { ShapeLedger } from './shapes.store.ts'
import type {
  ClusterChanges,
  FleetDelta,
  NamespaceRecord,
  PodPlace,
  PodRecord,
  WorkloadName,
  WorkloadRecord,
} from './types.ts'

export interface ClusterSource {
  /** `manifests`, `live`, `example`: who says so. */
  source?: string
  /** Labels and annotations that name an owner; the defaults of the configuration when absent. */
  ownerKeys?: OwnerKeys
}

/** A pod in one of these phases runs nothing any more. */
const ended = new Set(['Succeeded', 'Failed'])

/**
 * Writes what became of one cluster, inside the caller's transaction, in time proportional to the change, and says what
 * the fleet index has to follow (`FleetIndex.applyFleet`, after the commit).
 *
 * A run (workload × container × digest) is opened by the first pod that shows it and closed when the last such pod is
 * gone. A workload without pods has the runs that its template declares: with its replicas where nothing but manifests
 * is known, else with none.
 */
export async function applyClusterChanges(
  transaction: Transaction,
  changes: ClusterChanges,
  { source = 'live', ownerKeys = defaultOwnerKeys }: ClusterSource = {},
): Promise<FleetDelta> {
  const cluster = await upsertCluster(transaction, changes, source)
  const images = new ImageResolver(transaction, changes.atMs)
  const writer = new ChangeWriter(transaction, changes, cluster, images, ownerKeys)
  await writer.namespaces()
  await writer.nodes()
  await writer.workloads()
  await writer.pods()
  await writer.declaredRuns()
  return writer.delta()
}

async function upsertCluster(
  transaction: Transaction,
  { cluster: name, atMs, declaredOnly = false }: ClusterChanges,
  source: string,
): Promise<FleetDelta['cluster']> {
  const existing = await transaction
    .prepare<{ no: number }>('select no from cluster where name = ?')
    .get(name)
  const no = existing?.no ?? (await transaction.nextNumbers('cluster', 1))
  if (existing)
    await transaction
      .prepare('update cluster set last_seen_at = ?, declared_only = ?, source = ? where no = ?')
      .run(atMs, declaredOnly ? 1 : 0, source, no)
  else
    await transaction.insert(
      'cluster',
      ['no', 'name', 'source', 'declared_only', 'first_seen_at', 'last_seen_at'],
      [[no, name, source, declaredOnly ? 1 : 0, atMs, atMs]],
    )
  return { no, name, source, declaredOnly, lastSeenAtMs: atMs }
}

interface StoredWorkload extends WorkloadName {
  no: number
  owner: string | null
  service_account: string | null
  replicas: number | null
  labels: string
  annotations: string
  last_seen_at: number | null
  shape_no: number | null
}

interface StoredPod {
  no: number
  workload_no: number
  node_no: number | null
  phase: string
  digests: string
  last_seen_at: number | null
  shape_no: number | null
}

class ChangeWriter {
  readonly #transaction: Transaction
  readonly #changes: ClusterChanges
  readonly #cluster: FleetDelta['cluster']
  readonly #images: ImageResolver
  readonly #ownerKeys: OwnerKeys
  readonly #runs: RunLedger
  readonly #nodeNumbers = new Map<string, number | null>()
  readonly #workloadNumbers = new Map<string, number | null>()
  /** Workloads whose runs may have to change, with what they declare where that is known. */
  readonly #touched = new Map<number, WorkloadRecord | null>()
  readonly #nodes: FleetDelta['nodes'] = []
  readonly #workloads: FleetDelta['workloads'] = []
  readonly #pods: FleetDelta['pods'] = []
  readonly #other = new Set<string>()
  readonly #shapes: ShapeLedger
  #workloadsAdded = 0
  #workloadsGone = 0

  constructor(
    transaction: Transaction,
    changes: ClusterChanges,
    cluster: FleetDelta['cluster'],
    images: ImageResolver,
    ownerKeys: OwnerKeys,
  ) {
    this.#transaction = transaction
    this.#changes = changes
    this.#cluster = cluster
    this.#images = images
    this.#ownerKeys = ownerKeys
    this.#runs = new RunLedger(transaction, images, changes.atMs)
    this.#shapes = new ShapeLedger(transaction)
  }

  /** A namespace may name the owner of its workloads: those are looked at again when it changes. */
  async namespaces(): Promise<void> {
    const { namespaces = [] } = this.#changes
    const stored = this.#transaction.prepare<{ labels: string; annotations: string }>(
      'select labels, annotations from namespace where cluster_no = ? and name = ?',
    )
    const fresh: Value[][] = []
    for (const { name, labels, annotations } of namespaces) {
      const old = await stored.get(this.#cluster.no, name)
      const row = [JSON.stringify(labels), JSON.stringify(annotations)]
      if (old?.labels !== row[0] || old.annotations !== row[1]) fresh.push([this.#cluster.no, name, ...row])
    }
    await this.#transaction.insert('namespace', ['cluster_no', 'name', 'labels', 'annotations'], fresh, {
      onConflict: { target: ['cluster_no', 'name'], update: ['labels', 'annotations'] },
    })
    if (fresh.length > 0) this.#other.add('namespaces')
    for (const [, name] of fresh) await this.#renameOwners(name as string)
  }

  async #renameOwners(namespace: string): Promise<void> {
    const own = await this.#namespace(namespace)
    const workloads = await this.#transaction
      .prepare<StoredWorkload>(
        'select no, namespace, kind, name, owner, labels, annotations, last_seen_at from workload where cluster_no = ? and namespace = ?',
      )
      .all(this.#cluster.no, namespace)
    const update = this.#transaction.prepare('update workload set owner = ? where no = ?')
    for (const workload of workloads) {
      const owner = ownerOf(
        {
          labels: JSON.parse(workload.labels) as Record<string, string>,
          annotations: JSON.parse(workload.annotations) as Record<string, string>,
        },
        own,
        this.#ownerKeys,
      )
      if (owner === workload.owner) continue
      await update.run(owner, workload.no)
      this.#workloads.push({
        ...named(workload),
        no: workload.no,
        owner,
        gone: workload.last_seen_at !== null,
      })
    }
  }

  async #namespace(name: string): Promise<NamespaceRecord | undefined> {
    const row = await this.#transaction
      .prepare<{ labels: string; annotations: string }>(
        'select labels, annotations from namespace where cluster_no = ? and name = ?',
      )
      .get(this.#cluster.no, name)
    return (
      row && {
        name,
        labels: JSON.parse(row.labels) as Record<string, string>,
        annotations: JSON.parse(row.annotations) as Record<string, string>,
      }
    )
  }

  async nodes(): Promise<void> {
    const { nodes = [], nodesGone = [], atMs } = this.#changes
    const find = this.#transaction.prepare<{
      no: number
      labels: string
      os_image: string | null
      kubelet_version: string | null
      last_seen_at: number | null
    }>(
      'select no, labels, os_image, kubelet_version, last_seen_at from node where cluster_no = ? and name = ?',
    )
    const close = this.#transaction.prepare('update node set last_seen_at = ? where no = ?')
    for (const name of nodesGone) {
      const stored = await find.get(this.#cluster.no, name)
      if (!stored || stored.last_seen_at !== null) continue
      await close.run(atMs, stored.no)
      const pool = poolOf(JSON.parse(stored.labels) as Record<string, string>)
      this.#nodes.push({ no: stored.no, name, pool, gone: true })
    }
    const update = this.#transaction.prepare(
      'update node set labels = ?, os_image = ?, kubelet_version = ?, last_seen_at = null where no = ?',
    )
    const fresh: Value[][] = []
    for (const { name, labels, osImage, kubeletVersion } of nodes) {
      const columns = [JSON.stringify(labels), osImage, kubeletVersion]
      const stored = await find.get(this.#cluster.no, name)
      const no = stored?.no ?? (await this.#transaction.nextNumbers('node', 1))
      this.#nodeNumbers.set(name, no)
      if (!stored) fresh.push([no, this.#cluster.no, name, ...columns, atMs, null])
      else if (
        stored.last_seen_at !== null ||
        stored.labels !== columns[0] ||
        stored.os_image !== osImage ||
        stored.kubelet_version !== kubeletVersion
      )
        await update.run(...columns, no)
      else continue
      this.#nodes.push({ no, name, pool: poolOf(labels), gone: false })
    }
    await this.#transaction.insert(
      'node',
      ['no', 'cluster_no', 'name', 'labels', 'os_image', 'kubelet_version', 'first_seen_at', 'last_seen_at'],
      fresh,
    )
  }

  async workloads(): Promise<void> {
    const { workloads = [], workloadsGone = [], atMs } = this.#changes
    const close = this.#transaction.prepare('update workload set last_seen_at = ? where no = ?')
    for (const name of workloadsGone) {
      const stored = await this.#storedWorkload(name)
      if (!stored || stored.last_seen_at !== null) continue
      await close.run(atMs, stored.no)
      this.#shapes.changed = true
      this.#workloadsGone++
      this.#workloads.push({ ...named(name), no: stored.no, owner: stored.owner, gone: true })
      await this.#endPodsOf(stored.no)
      await this.#runs.closeAll(stored.no)
    }
    const update = this.#transaction.prepare(
      'update workload set owner = ?, service_account = ?, replicas = ?, labels = ?, annotations = ?, shape_no = ?, last_seen_at = null where no = ?',
    )
    const fresh: Value[][] = []
    const namespaces = new Map<string, NamespaceRecord | undefined>()
    for (const workload of workloads) {
      const { namespace } = workload
      if (!namespaces.has(namespace)) namespaces.set(namespace, await this.#namespace(namespace))
      const owner = ownerOf(workload, namespaces.get(namespace), this.#ownerKeys)
      const labels = JSON.stringify(workload.labels)
      const annotations = JSON.stringify(workload.annotations)
      const shape = await this.#shapes.numberOf(workload.shape)
      const columns = [owner, workload.serviceAccount, workload.replicas, labels, annotations, shape]
      const stored = await this.#storedWorkload(workload)
      const no = stored?.no ?? (await this.#transaction.nextNumbers('workload', 1))
      this.#workloadNumbers.set(keyOf(workload), no)
      this.#touched.set(no, workload)
      if (!stored) {
        fresh.push([no, this.#cluster.no, namespace, workload.kind, workload.name, ...columns, atMs, null])
        this.#workloadsAdded++
        this.#shapes.changed = true
      } else if (
        stored.last_seen_at !== null ||
        stored.owner !== owner ||
        stored.service_account !== workload.serviceAccount ||
        stored.replicas !== workload.replicas ||
        stored.labels !== labels ||
        stored.annotations !== annotations ||
        stored.shape_no !== shape
      ) {
        await update.run(...columns, no)
        this.#other.add('workloads')
        if (stored.shape_no !== shape || stored.last_seen_at !== null) this.#shapes.changed = true
      } else continue
      this.#workloads.push({ ...named(workload), no, owner, gone: false })
    }
    await this.#transaction.insert(
      'workload',
      [
        'no',
        'cluster_no',
        'namespace',
        'kind',
        'name',
        'owner',
        'service_account',
        'replicas',
        'labels',
        'annotations',
        'shape_no',
        'first_seen_at',
        'last_seen_at',
      ],
      fresh,
    )
  }

  #storedWorkload({ namespace, kind, name }: WorkloadName): Promise<StoredWorkload | undefined> {
    return this.#transaction
      .prepare<StoredWorkload>(
        `select no, namespace, kind, name, owner, service_account, replicas, labels, annotations, last_seen_at, shape_no
         from workload where cluster_no = ? and namespace = ? and kind = ? and name = ?`,
      )
      .get(this.#cluster.no, namespace, kind, name)
  }

  async #endPodsOf(workloadNo: number): Promise<void> {
    const open = await this.#transaction
      .prepare<StoredPod>(
        'select no, workload_no, node_no, phase, digests, last_seen_at, shape_no from pod where workload_no = ? and last_seen_at is null',
      )
      .all(workloadNo)
    for (const pod of open) await this.#endPod(pod)
  }

  async #endPod(pod: StoredPod): Promise<void> {
    this.#other.add('pods')
    await this.#shapes.note(pod.workload_no, pod.shape_no)
    await this.#transaction
      .prepare('update pod set last_seen_at = ? where no = ?')
      .run(this.#changes.atMs, pod.no)
    const before = placeOf(pod)
    await this.#runs.leave(pod.workload_no, before.runs)
    this.#touch(pod.workload_no)
    this.#pods.push({ before, after: null })
  }

  #touch(workloadNo: number): void {
    if (!this.#touched.has(workloadNo)) this.#touched.set(workloadNo, null)
  }

  async pods(): Promise<void> {
    const { pods = [], podsGone = [] } = this.#changes
    for (const uid of podsGone) {
      const stored = await this.#storedPod(uid)
      if (stored && stored.last_seen_at === null) await this.#endPod(stored)
    }
    // Of two records with one UID the last holds.
    const fresh: Value[][] = []
    let busySinceMs = performance.now()
    for (const pod of new Map(pods.map((pod) => [pod.uid, pod])).values()) {
      if (ended.has(pod.phase)) {
        const stored = await this.#storedPod(pod.uid)
        if (stored && stored.last_seen_at === null) await this.#endPod(stored)
      } else await this.#writePod(pod, fresh)
      if (performance.now() - busySinceMs < turnMs) continue
      await giveWay()
      busySinceMs = performance.now()
    }
    await this.#transaction.insert('pod', podColumns, fresh)
  }

  #storedPod(uid: string): Promise<StoredPod | undefined> {
    return this.#transaction
      .prepare<StoredPod>(
        'select no, workload_no, node_no, phase, digests, last_seen_at, shape_no from pod where cluster_no = ? and uid = ?',
      )
      .get(this.#cluster.no, uid)
  }

  async #writePod(pod: PodRecord, fresh: Value[][]): Promise<void> {
    const workloadNo = await this.#workloadNo(`${pod.namespace}\n${pod.workload}`)
    if (workloadNo === null) return
    const stored = await this.#storedPod(pod.uid)
    const nodeNo = pod.node === null ? null : await this.#nodeNo(pod.node)
    const before = stored && stored.last_seen_at === null ? placeOf(stored) : null
    const shape = await this.#shapes.numberOf(pod.shape)
    await this.#shapes.note(workloadNo, shape)
    if (before && stored) await this.#shapes.note(stored.workload_no, stored.shape_no)
    const runs = await this.#runs.enter(workloadNo, pod.containers)
    if (before) await this.#runs.leave(stored?.workload_no ?? workloadNo, before.runs)
    this.#touch(workloadNo)
    if (stored) this.#touch(stored.workload_no)
    const digests = JSON.stringify(runs)
    const after: PodPlace = { node: nodeNo ?? 0, runs }
    const moved = before === null || before.node !== after.node || stored?.digests !== digests
    if (!stored)
      fresh.push([
        await this.#transaction.nextNumbers('pod', 1),
        this.#cluster.no,
        pod.uid,
        pod.namespace,
        pod.name,
        workloadNo,
        nodeNo,
        pod.phase,
        pod.serviceAccount,
        digests,
        pod.startedAtMs ?? this.#changes.atMs,
        null,
        shape,
      ])
    else if (
      moved ||
      stored.phase !== pod.phase ||
      stored.workload_no !== workloadNo ||
      stored.shape_no !== shape
    )
      await this.#transaction
        .prepare(
          'update pod set workload_no = ?, node_no = ?, phase = ?, digests = ?, shape_no = ?, last_seen_at = null where no = ?',
        )
        .run(workloadNo, nodeNo, pod.phase, digests, shape, stored.no)
    if (!moved) return
    this.#other.add('pods')
    this.#pods.push({ before, after })
  }

  async #nodeNo(name: string): Promise<number | null> {
    let no = this.#nodeNumbers.get(name)
    if (no === undefined) {
      const row = await this.#transaction
        .prepare<{ no: number }>('select no from node where cluster_no = ? and name = ?')
        .get(this.#cluster.no, name)
      this.#nodeNumbers.set(name, (no = row?.no ?? null))
    }
    return no
  }

  /** The number of a workload that is there, by `NAMESPACE\nKIND/NAME`. */
  async #workloadNo(key: string): Promise<number | null> {
    let no = this.#workloadNumbers.get(key)
    if (no === undefined) {
      const [namespace, rest] = key.split('\n')
      const slash = rest.indexOf('/')
      const stored = await this.#storedWorkload({
        namespace,
        kind: rest.slice(0, slash),
        name: rest.slice(slash + 1),
      })
      no = stored && stored.last_seen_at === null ? stored.no : null
      this.#workloadNumbers.set(key, no)
    }
    return no
  }

  /** Closes runs that no pod shows any more; a workload without pods has what it declares. */
  async declaredRuns(): Promise<void> {
    const anyPod = this.#transaction.prepare(
      'select 1 as found from pod where workload_no = ? and last_seen_at is null limit 1',
    )
    for (const [workloadNo, workload] of this.#touched)
      if (await anyPod.get(workloadNo)) await this.#runs.closeEmpty(workloadNo)
      else if (workload)
        await this.#runs.declare(
          workloadNo,
          workload.containers,
          this.#changes.declaredOnly ? (workload.replicas ?? 1) : 0,
        )
  }

  async delta(): Promise<FleetDelta> {
    const runs = await this.#runs.write()
    if (this.#nodes.length > 0) this.#other.add('nodes')
    if (await this.#shapes.settle()) this.#other.add('shapes')
    return {
      cluster: this.#cluster,
      images: this.#images.changed,
      nodes: this.#nodes,
      workloads: this.#workloads,
      runs: runs.changed,
      pods: this.#pods,
      touched: this.#other,
      counts: {
        workloadsAdded: this.#workloadsAdded,
        workloadsGone: this.#workloadsGone,
        runsAdded: runs.added,
        runsGone: runs.gone,
      },
    }
  }
}

/** How long a large change is written before others get their turn. */
const turnMs = 10

const podColumns = [
  'no',
  'cluster_no',
  'uid',
  'namespace',
  'name',
  'workload_no',
  'node_no',
  'phase',
  'service_account',
  'digests',
  'first_seen_at',
  'last_seen_at',
  'shape_no',
]

function placeOf({ node_no, digests }: StoredPod): PodPlace {
  return { node: node_no ?? 0, runs: JSON.parse(digests) as number[] }
}

function keyOf({ namespace, kind, name }: WorkloadName): string {
  return `${namespace}\n${kind}/${name}`
}

function named({ namespace, kind, name }: WorkloadName): WorkloadName {
  return { namespace, kind, name }
}
