import { advisoryOf, fleetInputs, nothingUnknown } from './measure.ts'
import type { KnowProbe } from './types.ts'

const minDefault = 0.95

/** Whether the fleet is seen well enough. What is not seen contradicts: it is counted, never forgiven. */
export const coverage: KnowProbe = {
  id: 'know.coverage',
  async ask(knowledge, params) {
    const state =
      params.advisory === undefined
        ? await knowledge.status()
        : await knowledge.fleetState(advisoryOf(params))
    const { images, unknownImages, clusters } = state.coverage
    const min = typeof params.min === 'number' ? params.min : minDefault
    const share = images.running === 0 ? 0 : images.known / images.running
    const blind = share < min
    const inputs = fleetInputs(state.coverage)
    return {
      query: 'allclear status',
      sentence: `The contents of ${images.known} of ${images.running} running images are known (${(Math.floor(share * 1000) / 10).toFixed(1)} %); ${Math.round(min * 100)} % are needed.`,
      examined: images.running,
      counterexamples: blind
        ? {
            total: images.running - images.known,
            sample: unknownImages
              .slice(0, 20)
              .map(({ reference, reason }) => ({ target: reference, because: reason })),
          }
        : { total: 0, sample: [] },
      excepted: 0,
      unknownTargets: blind
        ? nothingUnknown
        : {
            total: images.running - images.known,
            sample: unknownImages.slice(0, 20).map(({ reference }) => reference),
          },
      inputs: inputs.filter(({ input }) => input === 'objects'),
      values: { running: images.running, known: images.known, clustersNotSeen: clusters.notSeen.length },
    }
  },
}
