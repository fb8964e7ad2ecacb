export { cacheSink, ResourceCache, type CacheListener } from './cache.ts'
export { connectionWith, type KubeCredentials } from './connection.ts'
export { failureOfError, KubeFailure, type Failure, type FailureKind } from './failures.ts'
export { openGate, type Gate } from './gate.ts'
export {
  copyContext,
  kubeconfigFiles,
  openConnection,
  readContexts,
  type KubeAccess,
  type KubeContext,
} from './kubeconfig.ts'
export { pathOf, runListWatch, type ListWatchOptions, type Surroundings } from './list-watch.ts'
export { askJson, reviewAccess, type AccessAnswer, type AccessQuestion } from './review.ts'
export { systemSurroundings } from './surroundings.ts'
export * from './types.ts'
