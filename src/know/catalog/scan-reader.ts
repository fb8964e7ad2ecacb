import type { Input } from '../../base/archive/index.ts'
import { taskBeside, type WorkPool } from '../../base/work/index.ts'
import { movable, type DocumentBytes } from './document-bytes.ts'
import type { ScannedDocument } from './read-scanned.ts'

/** Larger documents would hold the event loop for longer than a request should wait. */
const smallBytes = 512 * 1024
const task = taskBeside<DocumentBytes, ScannedDocument>('scanned-document', import.meta.url)

/**
 * Reads documents that are to be scanned. A small one that comes alone is read here, for it is read before a thread
 * has started; one that is large, or comes while another is being read, in a thread. Of the readers themselves nothing
 * is loaded before: the thread loads them while this one loads what judges.
 */
export function openScanReader(work: WorkPool): (input: Input, isAlone: boolean) => Promise<ScannedDocument> {
  let reading = 0
  async function read({ source, read: bytesOf }: Input, isAlone: boolean): Promise<ScannedDocument> {
    const { bytes, transfer } = movable(await bytesOf())
    if (isAlone && reading === 1 && bytes.length <= smallBytes) {
      const { readScanned } = await import('./read-scanned.ts')
      return readScanned({ bytes, source })
    }
    return work.run(task, { source, input: { bytes, source }, transfer })
  }
  return async (input, isAlone) => {
    reading++
    try {
      return await read(input, isAlone)
    } finally {
      reading--
    }
  }
}
