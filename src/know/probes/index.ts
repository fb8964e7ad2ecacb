import type { Ask } from '../../core/probe/index.ts'
import { coverage } from './coverage.ts'
import { digestPinned } from './digest-pinned.ts'
import { dormant } from './dormant.ts'
import { entryPoints } from './entry-points.ts'
import { escalationPaths } from './escalation.ts'
import { feeds } from './feeds.ts'
import { intake } from './intake.ts'
import { manifestLink } from './manifest-link.ts'
import { podProbes } from './pods/index.ts'
import type { KnowProbe, ProbedKnowledge } from './types.ts'

export { readImagesByTag, type ImagesByTag } from './by-tag.store.ts'
export { readShapes, type ShapedFleet } from './pods/index.ts'
export { advisoryOf, counted, fleetInputs, nothingUnknown, sampleOf } from './measure.ts'

const probes: readonly KnowProbe[] = [
  coverage,
  digestPinned,
  dormant,
  entryPoints,
  escalationPaths,
  feeds,
  intake,
  manifestLink,
  ...podProbes,
]

/** Handlers of the probes that the know wing answers, by id. */
export function knowHandlers(knowledge: ProbedKnowledge): Record<string, Ask> {
  return Object.fromEntries(probes.map(({ id, ask }) => [id, (params, run) => ask(knowledge, params, run)]))
}
