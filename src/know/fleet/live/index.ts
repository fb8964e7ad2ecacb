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
export { LiveCluster } from './live-cluster.ts'
export { clusterNumber } from './live.store.ts'
export { neededResources, watchedResources, type WatchedResource } from './resources.ts'
export type * from './types.ts'
export { probe, watchCluster, type Probe } from './watch-cluster.ts'
