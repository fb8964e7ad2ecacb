export { buildFleetIndex, refreshFleet } from './build.store.ts'
export { CoverageMeter, digestOf, type CoverageInputs } from './coverage.ts'
export { FleetIndex, type IndexedPackage } from './fleet-index.ts'
export {
  blastGraph,
  clusterRows,
  firstImages,
  firstRows,
  imageRows,
  nodeRows,
  ownerRows,
  radiusOf,
  workloadRow,
  workloadRows,
  type PackageVerdict,
} from './lists.ts'
export { parseQuestion, type Question } from './question.ts'
export { Walker, type Reach, type ReachFilter, type WorkloadReach } from './radius.ts'
export { findPackages, findWorkloads, type FoundPackages } from './search.ts'
export { counted, grouped, knownShare, sentenceOf } from './sentence.ts'
