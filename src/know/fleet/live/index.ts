export {
  accessOf,
  findConnection,
  listConnections,
  removeCluster,
  saveConnection,
  saveStates,
  type ConnectionKind,
  type ConnectionRow,
} from './connections.store.ts'
export { loadCheckpoint, saveCheckpoint, type ClusterCheckpoint } from './checkpoint.store.ts'
export { fleetRevision, holdLease, releaseLease } from './lease.store.ts'
export { LiveCluster } from './live-cluster.ts'
export { clusterNumber } from './live.store.ts'
export { neededResources, watchedResources, type WatchedResource } from './resources.ts'
export type * from './types.ts'
export { goesOnFrom, probe, watchCluster, type Probe } from './watch-cluster.ts'
