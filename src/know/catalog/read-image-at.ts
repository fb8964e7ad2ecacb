import { openImage, type ImagePath, type Platform } from '../../base/oci/index.ts'
import { contentsOfImage, type ImageContents } from './image-contents.ts'
import { readImage, type ReadImageOptions } from './layers/index.ts'

/** Reads an image on this machine and keeps nothing of it. Throws `AllclearError` when it cannot be read. */
export async function readImageAt(
  path: ImagePath,
  options: ReadImageOptions & { source?: string; platform?: Platform } = {},
): Promise<ImageContents> {
  const image = await openImage(path, options)
  try {
    return contentsOfImage(await readImage(image, options))
  } finally {
    await image.close()
  }
}
