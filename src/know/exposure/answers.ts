import type { Page } from '../answers.ts'
import type { FixState } from '../matching/types.ts'
import type { PrivilegeOrUnknown, ReachOrUnknown } from '../posture/index.ts'

/** A decision that a rule makes from the facts. What is not known leaves it open; the most urgent that is possible counts. */
export interface RuleDecision {
  /** `bod-26-04`, `deployer` */
  rule: string
  /** The most urgent outcome that the facts leave possible: `3 days`. */
  outcome: string
  /** Every outcome that is possible, from the least to the most urgent; one when it is decided. */
  between: readonly string[]
  /** What is not known and could change it. */
  missing: readonly string[]
}

export interface Deadline extends RuleDecision {
  /** Days until the fix is due; null for a fix with the next upgrade. */
  days: number | null
  /** When the days began: the finding was first made here, epoch ms. */
  sinceMs: number | null
  dueAtMs: number | null
}

export type ReasonKind =
  | 'reach'
  | 'privilege'
  | 'exploitation'
  | 'severity'
  | 'breadth'
  | 'declared'
  | 'fix'
  | 'unknown'

export interface Reason {
  kind: ReasonKind
  text: string
}

/** A fact that could be otherwise, and what would follow for the rank. */
export interface RankChange {
  /** `policies close its ways in from outside` */
  fact: string
  /** `fix due in 14 days instead of 3 days` */
  effect: string
}

/** The vulnerability's score in the place where it is, as proposed from the fleet. */
export interface ProposedScore {
  /** The vector with the environmental metrics that are proposed. */
  vector: string
  version: string
  base: number
  score: number
  severity: string
  metrics: readonly { metric: string; reason: string }[]
}

export type Criticality = 'critical' | 'high' | 'medium' | 'low'

/** A workload in the order in which a good analyst would fix them. */
export interface ExposureRow {
  /** 1 is first. */
  rank: number
  /** `CLUSTER/NAMESPACE/KIND/NAME` */
  id: string
  cluster: string
  namespace: string
  kind: string
  name: string
  owner: string | null
  pods: number
  nodes: number
  /** The vulnerability that was asked about, or the one that puts it here. */
  vulnerability: string
  title: string
  severity: string
  score: number | null
  /** Findings of all vulnerabilities in what it runs; null when one was asked about. */
  findings: number | null
  fixedIn: string
  fixState: FixState
  exploitation: 'active' | 'public poc' | 'none' | 'unknown'
  /** Null while no catalogue was imported. */
  kev: boolean | null
  epss: number | null
  reach: ReachOrUnknown
  privilege: PrivilegeOrUnknown
  criticality: Criticality | null
  data: string | null
  deadline: Deadline
  priority: RuleDecision
  environment: ProposedScore | null
  /** The reasons in one line. */
  sentence: string
  reasons: readonly Reason[]
  changes: readonly RankChange[]
  unknown: readonly string[]
}

/** Workloads of a team or a cluster, in the order of the first of each. */
export interface ExposureGroup {
  rank: number
  /** Name of the team or cluster; `null` for workloads that nobody owns. */
  name: string | null
  workloads: number
  pods: number
  /** How many are due when, the most urgent first. */
  deadlines: readonly { outcome: string; workloads: number }[]
  first: ExposureRow
}

export interface MatrixCell {
  reach: ReachOrUnknown
  privilege: PrivilegeOrUnknown
  workloads: number
  pods: number
  /** The most urgent deadline among them. */
  outcome: string
}

export interface ExposureAnswer {
  sentence: string
  atMs: number
  /** Increases with each change of fleet, images or advisories. */
  version: number
  /** Null: every vulnerability was asked about. */
  vulnerability: string | null
  title: string | null
  workloads: Page<ExposureRow>
  /** Empty unless asked for by team or cluster. */
  groups: Page<ExposureGroup>
  /** Workloads by how they are reached and what they may do; cells without workloads are left out. */
  matrix: readonly MatrixCell[]
  deadlines: readonly { outcome: string; workloads: number }[]
  /** What could make it longer: running images whose contents nobody knows, clusters that were not seen. */
  unseen: { images: number; clusters: readonly string[] }
}
