/**
 * A checklist as the program uses it: defaults filled in, durations in milliseconds. `fromDocument` makes it of the YAML
 * form, `toDocument` writes it back.
 */
export interface Checklist {
  /** `triage`; the same through all versions. */
  id: string
  title: string
  /** MAJOR.MINOR.PATCH. */
  version: string
  status: 'draft' | 'active' | 'retired'
  phase: 'pre-incident' | 'incident' | 'containment' | 'rollout' | 'content' | 'register' | 'game-day'
  /** Stage of the incident; null for lists of other phases. */
  stage: IncidentStage | null
  /** `team:NAME` or `role:NAME`. */
  owner: string
  confidentiality: 'public' | 'internal' | 'incident'
  /** Days, `2026-11-01`; null when it never was. */
  lastReviewed: string | null
  lastDrilled: string | null
  reviewEveryMs: number | null
  derivedFrom: { id: string; version: string; cause: string | null } | null
  /** READ-DO: read a line, do it. DO-CONFIRM: work from skill, stop, confirm. */
  mode: 'READ-DO' | 'DO-CONFIRM'
  scope: Scope | null
  defaults: ChecklistDefaults
  pausePoints: PausePoint[]
  /** In the order in which they are read. */
  items: ChecklistItem[]
  /** Ids of items that are gone; they are never given again. */
  retiredItems: string[]
}

export type IncidentStage = 'triage' | 'communicate' | 'fix' | 'rollout' | 'after'

export type Claim = 'required' | 'auto' | 'none'
/** How well a signal is proven, from worst to best. */
export type SignalGrade = 'none' | 'configured' | 'observed' | 'canary'
export type HeldVerdict = 'contradicted' | 'unknown' | 'stale'

export type Scalar = string | number | boolean
export type ParameterValue = Scalar | Scalar[] | Record<string, Scalar>
export type Parameters = Record<string, ParameterValue>
/** Which part of the fleet: names and labels, `*` for any. */
export type Scope = Record<string, ParameterValue | Parameters>

export interface ChecklistDefaults {
  freshnessMs: number
  /** 0 to 1. */
  minCoverage: number
  claim: Claim
  minGrade: SignalGrade
}

/** A moment at which people stop and read; what is not confirmed may hold there. */
export interface PausePoint {
  id: string
  when: string
  /** Role that reads aloud. */
  lead: string
  /** Repeated this often; null for once. */
  everyMs: number | null
  /** Id of another checklist whose items are read here. */
  uses: string | null
  /** Verdicts that hold; empty makes the pause point advisory. */
  holdOn: HeldVerdict[]
  /** Who may pass a pause point that holds, and what has to be given; null: nobody. */
  passAnyway: { role: string; needs: ('reason' | 'expiry' | 'second-person')[] } | null
}

export interface ChecklistItem {
  /** `T1`; stable for ever, never given again. */
  id: string
  /** `killer`: skilled people forget it, and it hurts. */
  tier: 'killer' | 'extended'
  /** Pause point at which it is read. */
  pause: string
  text: string
  /** Empty when nobody said. */
  why: string
  role: string
  /** Items of the same list that have to be done before. */
  after: string[]
  /** Condition; false is shown as not applicable, never as a pass. */
  applies: string | null
  /** `required`: a person ticks it; `auto`: a confirmed verdict does; `none`: nobody has to. */
  claim: Claim
  probe: ItemProbe | null
  /** Why there is no probe. */
  noProbe: string | null
  signal: ItemSignal | null
  /** Why there is no signal: pure prevention. */
  noSignal: string | null
  proof: { drill: string; everyMs: number | null } | null
  evidence: { keepMs: number | null; class: EvidenceClass | null; attach: string[] } | null
  fix: ItemFix[]
  /** Controls and techniques by catalogue: `cis`, `attack`, `csf`. */
  refs: Record<string, string[]>
  tailoring: { params: TailoredParameters[]; exceptions: ChecklistException[] }
}

/** A typed question to the fleet. */
export interface ItemProbe {
  /** `net.deny-logged`: of the probe catalogue. */
  id: string
  params: Parameters
  /** Older answers are stale. */
  freshnessMs: number
  /** Share of targets and of the time window that has to be seen, 0 to 1. */
  minCoverage: number
  /** Counterexamples that are tolerated. */
  maxContradicted: number
}

/** The trace that an attacker cannot avoid leaving. */
export interface ItemSignal {
  id: string
  layer: string
  forcedAct: string
  onDeny: Parameters | null
  onAllow: Parameters | null
  sources: string[]
  retentionMs: number | null
  maxLagMs: number | null
  minGrade: SignalGrade
  blindSpots: string[]
}

/** E0 is a story, E4 names affected people. */
export type EvidenceClass = 'E0' | 'E1' | 'E2' | 'E3' | 'E4'
export type Risk = 'low' | 'medium' | 'high'

/** What is offered when the answer is no. */
export type ItemFix =
  | { kind: 'generate'; id: string; risk: Risk | null; verify: string | null }
  | {
      kind: 'action'
      id: string
      risk: Risk | null
      /** People who have to agree: 0, 1 or 2. */
      approvals: number
      undo: 'auto' | 'manual' | null
      verify: string | null
    }
  | { kind: 'manual'; text: string }

/** Other parameters for a part of the fleet. */
export interface TailoredParameters {
  scope: Scope
  set: Parameters
  owner: string | null
  expires: string | null
  reason: string | null
}

/** Counterexamples of this scope are tolerated until the expiry. Everything that is null here is an error of the lint. */
export interface ChecklistException {
  id: string
  scope: Scope
  reason: string | null
  /** Item that makes up for it. */
  compensating: string | null
  owner: string | null
  approvedBy: string | null
  created: string | null
  expires: string | null
}
