import { stat } from 'node:fs/promises'
import type { Input } from '../archive/types.ts'
import { AllclearError } from '../errors.ts'
import { imageArchiveKind } from './archive-kind.ts'
import type { ImagePath } from './types.ts'

/** The file or folder at a path as an input among documents when its content is an image, else null. */
export async function findImageInput(path: string, source: string): Promise<Input | null> {
  const scheme = await imageArchiveKind(path)
  return scheme === null ? null : imageInput({ scheme, path }, source)
}

/** An image on this machine as an input among documents. */
export async function imageInput(at: ImagePath, source: string): Promise<Input> {
  const found = await stat(at.path).catch(() => null)
  return {
    source,
    sizeBytes: found?.isFile() ? found.size : null,
    imageAt: at,
    read: () =>
      Promise.reject(
        new AllclearError('sbom.not-understood', {
          message: `${source} is an image and no document.`,
          next: 'Add it with `allclear image add`, or match it with `allclear scan`.',
          where: source,
        }),
      ),
  }
}
