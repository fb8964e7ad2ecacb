export {
  documentsOf,
  ecosystemsOfFleet,
  findImages,
  packageVersionsOf,
  referencesOf,
  type DocumentRow,
  type ImageRow,
} from './images.store.ts'
export { type CatalogDelta, type FindingRow } from './catalog.store.ts'
export { packContents, packLocators, unpackContents, unpackLocators } from './contents.ts'
export { importSboms, readDocument } from './import-sboms.ts'
export { openJudge, type Judge } from './judge.ts'
export { refreshFindings, type FindingDelta } from './refresh-findings.store.ts'
export { scanDocument, UnknownPackages } from './scan.ts'
export { cataloguers } from './cataloguers/index.ts'
export { documentOfImage } from './image-contents.ts'
export { readImageAt } from './read-image-at.ts'
