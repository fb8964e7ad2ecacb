import type { ExposureAnswer } from '../api/schema.generated.ts'
import { Second } from '../parts/data-table.tsx'
import { Verdict } from '../parts/verdict.tsx'
import type { privilegeLevels, reachLevels } from '../routes.ts'

export type ExposureRow = ExposureAnswer['workloads']['rows'][number]
export type Reach = (typeof reachLevels)[number]
export type Privilege = (typeof privilegeLevels)[number]

/** From where something can be connected to. */
export const reachTitles: Record<Reach, string> = {
  internet: 'internet',
  network: 'network of nodes',
  cluster: 'its cluster',
  isolated: 'nothing known',
  unknown: 'not known',
}

/** What whoever runs code in it can become. */
export const privilegeTitles: Record<Privilege, string> = {
  'cluster-admin': 'cluster-admin',
  node: 'node',
  elevated: 'elevated',
  normal: 'normal',
  unknown: 'not known',
}

/** A cell of every list of workloads: from where it is reached, and below it what it may become. */
export function PlaceCell({ reach, privilege }: { reach: Reach; privilege: Privilege }) {
  return (
    <>
      {reach === 'unknown' ? <Verdict kind="unknown">reach not known</Verdict> : reachTitles[reach]}
      <Second>{privilege === 'unknown' ? 'privileges not known (?)' : privilegeTitles[privilege]}</Second>
    </>
  )
}
