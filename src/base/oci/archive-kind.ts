import { stat } from 'node:fs/promises'
import { AllclearError } from '../errors.ts'
import { openFolderPlace, openTarPlace, tarEntries, type BlobPlace } from './blob-places.ts'
import type { ImageScheme } from './types.ts'

/** What kind of image archive a file is, told by its entries; null when it is none. */
export async function imageArchiveKind(path: string): Promise<ImageScheme | null> {
  const found = await stat(path).catch(() => null)
  if (found === null) return null
  if (found.isDirectory())
    return (await openFolderPlace(path, path).sizeOf('oci-layout')) === null ? null : 'oci-dir'
  if (!found.isFile() || !(await beginsLikeImage(path))) return null
  let place: BlobPlace
  try {
    place = await openTarPlace(path, path)
  } catch (error) {
    if (error instanceof AllclearError) return null
    throw error
  }
  try {
    if ((await place.sizeOf('oci-layout')) !== null) return 'oci-archive'
    return (await place.sizeOf('manifest.json')) === null ? null : 'docker-archive'
  } finally {
    await place.close()
  }
}

/**
 * Whether the first entry can be that of an image archive. A packed archive has to be read whole to see what is in it,
 * and that is not worth doing for a gigabyte of documents.
 */
async function beginsLikeImage(path: string): Promise<boolean> {
  try {
    for await (const { name } of tarEntries(path, path))
      return /^(?:\.\/)?(?:blobs|oci-layout|index\.json|manifest\.json|repositories|[0-9a-f]{64}|sha256:)/.test(
        name,
      )
  } catch (error) {
    if (!(error instanceof AllclearError)) throw error
  }
  return false
}
