import type { Counterexample } from '../../core/probe/index.ts'
import { regimes } from '../clocks/regimes.ts'
import { incidentOf, ofRecord } from './measure.ts'
import type { RespondProbe } from './types.ts'

/** Whether each notification regime was decided about, and no clock ran out. */
export const clocksRegistered: RespondProbe = {
  id: 'clocks.registered',
  async ask(looked, params, { nowMs }) {
    const state = await incidentOf(looked, params)
    const asked = Array.isArray(params.regimes) ? (params.regimes as string[]) : regimes.map(({ id }) => id)
    const undecided = asked.filter(
      (id) => state.ruledOut[id] === undefined && !state.clocks.some(({ regime }) => regime === id),
    )
    const past = state.clocks.filter(({ stopped, dueAtMs }) => stopped === null && dueAtMs <= nowMs)
    const against: Counterexample[] = [
      ...past.map(({ id, title, owner }) => ({
        target: id,
        because: `${title} is past due; @${owner} owns it`,
      })),
      ...undecided.map((id) => ({ target: id, because: 'nobody said whether it applies' })),
    ]
    const running = state.clocks.filter(({ stopped }) => stopped === null).length
    return ofRecord(state, {
      sentence:
        against.length === 0
          ? `Every regime is decided about; ${running === 0 ? 'no clock runs' : `${running} ${running === 1 ? 'clock runs' : 'clocks run'}`}.`
          : [
              past.length > 0 ? `Past due: ${past.map(({ id, title }) => `${id} ${title}`).join(', ')}.` : '',
              undecided.length > 0 ? `Nobody said whether these apply: ${undecided.join(', ')}.` : '',
            ]
              .filter((text) => text !== '')
              .join(' '),
      examined: asked.length + state.clocks.length,
      against,
      values: { running, past: past.length, undecided: undecided.length },
    })
  },
}
