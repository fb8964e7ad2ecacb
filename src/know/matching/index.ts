export {
  channelsOf,
  distributionEcosystem,
  distributionId,
  listDistributions,
  namesOfEcosystem,
  needsRelease,
  parseDistroQualifier,
} from './distributions.ts'
export { evaluateEntry, type EntryStatement, type Evaluation } from './evaluate.ts'
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
export { lookupsOf, matchKey, unjudged, type KeyMatch, type Lookup, type Unjudged } from './match.ts'
export { languageEcosystems } from './package-ecosystems.ts'
export { packageKeyOf } from './package-key.ts'
export { stateAfter, statementFor, type VexSubject } from './vex.ts'
export { affectedBy, type AffectedVerdict } from './affected-by.ts'
