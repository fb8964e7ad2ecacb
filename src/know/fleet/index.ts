export { applyClusterChanges, type ClusterSource } from './changes.store.ts'
export { checkClusterName } from './cluster-name.ts'
export { namesOf, resolveRuns } from './images.store.ts'
export {
  readManifests,
  readObjects,
  type PlacedObject,
  type ReadObjects,
  type RefusedManifest,
} from './manifests.ts'
export { poolOf } from './node-pool.ts'
export type { ManifestObject } from './objects.ts'
export { importSnapshot } from './snapshot.store.ts'
export { defaultOwnerKeys, ownerOf } from './owners.ts'
export { digestOfImageId, parseReference, type ImageReference } from './reference.ts'
export type * from './types.ts'
