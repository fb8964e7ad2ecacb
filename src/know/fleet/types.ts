/** What manifests, dumps and (later) live clusters say about one object of a cluster. */
export interface ClusterSnapshot {
  cluster: string
  /** Epoch ms at which the snapshot was true. */
  atMs: number
  nodes: NodeRecord[]
  workloads: WorkloadRecord[]
  pods: PodRecord[]
  namespaces: NamespaceRecord[]
  /** Other objects, kept as they are. */
  objects: KeptObject[]
  /** Objects that were read and not understood, grouped by reason. */
  leftOut: { reason: string; count: number; examples: string[] }[]
  /** True when the input can only be a part of the cluster (plain manifests without status). */
  declaredOnly: boolean
}

export interface NodeRecord {
  name: string
  labels: Record<string, string>
  osImage: string | null
  kubeletVersion: string | null
}

/** Anything with a pod template, and pods that nobody owns. Identified by its top-most known owner. */
export interface WorkloadRecord {
  namespace: string
  kind: string
  name: string
  labels: Record<string, string>
  annotations: Record<string, string>
  serviceAccount: string | null
  /** Desired pods as declared; `null` when the kind has none (DaemonSet before status). */
  replicas: number | null
  containers: ContainerRecord[]
  /** The workload that owns this one (`ReplicaSet` → `Deployment`), `KIND/NAME`, or `null`. */
  owner: string | null
  /** Of its pod template, see `pod-shape.ts`; absent when it is not known. */
  shape?: string | null
}

/** An object beside pods, nodes and workloads, in the words of `live/resources.ts`. */
export interface KeptObject {
  /** `networkpolicies.networking.k8s.io` */
  resource: string
  /** `''` for objects of the cluster. */
  namespace: string
  name: string
  uid: string
  body: unknown
}

export interface ContainerRecord {
  name: string
  kind: 'main' | 'init' | 'ephemeral'
  /** As declared: `registry/name:tag`, `name@sha256:…`. */
  reference: string
  /** `sha256:…` from the reference or from a pod's status, or `null`. */
  digest: string | null
}

export interface PodRecord {
  uid: string
  namespace: string
  name: string
  node: string | null
  /** `KIND/NAME` of the top-most known owner. */
  workload: string
  phase: string
  startedAtMs: number | null
  serviceAccount: string | null
  containers: ContainerRecord[]
  /** See `pod-shape.ts`; absent when it is not known. */
  shape?: string | null
}

/**
 * What became of a cluster since it was last written: objects that are new or different, and the names of those that are
 * gone. Everything is optional; what is not named stays as it is.
 *
 * `workloads` also holds every workload whose pods are in the batch: when its last pod is gone, what it declares is what
 * is left of it.
 */
export interface ClusterChanges {
  cluster: string
  /** Epoch ms: opens the intervals of what is new and closes those of what is gone. */
  atMs: number
  /** See `ClusterSnapshot`. */
  declaredOnly?: boolean
  namespaces?: readonly NamespaceRecord[]
  nodes?: readonly NodeRecord[]
  /** Names of nodes. */
  nodesGone?: Iterable<string>
  workloads?: readonly WorkloadRecord[]
  /** Their pods and runs end with them. */
  workloadsGone?: Iterable<WorkloadName>
  /** A pod in a phase that ended (`Succeeded`, `Failed`) is gone. A pod of a workload that is not known is left out. */
  pods?: readonly PodRecord[]
  /** UIDs of pods. */
  podsGone?: Iterable<string>
}

export interface NamespaceRecord {
  name: string
  labels: Record<string, string>
  annotations: Record<string, string>
}

export type WorkloadName = Pick<WorkloadRecord, 'namespace' | 'kind' | 'name'>

/**
 * What a committed change did to the fleet, in the numbers of the store: what the fleet index needs to follow. Every
 * list holds only what is new or different.
 */
export interface FleetDelta {
  cluster: { no: number; name: string; source: string; declaredOnly: boolean; lastSeenAtMs: number }
  images: { no: number; id: string; name: string }[]
  nodes: { no: number; name: string; pool: string; gone: boolean }[]
  workloads: (WorkloadName & { no: number; owner: string | null; gone: boolean })[]
  runs: RunState[]
  pods: { before: PodPlace | null; after: PodPlace | null }[]
  /**
   * What else is different, for what is derived from it: resources of objects (`services`), `namespaces`, `nodes`, `pods`
   * (one came, went or moved), `shapes` (a workload has pods of a shape that it had not, or no longer has).
   */
  touched: ReadonlySet<string>
  /** For people: how many intervals were opened and closed. */
  counts: { workloadsAdded: number; workloadsGone: number; runsAdded: number; runsGone: number }
}

/** A workload runs an image in one of its containers. */
export interface RunState {
  no: number
  workload: number
  /** 0: the reference could not be resolved to an image. */
  image: number
  /** Pods that are listed with it; without any, how many are declared. */
  pods: number
  firstMs: number
  /** `null`: runs now. */
  lastMs: number | null
  container: string
  reference: string
}

/** Where a pod is and what it runs: all that the index keeps of a pod. */
export interface PodPlace {
  /** 0: not scheduled, or on a node that is not known. */
  node: number
  /** Numbers of its runs, all of one workload. */
  runs: readonly number[]
}
