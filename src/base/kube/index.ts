export { ResourceCache, type CacheListener } from './cache.ts'
export type { KubeCredentials } from './connection.ts'
export { failureOfError, type Failure, type FailureKind } from './failures.ts'
export type { Gate } from './gate.ts'
export {
  copyContext,
  kubeconfigFiles,
  openConnection,
  readContexts,
  type KubeAccess,
  type KubeContext,
} from './kubeconfig.ts'
export { isEarlierVersion, runListWatch, type ListWatchOptions, type Surroundings } from './list-watch.ts'
export { askJson, reviewAccess, type AccessAnswer, type AccessQuestion } from './review.ts'
export { systemSurroundings } from './surroundings.ts'
export * from './types.ts'
