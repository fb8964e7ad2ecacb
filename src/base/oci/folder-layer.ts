import { createReadStream } from 'node:fs'
import { lstat, opendir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { limit } from '../limits.ts'
import { overLimit, unreadableImage } from './refusals.ts'
import type { EntryKind, LayerEntry } from './types.ts'

const chunkBytes = 1024 * 1024

/** The files under a folder as if they were one layer. Links are not followed, so that nothing outside it is read. */
export async function* readFolderLayer(root: string, where: string): AsyncGenerator<LayerEntry> {
  const entriesMax = limit('layerEntries')
  let entries = 0
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const opened = await opendir(join(root, folder), { bufferSize: 256 }).catch((error: unknown) => {
      throw unreadableImage(where, `${folder || '/'} cannot be listed: ${(error as Error).message}`, error)
    })
    for await (const { name: last } of opened) {
      if (++entries > entriesMax)
        throw overLimit(where, `has more than ${entriesMax} entries`, 'ALLCLEAR_LIMIT_LAYER_ENTRIES')
      const name = folder === '' ? last : `${folder}/${last}`
      const path = join(root, name)
      const found = await lstat(path)
      const kind: EntryKind = found.isDirectory()
        ? 'folder'
        : found.isFile()
          ? 'file'
          : found.isSymbolicLink()
            ? 'symlink'
            : 'special'
      if (kind === 'folder') waiting.push(name)
      let taken = false
      yield {
        name,
        kind,
        sizeBytes: kind === 'file' ? found.size : 0,
        mode: found.mode & 0o7777,
        target: kind === 'symlink' ? await readlink(path) : null,
        async read(onPart) {
          if (taken || kind !== 'file') return
          taken = true
          let left = found.size
          try {
            for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
              const part = (chunk as Buffer).subarray(0, left)
              left -= part.length
              if (part.length > 0) onPart(part)
            }
          } catch (error) {
            throw unreadableImage(where, `${name}: ${(error as Error).message}`, error)
          }
        },
      }
    }
  }
}
