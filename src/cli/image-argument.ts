import { resolve } from 'node:path'
import { parseImagePath } from '../base/oci/image-path.ts'
import type { ImagePath } from '../base/oci/types.ts'
import type { ImageContents } from '../know/catalog/types.ts'
import type { CommandContext } from './context.ts'
import type { CliIo } from './io.ts'

/** An image on this machine (`docker-archive:FILE` …) with its path made absolute, or null for any other name. */
export function localImage(text: string, io: CliIo): ImagePath | null {
  const found = parseImagePath(text)
  return found && { ...found, path: resolve(io.cwd, found.path) }
}

/** What an image contains: one on this machine is read now, without any data; a known one was read when it was added. */
export async function contentsOf(
  context: CommandContext,
  name: string,
  platform: unknown,
  { needsData = false } = {},
): Promise<ImageContents> {
  const image = localImage(name, context.io)
  if (image === null) {
    const client = await context.client()
    return client.get<ImageContents>(`/images/${encodeURIComponent(name)}/packages-of-layers`)
  }
  const client = await context.client(needsData ? undefined : 'nothing')
  const contents = await client.work<ImageContents>(
    '/catalogue',
    typeof platform === 'string' ? { platform } : {},
    { image, onProgress: (progress) => context.progress.show(progress) },
  )
  context.progress.end()
  return contents
}
