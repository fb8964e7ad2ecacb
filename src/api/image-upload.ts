import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AllclearError } from '../base/errors.ts'
import { limit } from '../base/limits.ts'
import { imageArchiveKind, type ImagePath } from '../base/oci/index.ts'
import type { Local } from './context.ts'

export interface ReceivedImage {
  path: ImagePath
  dispose(): Promise<void>
}

/**
 * The image of a request: of a caller in-process where it lies, of a body spooled to a file that only this account
 * reads, for archives are read from several places. What it is, is told by its content.
 */
export async function receiveImage(request: Request, local: Local | undefined): Promise<ReceivedImage> {
  if (local?.image !== undefined) return { path: local.image, dispose: async () => {} }
  if (request.body === null)
    throw new AllclearError('usage', {
      message: 'The request has no body.',
      next: 'Send an image archive (`docker save`, `skopeo copy … oci-archive:`) as the body.',
    })
  const path = join(tmpdir(), `allclear-image-${randomBytes(8).toString('hex')}`)
  const dispose = () => rm(path, { force: true })
  try {
    const bytesMax = limit('imageUploadBytes')
    let bytes = 0
    const body = Readable.fromWeb(request.body as import('node:stream/web').ReadableStream)
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          bytes += chunk.length
          if (bytes > bytesMax)
            throw new AllclearError('input.too-large', {
              message: `The image is larger than ${bytesMax} bytes.`,
              next: 'Push it to a registry and use `allclear image add REF`, or raise ALLCLEAR_LIMIT_IMAGE_UPLOAD_BYTES for the server.',
            })
          yield chunk
        }
      },
      createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    )
    const scheme = await imageArchiveKind(path)
    if (scheme === null)
      throw new AllclearError('image.unreadable', {
        message: 'The body is no image archive: it has neither oci-layout nor manifest.json.',
        next: 'Send what `docker save`, `podman save` or `skopeo copy … oci-archive:FILE` writes.',
      })
    return { path: { scheme, path }, dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}
