import { z } from 'zod'
import { AllclearError } from '../../../base/errors.ts'
import { findProbe, settled, verdicts } from '../../../core/probe/index.ts'
import { draft, type IncidentDraft } from '../entries.ts'
import { command, flag, name, nextId, notFound, text } from './command.ts'

const kinds = ['attack', 'benign', 'detector'] as const

export const hypothesis = command({
  do: 'hypothesis',
  summary: 'add an explanation, with what would prove it wrong',
  input: z.object({
    statement: text,
    kind: z.enum(kinds),
    predictions: z
      .array(z.object({ text, probe: name, refutedBy: z.enum(verdicts as ['confirmed']) }))
      .max(20)
      .default([]),
  }),
  decide(state, { statement, kind, predictions }, { actor }) {
    for (const { probe } of predictions)
      if (findProbe(probe) === undefined)
        throw new AllclearError('not-found', {
          message: `There is no probe \`${probe.slice(0, 60)}\`.`,
          next: '`allclear probe list` names them.',
        })
    if (state.hypotheses.some((one) => one.statement === statement)) return []
    for (const { probe } of predictions)
      if (findProbe(probe) === undefined)
        throw new AllclearError('not-found', {
          message: `There is no probe \`${probe}\`.`,
          next: '`allclear probe list` names them.',
        })
    const id = nextId('H', state.hypotheses)
    return [draft(actor, 'hypothesis.added', { id, kind, statement, predictions })]
  },
})

export const test = command({
  do: 'test',
  summary: 'put an explanation to the test: by its probes, or by what you found',
  input: z.object({
    hypothesis: name,
    result: z.enum(['refuted', 'held']).optional(),
    evidence: text.optional(),
    forgeable: flag,
  }),
  decide(state, { hypothesis: asked, result, evidence, forgeable }, { actor, answers }) {
    const found = state.hypotheses.find(({ id }) => id.toLowerCase() === asked.toLowerCase())
    if (found === undefined)
      throw notFound(
        'hypothesis',
        asked,
        state.hypotheses.map(({ id }) => id),
      )
    const by = (said: 'refuted' | 'held', what: string): IncidentDraft =>
      draft(actor, 'hypothesis.tested', { id: found.id, result: said, evidence: what, forgeable })
    if (result !== undefined) return [by(result, evidence ?? 'no evidence was written down')]
    // A probe that could not look has tested nothing.
    return found.predictions.flatMap(({ probe, refutedBy }) => {
      const answer = answers.get(probe)
      const verdict = settled(answer?.verdict ?? 'unknown')
      if (answer === undefined || verdict === 'unknown') return []
      const said = verdict === refutedBy ? 'refuted' : 'held'
      const what = `${probe} is ${verdict}: ${answer.reason}`
      const last = found.tests.at(-1)
      return last?.result === said && last.evidence === what ? [] : [by(said, what)]
    })
  },
})

/** The three that are there from the start: it is abused; it is there and is not; we see wrongly. */
export function firstHypotheses(actor: string, advisory: string): IncidentDraft[] {
  return [
    draft(actor, 'hypothesis.added', {
      id: 'H1',
      kind: 'attack',
      statement: `Somebody has used ${advisory} against us.`,
      predictions: [
        {
          text: 'The traces of the exposed window show its symptoms.',
          probe: 'abuse.window',
          refutedBy: 'confirmed',
        },
      ],
    }),
    draft(actor, 'hypothesis.added', {
      id: 'H2',
      kind: 'benign',
      statement: `${advisory} is in the fleet, and nobody has used it.`,
      predictions: [
        { text: 'No trace shows its symptoms.', probe: 'abuse.window', refutedBy: 'contradicted' },
      ],
    }),
    draft(actor, 'hypothesis.added', {
      id: 'H3',
      kind: 'detector',
      statement: 'The list of affected places is wrong: the inventory or the advisory errs.',
      predictions: [
        {
          text: 'Much of what runs is not known to us.',
          probe: 'know.coverage',
          refutedBy: 'confirmed',
        },
      ],
    }),
  ]
}
