/**
 * What a timeline of an incident is made of. Everything else is a view of these: see `fold.ts`. Entries are never changed
 * and kinds keep their meaning for ever; a reader skips kinds that it does not know. Times are epoch ms.
 */
import type { Verdict } from '../../core/probe/index.ts'
import type { IncidentStage } from '../../core/checklist/types.ts'
import type { EmbargoEntryData } from '../embargo/entries.ts'

export interface EntryData extends EmbargoEntryData {
  'incident.opened': {
    advisory: string
    title: string
    /** Where the claim comes from, in the words of who opened. */
    source: string | null
    lists: { stage: IncidentStage; id: string; version: string }[]
  }
  'member.joined': { person: string }
  'list.adopted': { stage: IncidentStage; id: string; version: string }

  /** A tick. `value` is the number that was written down as the answer to the item's probe. */
  'item.claimed': { item: string; note: string | null; value: number | null; probe?: string }
  'item.unclaimed': { item: string; reason: string }
  'item.skipped': { item: string; reason: string }
  /** Verdicts of its items at that moment. */
  'pause.passed': { pause: string; verdicts: Record<string, Verdict>; reason: string | null }
  /** Somebody wants to pass although it holds; a second person has to agree. */
  'pause.proposed': { pause: string; reason: string }

  /** By the name of the question, see `questions.ts`. */
  'verdicts.changed': { changes: { question: string; verdict: Verdict; reason: string }[] }
  'coverage.measured': {
    affected: number
    fixed: number
    vulnerable: number
    dormant: number
    unknown: number
    unseen: number
  }

  'decision.made': {
    id: string
    statement: string
    reason: string
    alternatives: string[]
    /** What it decides: `declare`, `dismiss`, an item or a pause point. */
    about: string | null
    /** Of a dismissal: the probe that reopens it. */
    watch: string | null
  }
  'note.added': { text: string }

  /** The person does not know it yet, unless they took it themselves. */
  'role.assigned': { role: string; person: string; from: string | null }
  'role.acknowledged': { role: string; person: string }
  'role.ended': { role: string; person: string; reason: string | null }
  /** Command stays with `from` until `to` acknowledges. */
  'handover.offered': { role: string; from: string; to: string; note: string | null }

  'hypothesis.added': {
    id: string
    kind: 'attack' | 'benign' | 'detector'
    statement: string
    predictions: Prediction[]
  }
  'hypothesis.tested': {
    id: string
    result: 'refuted' | 'held'
    evidence: string
    /** Whether an attacker could have made the evidence. */
    forgeable: boolean
  }

  'score.set': {
    vector: string | null
    score: number | null
    severity: string | null
    /** What the deadline was decided from: KEV, exposure, automatable, impact. */
    inputs: Record<string, string>
    decision: string | null
    dueAtMs: number | null
    note: string | null
  }
  'clock.started': {
    id: string
    regime: string
    title: string
    source: string
    owner: string
    startedAtMs: number
    dueAtMs: number
    warnAtMs: number
    stops: string
  }
  'clock.stopped': { id: string; outcome: 'met' | 'ruled-out'; reason: string }
  /** A regime that does not apply, and why. */
  'clock.ruled-out': { regime: string; reason: string }

  'exception.proposed': {
    id: string
    condition: string
    /** Named targets that may speak against it; none: the whole condition may stay unknown. */
    targets: string[]
    reason: string
    expiresAtMs: number
  }
  'exception.accepted': { id: string }
  'exception.withdrawn': { id: string; reason: string }

  'followup.added': { id: string; text: string; owner: string; dueAtMs: number }
  'followup.done': { id: string; note: string | null }

  /** `state` is what the conditions were when it was called. */
  'allclear.called': { reads: string; conditions: Record<string, string>; exceptions: string[] }
  'incident.reopened': { because: string; condition: string | null }
  'incident.closed': { reason: string }
  'key.rotated': { vouched: boolean }
}

export interface Prediction {
  text: string
  probe: string
  /** The verdict that refutes the hypothesis. */
  refutedBy: Verdict
}

export type EntryKind = keyof EntryData

/** An entry before it is sealed. */
export type IncidentDraft = {
  [Kind in EntryKind]: { actor: string; kind: Kind; data: EntryData[Kind] }
}[EntryKind]

/** The actor of what nobody did and the program noticed. */
export const itself = 'allclear'

export function draft<Kind extends EntryKind>(
  actor: string,
  kind: Kind,
  data: EntryData[Kind],
): IncidentDraft {
  return { actor, kind, data } as IncidentDraft
}
