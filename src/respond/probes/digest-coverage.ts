import { counted, fleetInputs } from '../../know/probes/index.ts'
import type { FleetState } from '../../know/answers.ts'
import { limit } from '../../base/limits.ts'
import { incidentOf } from './measure.ts'
import type { RespondProbe } from './types.ts'

/** Whether a vulnerable image still runs anywhere. A cluster that is not seen counts as running what it ran. */
export const digestCoverage: RespondProbe = {
  id: 'rollout.digest-coverage',
  async ask(looked, params) {
    const state = await incidentOf(looked, params)
    const fleet = await looked.knowledge.fleetState(state.advisory)
    const { vulnerable, unknown, unseen, fixed, affected, coverage } = fleet
    return {
      query: `allclear where ${state.advisory}`,
      sentence:
        vulnerable.total === 0
          ? `No vulnerable image runs: ${fixed.total} of ${counted(affected, 'affected workload')} run the fix.`
          : `${counted(vulnerable.total, 'workload')} of ${affected} still ${vulnerable.total === 1 ? 'runs' : 'run'} a vulnerable image${unseen > 0 ? `, ${unseen} of them in clusters that are not seen` : ''}.`,
      // Nothing affected is an answer too, as far as the fleet is seen.
      examined: Math.max(affected, coverage.images.running),
      counterexamples: stillVulnerable(fleet),
      excepted: 0,
      unknownTargets: { total: unknown.total, sample: unknown.rows.slice(0, 20).map(({ id }) => id) },
      inputs: fleetInputs(coverage),
      values: { affected, fixed: fixed.total, vulnerable: vulnerable.total, unknown: unknown.total, unseen },
      ...(unknown.total > 0
        ? { withheld: `Of ${counted(unknown.total, 'affected workload')} nobody knows what it runs now.` }
        : {}),
    }
  },
}

export function stillVulnerable({ vulnerable }: FleetState) {
  return {
    total: vulnerable.total,
    sample: vulnerable.rows
      .slice(0, limit('probeSamples'))
      .map(({ id, pods }) => ({ target: id, because: `${counted(pods, 'pod')} with a vulnerable image` })),
  }
}
