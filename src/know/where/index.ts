export { buildFleetIndex } from './build.store.ts'
export { CoverageMeter, digestOf, type CoverageInputs } from './coverage.ts'
export { fixRows } from './fixes.ts'
export { FleetIndex, type FindingVerdict } from './fleet-index.ts'
export { blastGraph } from './graph.ts'
export { countPackages } from './package-counts.ts'
export {
  clusterRows,
  imageRows,
  intervalOfImage,
  nodeRows,
  ownerRows,
  packageRows,
  PurlBlanks,
  radiusOf,
  workloadRows,
  type WorkloadVerdict,
} from './pages.ts'
export { parseQuestion, type Question } from './question.ts'
export { ImageCounter, Reach, running, type ReachFilter } from './reach.ts'
export { findPackages, findWorkloads } from './search.ts'
export { counted, grouped, knownShare, sentenceOf } from './sentence.ts'
export { isBlind, verdictFor } from './verdict.ts'
export { byText, Top } from './top.ts'
