export { claimsOf } from './claims.ts'
export { answerCve } from './cve.ts'
export { filterOf } from './filter.ts'
export { canonicalId, windowOf } from './paging.ts'
export {
  findVulnerability,
  highestScore,
  severityOfRecords,
  summaryOf,
  verdictsOf,
  type FleetVerdicts,
} from './vulnerability.ts'
export { answerWhere } from './where.ts'
export { answerFleetState } from './in-fleet.ts'
