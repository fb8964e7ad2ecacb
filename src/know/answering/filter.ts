import { AllclearError } from '../../base/errors.ts'
import { historyMs, type Context } from '../context.ts'
import { type FleetIndex, type Reach, type ReachFilter } from '../where/index.ts'

/** The filter of a question, with names looked up. Throws `not-found` for a cluster or an owner that nobody has. */
export function filterOf(
  context: Context,
  index: FleetIndex,
  { sinceMs, cluster, owner }: { sinceMs?: number; cluster?: string; owner?: string },
): ReachFilter {
  const filter: ReachFilter = { sinceMs: context.clock.nowMs() - (sinceMs ?? historyMs) }
  if (cluster !== undefined) {
    const no = index.clusterName.indexOf(cluster)
    if (no < 0)
      throw new AllclearError('not-found', {
        message: `There is no cluster ${cluster}.`,
        next: 'List them with `allclear cluster list`.',
      })
    filter.cluster = no
  }
  if (owner !== undefined) {
    const no = index.names.find(owner)
    if (no < 0)
      throw new AllclearError('not-found', {
        message: `No workload is owned by ${owner}.`,
        next: 'Owners come from labels and annotations; see `allclear config show`.',
      })
    filter.owner = no
  }
  return filter
}

/** Whether the answer is yes: something runs it; or, where nobody asked for a place, some image that never ran contains it. */
export function anywhere(reach: Reach): boolean {
  if (reach.running.images > 0) return true
  const { cluster, owner } = reach.filter
  return cluster === undefined && owner === undefined && reach.imageCount > reach.seen.images
}
