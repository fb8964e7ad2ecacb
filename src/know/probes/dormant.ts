import { advisoryOf, counted, fleetInputs, sampleOf } from './measure.ts'
import type { KnowProbe } from './types.ts'

/** What does not run now and would bring it back: scheduled jobs, workloads scaled to nothing. */
export const dormant: KnowProbe = {
  id: 'know.dormant',
  async ask(knowledge, params) {
    const id = advisoryOf(params)
    const state = await knowledge.fleetState(id)
    const { dormant: waiting, affected, coverage } = state
    return {
      query: `allclear cve ${id}`,
      sentence:
        waiting.total === 0
          ? 'Nothing that is stopped would bring it back.'
          : `${counted(waiting.total, 'stopped workload')} would start it again.`,
      examined: coverage.images.running,
      counterexamples: sampleOf(waiting, ({ id: target }) => ({
        target,
        because: 'would start a vulnerable image',
      })),
      excepted: 0,
      unknownTargets: {
        total: state.unknown.total,
        sample: state.unknown.rows.slice(0, 5).map((row) => row.id),
      },
      inputs: fleetInputs(coverage),
      values: { dormant: waiting.total, affected },
    }
  },
}
