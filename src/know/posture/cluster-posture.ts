import type { Store } from '../../base/store/index.ts'
import type { PlacedObject, PodShape } from '../fleet/index.ts'
import { analysePrivileges, type PrivilegesAnswer } from '../privileges/index.ts'
import {
  modelOf,
  podNetworksOf,
  reachOfWorkloads,
  withPoliciesOf,
  type PodNetwork,
  type ReachModel,
  type WorkloadReach,
} from '../reach/index.ts'
import {
  postureResources,
  readNamespaces,
  readNodeNames,
  readObjectsOf,
  readPods,
  type Moment,
  type ReadPods,
} from './cluster-objects.store.ts'
import { unseenOf, type SeenResources, type Unseen } from './unseen.ts'

const policies = new Set(postureResources.filter((resource) => resource.includes('networkpolicies')))
const roles = new Set(
  postureResources.filter((resource) => resource.endsWith('rbac.authorization.k8s.io')),
).add('serviceaccounts')

/** What a change made old. `pods` alone moves pods between nodes: it concerns privileges and not policies. */
interface Stale {
  /** Names of what has to be read again: resources, `namespaces`, `nodes`, `pods`, `shapes`. */
  read: Set<string>
  everything: boolean
}

/**
 * Who reaches whom and who may do what in one cluster, from its kept objects, whether a watch or manifests told of them.
 * Everything is computed when it is asked for and kept until something that it rests on changes; what does not depend on
 * the change stays: other policies over the same pods only tell apart what is new.
 */
export class ClusterPosture {
  readonly clusterNo: number
  readonly #store: Store
  readonly #shapeOf: (no: number) => Promise<PodShape>
  readonly #atMs: Moment
  #stale: Stale = { read: new Set(), everything: true }
  #reading: Promise<void> = Promise.resolve()
  readonly #objects = new Map<string, PlacedObject[]>()
  #pods: ReadPods = { pods: [], unknown: new Set() }
  #seen: SeenResources = null
  #model: ReachModel | null = null
  #networks: readonly PodNetwork[] | null = null
  #reach: readonly WorkloadReach[] | null = null
  #privileges: PrivilegesAnswer | null = null

  constructor(
    store: Store,
    clusterNo: number,
    shapeOf: (no: number) => Promise<PodShape>,
    /** A moment of the past; null follows the present. */
    atMs: Moment = null,
  ) {
    this.#store = store
    this.clusterNo = clusterNo
    this.#shapeOf = shapeOf
    this.#atMs = atMs
  }

  /** Something changed: see `FleetDelta.touched`. */
  touch(touched: Iterable<string>): void {
    for (const name of touched)
      if (name === 'objects') this.#stale.everything = true
      else this.#stale.read.add(name)
  }

  /** Which resources a watch has seen; null when manifests told of the cluster. */
  set seen(seen: SeenResources) {
    this.#seen = seen
  }

  /** Brings what was read up to date. Every question begins with it. */
  bring(): Promise<void> {
    this.#reading = this.#reading.then(
      () => this.#read(),
      () => this.#read(),
    )
    return this.#reading
  }

  /** What nobody can say of this cluster. */
  get unseen(): Unseen {
    return unseenOf(this.#seen, (resource) => this.#objects.get(resource)?.length ?? 0)
  }

  /** Numbers of workloads of whose pods no shape is kept. */
  get unknownWorkloads(): ReadonlySet<number> {
    return this.#pods.unknown
  }

  get pods(): ReadPods['pods'] {
    return this.#pods.pods
  }

  /** The kept objects of a resource. */
  objects(resource: string): readonly PlacedObject[] {
    return this.#objects.get(resource) ?? []
  }

  get allObjects(): PlacedObject[] {
    return [...this.#objects.values()].flat()
  }

  get model(): ReachModel {
    this.#model ??= modelOf(this.allObjects, this.#pods.pods)
    return this.#model
  }

  /** With the common rule for pods on the network of their node. */
  get networks(): readonly PodNetwork[] {
    this.#networks ??= podNetworksOf(this.model, { hostNetwork: 'nodes' })
    return this.#networks
  }

  get reach(): readonly WorkloadReach[] {
    this.#reach ??= reachOfWorkloads(this.model, this.networks)
    return this.#reach
  }

  get privileges(): PrivilegesAnswer {
    this.#privileges ??= analysePrivileges(this.allObjects, this.#pods.pods)
    return this.#privileges
  }

  async #read(): Promise<void> {
    const stale = this.#stale
    if (!stale.everything && stale.read.size === 0) return
    this.#stale = { read: new Set(), everything: false }
    try {
      const wanted = (name: string): boolean => stale.everything || stale.read.has(name)
      for (const resource of postureResources)
        if (wanted(resource))
          this.#objects.set(resource, await readObjectsOf(this.#store, this.clusterNo, resource, this.#atMs))
      if (wanted('namespaces'))
        this.#objects.set('namespaces', await readNamespaces(this.#store, this.clusterNo))
      if (wanted('nodes'))
        this.#objects.set('nodes', await readNodeNames(this.#store, this.clusterNo, this.#atMs))
      if (wanted('pods') || wanted('shapes'))
        this.#pods = await readPods(this.#store, this.clusterNo, this.#atMs, this.#shapeOf)
    } catch (error) {
      this.#stale = { read: new Set([...stale.read, ...this.#stale.read]), everything: stale.everything }
      throw error
    }
    this.#forget(stale)
  }

  #forget({ read, everything }: Stale): void {
    const changed = (names: ReadonlySet<string>): boolean => [...read].some((name) => names.has(name))
    const shapes = everything || read.has('shapes')
    if (shapes || read.has('namespaces') || read.has('pods') || read.has('nodes') || changed(roles))
      this.#privileges = null
    const others = [...read].some((name) => !policies.has(name) && !apart.has(name) && !roles.has(name))
    if (!shapes && !others && !changed(policies)) return
    this.#reach = null
    const before = this.#model
    this.#model = null
    // Only policies are different: the pods and namespaces are the same objects, so that engines go on from where they are.
    if (shapes || others || before === null || this.#networks === null) this.#networks = null
    else {
      this.#model = {
        ...modelOf(this.allObjects, this.#pods.pods),
        workloads: before.workloads,
        namespaces: before.namespaces,
      }
      this.#networks = withPoliciesOf(this.#networks, this.#model)
    }
  }
}

/** What policies and services do not depend on. */
const apart: ReadonlySet<string> = new Set([
  'pods',
  'nodes',
  'workloads',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'priorityclasses.scheduling.k8s.io',
])
