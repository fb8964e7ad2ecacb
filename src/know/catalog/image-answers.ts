import type { ImageContents, ImageLayer } from './image-contents.ts'

/** `allclear image layers`: how an image is put together, and on what. */
export interface ImageLayers {
  id: string
  digest: string | null
  reference: string
  platform: string | null
  createdAtMs: number | null
  cataloguedAtMs: number
  distribution: ImageContents['distribution']
  /** Known images whose whole chain of layers is the lower part of this one, the nearest first. */
  bases: { id: string; name: string; layers: number }[]
  layers: ImageLayer[]
  /** SBOMs that were imported for it, each held against this reading. */
  documents: (PackageComparison & {
    sha256: string
    format: string
    tools: string[]
    importedAtMs: number
    packages: number
  })[]
}

/** What a document and our own reading of the layers have in common, and what only one of them has. */
export interface PackageComparison {
  both: number
  /** The first of them, as `deb debian/openssl 3.0.11`. */
  onlyDocument: string[]
  onlyDocumentTotal: number
  onlyLayers: string[]
  onlyLayersTotal: number
}

/** What `allclear image add` did. */
export interface ImageAdded {
  id: string
  reference: string
  digest: string | null
  /** False when the same image was known to the same end. */
  changed: boolean
  layers: number
  packages: number
  /** Of these, files of distribution packages. */
  owned: number
  findingsAdded: number
  problems: ImageContents['problems']
  bases: { id: string; name: string; layers: number }[]
  attached: AttachedComparison[]
  tookMs: number
}

/** A document that lay beside the image in its registry, held against our own reading. */
export interface AttachedComparison extends PackageComparison {
  digest: string
  artifactType: string
  format: string
  /** `not signed`, or what became of the signature and whose key it was. */
  signature: string
  packages: number
  /** Why it could not be read; empty otherwise. */
  refused: string
}

/** What came of reading the images that run. */
export interface RunningImagesRead {
  read: number
  failed: { id: string; reference: string; code: string; reason: string }[]
  failedTotal: number
  /** Failed before and not due yet. */
  waiting: number
  /** Left for the next time, because a number was asked for. */
  left: number
  tookMs: number
}

/** A running image that could not be read. */
export interface UnreadImageRow {
  id: string
  reference: string
  code: string
  reason: string
  triedAtMs: number
  attempts: number
}
