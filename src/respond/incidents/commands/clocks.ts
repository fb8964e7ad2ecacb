import { z } from 'zod'
import { AllclearError } from '../../../base/errors.ts'
import { regimeOf } from '../../clocks/regimes.ts'
import { draft } from '../entries.ts'
import { personOf } from '../roles.ts'
import { command, name, nextId, notFound, text, timeMs } from './command.ts'

export const clockStart = command({
  do: 'clock-start',
  summary: 'start a notification clock of a regime, or one of your own',
  input: z.object({
    regime: name,
    owner: name.optional(),
    /** Awareness, or whatever the regime counts from; now when absent. */
    startedAtMs: timeMs.optional(),
    /** Of a clock of your own. */
    title: text.optional(),
    source: text.optional(),
    stops: text.optional(),
    dueAtMs: timeMs.optional(),
  }),
  decide(state, input, { actor, nowMs }) {
    const owner = input.owner === undefined ? actor : personOf(input.owner)
    const startedAtMs = input.startedAtMs ?? nowMs
    const regime = regimeOf(input.regime)
    if (regime === null) {
      const { title, dueAtMs, source, stops } = input
      if (title === undefined || dueAtMs === undefined || dueAtMs <= startedAtMs)
        throw new AllclearError('usage', {
          message: `\`${input.regime}\` is no regime that is known, so it needs a title and a time by which it is due.`,
          next: "Write `allclear incident clock start OWN --title '…' --due 2026-12-01T12:00Z --source '…'`.",
        })
      if (state.clocks.some((one) => one.regime === input.regime && one.stopped === null)) return []
      return [
        draft(actor, 'clock.started', {
          id: nextId('C', state.clocks),
          regime: input.regime,
          title,
          source: source ?? 'our own word',
          owner,
          startedAtMs,
          dueAtMs,
          warnAtMs: warnAt(startedAtMs, dueAtMs),
          stops: stops ?? 'when it is done',
        }),
      ]
    }
    if (state.clocks.some((one) => one.regime === regime.id)) return []
    return regime.duties.map(({ title, withinMs, source, stops }, at) => ({
      ...draft(actor, 'clock.started', {
        id: `C${state.clocks.length + 1 + at}`,
        regime: regime.id,
        title,
        source,
        owner,
        startedAtMs,
        dueAtMs: startedAtMs + withinMs,
        warnAtMs: warnAt(startedAtMs, startedAtMs + withinMs),
        stops,
      }),
    }))
  },
})

/** A quarter of the time is left: enough to write what has to be said. */
function warnAt(startedAtMs: number, dueAtMs: number): number {
  return dueAtMs - Math.floor((dueAtMs - startedAtMs) / 4)
}

export const clockStop = command({
  do: 'clock-stop',
  summary: 'stop a clock: what it asks for is done',
  input: z.object({ clock: name, reason: text }),
  decide(state, { clock: asked, reason }, { actor }) {
    const clock = state.clocks.find(({ id }) => id.toLowerCase() === asked.toLowerCase())
    if (clock === undefined)
      throw notFound(
        'clock',
        asked,
        state.clocks.map(({ id }) => id),
      )
    return clock.stopped === null
      ? [draft(actor, 'clock.stopped', { id: clock.id, outcome: 'met', reason })]
      : []
  },
})

export const clockRuleOut = command({
  do: 'clock-rule-out',
  summary: 'say that a regime does not apply, and why',
  input: z.object({ regime: name, reason: text }),
  decide(state, { regime: asked, reason }, { actor }) {
    const id = regimeOf(asked)?.id ?? asked
    const open = state.clocks.filter((one) => one.regime === id && one.stopped === null)
    if (open.length === 0 && state.ruledOut[id]?.reason === reason) return []
    return [
      ...open.map((clock) => draft(actor, 'clock.stopped', { id: clock.id, outcome: 'ruled-out', reason })),
      draft(actor, 'clock.ruled-out', { regime: id, reason }),
    ]
  },
})
