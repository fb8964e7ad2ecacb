import { z } from 'zod'
import { AllclearError } from '../../../base/errors.ts'
import { findProbe } from '../../../core/probe/index.ts'
import { draft, type IncidentDraft } from '../entries.ts'
import { commander, firstResponder } from '../roles.ts'
import { holderOf, type IncidentState } from '../state.ts'
import { checkLead, command, flag, name, nextId, text, type Moment } from './command.ts'

/** What brings a dismissed incident back when nobody names another probe. */
const watchDefault = 'rollout.digest-coverage'

export const decide = command({
  do: 'decide',
  summary: 'write down a decision: what, why, and what else there was',
  input: z.object({
    statement: text,
    reason: text,
    alternatives: z.array(text).max(20).default([]),
    about: name.optional(),
    declare: flag,
    dismiss: flag,
    watch: name.optional(),
  }),
  decide(state, input, moment) {
    const { statement, reason, alternatives, declare, dismiss } = input
    if (declare && dismiss)
      throw new AllclearError('usage', {
        message: 'An incident is declared or dismissed, not both.',
        next: 'Give --declare or --dismiss.',
      })
    const same = state.decisions.at(-1)
    if (same?.statement === statement && same.reason === reason && same.by === moment.actor) return []
    if (declare || dismiss) checkLead(state, moment.actor, declare ? 'Declaring' : 'Dismissing')
    const made = draft(moment.actor, 'decision.made', {
      id: nextId('D', state.decisions),
      statement,
      reason,
      alternatives,
      about: declare ? 'declare' : dismiss ? 'dismiss' : (input.about ?? null),
      watch: dismiss ? watchOf(input.watch, moment) : null,
    })
    return declare ? [made, ...commandOfTheFirst(state, moment)] : [made]
  },
})

/** Whoever declares leads on, until somebody takes over. */
function commandOfTheFirst(state: IncidentState, { actor }: Moment): IncidentDraft[] {
  if (holderOf(state, commander) !== null) return []
  return [
    draft(actor, 'role.assigned', { role: commander, person: actor, from: null }),
    ...(holderOf(state, firstResponder)?.person === actor
      ? [draft(actor, 'role.ended', { role: firstResponder, person: actor, reason: 'commands now' })]
      : []),
  ]
}

/** A dismissal without a watch is a hope. What is contradicted already cannot watch. */
function watchOf(asked: string | undefined, { answers }: Moment): string {
  const watch = asked ?? watchDefault
  if (findProbe(watch) === undefined)
    throw new AllclearError('not-found', {
      message: `There is no probe \`${watch.slice(0, 60)}\`.`,
      next: '`allclear probe list` names them.',
    })
  const answer = answers.get(watch)
  if (answer === undefined || answer.evidence === null)
    throw new AllclearError('incident.held', {
      message: `${watch} cannot watch: nothing answers it.`,
      next: 'Name a condition of the all clear that is connected, with --watch.',
    })
  if (answer.verdict !== 'contradicted') return watch
  throw new AllclearError('incident.held', {
    message: `${watch} is contradicted now, so it would reopen the incident at once: ${answer.reason}`,
    next: 'Name another probe with --watch, whose turning would prove the dismissal wrong.',
  })
}

export const note = command({
  do: 'note',
  summary: 'write a line into the timeline',
  input: z.object({ text }),
  whenOver: true,
  decide: (_state, { text: written }, { actor }) => [draft(actor, 'note.added', { text: written })],
})
