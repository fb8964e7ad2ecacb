export { applyClusterChanges, type ClusterSource } from './changes.store.ts'
export {
  checkFact,
  defaultFactKeys,
  effectiveFacts,
  observedFacts,
  parseScope,
  scopeText,
  type DeclaredFact,
  type FactKeys,
  type FactName,
} from './facts.ts'
export { readFactsFile } from './facts-file.ts'
export { factsAbove, listFacts, replaceFileFacts, setFacts } from './facts.store.ts'
export { hasConnections } from './live/connections.store.ts'
export { compactHistory, findPods, type PodInterval } from './live/history.store.ts'
export { checkClusterName } from './cluster-name.ts'
export { namesOf, resolveRuns } from './images.store.ts'
export {
  readManifests,
  readObjects,
  type PlacedObject,
  type ReadObjects,
  type RefusedManifest,
} from './manifests.ts'
export { keptResource } from './kept-objects.ts'
export { poolOf } from './node-pool.ts'
export type { ManifestObject } from './objects.ts'
export type { PodShape } from './pod-shape.ts'
export { applySnapshot } from './snapshot.store.ts'
export { defaultOwnerKeys, type OwnerKeys } from './owners.ts'
export { digestOfImageId, parseReference, type ImageReference } from './reference.ts'
export type * from './types.ts'
