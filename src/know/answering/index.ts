export { answerCve } from './cve.ts'
export { canonicalId, windowOf } from './paging.ts'
export { severityOfRecords, summaryOf, verdictsOf } from './vulnerability.ts'
export { answerWhere } from './where.ts'
