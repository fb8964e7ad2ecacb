import { z } from 'zod'
import { AllclearError } from '../../../base/errors.ts'
import type { Verdict } from '../../../core/probe/index.ts'
import { itemsOf, type BoardItem, type BoardPause } from '../board.ts'
import { draft } from '../entries.ts'
import type { IncidentState } from '../state.ts'
import { checkLead, command, flag, name, needed, nextId, notFound, text, type Moment } from './command.ts'

export const check = command({
  do: 'check',
  summary: 'tick an item: somebody says that it is done',
  input: z.object({
    item: name,
    note: text.optional(),
    value: z.number().int().min(0).optional(),
    undo: flag,
    reason: text.optional(),
  }),
  decide(state, { item: asked, note, value, undo, reason }, moment) {
    const { item } = itemOf(moment, asked)
    const before = state.claims[item.id]
    if (undo) {
      if (before === undefined && state.skips[item.id] === undefined) return []
      const why = needed(reason, `Taking back ${item.id}`, 'Say why with --reason.')
      return [draft(moment.actor, 'item.unclaimed', { item: item.id, reason: why })]
    }
    // The number that is written down is that of the moment, when nobody says another.
    const written = value ?? (item.probe?.id === 'know.affected' ? moment.fleet.affected : null)
    const same =
      before !== undefined && before.value === written && (note === undefined || before.note === note)
    if (same) return []
    return [
      draft(moment.actor, 'item.claimed', {
        item: item.id,
        note: note ?? null,
        value: written,
        ...(item.probe === null ? {} : { probe: item.probe.id }),
      }),
    ]
  },
})

export const skip = command({
  do: 'skip',
  summary: 'leave an item out, for a reason',
  input: z.object({ item: name, reason: text }),
  decide(state, { item: asked, reason }, moment) {
    const { item } = itemOf(moment, asked)
    if (state.skips[item.id]?.reason === reason) return []
    return [draft(moment.actor, 'item.skipped', { item: item.id, reason })]
  },
})

export const pass = command({
  do: 'pass',
  summary: 'pass a pause point: the lead’s word that all of it is read',
  input: z.object({ pause: name.optional(), reason: text.optional() }),
  decide(state, { pause: asked, reason }, moment) {
    const found = pauseOf(moment, asked)
    const { pause, heldBy, passed, items } = found
    if (passed !== null && pause.everyMs === null && pause.uses === null) return []
    const proposed = state.proposedPasses[pause.id]
    const seconds = proposed !== undefined && proposed.by !== moment.actor
    if (!seconds) checkLead(state, moment.actor, `Passing ${pause.id}`)
    const verdicts = Object.fromEntries(items.map(({ item, verdict }) => [item.id, verdict ?? 'unknown']))
    if (heldBy.length === 0) return [passedBy(moment, pause.id, verdicts, reason ?? null)]
    return passAnyway(state, found, { reason: reason ?? proposed?.reason, seconds, verdicts }, moment)
  },
})

/** Something holds: the lead may still pass, with a reason that becomes a decision, and where the list says so with a second person. */
function passAnyway(
  state: IncidentState,
  { pause, heldBy }: BoardPause,
  { reason, seconds, verdicts }: { reason?: string; seconds: boolean; verdicts: Record<string, Verdict> },
  moment: Moment,
) {
  const held = `${pause.id} is held by ${heldBy.join(', ')}`
  if (pause.passAnyway === null)
    throw new AllclearError('incident.held', {
      message: `${held}, and nobody may pass it so.`,
      next: 'Make these true, or skip them with a reason.',
    })
  if (reason === undefined)
    throw new AllclearError('incident.held', {
      message: `${held}.`,
      next: 'Make these true, skip them with a reason, or pass with --reason: it becomes a decision.',
    })
  if (pause.passAnyway.needs.includes('second-person') && !seconds)
    return state.proposedPasses[pause.id]?.reason === reason
      ? []
      : [draft(moment.actor, 'pause.proposed', { pause: pause.id, reason })]
  return [
    draft(moment.actor, 'decision.made', {
      id: nextId('D', state.decisions),
      statement: `Pass ${pause.id} although ${heldBy.join(', ')} ${heldBy.length === 1 ? 'does' : 'do'} not hold.`,
      reason,
      alternatives: [],
      about: pause.id,
      watch: null,
    }),
    passedBy(moment, pause.id, verdicts, reason),
  ]
}

function passedBy(
  { actor }: Moment,
  pause: string,
  verdicts: Record<string, Verdict>,
  reason: string | null,
) {
  return draft(actor, 'pause.passed', { pause, verdicts, reason })
}

export const adopt = command({
  do: 'adopt',
  summary: 'go on with another version of a list; lines that people read never vanish by themselves',
  input: z.object({ list: name, version: name }),
  decide(state, { list, version }, { actor }) {
    const found = Object.entries(state.lists).find(([stage, own]) => own.id === list || stage === list)
    if (found === undefined)
      throw notFound(
        'list',
        list,
        Object.values(state.lists).map(({ id }) => id),
      )
    const [stage, { id, version: before }] = found
    if (before === version) return []
    return [draft(actor, 'list.adopted', { stage: stage as keyof IncidentState['lists'], id, version })]
  },
})

function itemOf({ board }: Moment, asked: string): BoardItem {
  const items = itemsOf(board)
  const found = items.find(({ item }) => item.id.toLowerCase() === asked.toLowerCase())
  if (found !== undefined) return found
  throw notFound(
    'item',
    asked,
    items.map(({ item }) => item.id),
  )
}

/** The pause point that is asked for, else the first that is not passed. */
function pauseOf({ board }: Moment, asked: string | undefined): BoardPause {
  const pauses = board.flatMap((stage) => stage.pauses)
  const found =
    asked === undefined
      ? pauses.find(({ pause, passed }) => passed === null && pause.everyMs === null && pause.uses === null)
      : pauses.find(({ pause }) => pause.id === asked)
  if (found !== undefined) return found
  throw notFound(
    'pause point',
    asked ?? 'that is not passed',
    pauses.map(({ pause }) => pause.id),
  )
}
