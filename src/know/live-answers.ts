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
