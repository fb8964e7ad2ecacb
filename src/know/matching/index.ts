export {
  channelsOf,
  distributionEcosystem,
  listDistributions,
  needsRelease,
  parseDistroQualifier,
} from './distributions.ts'
export type { EntryStatement, Evaluation } from './evaluate.ts'
export {
  compareFindings,
  findingsAt,
  findingsOf,
  findingsOfKey,
  rankOfSeverity,
  vulnerabilityOf,
  type AdvisoryFacts,
  type KeyFinding,
  type VulnerabilityFacts,
} from './findings.ts'
export {
  comparedVersion,
  judgeKey,
  lookupsOf,
  matchKey,
  matchLookups,
  unjudged,
  type KeyJudgement,
  type KeyMatch,
  type Lookup,
  type Statement,
  type Unjudged,
} from './match.ts'
export { languageEcosystems } from './package-ecosystems.ts'
export { packageKeyOf } from './package-key.ts'
export { stateAfter, statementFor, type VexSubject } from './vex.ts'
