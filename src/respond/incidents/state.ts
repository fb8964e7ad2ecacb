import type { IncidentStage } from '../../core/checklist/types.ts'
import type { Verdict } from '../../core/probe/index.ts'
import type { EmbargoRecord } from '../embargo/record.ts'
import type { EntryData } from './entries.ts'

export type IncidentStatus = 'open' | 'clear' | 'closed' | 'dismissed'

interface Done {
  by: string
  atMs: number
}

export interface ItemClaim extends Done {
  note: string | null
  value: number | null
  /** What the value answers. */
  probe: string | null
}

export interface RoleInterval {
  role: string
  person: string
  fromMs: number
  acknowledgedAtMs: number | null
  untilMs: number | null
}

export interface Handover extends Done {
  role: string
  to: string
  note: string | null
}

export interface Decision extends Done {
  id: string
  statement: string
  reason: string
  alternatives: string[]
  about: string | null
}

export interface HypothesisState extends Done {
  id: string
  kind: EntryData['hypothesis.added']['kind']
  statement: string
  predictions: EntryData['hypothesis.added']['predictions']
  tests: (Done & { result: 'refuted' | 'held'; evidence: string; forgeable: boolean })[]
}

export interface Clock extends Omit<EntryData['clock.started'], never> {
  stopped: (Done & { outcome: 'met' | 'ruled-out'; reason: string }) | null
}

export interface ExceptionState extends Omit<EntryData['exception.proposed'], never> {
  proposedBy: string
  proposedAtMs: number
  acceptedBy: string | null
  acceptedAtMs: number | null
  withdrawn: boolean
}

export interface FollowUp extends Omit<EntryData['followup.added'], never> {
  doneAtMs: number | null
}

export interface CoveragePoint extends Omit<EntryData['coverage.measured'], never> {
  atMs: number
}

/** What an incident is, as its timeline tells it. Plain data: two folds of one timeline are equal. */
export interface IncidentState {
  id: string
  advisory: string
  title: string
  source: string | null
  openedAtMs: number
  openedBy: string
  status: IncidentStatus
  /** 1, and one more with each time that it was reopened. */
  lap: number
  lists: Record<IncidentStage, { id: string; version: string }>
  members: Record<string, { joinedAtMs: number }>
  claims: Record<string, ItemClaim>
  skips: Record<string, Done & { reason: string }>
  /** By the id of the pause point. */
  passes: Record<string, Done & { reason: string | null }>
  proposedPasses: Record<string, Done & { reason: string }>
  /** As last written down, by the name of the question. */
  verdicts: Record<string, { verdict: Verdict; reason: string; sinceMs: number }>
  decisions: Decision[]
  declared: boolean
  /** Probe that reopens a dismissed incident. */
  watch: string | null
  roles: RoleInterval[]
  handovers: Handover[]
  hypotheses: HypothesisState[]
  score: (EntryData['score.set'] & Done) | null
  clocks: Clock[]
  ruledOut: Record<string, Done & { reason: string }>
  exceptions: ExceptionState[]
  followUps: FollowUp[]
  coverage: CoveragePoint[]
  allClear: (Done & { reads: string }) | null
  reopenings: { atMs: number; because: string; condition: string | null }[]
  closedAtMs: number | null
  /** Who may see it. */
  gate: EmbargoRecord
  changedAtMs: number
  head: { seq: number; hash: string }
}

/** Who holds a role now; the newest where several were given it. */
export function holderOf(state: IncidentState, role: string): RoleInterval | null {
  return state.roles.findLast((held) => held.role === role && held.untilMs === null) ?? null
}

/** Roles that a person holds now. */
export function rolesOf(state: IncidentState, person: string): string[] {
  return state.roles.filter((held) => held.person === person && held.untilMs === null).map(({ role }) => role)
}

/** Whether people still work on it, or wait for it to come back. */
export function isLive({ status }: Pick<IncidentState, 'status'>): boolean {
  return status === 'open' || status === 'clear'
}
