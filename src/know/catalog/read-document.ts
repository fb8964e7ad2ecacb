import { createHash } from 'node:crypto'
import type { DocumentBytes } from './document-bytes.ts'
import { packageKeyOf } from '../matching/key/index.ts'
import type { PackageKey } from '../matching/types.ts'
import { readSbom } from '../sbom/index.ts'
import type { SbomDocument } from '../sbom/types.ts'

/** One document, read and keyed, ready to be stored. */
export interface ReadDocument {
  source: string
  sha256: string
  bytes: Uint8Array
  document: SbomDocument
  /** The key of each package. */
  keys: PackageKey[]
  /** Image id: the digest, or `name:<subject>` for a document without one. */
  imageId: string
}

/** Bytes to a keyed document. Throws `AllclearError` with the reason when it cannot be understood. */
export function readDocument({ bytes, source, image }: DocumentBytes): ReadDocument {
  const document = readSbom(bytes, { source })
  if (image !== undefined) nameSubject(document, image)
  return {
    source,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes,
    document,
    keys: document.packages.map((found) => packageKeyOf(found, document.distro)),
    imageId: imageIdOf(document, source),
  }
}

/** Digest of the image, else its name, else the document's own name: something to hang the contents on. */
export function imageIdOf({ subject }: SbomDocument, source: string): string {
  const digest = subject.digests[0] ?? subject.imageId
  if (digest) return digest
  const name = subject.references[0] ?? subject.name
  return `name:${name === null || name === undefined ? source : subject.version && !subject.references[0] ? `${name}@${subject.version}` : name}`
}

/** `--image REF` says which image a document without a usable subject describes. */
function nameSubject(document: SbomDocument, image: string): void {
  const digest = /sha256:[0-9a-f]{64}/.exec(image)?.[0]
  document.subject = {
    ...document.subject,
    name: image,
    digests: digest ? [digest] : document.subject.digests,
    references: [image, ...document.subject.references.filter((reference) => reference !== image)],
  }
}
