import type { Page } from '../answers.ts'
import type { IdentityPrivileges, PrivilegesAnswer, StepTaken } from '../privileges/index.ts'
import type { PathFromOutside, ReachAnswer, ReachDiff } from '../reach/index.ts'
import type { Unseen } from './unseen.ts'

/** Connections of a cluster of the fleet, of which the question names ends. */
export interface ClusterReach extends ReachAnswer {
  cluster: string
  /** The moment that the answer is about, epoch ms. */
  atMs: number
  /** The answer in words, the most important first. */
  sentences: readonly string[]
  /** From outside to the workload that was asked about; `null` when there is no path, or nobody asked. */
  path: PathFromOutside | null
  unseen: Unseen
}

export interface ClusterReachDiff extends ReachDiff {
  cluster: string
  /** Whether stored policies are known to hold. */
  enforcement: ReachAnswer['enforcement']
}

export interface ClusterPrivileges extends PrivilegesAnswer {
  cluster: string
  atMs: number
  sentences: readonly string[]
  unseen: Unseen
}

/** An identity of one of the clusters, as lists show it. */
export interface IdentityRow {
  cluster: string
  /** `ServiceAccount shop/ci`, `User alice`, `Group dev` */
  id: string
  kind: 'ServiceAccount' | 'User' | 'Group'
  namespace: string | null
  name: string
  /** Workloads that run as it. */
  workloads: number
  rules: number
  /** How many steps it is from each; `null` where no way is known. */
  steps: { secrets: number | null; nodes: number | null; clusterAdmin: number | null }
  /** The shortest way to the worst that it reaches. */
  way: readonly StepTaken[]
  /** In words: `can become cluster-admin: may do everything`. */
  sentence: string
}

/** A window of the identities of the fleet, or of one cluster, and what can be said of all of them. */
export interface IdentitiesAnswer extends Page<IdentityRow> {
  sentence: string
  /** How many there are and reach what, whatever text or target the window was narrowed to. */
  counts: { identities: number; secrets: number; nodes: number; clusterAdmin: number }
  /** Clusters whose roles nobody can see, each with the reason: of them the numbers are the least. */
  unseen: readonly { cluster: string; reason: string }[]
}

export type { IdentityPrivileges }
