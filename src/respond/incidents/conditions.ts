import {
  applyExceptions,
  findProbe,
  settled,
  type ProbeResult,
  type Verdict,
} from '../../core/probe/index.ts'
import type { Answers } from './questions.ts'
import type { ExceptionState, IncidentState } from './state.ts'

/** What a condition belongs to: the fleet is fixed, the incident is clear, the incident may be closed. */
export type ConditionPart = 'fixed' | 'clear' | 'closed'

/**
 * `holds`: confirmed. `accepted`: not, and two people live with it until a date. `proposed`: one person would.
 * `not-applicable`: nothing there to hold. `missing`: all else.
 */
export type ConditionStanding = 'holds' | 'accepted' | 'proposed' | 'not-applicable' | 'missing'

export interface Condition {
  /** The probe that answers it. */
  probe: string
  part: ConditionPart
  title: string
  standing: ConditionStanding
  verdict: Verdict
  reason: string
  exception: ExceptionState | null
}

/** The parts of the all clear; this list is its only definition in the program. */
const parts: Readonly<Record<ConditionPart, readonly string[]>> = {
  fixed: [
    'rollout.digest-coverage',
    'know.dormant',
    'repro.fleet',
    'guard.admission',
    'rollback.lkg-advanced',
    'slo.held',
    'know.coverage',
  ],
  clear: [
    'abuse.window',
    'eviction.done',
    'affected.followup',
    'guard.regression',
    'incident.restored',
    'embargo.gate',
  ],
  closed: [
    'story.evidenced',
    'affected.sealed',
    'postmortem.complete',
    'checklist.improved',
    'detect.accuracy',
    'disclosure.published',
    'followup.owned',
  ],
}

export const conditionProbes: readonly string[] = Object.values(parts).flat()

/** All conditions at one instant. Unknown and stale are no. */
export function conditionsOf(state: IncidentState, answers: Answers, nowMs: number): Condition[] {
  const abused = answers.get('abuse.window')?.verdict === 'contradicted'
  return (Object.keys(parts) as ConditionPart[]).flatMap((part) =>
    parts[part].map((probe) => {
      const answer = answers.get(probe)
      const exception = exceptionOf(state, probe, nowMs)
      return {
        probe,
        part,
        title: findProbe(probe)?.title ?? probe,
        standing:
          probe === 'eviction.done' && !abused ? 'not-applicable' : standingOf(answer, exception, nowMs),
        verdict: answer?.verdict ?? 'unknown',
        reason: answer?.reason ?? 'Nobody has asked yet.',
        exception,
      }
    }),
  )
}

/** A part that cannot be answered may be accepted as a whole; what speaks against it only by name. */
function standingOf(
  answer: ProbeResult | undefined,
  exception: ExceptionState | null,
  nowMs: number,
): ConditionStanding {
  const verdict = settled(answer?.verdict ?? 'unknown')
  if (verdict === 'confirmed') return 'holds'
  if (exception === null) return 'missing'
  if (verdict === 'contradicted' && !coversAll(answer as ProbeResult, exception, nowMs)) return 'missing'
  return exception.acceptedBy === null ? 'proposed' : 'accepted'
}

/** Whether each counterexample is named. More of them than evidence lists are no exception but the rule. */
function coversAll(
  { evidence }: ProbeResult,
  { id, targets, expiresAtMs }: ExceptionState,
  nowMs: number,
): boolean {
  if (evidence === null) return false
  const { total, sample } = evidence.counterexamples
  if (sample.length < total) return false
  const { counterexamples } = applyExceptions(
    sample,
    [{ id, covers: (target) => targets.includes(target), expiresAtMs }],
    { examined: evidence.examined, nowMs },
  )
  return counterexamples.length === 0
}

/** The live exception of a condition; an accepted one before one that is only proposed. */
function exceptionOf({ exceptions }: IncidentState, condition: string, nowMs: number): ExceptionState | null {
  const live = exceptions.filter(
    (one) => one.condition === condition && !one.withdrawn && one.expiresAtMs > nowMs,
  )
  return live.findLast(({ acceptedBy }) => acceptedBy !== null) ?? live.at(-1) ?? null
}

export interface AllClear {
  fixed: boolean
  clear: boolean
  closed: boolean
  /** `Clear except 3, next expiry 2026-12-27`. */
  reads: string
  /** Of fixed and clear: how many hold, how many there are. */
  holds: number
  of: number
  missing: string[]
}

/** What the conditions say together. */
export function allClearOf(conditions: readonly Condition[]): AllClear {
  const asked = conditions.filter(({ part }) => part !== 'closed')
  const counting = asked.filter(({ standing }) => standing !== 'not-applicable')
  const missing = counting.filter(({ standing }) => standing === 'missing' || standing === 'proposed')
  const accepted = counting.filter(({ standing }) => standing === 'accepted')
  const isMet = (part: ConditionPart) =>
    conditions.every(
      (one) => one.part !== part || (one.standing !== 'missing' && one.standing !== 'proposed'),
    )
  const fixed = isMet('fixed')
  const clear = fixed && isMet('clear')
  return {
    fixed,
    clear,
    closed: clear && isMet('closed'),
    reads: clear ? readsOf(accepted) : `${missing.length} of ${counting.length} conditions are missing`,
    holds: counting.length - missing.length,
    of: counting.length,
    missing: missing.map(({ probe }) => probe),
  }
}

function readsOf(accepted: readonly Condition[]): string {
  if (accepted.length === 0) return 'Clear'
  const next = Math.min(...accepted.map(({ exception }) => (exception as ExceptionState).expiresAtMs))
  return `Clear except ${accepted.length}, next expiry ${new Date(next).toISOString().slice(0, 10)}`
}

/** Nobody is woken because the view of the fleet was cloudy for an hour. */
const cloudyMs = 24 * 60 * 60 * 1000

/** Why an all clear no longer stands; null while it does. */
export function contradictionOf(
  state: IncidentState,
  conditions: readonly Condition[],
  nowMs: number,
): { condition: string; because: string } | null {
  for (const { probe, part, title, standing, verdict, reason } of conditions) {
    if (part === 'closed' || standing !== 'missing') continue
    const lapsed = state.exceptions.find(
      (one) =>
        one.condition === probe && one.acceptedBy !== null && !one.withdrawn && one.expiresAtMs <= nowMs,
    )
    if (lapsed !== undefined)
      return { condition: probe, because: `What was accepted has expired: ${title} ${reason}` }
    if (verdict !== 'contradicted') continue
    const since = state.verdicts[probe]
    if (probe === 'know.coverage' && nowMs - (since?.sinceMs ?? nowMs) < cloudyMs) continue
    return { condition: probe, because: reason }
  }
  return null
}
