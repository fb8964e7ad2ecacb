import type { KubeProblem, ResourceStatus } from '../../../base/kube/index.ts'
import type { ContainerRecord, WorkloadRecord } from '../types.ts'

export interface OwnerReference {
  kind: string
  name: string
}

/** What is kept of a pod. */
export interface PodBody {
  node: string | null
  phase: string
  startedAtMs: number | null
  serviceAccount: string | null
  hostNetwork: boolean
  /** Every address, IPv4 and IPv6; pods on the host network have the node's. */
  addresses: readonly string[]
  labels: Record<string, string>
  /** Its controller, else its first owner. */
  owner: OwnerReference | null
  /** Containers of all kinds, each with the digest that its status names. */
  containers: readonly ContainerRecord[]
  /** See `pod-shape.ts`; agents of before do not tell it. */
  shape?: string
}

/** What is kept of an object that has a pod template. */
export interface WorkloadBody {
  record: WorkloadRecord
  owner: OwnerReference | null
}

export interface NamespaceBody {
  labels: Record<string, string>
  annotations: Record<string, string>
}

export interface NodeBody {
  labels: Record<string, string>
  osImage: string | null
  kubeletVersion: string | null
}

/**
 * How well a cluster is seen:
 * - `starting`: its first lists are not complete;
 * - `seen`: pods, nodes and workloads are watched;
 * - `partly`: it answers, but something that the answer needs is refused;
 * - `lost`: it does not answer, or refuses our credentials;
 * - `unwatched`: no process watches it now.
 */
export type ClusterSight = 'starting' | 'seen' | 'partly' | 'lost' | 'unwatched'

/** The last known state of a live cluster; kept as JSON beside its connection. */
export interface ClusterState {
  sight: ClusterSight
  reason: string | null
  /** `v1.36.3` */
  serverVersion: string | null
  /** When all that answers need was last known to be current, epoch ms. */
  seenAtMs: number | null
  resources: Record<string, ResourceStatus>
  /** Newest first, at most `limit('kubeProblems')`. */
  problems: readonly KubeProblem[]
  problemsTotal: number
}
