import { contradictionOf } from './conditions.ts'
import { coveragePoint } from './coverage-point.ts'
import { draft, itself, type IncidentDraft } from './entries.ts'
import type { Situation } from './to-answer.ts'

/**
 * What has to be written down of a situation without anybody saying it. Nothing, when all of it is in the timeline: so
 * however often and by however many this is asked, each turn is written once.
 */
export function noticed({ state, answers, fleet, conditions, nowMs }: Situation): IncidentDraft[] {
  const drafts: IncidentDraft[] = []
  const changes = [...answers].flatMap(([question, { verdict, reason }]) =>
    (state.verdicts[question]?.verdict ?? 'unknown') === verdict ? [] : [{ question, verdict, reason }],
  )
  if (changes.length > 0) drafts.push(draft(itself, 'verdicts.changed', { changes }))

  const point = coveragePoint(state, fleet, nowMs)
  if (point !== null) drafts.push(draft(itself, 'coverage.measured', point))

  const ended = endOfEmbargo(state, nowMs)
  if (ended !== null) drafts.push(ended)

  const reopening = reopeningOf({ state, answers, conditions, nowMs })
  if (reopening !== null) drafts.push(draft(itself, 'incident.reopened', reopening))
  return drafts
}

/** What was agreed ends with its date, also when nobody is awake. */
function endOfEmbargo({ gate }: Situation['state'], nowMs: number): IncidentDraft | null {
  const { state, agreed } = gate.embargo
  if ((state !== 'active' && state !== 'revise') || agreed === null || nowMs < agreed.endsAtMs) return null
  return draft(itself, 'embargo.terminated', { reason: 'its date has come', early: false })
}

function reopeningOf({
  state,
  answers,
  conditions,
  nowMs,
}: Pick<Situation, 'state' | 'answers' | 'conditions' | 'nowMs'>): {
  because: string
  condition: string | null
} | null {
  if (state.status === 'dismissed') {
    const watch = state.watch === null ? undefined : answers.get(state.watch)
    return watch?.verdict === 'contradicted' ? { because: watch.reason, condition: state.watch } : null
  }
  if (state.status !== 'clear' && state.status !== 'closed') return null
  return contradictionOf(state, conditions, nowMs)
}
