import { counted, fleetInputs } from '../../know/probes/index.ts'
import { incidentOf, recordSeen, writtenFor } from './measure.ts'
import type { RespondProbe } from './types.ts'

/** Whether the number that people wrote down is the one that the fleet gives. */
export const affected: RespondProbe = {
  id: 'know.affected',
  async ask(looked, params) {
    const state = await incidentOf(looked, params)
    const fleet = await looked.knowledge.fleetState(state.advisory)
    const written = writtenFor(state, 'know.affected')
    const live = `${counted(fleet.affected, 'workload')} ${fleet.affected === 1 ? 'has' : 'have'} or had it`
    const differs = written !== null && written !== fleet.affected
    return {
      query: `allclear cve ${state.advisory}`,
      sentence: differs
        ? `${written} were written down, and ${live}.`
        : `${live}${written === null ? '' : ', as was written down'}.`,
      examined: fleet.coverage.images.running,
      counterexamples: differs
        ? {
            total: 1,
            sample: [{ target: state.id, because: `says ${written}, the fleet says ${fleet.affected}` }],
          }
        : { total: 0, sample: [] },
      excepted: 0,
      unknownTargets: {
        total: fleet.unknown.total,
        sample: fleet.unknown.rows.slice(0, 20).map(({ id }) => id),
      },
      inputs: [...fleetInputs(fleet.coverage), ...recordSeen(state)],
      values: { affected: fleet.affected, pods: fleet.pods, clusters: fleet.clusters },
      ...(written === null ? { withheld: `${live}; nobody has written the number down.` } : {}),
    }
  },
}
