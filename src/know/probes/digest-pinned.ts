import { counted, fleetInputs, nothingUnknown, sampleOf } from './measure.ts'
import type { KnowProbe } from './types.ts'

/** Whether workloads name images by digest. A tag may lead elsewhere tomorrow without a rollout. */
export const digestPinned: KnowProbe = {
  id: 'img.digest-pinned',
  async ask(knowledge) {
    const { coverage } = await knowledge.status()
    const { containers, byTag } = await knowledge.imagesByTag()
    return {
      query: 'allclear image list',
      sentence:
        byTag.total === 0
          ? `All of ${counted(containers, 'container')} name their image by digest.`
          : `${byTag.total} of ${counted(containers, 'container')} name their image by tag only.`,
      examined: containers,
      counterexamples: sampleOf(byTag, ({ workload, reference }) => ({
        target: workload,
        because: reference,
      })),
      excepted: 0,
      unknownTargets: nothingUnknown,
      inputs: fleetInputs(coverage).filter(({ input }) => input === 'objects'),
      values: { containers, byTag: byTag.total },
    }
  },
}
