import type { PrivilegeOrUnknown } from '../posture/index.ts'

/** What software is there for, as far as it is recognised; several may hold. */
export const softwareRoles = [
  'network',
  'storage',
  'webhook',
  'operator',
  'agent',
  'workload',
  'host',
] as const
export type SoftwareRole = (typeof softwareRoles)[number]

/**
 * How its next version comes: `pinned` by digest, so only a change of ours brings it; `tag`, a version that whoever
 * pushes to its registry can replace; `floating`, a tag that is meant to move.
 */
export type Channel = 'pinned' | 'tag' | 'floating' | 'unknown'

export interface SoftwareVersion {
  /** `v1.16.4`, or the digest where nothing says a version. */
  version: string
  reference: string
  channel: Channel
  workloads: number
  pods: number
  nodes: number
  clusters: number
}

export interface WebhookReach {
  cluster: string
  name: string
  kind: 'validating' | 'mutating'
  /** `Fail`: what it is asked about is refused while it does not answer. */
  failurePolicy: 'Fail' | 'Ignore'
  /** `CREATE pods`, at most a few. */
  asks: readonly string[]
  /** Workloads in namespaces that it is asked about, when it is asked about pods or workloads. */
  workloads: number
}

/** What can happen when its next version goes wrong: the most of each, counted once over all clusters. */
export interface Impact {
  /** Nodes and workloads that it can take down. */
  takesDown: {
    nodes: number
    /** It can take down nodes of a cluster whose nodes are not known: there are more. */
    nodesUnknown: boolean
    workloads: number
  }
  /** … whose files, tokens, traffic or secrets it can read. */
  reads: { nodes: number; workloads: number; secretNamespaces: number }
  /** Workloads whose new pods it can keep from starting. */
  blocks: { workloads: number }
}

/** Software of somebody else in the fleet, or on its hosts. */
export interface SoftwareRow {
  /** Stable: `quay.io/cilium cilium`. */
  id: string
  name: string
  supplier: string
  /** Allclear itself. */
  own: boolean
  roles: readonly SoftwareRole[]
  /** Why it is in the register. */
  because: string
  declared: boolean
  versions: readonly SoftwareVersion[]
  channel: Channel
  /** Who can bring a new version without a gate of ours. */
  pushedBy: string
  workloads: number
  pods: number
  nodes: number
  clusters: readonly string[]
  privilege: PrivilegeOrUnknown
  /** What it has of nodes and of the API, in words. */
  privileges: readonly string[]
  webhooks: readonly WebhookReach[]
  impact: Impact
  /** The impact in one sentence. */
  sentence: string
  /** What is not known of it. */
  unknown: readonly string[]
}

/** One version of one supplier, and how much of the fleet would go with it. */
export interface LargestShare {
  id: string
  name: string
  version: string
  nodes: number
  /** 0 to 1, of all nodes. */
  share: number
}

export interface SoftwareAnswer {
  sentence: string
  atMs: number
  total: number
  rows: SoftwareRow[]
  /** Null where nothing runs on a known node. */
  largest: LargestShare | null
  nodes: number
}

export interface SoftwareDetail extends SoftwareRow {
  /** Workloads of it, those on most nodes first. */
  members: readonly {
    id: string
    references: readonly string[]
    pods: number
    nodes: number
    privilege: PrivilegeOrUnknown
    reasons: readonly string[]
  }[]
  declaration: DeclaredSoftware | null
}

/** What somebody said of software outside Kubernetes. */
export interface DeclaredSoftware {
  name: string
  supplier: string
  version: string | null
  hosts: number | null
  places: readonly string[]
  /** `user`: an ordinary account; `root`; `kernel`: it loads modules or programs into the kernel. */
  access: 'user' | 'root' | 'kernel'
  channel: Channel
  pushedBy: string | null
  note: string | null
  declaredAtMs: number
  declaredBy: string
}
