/**
 * The answers about incidents, as the API gives them and the CLI and the console show them. Times are epoch milliseconds,
 * UTC; shares are 0 to 1.
 */
import type { ItemState } from '../../core/checklist/item-state.ts'
import type { IncidentStage } from '../../core/checklist/types.ts'
import type { ProbeResult, Verdict } from '../../core/probe/index.ts'
import type { TimelineEntry, TimelineHead, Verification } from '../../core/timeline/index.ts'
import type { ConditionPart, ConditionStanding } from './conditions.ts'
import type { NextStep } from './next-steps.ts'
import type { CoveragePoint, IncidentStatus } from './state.ts'

interface Said {
  by: string
  atMs: number
}

/** A row of the list. */
export interface IncidentSummary {
  id: string
  advisory: string
  title: string
  status: IncidentStatus
  stage: IncidentStage
  openedAtMs: number
  changedAtMs: number
  /** What it is called outside while it is under embargo; null when it is not. */
  codeWord: string | null
}

export interface IncidentItem {
  id: string
  tier: 'killer' | 'extended'
  text: string
  why: string
  role: string
  state: ItemState
  /** A pause point that wants it waits for it. */
  holds: boolean
  /** The question that the fleet answers; null for an item without one. */
  question: string | null
  verdict: Verdict | null
  reason: string | null
  claim: (Said & { note: string | null; value: number | null }) | null
  skip: (Said & { reason: string }) | null
  blockedBy: string[]
}

export interface IncidentPause {
  id: string
  when: string
  lead: string
  everyMs: number | null
  passed: (Said & { reason: string | null }) | null
  proposed: (Said & { reason: string }) | null
  heldBy: string[]
  items: IncidentItem[]
}

export interface IncidentStageAnswer {
  stage: IncidentStage
  list: string
  title: string
  version: string
  mode: 'READ-DO' | 'DO-CONFIRM'
  done: boolean
  pauses: IncidentPause[]
}

export interface IncidentCondition {
  probe: string
  part: ConditionPart
  title: string
  standing: ConditionStanding
  verdict: Verdict
  reason: string
  exception: IncidentException | null
}

export interface IncidentException {
  id: string
  condition: string
  targets: string[]
  reason: string
  expiresAtMs: number
  proposedBy: string
  acceptedBy: string | null
  live: boolean
}

export interface IncidentRole {
  role: string
  title: string
  person: string | null
  fromMs: number | null
  acknowledgedAtMs: number | null
  /** To whom it is offered. */
  offeredTo: string | null
  /** Nobody holds it, and somebody should. */
  needed: boolean
}

export interface IncidentHypothesis extends Said {
  id: string
  kind: 'attack' | 'benign' | 'detector'
  statement: string
  predictions: { text: string; probe: string; refutedBy: Verdict; verdict: Verdict }[]
  tests: (Said & { result: 'refuted' | 'held'; evidence: string; forgeable: boolean })[]
  /** Never "true": `not yet refuted`, or `refuted`. */
  state: 'not yet refuted' | 'refuted'
  /** Pieces of evidence against it. The least inconsistent stands first. */
  against: number
}

export interface IncidentClock {
  id: string
  regime: string
  title: string
  source: string
  owner: string
  startedAtMs: number
  dueAtMs: number
  warnAtMs: number
  stops: string
  state: 'running' | 'warning' | 'past' | 'met' | 'ruled-out'
  stopped: (Said & { reason: string }) | null
}

export interface IncidentAnswer extends IncidentSummary {
  atMs: number
  /** How far it is, in one line. */
  sentence: string
  lap: number
  source: string | null
  openedBy: string
  declared: boolean
  members: { person: string; joinedAtMs: number; roles: string[] }[]
  /** The step for whoever asks; null when there is none. */
  nextForYou: NextStep | null
  next: NextStep[]
  stages: IncidentStageAnswer[]
  allClear: {
    fixed: boolean
    clear: boolean
    closed: boolean
    reads: string
    holds: number
    of: number
    conditions: IncidentCondition[]
    called: (Said & { reads: string }) | null
  }
  fleet: {
    affected: number
    fixed: number
    vulnerable: number
    dormant: number
    unknown: number
    unseen: number
    gone: number
    pods: number
    clusters: number
    /** What still runs it, at most 200. */
    places: { id: string; owner: string | null; pods: number; state: 'vulnerable' | 'dormant' | 'unknown' }[]
  }
  /** Counts over time, oldest first. */
  coverage: CoveragePoint[]
  roles: IncidentRole[]
  decisions: (Said & {
    id: string
    statement: string
    reason: string
    alternatives: string[]
    about: string | null
  })[]
  hypotheses: IncidentHypothesis[]
  score:
    | (Said & {
        vector: string | null
        score: number | null
        severity: string | null
        inputs: Record<string, string>
        decision: string | null
        dueAtMs: number | null
        note: string | null
      })
    | null
  clocks: IncidentClock[]
  /** Regimes that nobody has said anything about yet, and those that were ruled out. */
  regimes: { id: string; title: string; applies: string; ruledOut: (Said & { reason: string }) | null }[]
  exceptions: IncidentException[]
  followUps: { id: string; text: string; owner: string; dueAtMs: number; doneAtMs: number | null }[]
  reopenings: { atMs: number; because: string; condition: string | null }[]
  head: { seq: number; hash: string }
}

/** Entries as people read them. */
export interface TimelineRow {
  seq: number
  atMs: number
  actor: string
  kind: string
  /** One line. */
  text: string
  hash: string
}

export interface VerdictAnswer {
  question: string
  result: ProbeResult
  /** Earlier answers, newest first. */
  history: { verdict: Verdict; reason: string; fromMs: number; untilMs: number }[]
}

/** An incident in one document, which proves itself. */
export interface IncidentExport {
  format: 'allclear-incident/1'
  incident: string
  exportedAtMs: number
  entries: TimelineEntry[]
  head: TimelineHead
}

export type IncidentVerification = Verification & {
  incident: string
  /** Whether each key that signed is one of this installation; null where that cannot be told. */
  ours: boolean | null
}
