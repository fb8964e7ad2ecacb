import type { Clock } from '../../base/clock.ts'
import type { Store, Transaction, Value } from '../../base/store/index.ts'
import { defaultOwnerKeys, ownerOf } from './owners.ts'
import { parseReference } from './reference.ts'
import type { ClusterSnapshot, ContainerRecord, PodRecord, WorkloadRecord } from './types.ts'

/** What a snapshot changed. */
export interface FleetDelta {
  workloadsAdded: number
  workloadsGone: number
  runsAdded: number
  runsGone: number
  pods: number
}

/** A pod in one of these phases runs nothing any more. */
const ended = new Set(['Succeeded', 'Failed'])

/**
 * Makes the snapshot the present of its cluster, in one transaction: what is new opens an interval, what is gone closes
 * its own, what stays is left as it is. The same snapshot twice changes nothing but "last seen".
 */
export async function importSnapshot(
  store: Store,
  snapshot: ClusterSnapshot,
  {
    source = 'manifests',
    ownerKeys = defaultOwnerKeys,
  }: { source?: string; ownerKeys?: readonly string[]; clock?: Clock } = {},
): Promise<FleetDelta> {
  return store.transaction(
    async (transaction) => {
      const clusterNo = await upsertCluster(transaction, snapshot, source)
      await replaceNamespaces(transaction, clusterNo, snapshot)
      const nodes = await reconcileNodes(transaction, clusterNo, snapshot)
      const workloads = await reconcileWorkloads(transaction, clusterNo, snapshot, ownerKeys)
      const runs = await reconcileRuns(transaction, snapshot, workloads.numbers)
      const pods = await reconcilePods(
        transaction,
        clusterNo,
        snapshot,
        workloads.numbers,
        nodes,
        runs.numberOf,
      )
      return {
        workloadsAdded: workloads.added,
        workloadsGone: workloads.gone,
        runsAdded: runs.added,
        runsGone: runs.gone,
        pods,
      }
    },
    { mode: 'bulk' },
  )
}

async function upsertCluster(
  transaction: Transaction,
  { cluster, atMs, declaredOnly }: ClusterSnapshot,
  source: string,
): Promise<number> {
  const existing = await transaction
    .prepare<{ no: number }>('select no from cluster where name = ?')
    .get(cluster)
  if (existing) {
    await transaction
      .prepare('update cluster set last_seen_at = ?, declared_only = ?, source = ? where no = ?')
      .run(atMs, declaredOnly ? 1 : 0, source, existing.no)
    return existing.no
  }
  const no = await transaction.nextNumbers('cluster', 1)
  await transaction.insert(
    'cluster',
    ['no', 'name', 'source', 'declared_only', 'first_seen_at', 'last_seen_at'],
    [[no, cluster, source, declaredOnly ? 1 : 0, atMs, atMs]],
  )
  return no
}

async function replaceNamespaces(
  transaction: Transaction,
  clusterNo: number,
  { namespaces }: ClusterSnapshot,
): Promise<void> {
  await transaction.insert(
    'namespace',
    ['cluster_no', 'name', 'labels', 'annotations'],
    namespaces.map(({ name, labels, annotations }) => [
      clusterNo,
      name,
      JSON.stringify(labels),
      JSON.stringify(annotations),
    ]),
    { onConflict: { target: ['cluster_no', 'name'], update: ['labels', 'annotations'] } },
  )
}

async function reconcileNodes(
  transaction: Transaction,
  clusterNo: number,
  { nodes, atMs }: ClusterSnapshot,
): Promise<Map<string, number>> {
  const stored = await transaction
    .prepare<{ no: number; name: string; last_seen_at: number | null }>(
      'select no, name, last_seen_at from node where cluster_no = ?',
    )
    .all(clusterNo)
  const numbers = new Map(stored.map(({ name, no }) => [name, no]))
  const present = new Set(nodes.map(({ name }) => name))
  const close = transaction.prepare('update node set last_seen_at = ? where no = ?')
  for (const { no, name, last_seen_at } of stored)
    if (!present.has(name) && last_seen_at === null) await close.run(atMs, no)
  const update = transaction.prepare(
    'update node set labels = ?, os_image = ?, kubelet_version = ?, last_seen_at = null where no = ?',
  )
  const fresh = nodes.filter(({ name }) => !numbers.has(name))
  for (const node of nodes) {
    const no = numbers.get(node.name)
    if (no !== undefined) await update.run(JSON.stringify(node.labels), node.osImage, node.kubeletVersion, no)
  }
  if (fresh.length > 0) {
    let next = await transaction.nextNumbers('node', fresh.length)
    const rows: Value[][] = fresh.map((node) => {
      numbers.set(node.name, next)
      return [
        next++,
        clusterNo,
        node.name,
        JSON.stringify(node.labels),
        node.osImage,
        node.kubeletVersion,
        atMs,
        null,
      ]
    })
    await transaction.insert(
      'node',
      ['no', 'cluster_no', 'name', 'labels', 'os_image', 'kubelet_version', 'first_seen_at', 'last_seen_at'],
      rows,
    )
  }
  return numbers
}

function workloadKey({ namespace, kind, name }: { namespace: string; kind: string; name: string }): string {
  return `${namespace}\n${kind}/${name}`
}

async function reconcileWorkloads(
  transaction: Transaction,
  clusterNo: number,
  snapshot: ClusterSnapshot,
  ownerKeys: readonly string[],
) {
  const { workloads, atMs } = snapshot
  const namespaces = new Map(snapshot.namespaces.map((namespace) => [namespace.name, namespace]))
  const stored = await transaction
    .prepare<{ no: number; namespace: string; kind: string; name: string; last_seen_at: number | null }>(
      'select no, namespace, kind, name, last_seen_at from workload where cluster_no = ?',
    )
    .all(clusterNo)
  const numbers = new Map(stored.map((row) => [workloadKey(row), row.no]))
  const present = new Set(workloads.map(workloadKey))
  let gone = 0
  const close = transaction.prepare('update workload set last_seen_at = ? where no = ?')
  for (const row of stored)
    if (!present.has(workloadKey(row)) && row.last_seen_at === null) {
      await close.run(atMs, row.no)
      gone++
    }
  const update = transaction.prepare(
    'update workload set owner = ?, service_account = ?, replicas = ?, labels = ?, annotations = ?, last_seen_at = null where no = ?',
  )
  const columnsOf = (workload: WorkloadRecord): Value[] => [
    ownerOf(workload, namespaces.get(workload.namespace), ownerKeys),
    workload.serviceAccount,
    workload.replicas,
    JSON.stringify(workload.labels),
    JSON.stringify(workload.annotations),
  ]
  const fresh: WorkloadRecord[] = []
  for (const workload of workloads) {
    const no = numbers.get(workloadKey(workload))
    if (no === undefined) fresh.push(workload)
    else await update.run(...columnsOf(workload), no)
  }
  if (fresh.length > 0) {
    let next = await transaction.nextNumbers('workload', fresh.length)
    await transaction.insert(
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
        'first_seen_at',
        'last_seen_at',
      ],
      fresh.map((workload) => {
        numbers.set(workloadKey(workload), next)
        return [
          next++,
          clusterNo,
          workload.namespace,
          workload.kind,
          workload.name,
          ...columnsOf(workload),
          atMs,
          null,
        ]
      }),
    )
  }
  return { numbers, added: fresh.length, gone }
}

interface WantedRun {
  workloadNo: number
  container: ContainerRecord
  pods: number
}

function runKey(workloadNo: number, { name, kind, reference, digest }: ContainerRecord): string {
  return `${workloadNo}\n${kind}\n${name}\n${digest ?? reference}`
}

/** The runs that the snapshot shows: from pods where there are any, else as declared. */
function wantedRuns(
  { workloads, pods, declaredOnly }: ClusterSnapshot,
  numbers: ReadonlyMap<string, number>,
): Map<string, WantedRun> {
  const wanted = new Map<string, WantedRun>()
  const withPods = new Set<number>()
  for (const pod of pods) {
    if (ended.has(pod.phase)) continue
    const workloadNo = numbers.get(`${pod.namespace}\n${pod.workload}`)
    if (workloadNo === undefined) continue
    withPods.add(workloadNo)
    for (const container of pod.containers) {
      const key = runKey(workloadNo, container)
      const run = wanted.get(key)
      if (run) run.pods++
      else wanted.set(key, { workloadNo, container, pods: 1 })
    }
  }
  for (const workload of workloads) {
    const workloadNo = numbers.get(workloadKey(workload))
    if (workloadNo === undefined || withPods.has(workloadNo)) continue
    // Plain manifests say how many pods are meant to run; a live dump shows that none do.
    const declared = declaredOnly ? (workload.replicas ?? 1) : 0
    for (const container of workload.containers)
      wanted.set(runKey(workloadNo, container), { workloadNo, container, pods: declared })
  }
  return wanted
}

async function reconcileRuns(
  transaction: Transaction,
  snapshot: ClusterSnapshot,
  workloads: ReadonlyMap<string, number>,
) {
  const { atMs } = snapshot
  const wanted = wantedRuns(snapshot, workloads)
  const images = new ImageResolver(transaction, atMs)
  const open = transaction.prepare<{
    no: number
    container: string
    container_kind: string
    reference: string
    image_no: number | null
    image_id: string | null
    resolved_by: string
    pods: number
  }>(
    `select run.no as no, run.container as container, run.container_kind as container_kind, run.reference as reference, run.image_no as image_no,
            image.id as image_id, run.resolved_by as resolved_by, run.pods as pods
     from run left join image on image.no = run.image_no where run.workload_no = ? and run.last_seen_at is null`,
  )
  const setPods = transaction.prepare('update run set pods = ? where no = ?')
  const close = transaction.prepare('update run set last_seen_at = ?, pods = 0 where no = ?')
  const numbers = new Map<string, number>()
  let gone = 0
  for (const workloadNo of new Set(workloads.values()))
    for (const run of await open.all(workloadNo)) {
      const digest = run.resolved_by === 'tag' || run.resolved_by === 'none' ? null : run.image_id
      const key = runKey(workloadNo, {
        name: run.container,
        kind: run.container_kind as ContainerRecord['kind'],
        reference: run.reference,
        digest,
      })
      const still = wanted.get(key)
      if (still) {
        numbers.set(key, run.no)
        if (still.pods !== run.pods) await setPods.run(still.pods, run.no)
      } else {
        await close.run(atMs, run.no)
        gone++
      }
    }
  const fresh = [...wanted].filter(([key]) => !numbers.has(key))
  let next = fresh.length > 0 ? await transaction.nextNumbers('run', fresh.length) : 0
  const rows: Value[][] = []
  for (const [key, { workloadNo, container, pods }] of fresh) {
    const { imageNo, resolvedBy } = await images.resolve(container)
    numbers.set(key, next)
    rows.push([
      next++,
      workloadNo,
      container.name,
      container.kind,
      container.reference,
      imageNo,
      resolvedBy,
      pods,
      atMs,
      null,
    ])
  }
  await transaction.insert(
    'run',
    [
      'no',
      'workload_no',
      'container',
      'container_kind',
      'reference',
      'image_no',
      'resolved_by',
      'pods',
      'first_seen_at',
      'last_seen_at',
    ],
    rows,
  )
  return {
    numberOf: (workloadNo: number, container: ContainerRecord) => numbers.get(runKey(workloadNo, container)),
    added: fresh.length,
    gone,
  }
}

/** Finds or makes the image of a container: by digest, else by a reference that some document or cluster knows. */
class ImageResolver {
  readonly #transaction: Transaction
  readonly #atMs: number
  readonly #byDigest = new Map<string, number>()

  constructor(transaction: Transaction, atMs: number) {
    this.#transaction = transaction
    this.#atMs = atMs
  }

  async resolve({
    reference,
    digest,
  }: ContainerRecord): Promise<{ imageNo: number | null; resolvedBy: string }> {
    if (digest !== null) return { imageNo: await this.#imageOf(digest, reference), resolvedBy: 'digest' }
    const names = namesOf(reference)
    for (const name of names) {
      const known = await this.#transaction
        .prepare<{ image_no: number }>(
          'select image_no from image_reference where reference = ? order by last_seen_at desc, image_no desc limit 1',
        )
        .get(name)
      if (known) return { imageNo: known.image_no, resolvedBy: 'tag' }
    }
    return { imageNo: null, resolvedBy: 'none' }
  }

  async #imageOf(digest: string, reference: string): Promise<number> {
    let no = this.#byDigest.get(digest)
    if (no === undefined) {
      const known =
        (await this.#transaction.prepare<{ no: number }>('select no from image where id = ?').get(digest)) ??
        (await this.#transaction
          .prepare<{ no: number }>('select image_no as no from image_reference where reference = ? limit 1')
          .get(digest))
      no = known?.no
      if (no === undefined) {
        no = await this.#transaction.nextNumbers('image', 1)
        await this.#transaction.insert(
          'image',
          ['no', 'id', 'digest', 'name', 'first_seen_at'],
          [[no, digest, digest, reference, this.#atMs]],
        )
      }
      this.#byDigest.set(digest, no)
      await this.#transaction.insert(
        'image_reference',
        ['reference', 'image_no', 'source', 'first_seen_at', 'last_seen_at'],
        [[reference, no, 'cluster', this.#atMs, this.#atMs]],
        { onConflict: { target: ['reference', 'image_no'], update: ['last_seen_at'] } },
      )
      // A digest alone is a poor name; the cluster knows what it was pulled as.
      await this.#transaction
        .prepare('update image set name = ? where no = ? and name = id')
        .run(reference, no)
    }
    return no
  }
}

/** The spellings by which documents and clusters may know a reference, most exact first. */
export function namesOf(reference: string): string[] {
  const parsed = parseReference(reference)
  if (!parsed) return [reference]
  const names = new Set([reference, parsed.text])
  const short = parsed.text.replace(/^docker\.io\/(?:library\/)?/, '')
  names.add(short)
  names.add(short.replace(/:latest$/, ''))
  return [...names]
}

/** Runs whose reference could not be resolved before and can be now that a document names it. Returns their numbers. */
export async function resolveRuns(transaction: Transaction): Promise<number[]> {
  const open = await transaction
    .prepare<{ no: number; reference: string }>(
      'select no, reference from run where image_no is null and last_seen_at is null',
    )
    .all()
  if (open.length === 0) return []
  const find = transaction.prepare<{ image_no: number }>(
    'select image_no from image_reference where reference = ? order by last_seen_at desc, image_no desc limit 1',
  )
  const set = transaction.prepare("update run set image_no = ?, resolved_by = 'tag' where no = ?")
  const resolved: number[] = []
  for (const { no, reference } of open)
    for (const name of namesOf(reference)) {
      const known = await find.get(name)
      if (!known) continue
      await set.run(known.image_no, no)
      resolved.push(no)
      break
    }
  return resolved
}

async function reconcilePods(
  transaction: Transaction,
  clusterNo: number,
  { pods, atMs }: ClusterSnapshot,
  workloads: ReadonlyMap<string, number>,
  nodes: ReadonlyMap<string, number>,
  runOf: (workloadNo: number, container: ContainerRecord) => number | undefined,
): Promise<number> {
  const stored = await transaction
    .prepare<{ no: number; uid: string }>(
      'select no, uid from pod where cluster_no = ? and last_seen_at is null',
    )
    .all(clusterNo)
  const present = new Map(
    pods.filter(({ phase }) => !ended.has(phase)).map((pod): [string, PodRecord] => [pod.uid, pod]),
  )
  const close = transaction.prepare('update pod set last_seen_at = ? where no = ?')
  const update = transaction.prepare('update pod set node_no = ?, phase = ?, digests = ? where no = ?')
  const known = new Set<string>()
  for (const { no, uid } of stored) {
    const pod = present.get(uid)
    if (!pod) await close.run(atMs, no)
    else {
      known.add(uid)
      const workloadNo = workloads.get(`${pod.namespace}\n${pod.workload}`)
      await update.run(
        pod.node === null ? null : (nodes.get(pod.node) ?? null),
        pod.phase,
        JSON.stringify(runsOf(pod, workloadNo, runOf)),
        no,
      )
    }
  }
  const fresh = [...present.values()].filter(({ uid }) => !known.has(uid))
  if (fresh.length > 0) {
    let next = await transaction.nextNumbers('pod', fresh.length)
    const rows: Value[][] = []
    for (const pod of fresh) {
      const workloadNo = workloads.get(`${pod.namespace}\n${pod.workload}`)
      if (workloadNo === undefined) continue
      rows.push([
        next++,
        clusterNo,
        pod.uid,
        pod.namespace,
        pod.name,
        workloadNo,
        pod.node === null ? null : (nodes.get(pod.node) ?? null),
        pod.phase,
        pod.serviceAccount,
        JSON.stringify(runsOf(pod, workloadNo, runOf)),
        pod.startedAtMs ?? atMs,
        null,
      ])
    }
    await transaction.insert(
      'pod',
      [
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
      ],
      rows,
      {
        onConflict: {
          target: ['cluster_no', 'uid'],
          update: ['node_no', 'phase', 'digests', 'last_seen_at'],
        },
      },
    )
  }
  return present.size
}

function runsOf(
  pod: PodRecord,
  workloadNo: number | undefined,
  runOf: (workloadNo: number, container: ContainerRecord) => number | undefined,
): number[] {
  if (workloadNo === undefined) return []
  const numbers = new Set<number>()
  for (const container of pod.containers) {
    const no = runOf(workloadNo, container)
    if (no !== undefined) numbers.add(no)
  }
  return [...numbers]
}
