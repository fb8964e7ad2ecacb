import { counted, fleetInputs, nothingUnknown } from './measure.ts'
import type { KnowProbe } from './types.ts'

/** Whether every running image leads to a list of its parts. */
export const manifestLink: KnowProbe = {
  id: 'img.manifest-link',
  async ask(knowledge) {
    const { coverage } = await knowledge.status()
    const { images, unknownImages } = coverage
    const without = images.running - images.known
    return {
      query: 'allclear image list --running',
      sentence:
        without === 0
          ? `Each of ${counted(images.running, 'running image')} leads to a list of its parts.`
          : `${without} of ${counted(images.running, 'running image')} lead to no list of parts.`,
      examined: images.running,
      counterexamples: {
        total: without,
        sample: unknownImages
          .slice(0, 20)
          .map(({ reference, reason }) => ({ target: reference, because: reason })),
      },
      excepted: 0,
      unknownTargets: nothingUnknown,
      inputs: fleetInputs(coverage).filter(({ input }) => input === 'objects'),
      values: { running: images.running, known: images.known, partly: images.partly },
    }
  },
}
