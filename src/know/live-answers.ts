/** What is answered about live clusters; the API's schemas are held against these types. */
import type { ClusterSight } from './fleet/live/types.ts'

/** A watched resource of a cluster. */
export interface ClusterResource {
  /** `pods`, `deployments.apps` */
  id: string
  state: 'starting' | 'listing' | 'watching' | 'waiting' | 'refused' | 'not-served' | 'stopped'
  /** Why it is not watched at this moment. */
  reason: string | null
  objects: number
  /** Last complete list, epoch ms. */
  syncedAtMs: number | null
  /** Last sign of life, epoch ms. */
  heardAtMs: number | null
  lists: number
  watches: number
  /** Objects that were too large or not to be believed. */
  problems: number
  /** What cannot be said because this was never seen; null when it was. */
  unknown: string | null
}

/** One live cluster: how it is reached, and how well it is seen. */
export interface ClusterDetail {
  name: string
  kind: 'kubeconfig' | 'copy' | 'in-cluster' | 'agent'
  /** The kubeconfig that is read, on the machine of the server. */
  file: string | null
  context: string | null
  server: string | null
  secretMetadata: boolean
  addedAtMs: number
  addedBy: string
  state: {
    sight: ClusterSight
    reason: string | null
    serverVersion: string | null
    /** When all that answers need was last known to be current, epoch ms. */
    seenAtMs: number | null
    /** Newest first. */
    problems: { resource: string; object: string | null; reason: string }[]
    problemsTotal: number
    resources: ClusterResource[]
  }
}

/** What the credentials of a cluster may do with one resource. */
export interface ClusterDoctorRow {
  resource: string
  /** Answers are made of it. */
  needed: boolean
  /** Served only where somebody installed it. */
  optional: boolean
  /** Null: the cluster did not say. */
  list: boolean | null
  watch: boolean | null
  reason: string | null
  /** What stays unknown without it; null when nothing is missing. */
  unknown: string | null
}

export interface ClusterDoctor {
  name: string
  server: string
  reachable: boolean
  reason: string | null
  serverVersion: string | null
  rows: ClusterDoctorRow[]
  /** What will be unknown, in words. */
  unknown: string[]
  /** What to do about it. */
  next: string[]
}

/** Something that was declared, and by whom. */
export interface FactRow {
  /** `CLUSTER`, `CLUSTER/NAMESPACE` or `CLUSTER/NAMESPACE/KIND/NAME` */
  scope: string
  fact: 'team' | 'criticality' | 'data' | 'users' | 'tenant'
  value: string
  /** `hand:NAME`, `file:NAME` */
  source: string
  declaredAtMs: number
}

export interface FactsImport {
  source: string
  added: number
  changed: number
  removed: number
  unchanged: number
}

/** One workload: what is declared of it beside what was observed, and what it ran. */
export interface WorkloadAnswer {
  id: string
  cluster: string
  namespace: string
  kind: string
  name: string
  /** By labels and annotations that name an owner. */
  owner: string | null
  serviceAccount: string | null
  replicas: number | null
  labels: Record<string, string>
  annotations: Record<string, string>
  firstSeenAtMs: number
  /** Null: there now. */
  lastSeenAtMs: number | null
  facts: {
    fact: 'team' | 'criticality' | 'data' | 'users' | 'tenant'
    value: string
    /** `hand:NAME`, `file:NAME`, `label:KEY`, `annotation:KEY` */
    source: string
    /** Where it is inherited from. */
    from: 'workload' | 'namespace' | 'cluster'
    /** What was said besides, and does not count. */
    others: { value: string; source: string; from: 'workload' | 'namespace' | 'cluster' }[]
  }[]
  /** Newest first, those that run now before. */
  runs: {
    container: string
    kind: string
    reference: string
    digest: string | null
    pods: number
    firstSeenAtMs: number
    lastSeenAtMs: number | null
  }[]
  pods: {
    uid: string
    name: string
    node: string | null
    phase: string
    firstSeenAtMs: number
    lastSeenAtMs: number | null
  }[]
}

/** Who had an address, a UID, a name or a digest. Several are all told: none is picked. */
export interface PodsAnswer {
  query: string
  /** The moment asked for; null: ever. */
  atMs: number | null
  ambiguous: boolean
  total: number
  rows: {
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
    lastSeenAtMs: number | null
  }[]
}
