import { limit } from '../../base/limits.ts'
import { counted, nothingUnknown } from '../../know/probes/index.ts'
import { incidentOf, isClaimed, recordSeen, writtenFor } from './measure.ts'
import type { RespondProbe } from './types.ts'

/** Workloads that are looked at: those that are reached from outside and may do most come first. */
const readWorkloads = 1_000

/** How affected workloads are reached and what they may do there, beside the number that somebody wrote down. */
export const blastRadius: RespondProbe = {
  id: 'exposure.blast-radius',
  async ask(looked, params) {
    const state = await incidentOf(looked, params)
    const { workloads } = await looked.knowledge.exposure({
      vulnerability: state.advisory,
      limit: Math.min(readWorkloads, limit('listRows')),
    })
    const { rows, total } = workloads
    const outside = rows.filter(({ reach }) => reach === 'internet' || reach === 'network')
    const blind = rows.filter(({ reach, privilege }) => reach === 'unknown' || privilege === 'unknown')
    const sentence = `Of ${counted(total, 'affected workload')} ${outside.length} ${outside.length === 1 ? 'is' : 'are'} reached from outside.`
    const written = writtenFor(state, 'exposure.blast-radius')
    // Fewer are left as the fix is rolled out; more than were written down is news.
    const differs = written !== null && written < outside.length
    return {
      query: `allclear exposure ${state.advisory}`,
      sentence: differs ? `${written} were written down. ${sentence}` : sentence,
      examined: total,
      counterexamples: differs
        ? {
            total: 1,
            sample: [{ target: state.id, because: `says ${written}, the fleet says ${outside.length}` }],
          }
        : { total: 0, sample: [] },
      excepted: 0,
      unknownTargets:
        blind.length === 0
          ? nothingUnknown
          : { total: blind.length, sample: blind.slice(0, limit('probeSamples')).map(({ id }) => id) },
      inputs: [
        {
          input: 'objects',
          coverage: total === 0 ? 0 : (rows.length - blind.length) / total,
          asOfMs: state.changedAtMs,
          gaps: [...new Set(blind.flatMap(({ unknown }) => unknown))].slice(0, limit('probeSamples')),
        },
        ...recordSeen(state),
      ],
      values: { affected: total, fromOutside: outside.length, unknown: blind.length },
      ...(!isClaimed(state, 'exposure.blast-radius')
        ? { withheld: `${sentence} Nobody has said yet what that means.` }
        : {}),
    }
  },
}
