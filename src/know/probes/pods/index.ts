import { counted, nothingUnknown } from '../measure.ts'
import type { KnowProbe } from '../types.ts'
import { podRules, type PodRule } from './rules.ts'

export { readShapes, type ShapedFleet } from './shapes.store.ts'

/** Probes of what pods may do, one for each rule: each looks at the shapes of all pods. */
export const podProbes: readonly KnowProbe[] = Object.entries(podRules).map(([id, rule]) => ({
  id,
  ask: async (knowledge, params) => {
    const [fleet, { coverage }] = await Promise.all([knowledge.podShapes(), knowledge.status()])
    const isAsked = namespacesOf(params.namespaces)
    const workloads = fleet.workloads.filter(({ id: workload }) => isAsked(workload))
    const unknown = fleet.unknown.filter(isAsked)
    const against = workloads.flatMap(({ id: target, shape }) => reasonsOf(rule, shape, target))
    const broken = new Set(against.map(({ target }) => target))
    const seen = new Set(workloads.map(({ id: workload }) => workload))
    const { clusters } = coverage
    return {
      query: `allclear probe run ${id}`,
      sentence:
        broken.size === 0
          ? `Each of ${counted(seen.size, 'workload')} keeps the rule.`
          : `${broken.size} of ${counted(seen.size, 'workload')} break the rule.`,
      examined: seen.size,
      counterexamples: {
        total: broken.size,
        sample: [...new Map(against.map((one) => [one.target, one])).values()].slice(0, 20),
      },
      excepted: 0,
      unknownTargets:
        unknown.length === 0 ? nothingUnknown : { total: unknown.length, sample: unknown.slice(0, 20) },
      inputs: [
        {
          input: 'objects',
          coverage:
            clusters.total === 0 || seen.size + unknown.length === 0
              ? 0
              : ((clusters.total - clusters.notSeen.length) / clusters.total) *
                (seen.size / (seen.size + unknown.length)),
          asOfMs: coverage.atMs,
          gaps:
            unknown.length === 0
              ? []
              : [`of ${counted(unknown.length, 'workload')} no specification is kept`],
        },
      ],
      values: { workloads: seen.size, broken: broken.size },
    }
  },
}))

/** The containers that break the rule, in one counterexample: what is fixed together is counted once. */
function reasonsOf(rule: PodRule, shape: Parameters<PodRule>[0], target: string) {
  const reasons = rule(shape)
  return reasons.length === 0 ? [] : [{ target, because: reasons.slice(0, 4).join('; ') }]
}

/** Only workloads of these namespaces, all when none is named. */
function namespacesOf(namespaces: unknown): (workload: string) => boolean {
  if (!Array.isArray(namespaces)) return () => true
  const asked = new Set(namespaces as string[])
  return (workload) => asked.has(workload.split('/')[1])
}
