/** Records as they come in: read, kept, brought together. Loads where something is imported; `../index.ts` asks what is kept. */
export {
  emptyReport,
  importAdvisories,
  type AdvisoryImport,
  type TouchedAdvisories,
} from '../import.store.ts'
export { parseOsv } from '../osv.ts'
export { importFacts, type FactKind } from '../facts-import.store.ts'
