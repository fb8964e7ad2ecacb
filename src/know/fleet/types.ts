/** What manifests, dumps and (later) live clusters say about one object of a cluster. */
export interface ClusterSnapshot {
  cluster: string
  /** Epoch ms at which the snapshot was true. */
  atMs: number
  nodes: NodeRecord[]
  workloads: WorkloadRecord[]
  pods: PodRecord[]
  namespaces: { name: string; labels: Record<string, string>; annotations: Record<string, string> }[]
  serviceAccounts: { namespace: string; name: string }[]
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
}
