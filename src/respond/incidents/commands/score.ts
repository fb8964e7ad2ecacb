import { z } from 'zod'
import { AllclearError } from '../../../base/errors.ts'
import { decideAll, parseAnswers, parseVector, scoreVector } from '../../../know/scoring/index.ts'
import { draft } from '../entries.ts'
import { command, text } from './command.ts'

const dayMs = 24 * 60 * 60 * 1000

export const score = command({
  do: 'score',
  summary: 'score it with our environment, and take the deadline from the decision table',
  input: z.object({
    /** CVSS with the metrics of the environment. */
    vector: z.string().trim().min(1).max(1000).optional(),
    /** Answers as `ssvc` reads them: `KEV:Y/PE:Y/A:Y/TI:T`. */
    answers: z.string().trim().min(1).max(1000).optional(),
    note: text.optional(),
  }),
  decide(state, { vector, answers: written, note }, { actor, nowMs }) {
    if (vector === undefined && written === undefined)
      throw new AllclearError('usage', {
        message: 'There is nothing to score.',
        next: 'Give a CVSS vector, answers to decision points, or both: `allclear incident score CVSS:3.1/… --answers KEV:Y/PE:Y/A:Y/TI:T`.',
      })
    const scored = vector === undefined ? null : scoreOf(vector)
    const decided = written === undefined ? null : deadlineOf(written)
    const data = {
      vector: vector ?? state.score?.vector ?? null,
      score: scored?.score ?? state.score?.score ?? null,
      severity: scored?.severity ?? state.score?.severity ?? null,
      inputs: decided?.inputs ?? state.score?.inputs ?? {},
      decision: decided?.outcome ?? state.score?.decision ?? null,
      dueAtMs: decided === null ? (state.score?.dueAtMs ?? null) : dueOf(decided.dueDays, nowMs),
      note: note ?? null,
    }
    const { score: before } = state
    if (
      before !== null &&
      before.vector === data.vector &&
      before.decision === data.decision &&
      JSON.stringify(before.inputs) === JSON.stringify(data.inputs) &&
      note === undefined
    )
      return []
    return [draft(actor, 'score.set', data)]
  },
})

function scoreOf(vector: string): { score: number; severity: string } {
  const parsed = parseVector(vector)
  if (!parsed.ok)
    throw new AllclearError('usage', {
      message: `\`${vector.slice(0, 200)}\` is no CVSS vector: ${describeProblem(parsed.reason)}`,
      next: '`allclear score VECTOR` says where.',
    })
  const { score: overall, severity } = scoreVector(parsed.value)
  return { score: overall, severity }
}

function describeProblem(reason: unknown): string {
  return typeof reason === 'string' ? reason : JSON.stringify(reason)
}

function deadlineOf(written: string) {
  const answers = parseAnswers(written)
  if (!answers.ok)
    throw new AllclearError('usage', {
      message: `The answers cannot be read: ${answers.reason}.`,
      next: 'Write them like KEV:Y/PE:Y/A:Y/TI:T; `allclear ssvc` explains the points.',
    })
  const decision = decideAll(answers.value).find(({ table }) => table === 'bod-26-04')
  return {
    inputs: { answers: written },
    outcome: decision?.outcome ?? `one of ${decision?.between.join(', ') ?? ''}`,
    dueDays: decision?.dueDays ?? null,
  }
}

function dueOf(days: number | null, nowMs: number): number | null {
  return days === null ? null : nowMs + days * dayMs
}
