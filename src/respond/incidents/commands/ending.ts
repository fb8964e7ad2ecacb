import { z } from 'zod'
import { AllclearError } from '../../../base/errors.ts'
import { allClearOf, conditionProbes } from '../conditions.ts'
import { draft, type IncidentDraft } from '../entries.ts'
import type { ExceptionState, IncidentState } from '../state.ts'
import { checkLead, command, name, nextId, notFound, text, timeMs, type Moment } from './command.ts'

/** Whoever lives with something for longer has made it the rule. */
const exceptionDaysMax = 180
const dayMs = 24 * 60 * 60 * 1000

export const accept = command({
  do: 'accept',
  summary: 'live with a condition that is not met: two people, a reason and an end',
  input: z.object({
    conditions: z.array(name).min(1).max(40),
    targets: z.array(z.string().min(1).max(1100)).max(20).default([]),
    reason: text.optional(),
    expiresAtMs: timeMs.optional(),
  }),
  decide(state, { conditions, targets, reason, expiresAtMs }, moment) {
    const drafts: IncidentDraft[] = []
    for (const asked of new Set(conditions)) {
      const condition = conditionProbes.find((probe) => probe === asked)
      if (condition === undefined) throw notFound('condition', asked, conditionProbes)
      const proposed = proposedFor(state, condition, moment.nowMs)
      if (proposed !== null && proposed.proposedBy !== moment.actor)
        drafts.push(draft(moment.actor, 'exception.accepted', { id: proposed.id }))
      else if (proposed === null || targets.length > 0)
        drafts.push(propose(state, drafts.length, { condition, targets, reason, expiresAtMs }, moment))
    }
    return drafts
  },
})

function propose(
  state: IncidentState,
  offset: number,
  {
    condition,
    targets,
    reason,
    expiresAtMs,
  }: { condition: string; targets: string[]; reason?: string; expiresAtMs?: number },
  { actor, nowMs }: Moment,
): IncidentDraft {
  if (reason === undefined || expiresAtMs === undefined)
    throw new AllclearError('usage', {
      message: `Accepting ${condition} needs a reason and an end.`,
      next: `Write \`allclear incident accept ${condition} --reason '…' --expires 30d\`; then somebody else accepts it too.`,
    })
  if (expiresAtMs <= nowMs || expiresAtMs > nowMs + exceptionDaysMax * dayMs)
    throw new AllclearError('usage', {
      message: `What is accepted ends within ${exceptionDaysMax} days from now.`,
      next: 'Give --expires 30d, or a date like 2026-12-31.',
    })
  return draft(actor, 'exception.proposed', {
    id: nextId('X', [...state.exceptions, ...Array.from({ length: offset })]),
    condition,
    targets,
    reason,
    expiresAtMs,
  })
}

function proposedFor(state: IncidentState, condition: string, nowMs: number): ExceptionState | null {
  return (
    state.exceptions.findLast(
      (one) =>
        one.condition === condition && one.acceptedBy === null && !one.withdrawn && one.expiresAtMs > nowMs,
    ) ?? null
  )
}

export const withdraw = command({
  do: 'withdraw',
  summary: 'no longer live with something that was accepted',
  input: z.object({ exception: name, reason: text }),
  decide(state, { exception: asked, reason }, { actor }) {
    const found = state.exceptions.find(
      ({ id, condition }) => id.toLowerCase() === asked.toLowerCase() || condition === asked,
    )
    if (found === undefined)
      throw notFound(
        'exception',
        asked,
        state.exceptions.map(({ id }) => id),
      )
    return found.withdrawn ? [] : [draft(actor, 'exception.withdrawn', { id: found.id, reason })]
  },
})

export const allClear = command({
  do: 'all-clear',
  summary: 'call the all clear: only when every condition holds or is accepted',
  input: z.object({}),
  decide(state, _input, { actor, conditions }) {
    if (state.status === 'clear') return []
    checkLead(state, actor, 'The all clear')
    const { clear, missing, reads } = allClearOf(conditions)
    if (!clear)
      throw new AllclearError('incident.held', {
        message: `It is not all clear: ${reads}: ${missing.join(', ')}.`,
        next: '`allclear incident show` says what each waits for; what cannot be answered two people may accept: `allclear incident accept CONDITION --reason … --expires 30d`.',
      })
    const counted = conditions.filter(({ part }) => part !== 'closed')
    return [
      draft(actor, 'allclear.called', {
        reads,
        conditions: Object.fromEntries(counted.map(({ probe, standing }) => [probe, standing])),
        exceptions: counted.flatMap(({ standing, exception }) =>
          standing === 'accepted' && exception !== null ? [exception.id] : [],
        ),
      }),
    ]
  },
})

export const reopen = command({
  do: 'reopen',
  summary: 'open it again: the same incident, a new lap',
  input: z.object({ because: text }),
  whenOver: true,
  decide: (state, { because }, { actor }) =>
    state.status === 'open' ? [] : [draft(actor, 'incident.reopened', { because, condition: null })],
})

export const close = command({
  do: 'close',
  summary: 'close it: all clear, and nothing left to learn from it',
  input: z.object({ reason: text }),
  whenOver: true,
  decide(state, { reason }, { actor, conditions }) {
    if (state.status === 'closed' || state.status === 'dismissed') return []
    checkLead(state, actor, 'Closing')
    const held = conditions.filter(({ standing }) => standing === 'missing' || standing === 'proposed')
    if (state.status !== 'clear' || held.length > 0)
      throw new AllclearError('incident.held', {
        message: `It cannot be closed yet: ${
          state.status === 'clear' ? held.map(({ probe }) => probe).join(', ') : 'all clear was not called'
        }.`,
        next: 'Finish what `allclear incident show` lists, or have two people accept it.',
      })
    return [draft(actor, 'incident.closed', { reason })]
  },
})
