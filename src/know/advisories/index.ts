export { isModuleBuild } from './module-streams.ts'
export {
  coveredEcosystems,
  loadAdvisoryFacts,
  loadFindingFacts,
  loadPackageEntries,
  loadVulnerabilityFacts,
  statementsOf,
  type AdvisoryFactsRow,
} from './facts.store.ts'
export { normaliseName } from './names.ts'
export type { PackedEntry } from './packed.ts'
export type * from './types.ts'
export {
  advisoryNumbers,
  exploitationFacts,
  factsOfVulnerability,
  listAdvisories,
  rawRecord,
  recordsOfVulnerability,
  type VulnerabilityRecords,
} from './list.store.ts'
