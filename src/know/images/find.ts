import { AllclearError } from '../../base/errors.ts'
import { findImages, type ImageRow } from '../catalog/index.ts'
import type { Context } from '../context.ts'

/** The one image that a name means. Throws `not-found` or `ambiguous` with the candidates. */
export async function oneImage(context: Context, name: string): Promise<ImageRow> {
  const found = await findImages(context.store, name)
  if (found.length === 1) return found[0]
  if (found.length === 0) {
    throw new AllclearError('not-found', {
      message: `No image is known as ${name}.`,
      next: 'List images with `allclear image list`, or import an SBOM for it.',
    })
  }
  const exact = found.filter((image) => image.name === name)
  if (exact.length === 1) return exact[0]
  throw new AllclearError('ambiguous', {
    message: `${name} fits ${found.length} images: ${found
      .slice(0, 5)
      .map((image) => image.digest?.slice(0, 19) ?? image.id)
      .join(', ')}${found.length > 5 ? ', …' : ''}.`,
    next: 'Name one by its digest; a unique beginning is enough.',
  })
}
