import { extract, type Header } from 'tar-stream'
import { AllclearError } from '../errors.ts'
import { limit } from '../limits.ts'
import type { Budget } from './budget.ts'
import { collect } from './byte-stream.ts'
import { safeEntryName } from './entry-name.ts'
import { tooLarge, unreadable, unsafePath } from './refusals.ts'

export interface TarMember {
  name: string
  sizeBytes: number
  /** The content; an error when the entry is no regular file or too large. Null for what was not wanted. */
  content: Uint8Array | AllclearError | null
}

/**
 * The entries of a tar (POSIX pax and ustar, GNU long names) in their order; `wanted` says whose content is kept.
 * Throws where the archive is damaged or names a place outside itself; what came before has been yielded by then.
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  archive: string,
  budget: Budget,
  wanted: (name: string) => boolean,
): AsyncGenerator<TarMember> {
  const entries = extract()
  const feeding = feed(entries, chunks)
  try {
    for await (const entry of entries) {
      const { header } = entry
      budget.takeEntries(1)
      const name = safeEntryName(archive, header.name)
      const sizeBytes = header.size
      let content: TarMember['content'] = null
      if (header.type !== 'directory' && wanted(name))
        content = await contentOf(
          header,
          entry as AsyncIterable<unknown> as AsyncIterable<Uint8Array>,
          `${archive}: ${name}`,
        )
      // An entry has to be read to its end before the next one comes.
      if (!(content instanceof Uint8Array)) for await (const _ of entry) continue
      yield { name, sizeBytes, content }
    }
    await feeding
  } catch (error) {
    throw error instanceof AllclearError ? error : unreadable(archive, (error as Error).message, error)
  } finally {
    entries.destroy()
    await feeding.catch(() => undefined)
  }
}

async function contentOf(
  { type, size }: Header,
  chunks: AsyncIterable<Uint8Array>,
  where: string,
): Promise<Uint8Array | AllclearError> {
  if (type === 'symlink' || type === 'link') return unsafePath(where, 'is a link')
  if (type !== 'file' && type !== 'contiguous-file')
    return unreadable(where, `it is a ${type ?? 'special file'} and holds no document`)
  if (size > limit('archiveEntryBytes')) return tooLarge(where, size, limit('archiveEntryBytes'))
  return collect(where, chunks)
}

/** Feeds the archive to the reader as fast as it takes it; an error of the source becomes the reader's. */
async function feed(entries: ReturnType<typeof extract>, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const drained = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        entries.off('drain', done)
        entries.off('close', done)
        resolve()
      }
      entries.on('drain', done)
      entries.on('close', done)
    })
  try {
    for await (const chunk of chunks) {
      if (entries.destroyed) return
      if (!entries.write(chunk)) await drained()
    }
    entries.end(null)
  } catch (error) {
    entries.destroy(error as Error)
  }
}
