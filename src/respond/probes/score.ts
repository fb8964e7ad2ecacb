import type { Counterexample } from '../../core/probe/index.ts'
import { answersOfFacts, parseAnswers, type PointKey } from '../../know/scoring/index.ts'
import { incidentOf, ofRecord } from './measure.ts'
import type { RespondProbe } from './types.ts'

/** Whether it is scored, and what the deadline was decided from still holds. */
export const scoreDeadline: RespondProbe = {
  id: 'score.deadline',
  async ask(looked, params, { nowMs }) {
    const state = await incidentOf(looked, params)
    const { score } = state
    if (score === null || score.decision === null)
      return ofRecord(state, {
        sentence: 'It has no score, or no deadline.',
        examined: 0,
        withheld:
          score === null
            ? 'Nobody has scored it yet.'
            : 'It is scored, and nobody has answered what the deadline depends on.',
      })
    const against: Counterexample[] = []
    const answered = parseAnswers(score.inputs.answers ?? '')
    const now = answersOfFacts(await looked.knowledge.exploitation(state.advisory)).answers
    if (answered.ok)
      for (const [point, value] of now as ReadonlyMap<PointKey, number>) {
        const said = answered.value.get(point)
        if (said !== undefined && said !== value)
          against.push({
            target: point,
            because: 'what is known of it has changed since the deadline was set',
          })
      }
    if (score.dueAtMs !== null && score.dueAtMs <= nowMs && state.status === 'open')
      against.push({ target: state.id, because: 'the deadline has passed' })
    return ofRecord(state, {
      sentence:
        against.length === 0
          ? `${score.score === null ? 'Scored' : `${score.score} ${score.severity ?? ''}`.trim()}, fix: ${score.decision}${score.dueAtMs === null ? '' : `, due ${new Date(score.dueAtMs).toISOString().slice(0, 10)}`}.`
          : against.map(({ target, because }) => `${target}: ${because}`).join('; '),
      examined: 1,
      against,
    })
  },
}
