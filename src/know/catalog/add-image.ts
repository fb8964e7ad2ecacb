import { createHash } from 'node:crypto'
import type { Blobs } from '../../base/blobs.ts'
import type { Clock } from '../../base/clock.ts'
import { program } from '../../base/program.ts'
import type { OpenImage } from '../../base/oci/index.ts'
import type { Store } from '../../base/store/index.ts'
import { packageKeyOf } from '../matching/key/index.ts'
import { storeDocuments, storedDocuments, type CatalogDelta } from './catalog.store.ts'
import { documentOfImage, type ImageContents } from './image-contents.ts'
import { findImages } from './images.store.ts'
import type { OnBatch } from './import-sboms.ts'
import { imageIdOf } from './read-document.ts'
import type { Judge } from './judge.ts'
import { openLayerShelf, storeImageContents } from './layers.store.ts'
import type { ImagePlace, ReadImageOptions } from './layers/index.ts'
import { readOpenImage } from './read-image-at.ts'

export interface AddedImage {
  imageId: string
  contents: ImageContents
  /** What changed; null when the image was known to the same end. */
  delta: CatalogDelta | null
}

/**
 * Reads an image and keeps what it contains: layers by their digest, so that the next image with the same base reads
 * only what is its own; packages as a document like any other, so that every question finds them. `onStore` has it stored
 * and follows what it changed.
 */
export async function addImage(
  context: { store: Store; blobs: Blobs; clock: Clock },
  judge: Judge,
  image: OpenImage,
  at: ImagePlace,
  {
    imageId,
    ...options
  }: Omit<ReadImageOptions, 'shelf'> & {
    /** What the fleet calls the image, when that is not the digest of its manifest but of the index it is in. */
    imageId?: string
  },
  onStore: OnBatch,
): Promise<AddedImage> {
  const shelf = openLayerShelf(context.store, context.clock)
  const contents = await readOpenImage(image, at, { ...options, shelf })
  const document = documentOfImage(contents, program.name)
  if (imageId !== undefined) {
    const digests = new Set([imageId, ...document.subject.digests])
    document.subject.digests = [...digests].filter((digest) => digest.startsWith('sha256:'))
  }
  const bytes = Buffer.from(JSON.stringify(contents))
  const found = {
    source: contents.source,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes,
    document,
    keys: document.packages.map((one) => packageKeyOf(one, document.distro)),
    imageId: imageId ?? imageIdOf(document, contents.source),
  }
  const [stored] = await storedDocuments(context.store, [found])
  if (stored !== undefined) {
    // The same image, read to the same end: its layers may have been read anew, its packages are there.
    const [image] = await findImages(context.store, found.imageId)
    await context.store.transaction((transaction) =>
      storeImageContents(transaction, image.no, contents, context.clock.nowMs()),
    )
    return { imageId: found.imageId, contents, delta: null }
  }
  await context.blobs.put({ bytes, sha256: found.sha256 })
  const delta = await onStore(() =>
    storeDocuments(context.store, context.clock, judge, [found], (transaction, { images: [{ no }] }) =>
      storeImageContents(transaction, no, contents, context.clock.nowMs()),
    ),
  )
  return { imageId: found.imageId, contents, delta }
}
