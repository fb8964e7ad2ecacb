import {
  keyOf,
  ResourceCache,
  type KubeObject,
  type KubeProblem,
  type ResourceSink,
  type ResourceStatus,
} from '../../../base/kube/index.ts'
import { limit } from '../../../base/limits.ts'
import { guessedOwner } from '../objects.ts'
import type { NodeRecord, WorkloadRecord } from '../types.ts'
import { neededResources, watchedResources, workloadResources } from './resources.ts'
import type { ClusterCheckpoint, ResourceCheckpoint } from './checkpoint.store.ts'
import type { NamespaceBody, NodeBody, OwnerReference, PodBody, WorkloadBody } from './types.ts'

/** A pod as it is stored: resolved to the workload that owns it. */
export interface LivePod {
  uid: string
  namespace: string
  name: string
  body: PodBody
  /** `KIND/NAME`, nearest first; the last one is its workload. */
  owners: readonly string[]
  /** `NAMESPACE\nKIND/NAME` */
  workload: string
}

/** What changed since the last time; `null` stands for gone. */
export interface LiveChanges {
  namespaces: { name: string; body: NamespaceBody | null }[]
  nodes: { name: string; node: NodeRecord | null }[]
  workloads: { key: string; workload: WorkloadRecord | null }[]
  pods: LivePod[]
  /** UIDs. */
  podsGone: string[]
  objects: { resource: string; key: string; object: KubeObject | null }[]
  /**
   * Resources that were listed whole: what the store has of them beside the view is gone. `workloads` stands for all
   * that own pods. Null: nothing was.
   */
  complete: ReadonlySet<string> | null
}

/** A pod in one of these phases runs nothing any more. */
const ended = new Set(['Succeeded', 'Failed'])
/** ReplicaSet → Deployment is two; operators add one or two. A cycle ends here as well. */
const ownersMax = 8

const uses = new Map(watchedResources.map(({ id, use }) => [id, use]))

/**
 * One cluster in memory, as its API server tells it, and what of it has changed since somebody asked. It resolves what
 * the objects leave to the reader: the workload at the top of a pod's owners, and what each workload runs.
 *
 * Objects come from watches that know nothing of each other: a pod may be told before its ReplicaSet. Each object is
 * therefore resolved again when something that it refers to comes, changes or goes.
 */
export class ClusterView implements ResourceSink {
  readonly statuses = new Map<string, ResourceStatus>()
  problems: KubeProblem[] = []
  problemsTotal = 0
  /** Called after each change, however many of them wait. */
  onDirty: () => void = () => {}

  /** The resource version that a resource is at; none while it is listed. */
  readonly #positions = new Map<string, string>()
  readonly #caches = new Map<string, ResourceCache>()
  readonly #shapes = new Map<string, string>()
  /** Pods by their nearest owner, `NAMESPACE\nKIND/NAME`. */
  readonly #podsOfOwner = new Map<string, Set<string>>()
  readonly #podsOfWorkload = new Map<string, Set<string>>()
  readonly #resolved = new Map<string, LivePod>()
  /** Which pod has a UID: a cluster that lies may give one to two. */
  readonly #nameOfUid = new Map<string, string>()

  readonly #dirtyPods = new Set<string>()
  readonly #goneUids = new Set<string>()
  readonly #dirtyWorkloads = new Set<string>()
  readonly #dirtyNodes = new Set<string>()
  readonly #dirtyNamespaces = new Set<string>()
  readonly #dirtyObjects = new Map<string, Set<string>>()
  /** Resources whose first list is complete and not taken yet. */
  readonly #completed = new Set<string>()

  constructor() {
    for (const { id } of watchedResources)
      this.#caches.set(
        id,
        new ResourceCache(id, (key, before, after, resource) => this.#changed(resource, key, before, after)),
      )
  }

  cache(resource: string): ResourceCache {
    const cache = this.#caches.get(resource)
    if (cache === undefined) throw new Error(`${resource} is not watched`)
    return cache
  }

  knows(resource: string): boolean {
    return this.#caches.has(resource)
  }

  replacing(resource: string): void {
    this.#positions.delete(resource)
    this.cache(resource).replacing()
  }

  position(resource: string, resourceVersion: string): void {
    this.#positions.set(resource, resourceVersion)
  }

  put(resource: string, object: KubeObject): void {
    if (resource === 'pods') this.#shareShape(object.body as PodBody)
    this.cache(resource).put(object)
  }

  /** Pods of one workload have one shape; its text is held once. */
  #shareShape(body: PodBody): void {
    if (body.shape === undefined) return
    const held = this.#shapes.get(body.shape)
    if (held !== undefined) {
      body.shape = held
      return
    }
    if (this.#shapes.size >= limit('liveShapes')) this.#shapes.clear()
    this.#shapes.set(body.shape, body.shape)
  }

  remove(resource: string, key: string, uid: string): void {
    this.cache(resource).remove(key, uid)
  }

  replaced(resource: string): void {
    this.cache(resource).replaced()
    this.#completed.add(resource)
    this.onDirty()
  }

  status(resource: string, status: ResourceStatus): void {
    this.statuses.set(resource, status)
    this.onDirty()
  }

  problem(problem: KubeProblem): void {
    this.problemsTotal++
    this.problems = [problem, ...this.problems].slice(0, limit('kubeProblems'))
  }

  /** The needed resources have each been listed once, or cannot be. */
  get isReady(): boolean {
    return neededResources.every((id) => {
      const status = this.statuses.get(id)
      return status !== undefined && (status.syncedAtMs !== null || status.reason !== null)
    })
  }

  /** Number of objects that are held. */
  get size(): number {
    let size = 0
    for (const { objects } of this.#caches.values()) size += objects.size
    return size
  }

  /** Kept as they are, and not part of the fleet. */
  keepsObjects(resource: string): boolean {
    return uses.get(resource) === 'object'
  }

  hasPod(uid: string): boolean {
    return this.#nameOfUid.has(uid)
  }

  hasWorkload(key: string): boolean {
    return this.#workload(key) !== null
  }

  get hasChanges(): boolean {
    return (
      this.#dirtyPods.size +
        this.#goneUids.size +
        this.#dirtyWorkloads.size +
        this.#dirtyNodes.size +
        this.#dirtyNamespaces.size +
        this.#dirtyObjects.size +
        this.#completed.size >
      0
    )
  }

  /** What changed since the last call. The first lists of resources are told as complete. */
  takeChanges(): LiveChanges {
    this.#resolvePods()
    const changes: LiveChanges = {
      namespaces: [...this.#dirtyNamespaces].map((name) => ({
        name,
        body: this.#bodyOf<NamespaceBody>('namespaces', name),
      })),
      nodes: [...this.#dirtyNodes].map((name) => {
        const body = this.#bodyOf<NodeBody>('nodes', name)
        return { name, node: body === null ? null : { name, ...body } }
      }),
      workloads: [...this.#dirtyWorkloads].map((key) => ({ key, workload: this.#workload(key) })),
      pods: [...this.#dirtyPods].flatMap((key) => this.#resolved.get(key) ?? []),
      podsGone: [...this.#goneUids],
      objects: [...this.#dirtyObjects].flatMap(([resource, keys]) =>
        [...keys].map((key) => ({ resource, key, object: this.cache(resource).objects.get(key) ?? null })),
      ),
      complete: this.#takeCompleted(),
    }
    this.#dirtyNamespaces.clear()
    this.#dirtyNodes.clear()
    this.#dirtyWorkloads.clear()
    this.#dirtyPods.clear()
    this.#goneUids.clear()
    this.#dirtyObjects.clear()
    return changes
  }

  /** What a later process can go on from; `null` when the cluster does not say which it is, or an agent tells of it. */
  checkpoint(): ClusterCheckpoint | null {
    const identity = this.cache('namespaces').objects.get('kube-system')?.uid
    if (identity === undefined) return null
    const resources: ResourceCheckpoint[] = []
    for (const [resource, resourceVersion] of this.#positions) {
      const syncedAtMs = this.statuses.get(resource)?.syncedAtMs ?? null
      const objects = [...this.cache(resource).objects.values()]
      if (syncedAtMs !== null) resources.push({ resource, resourceVersion, syncedAtMs, objects })
    }
    return resources.length === 0 ? null : { identity, resources }
  }

  /**
   * Begins with what an earlier process had. Nothing of it is a change: the store has it, and perhaps what came after,
   * which the watches will tell again.
   */
  restore({ resources }: ClusterCheckpoint): void {
    for (const { resource, resourceVersion, objects } of resources) {
      if (!this.knows(resource)) continue
      for (const object of objects) this.put(resource, object)
      this.position(resource, resourceVersion)
    }
    this.takeChanges()
  }

  /** Marks everything as changed, for a store that lost the last batch. */
  retell(): void {
    for (const [resource, { objects }] of this.#caches)
      for (const [key, object] of objects) this.#changed(resource, key, null, object)
    for (const [resource, { syncedAtMs }] of this.statuses)
      if (syncedAtMs !== null) this.#completed.add(resource)
    this.onDirty()
  }

  /** Workload resources are complete together: a pod's owner may be of any of them. */
  #takeCompleted(): LiveChanges['complete'] {
    if (this.#completed.size === 0) return null
    const complete = new Set(this.#completed)
    if ([...neededResources].every((id) => this.statuses.get(id)?.syncedAtMs != null))
      complete.add('workloads')
    this.#completed.clear()
    return complete
  }

  #bodyOf<Body>(resource: string, key: string): Body | null {
    return (this.cache(resource).objects.get(key)?.body as Body | undefined) ?? null
  }

  #changed(resource: string, key: string, before: KubeObject | null, after: KubeObject | null): void {
    // Nodes and endpoints change all the time in what is not kept.
    if (before !== null && after !== null && JSON.stringify(before.body) === JSON.stringify(after.body))
      return
    if (resource === 'pods') this.#podChanged(key, before, after)
    else if (resource === 'nodes') this.#nodeChanged(key, before === null)
    else if (resource === 'namespaces') {
      this.#dirtyNamespaces.add(key)
      // Owners are inherited from the namespace.
      for (const workload of this.#workloadsOfNamespace(key)) this.#dirtyWorkloads.add(workload)
    } else if (uses.get(resource) === 'fleet') this.#workloadChanged(before, after)
    else {
      let keys = this.#dirtyObjects.get(resource)
      if (keys === undefined) this.#dirtyObjects.set(resource, (keys = new Set()))
      keys.add(key)
    }
    this.onDirty()
  }

  #nodeChanged(name: string, isNew: boolean): void {
    this.#dirtyNodes.add(name)
    if (!isNew) return
    // A pod may be told before its node.
    for (const [key, { body }] of this.#resolved) if (body.node === name) this.#dirtyPods.add(key)
  }

  #podChanged(key: string, before: KubeObject | null, after: KubeObject | null): void {
    if (before !== null) {
      this.#unlink(this.#podsOfOwner, ownerKey(before), key)
      if (after === null || after.uid !== before.uid) this.#forgetPod(key)
    }
    if (after === null || ended.has((after.body as PodBody).phase)) {
      this.#forgetPod(key)
      return
    }
    const owner = ownerKey(after)
    if (owner !== null) link(this.#podsOfOwner, owner, key)
    this.#dirtyPods.add(key)
  }

  #forgetPod(key: string): void {
    this.#dirtyPods.delete(key)
    const pod = this.#resolved.get(key)
    if (pod === undefined) return
    this.#resolved.delete(key)
    this.#unlink(this.#podsOfWorkload, pod.workload, key)
    this.#dirtyWorkloads.add(pod.workload)
    this.#goneUids.add(pod.uid)
    this.#nameOfUid.delete(pod.uid)
  }

  #workloadChanged(before: KubeObject | null, after: KubeObject | null): void {
    const object = (after ?? before)!
    const { record } = object.body as WorkloadBody
    const key = `${object.namespace}\n${record.kind}/${object.name}`
    this.#dirtyWorkloads.add(key)
    // What it owns may have to be resolved anew: its pods, and those of its ReplicaSets or Jobs.
    if (before === null || after === null || ownerKey(before) !== ownerKey(after)) this.#resolveAgain(key, 0)
  }

  #resolveAgain(owner: string, depth: number): void {
    for (const pod of this.#podsOfOwner.get(owner) ?? []) this.#dirtyPods.add(pod)
    if (depth >= ownersMax) return
    // Only a CronJob or a Deployment owns workloads, and these name it; their number is small.
    if (!/\n(?:Deployment|CronJob)\//.test(owner)) return
    const resource = /\nDeployment\//.test(owner) ? 'replicasets.apps' : 'jobs.batch'
    for (const object of this.cache(resource).objects.values()) {
      if (ownerKey(object) !== owner) continue
      this.#resolveAgain(
        `${object.namespace}\n${(object.body as WorkloadBody).record.kind}/${object.name}`,
        depth + 1,
      )
    }
  }

  #resolvePods(): void {
    for (const key of this.#dirtyPods) {
      const object = this.cache('pods').objects.get(key)
      if (object === undefined) continue
      const body = object.body as PodBody
      const owners = this.#ownersOf(object.namespace, body)
      const workload = `${object.namespace}\n${owners.at(-1) ?? `Pod/${object.name}`}`
      const before = this.#resolved.get(key)
      if (before !== undefined && before.workload !== workload) {
        this.#unlink(this.#podsOfWorkload, before.workload, key)
        this.#dirtyWorkloads.add(before.workload)
      }
      link(this.#podsOfWorkload, workload, key)
      this.#dirtyWorkloads.add(workload)
      const pod: LivePod = {
        uid: before?.uid ?? this.#claimUid(object, key),
        namespace: object.namespace,
        name: object.name,
        body,
        owners,
        workload,
      }
      this.#resolved.set(key, pod)
    }
  }

  /** The UID, or one of our own when another pod has it already: two pods are never told as one. */
  #claimUid({ uid }: KubeObject, key: string): string {
    const holder = this.#nameOfUid.get(uid)
    const own = holder === undefined || holder === key ? uid : `${uid} ${key}`
    if (own !== uid)
      this.problem({ resource: 'pods', object: key, reason: `it has the UID of ${holder}; both are kept` })
    this.#nameOfUid.set(own, key)
    this.#goneUids.delete(own)
    return own
  }

  /** Controllers upwards: Pod → ReplicaSet → Deployment, Pod → Job → CronJob. What is not listed is guessed by its name. */
  #ownersOf(namespace: string, pod: PodBody): string[] {
    const owners: string[] = []
    let owner: OwnerReference | null = pod.owner
    // Static pods are owned by their node, which is no workload.
    while (owner !== null && owner.kind !== 'Node' && owners.length < ownersMax) {
      const id: string = `${owner.kind}/${owner.name}`
      if (owners.includes(id)) break
      const above: KubeObject | undefined = this.#workloadObject(namespace, owner)
      if (above === undefined) {
        const guessed = guessedOwner(owner.kind, owner.name, { metadata: { labels: pod.labels } })
        if (guessed.kind !== owner.kind) owners.push(id)
        owners.push(`${guessed.kind}/${guessed.name}`)
        break
      }
      owners.push(id)
      owner = (above.body as WorkloadBody).owner
    }
    return owners
  }

  #workloadObject(namespace: string, { kind, name }: OwnerReference): KubeObject | undefined {
    const resource = workloadResources.get(kind)
    if (resource === undefined) return undefined
    return this.cache(resource).objects.get(keyOf({ namespace, name }))
  }

  /** A workload as it is now; null when it is not there, or is part of another. */
  #workload(key: string): WorkloadRecord | null {
    const [namespace, id] = key.split('\n', 2)
    const slash = id.indexOf('/')
    const reference = { kind: id.slice(0, slash), name: id.slice(slash + 1) }
    const body = this.#workloadObject(namespace, reference)?.body as WorkloadBody | undefined
    const pods = this.#podsOfWorkload.get(key)
    // A ReplicaSet of a Deployment is no workload of its own.
    if (body !== undefined && (body.owner === null || pods !== undefined)) return body.record
    if (pods === undefined) return null
    // Its owner is not listed: it is known by its pods.
    const [first] = pods
    const { labels, serviceAccount, containers } = this.#resolved.get(first)!.body
    return {
      namespace,
      ...reference,
      labels,
      annotations: {},
      serviceAccount,
      replicas: null,
      containers: [...containers],
      owner: null,
    }
  }

  *#workloadsOfNamespace(namespace: string): Generator<string> {
    for (const key of this.#podsOfWorkload.keys()) if (key.startsWith(`${namespace}\n`)) yield key
    for (const [kind, resource] of workloadResources)
      for (const object of this.cache(resource).objects.values())
        if (object.namespace === namespace && (object.body as WorkloadBody).owner === null)
          yield `${namespace}\n${kind}/${object.name}`
  }

  #unlink(index: Map<string, Set<string>>, from: string | null, key: string): void {
    if (from === null) return
    const set = index.get(from)
    if (set === undefined) return
    set.delete(key)
    if (set.size === 0) index.delete(from)
  }
}

function link(index: Map<string, Set<string>>, to: string, key: string): void {
  const set = index.get(to)
  if (set) set.add(key)
  else index.set(to, new Set([key]))
}

function ownerKey({ namespace, body }: KubeObject): string | null {
  const { owner } = body as { owner: OwnerReference | null }
  return owner === null ? null : `${namespace}\n${owner.kind}/${owner.name}`
}
