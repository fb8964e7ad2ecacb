import { isEmbargoed } from '../embargo/record.ts'
import { counted, incidentOf, ofRecord } from './measure.ts'
import type { RespondProbe } from './types.ts'

/** Where there is no embargo nothing can have broken it. While one holds, who was let in without the members is counted against it. */
export const embargoGate: RespondProbe = {
  id: 'embargo.gate',
  async ask(looked, params) {
    const state = await incidentOf(looked, params)
    const { gate } = state
    if (!isEmbargoed(gate))
      return ofRecord(state, { sentence: 'There is no embargo on this incident.', examined: 1 })
    const people = Object.values(gate.access).filter((access) => access !== null)
    const broken = people.filter(({ why }) => why === 'break-glass')
    return ofRecord(state, {
      sentence: `The embargo is ${gate.embargo.state}; ${counted(people.length, 'person')} ${people.length === 1 ? 'is' : 'are'} on its access list${broken.length === 0 ? '' : `, ${broken.length} by breaking the glass`}.`,
      examined: people.length,
      against: broken.map(({ person }) => ({
        target: `@${person}`,
        because: 'let in by breaking the glass',
      })),
    })
  },
}
