import { counted, fleetInputs } from '../../know/probes/index.ts'
import { stillVulnerable } from './digest-coverage.ts'
import { incidentOf } from './measure.ts'
import type { RespondProbe } from './types.ts'

/** For what is critical nearly all; for the rest what a fleet reaches without heroics. */
const targets = { critical: 0.99, other: 0.95 }

/** Whether enough of the affected workloads run the fix. */
export const herdCoverage: RespondProbe = {
  id: 'herd.coverage',
  async ask(looked, params) {
    const state = await incidentOf(looked, params)
    const fleet = await looked.knowledge.fleetState(state.advisory)
    const { affected, fixed, coverage } = fleet
    const target =
      typeof params.target === 'number'
        ? params.target
        : state.score?.severity === 'critical'
          ? targets.critical
          : targets.other
    const share = affected === 0 ? 1 : fixed.total / affected
    const below = share < target
    return {
      query: `allclear incident show ${state.id}`,
      sentence: `${fixed.total} of ${counted(affected, 'affected workload')} run the fix; ${Math.round(target * 100)} % is the target.`,
      examined: Math.max(affected, coverage.images.running),
      counterexamples: below
        ? { ...stillVulnerable(fleet), total: affected - fixed.total }
        : { total: 0, sample: [] },
      excepted: 0,
      unknownTargets: {
        total: fleet.unknown.total,
        sample: fleet.unknown.rows.slice(0, 20).map(({ id }) => id),
      },
      inputs: fleetInputs(coverage),
      values: { affected, fixed: fixed.total },
    }
  },
}

/** Whether each workload that lags is named, with cause and date. */
export const stragglers: RespondProbe = {
  id: 'herd.stragglers',
  async ask(looked, params, { nowMs }) {
    const state = await incidentOf(looked, params)
    const fleet = await looked.knowledge.fleetState(state.advisory)
    const named = new Set(
      state.exceptions
        .filter(({ withdrawn, expiresAtMs }) => !withdrawn && expiresAtMs > nowMs)
        .flatMap((exception) => exception.targets),
    )
    const lagging = [...fleet.vulnerable.rows, ...fleet.dormant.rows]
    const unnamed = lagging.filter(({ id }) => !named.has(id))
    const total = fleet.vulnerable.total + fleet.dormant.total - (lagging.length - unnamed.length)
    return {
      query: `allclear incident show ${state.id}`,
      sentence:
        total === 0
          ? 'Every workload that lags is named, with a cause and a date.'
          : `${counted(total, 'workload')} ${total === 1 ? 'lags' : 'lag'} without a cause and a date.`,
      examined: Math.max(fleet.affected, fleet.coverage.images.running),
      counterexamples: {
        total,
        sample: unnamed.slice(0, 20).map(({ id, owner }) => ({
          target: id,
          because: owner === null ? 'nobody owns it' : `owned by ${owner}, no date`,
        })),
      },
      excepted: lagging.length - unnamed.length,
      unknownTargets: { total: 0, sample: [] },
      inputs: fleetInputs(fleet.coverage),
      values: {
        lagging: fleet.vulnerable.total + fleet.dormant.total,
        named: lagging.length - unnamed.length,
      },
    }
  },
}
