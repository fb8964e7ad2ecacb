import { openImage, type ImagePath, type OpenImage, type Platform } from '../../base/oci/index.ts'
import { contentsOfImage, type ImageContents } from './image-contents.ts'
import { readImage, type ImagePlace, type ReadImageOptions } from './layers/index.ts'

export interface ReadImageAtOptions extends ReadImageOptions {
  /** For messages; the path when absent. */
  source?: string
  platform?: Platform
}

/** Reads an image on this machine and keeps nothing of it. Throws `AllclearError` when it cannot be read. */
export async function readImageAt(path: ImagePath, options: ReadImageAtOptions = {}): Promise<ImageContents> {
  const image = await openImage(path, options)
  return readOpenImage(image, { path, platform: options.platform }, options)
}

/** Reads an opened image and closes it. */
export async function readOpenImage(
  image: OpenImage,
  at: ImagePlace,
  options: ReadImageOptions,
): Promise<ImageContents> {
  try {
    return contentsOfImage(await readImage(image, at, options))
  } finally {
    await image.close()
  }
}
