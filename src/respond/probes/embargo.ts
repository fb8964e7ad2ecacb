import { incidentOf, ofRecord } from './measure.ts'
import type { RespondProbe } from './types.ts'

/** Where there is no embargo nothing can have broken it. */
export const embargoGate: RespondProbe = {
  id: 'embargo.gate',
  async ask(looked, params) {
    const state = await incidentOf(looked, params)
    return ofRecord(state, { sentence: 'There is no embargo on this incident.', examined: 1 })
  },
}
