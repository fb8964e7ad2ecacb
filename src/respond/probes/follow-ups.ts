import { incidentOf, ofRecord } from './measure.ts'
import type { RespondProbe } from './types.ts'

/** Whether later work is written down, each piece with owner and date, and none overdue. */
export const followUpsOwned: RespondProbe = {
  id: 'followup.owned',
  async ask(looked, params, { nowMs }) {
    const state = await incidentOf(looked, params)
    const { followUps } = state
    const overdue = followUps.filter(({ doneAtMs, dueAtMs }) => doneAtMs === null && dueAtMs <= nowMs)
    return ofRecord(state, {
      sentence:
        overdue.length === 0
          ? `Each of ${followUps.length} pieces of later work has an owner and a date.`
          : `Overdue: ${overdue.map(({ id, owner }) => `${id} of @${owner}`).join(', ')}.`,
      examined: followUps.length,
      against: overdue.map(({ id, text }) => ({ target: id, because: `overdue: ${text}` })),
      ...(followUps.length === 0 ? { withheld: 'No later work is written down yet.' } : {}),
      values: { open: followUps.filter(({ doneAtMs }) => doneAtMs === null).length, overdue: overdue.length },
    })
  },
}
