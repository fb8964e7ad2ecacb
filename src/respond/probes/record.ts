import { durationMs, type Counterexample, type Measurement } from '../../core/probe/index.ts'
import type { FleetState } from '../../know/answers.ts'
import type { IncidentState } from '../incidents/state.ts'
import { titleOfRole } from '../incidents/roles.ts'
import { counted, incidentOf, ofRecord, writtenFor } from './measure.ts'
import type { RespondProbe } from './types.ts'

interface Seen {
  state: IncidentState
  fleet: FleetState
  nowMs: number
  max: string | undefined
}

/** Whether one part of the record is complete and current. */
export const record: RespondProbe = {
  id: 'incident.record',
  async ask(looked, params, { nowMs }) {
    const state = await incidentOf(looked, params)
    const fleet = await looked.knowledge.fleetState(state.advisory)
    const part = (params.part as keyof typeof parts | undefined) ?? 'doc'
    return parts[part]({ state, fleet, nowMs, max: params.max as string | undefined })
  },
}

/** Whether what was decided about the incident itself is written down. */
export const decision: RespondProbe = {
  id: 'incident.decision',
  async ask(looked, params) {
    const state = await incidentOf(looked, params)
    const made = state.decisions.findLast(({ about }) => about === 'declare' || about === 'dismiss')
    return ofRecord(state, {
      sentence:
        made === undefined
          ? 'It is neither declared nor dismissed.'
          : `${made.about === 'declare' ? 'Declared' : 'Dismissed'} by @${made.by}: ${made.reason}`,
      examined: made === undefined ? 0 : 1,
      ...(made === undefined ? { withheld: 'It is neither declared nor dismissed yet.' } : {}),
    })
  },
}

const parts: Readonly<
  Record<'doc' | 'room' | 'tracks' | 'decisions' | 'onboard' | 'handover', (seen: Seen) => Measurement>
> = {
  /** The sections that somebody who comes in looks for. */
  doc: ({ state }) => {
    const sections: readonly (readonly [string, boolean])[] = [
      ['affected places', writtenFor(state, 'know.affected') !== null],
      ['roles', state.roles.some(({ untilMs }) => untilMs === null)],
      ['score and deadline', state.score !== null],
      ['hypotheses', state.hypotheses.length > 0],
      ['decisions', state.decisions.length > 0],
      ['clocks', state.clocks.length > 0 || Object.keys(state.ruledOut).length > 0],
    ]
    const empty = sections.filter(([, filled]) => !filled).map(([section]) => section)
    return ofRecord(state, {
      sentence:
        empty.length === 0 ? 'Every section of the record is filled.' : `Still empty: ${empty.join(', ')}.`,
      examined: sections.length,
      against: empty.map((target) => ({ target, because: 'the section is empty' })),
    })
  },

  room: ({ state }) =>
    ofRecord(state, {
      sentence: 'No room is known.',
      examined: 0,
      withheld: 'Not connected: no chat is known to the program. Skip the item with the name of the room.',
    }),

  tracks: ({ state, fleet }) => {
    const unowned: Counterexample[] = fleet.vulnerable.rows
      .filter(({ owner }) => owner === null)
      .map(({ id }) => ({ target: id, because: 'nobody owns it' }))
    return ofRecord(state, {
      sentence:
        unowned.length === 0
          ? `Each of ${counted(fleet.vulnerable.total, 'vulnerable workload')} has an owner.`
          : `${counted(unowned.length, 'vulnerable workload')} ${unowned.length === 1 ? 'has' : 'have'} no owner.`,
      examined: Math.max(1, fleet.vulnerable.total),
      against: unowned,
    })
  },

  decisions: ({ state }) =>
    ofRecord(state, {
      sentence: `${counted(state.decisions.length, 'decision')} ${state.decisions.length === 1 ? 'is' : 'are'} written down, each with a reason.`,
      examined: state.decisions.length,
      ...(state.decisions.length === 0 ? { withheld: 'No decision is written down yet.' } : {}),
    }),

  /** Who comes in reads; so what they read must be of today. */
  onboard: ({ state, nowMs, max }) => {
    const ageMs = nowMs - state.changedAtMs
    const old = ageMs > durationMs(max ?? '2h')
    return ofRecord(state, {
      sentence: old
        ? `Nothing was written for ${Math.floor(ageMs / 60_000)} min: who comes in reads what was.`
        : 'What who comes in reads is current.',
      examined: Object.keys(state.members).length,
      against: old ? [{ target: state.id, because: 'nothing was written lately' }] : [],
    })
  },

  handover: ({ state, nowMs, max }) => {
    const heldMs = durationMs(max ?? '8h')
    const current = state.roles.filter(({ untilMs }) => untilMs === null)
    const tired = current.filter(({ fromMs }) => nowMs - fromMs > heldMs)
    return ofRecord(state, {
      sentence:
        tired.length === 0
          ? `Nobody holds a role for longer than ${max ?? '8h'}.`
          : tired.map(({ person, role }) => `@${person} is ${titleOfRole(role)} for too long`).join('; '),
      examined: current.length,
      against: tired.map(({ person, role }) => ({
        target: `@${person}`,
        because: `${titleOfRole(role)} for longer than ${max ?? '8h'}`,
      })),
    })
  },
}
