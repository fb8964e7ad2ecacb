import type { ImportReport } from '../answers.ts'
import type { AttachedComparison } from './image-answers.ts'
import type { ImageContents } from './image-contents.ts'

export {
  documentsOf,
  ecosystemsOfFleet,
  findImages,
  packageVersionsOf,
  referencesOf,
  type DocumentRow,
  type ImageRow,
  type PackageVersion,
} from './images.store.ts'
export { type CatalogDelta, type FindingRow } from './catalog.store.ts'
export { packContents, packLocators, unpackContents } from './contents.ts'
export { openJudge, type Judge } from './judge.ts'
export { refreshFindings, type FindingDelta } from './refresh-findings.store.ts'
export { judgeScanned, UnknownPackages } from './scan.ts'
export { openScanReader } from './scan-reader.ts'
export { documentOfImage, layersFormat } from './image-contents.ts'
export { comparePackages, type NamedPackage } from './compare-packages.ts'
export { diffContents } from './diff-contents.ts'
export {
  basesOf,
  cataloguedImages,
  imagesWithContent,
  imagesWithPath,
  loadImageContents,
} from './layers.store.ts'
export { listUnread, noteUnread, unreadRunningImages, type UnreadImage } from './unread.store.ts'

/** Readers of documents and images load when there is one to read: an answer waits for none of them. */
export async function importSboms(
  ...given: Parameters<typeof import('./import-sboms.ts').importSboms>
): Promise<ImportReport> {
  return (await import('./import-sboms.ts')).importSboms(...given)
}

export async function readImageAt(
  ...given: Parameters<typeof import('./read-image-at.ts').readImageAt>
): Promise<ImageContents> {
  return (await import('./read-image-at.ts')).readImageAt(...given)
}

export async function addImage(
  ...given: Parameters<typeof import('./add-image.ts').addImage>
): Promise<import('./add-image.ts').AddedImage> {
  return (await import('./add-image.ts')).addImage(...given)
}

export async function compareAttached(
  ...given: Parameters<typeof import('./attached.ts').compareAttached>
): Promise<AttachedComparison[]> {
  return (await import('./attached.ts')).compareAttached(...given)
}
