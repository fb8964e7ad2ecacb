import type { PlaceInCluster } from '../answers.ts'
import type { Context } from '../context.ts'
import type { FleetIndex } from '../where/index.ts'

/** Where workloads stand in their clusters, by number; only their clusters are brought up to date. */
export async function placesOf(
  context: Context,
  index: FleetIndex,
  workloads: readonly number[],
): Promise<Map<number, PlaceInCluster>> {
  if (workloads.length === 0) return new Map()
  const postures = await context.postures()
  await postures.bring(new Set(workloads.map((no) => index.workloadCluster[no])))
  return new Map(
    workloads.map((no) => {
      const { reach, privilege, reachReasons, privilegeReasons, unknown } = postures.factsFor(no)
      return [no, { reach, privilege, reasons: [...reachReasons, ...privilegeReasons, ...unknown] }]
    }),
  )
}
