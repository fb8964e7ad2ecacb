import type { FleetState } from '../../know/answers.ts'
import type { EntryData } from './entries.ts'
import type { IncidentState } from './state.ts'

type Point = EntryData['coverage.measured']

/** Between points of the curve, by how many there are: a roll-out over 10,000 workloads must not fill the timeline. */
const spacing: readonly { from: number; everyMs: number }[] = [
  { from: 1_000, everyMs: 60_000 },
  { from: 100, everyMs: 10_000 },
  { from: 0, everyMs: 0 },
]

/**
 * The next point of the coverage curve; null when nothing has moved, or it has moved a moment ago. That the last
 * workload is fixed, or that one is not any more, is never left for later.
 */
export function coveragePoint(
  { coverage, status }: Pick<IncidentState, 'coverage' | 'status'>,
  fleet: FleetState,
  nowMs: number,
): Point | null {
  // An incident that is over is not measured any more; it is only watched.
  if (status === 'closed' || status === 'dismissed') return null
  const point: Point = {
    affected: fleet.affected,
    fixed: fleet.fixed.total,
    vulnerable: fleet.vulnerable.total,
    dormant: fleet.dormant.total,
    unknown: fleet.unknown.total,
    unseen: fleet.unseen,
  }
  const last = coverage.at(-1)
  if (last === undefined) return point
  if ((Object.keys(point) as (keyof Point)[]).every((key) => last[key] === point[key])) return null
  if (isDone(point) !== isDone(last)) return point
  const { everyMs } = spacing.find(({ from }) => coverage.length >= from)!
  return nowMs - last.atMs >= everyMs ? point : null
}

function isDone({ vulnerable, dormant, unknown }: Point): boolean {
  return vulnerable + dormant + unknown === 0
}
