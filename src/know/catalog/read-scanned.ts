import type { ScanReport } from '../answers.ts'
import { packageKeyOf } from '../matching/key/index.ts'
import { readSbom } from '../sbom/index.ts'
import type { SbomDocument } from '../sbom/types.ts'
import { purlOf } from './package-purl.ts'
import type { DocumentBytes } from './document-bytes.ts'
import { packPackages, type PackedPackages } from './scanned-packages.ts'

/** What a scan needs of a document: a third of what it says, for it may come from a thread. */
export interface ScannedDocument extends Pick<
  ScanReport,
  'source' | 'subject' | 'digest' | 'format' | 'distro' | 'leftOut'
> {
  references: readonly string[]
  packages: PackedPackages
}

/** Throws `AllclearError` with the reason when the document cannot be understood. */
export function readScanned({ bytes, source }: DocumentBytes): ScannedDocument {
  return scannedOf(readSbom(bytes, { source }), source)
}

export function scannedOf(document: SbomDocument, source: string): ScannedDocument {
  const { packages, subject, leftOut } = document
  return {
    source,
    subject: subject.name,
    digest: subject.digests[0] ?? null,
    references: subject.references,
    format: `${document.format} ${document.specVersion}`,
    distro: distroText(document),
    leftOut,
    packages: packPackages(
      packages.map((found) => ({
        key: packageKeyOf(found, document.distro),
        purl: purlOf(found),
        locator: found.locator,
      })),
    ),
  }
}

function distroText({ distro }: SbomDocument): string | null {
  return distro && (distro.versionId === null ? distro.id : `${distro.id} ${distro.versionId}`)
}
