/** What is answered about live clusters; the API's schemas are held against these types. */
import type { PodInterval } from './fleet/index.ts'
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
  /** The agent that tells of it; null for one that is reached, and before the first one enrolled. */
  agent: {
    id: string
    version: string
    enrolledAtMs: number
    /** Since when it has the key that it signs with; it renews it every week. */
    keyAtMs: number
    /** Last message, epoch ms. */
    lastSeenAtMs: number | null
  } | null
  /** A one-time token that nobody spent yet; the newest. */
  enrolment: { createdAtMs: number; createdBy: string; expiresAtMs: number } | null
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

/** A workload of a cluster, with what is wrong with what it runs. */
export interface ClusterWorkloadRow {
  id: string
  namespace: string
  kind: string
  name: string
  owner: string | null
  pods: number
  /** Distinct images that its containers run now. */
  images: number
  /** Of these, whose contents nobody knows: what is wrong with them is not counted. */
  imagesUnknown: number
  affected: number
  critical: number
  high: number
}

export interface ClusterNodeRow {
  name: string
  osImage: string | null
  kubeletVersion: string | null
  pods: number
  firstSeenAtMs: number
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
    /** The image's id; null when the reference leads to none that is known. */
    image: string | null
    /** What is wrong with the image; null when nobody knows its contents. */
    findings: { affected: number; fixable: number; critical: number; high: number } | null
    pods: number
    firstSeenAtMs: number
    lastSeenAtMs: number | null
  }[]
  /** How many there are, where `runs` and `pods` hold the newest of them. */
  runsTotal: number
  pods: {
    uid: string
    name: string
    node: string | null
    phase: string
    addresses: { address: string; firstSeenAtMs: number; lastSeenAtMs: number | null }[]
    firstSeenAtMs: number
    lastSeenAtMs: number | null
  }[]
  podsTotal: number
}

/** Who had an address, a UID, a name or a digest. Several are all told: none is picked. */
export interface PodsAnswer {
  query: string
  /** The moment asked for; null: ever. */
  atMs: number | null
  ambiguous: boolean
  total: number
  rows: PodInterval[]
}
