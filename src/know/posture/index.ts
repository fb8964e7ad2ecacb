export type { ShapedPods } from './cluster-objects.store.ts'
export { ClusterPosture } from './cluster-posture.ts'
export { privilegeLevels } from './types.ts'
export type { PrivilegeLevel, PrivilegeOrUnknown, ReachOrUnknown } from './types.ts'
export { Postures } from './postures.ts'
export type { SeenResources, Unseen } from './unseen.ts'
export { privilegeLevelOf, unknownFacts } from './workload-facts.ts'
export type { WorkloadFacts } from './workload-facts.ts'
export type * from './answers.ts'
export { listIdentities, type IdentitiesQuery } from './identities.ts'
export {
  answerPrivileges,
  answerReach,
  answerReachDiff,
  presentClusters,
  type PrivilegesQuery,
  type ReachQuery,
} from './questions.ts'
