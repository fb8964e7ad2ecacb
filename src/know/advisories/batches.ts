import type { Input } from '../../base/archive/index.ts'
import { limit } from '../../base/limits.ts'
import { takeTurn } from '../../base/turn.ts'
import type { Work } from '../../base/work/index.ts'
import { AllclearError } from '../../base/errors.ts'
import type { RecordBatch } from './read-records.ts'

/** Records that are read together, all from one archive. */
export interface BatchWork extends Work<RecordBatch> {
  archive: string
  /** Documents that could not even be taken out of their archive. */
  refused: AllclearError[]
  /** Documents, the refused ones included. */
  documents: number
}

/** A batch may have so many documents, for archives of very small ones. */
const documentsAtOnce = 1_000

/**
 * Puts documents together until there is enough for a trip to a thread: a few hundred records. Packed bytes are copied
 * into one buffer that can be moved; entries of a zip stay packed.
 */
export async function* batchesOf(
  inputs: AsyncIterable<Input>,
  { feed, signal }: { feed?: string; signal?: AbortSignal },
): AsyncGenerator<BatchWork> {
  let pending = new PendingBatch('')
  for await (const input of inputs) {
    signal?.throwIfAborted()
    const archive = archiveOf(input.source)
    if (archive !== pending.archive || pending.isFull) {
      if (pending.documents > 0) yield pending.finish(feed)
      pending = new PendingBatch(archive)
    }
    await pending.add(input)
    // Entries of an archive lie ready by the hundred.
    await takeTurn()
  }
  if (pending.documents > 0) yield pending.finish(feed)
}

class PendingBatch {
  readonly archive: string
  documents = 0
  readonly #documents: RecordBatch['documents'] = []
  readonly #parts: Uint8Array[] = []
  readonly #refused: AllclearError[] = []
  #packedBytes = 0
  #bytes = 0

  constructor(archive: string) {
    this.archive = archive
  }

  get isFull(): boolean {
    return this.#bytes >= limit('recordBatchBytes') || this.documents >= documentsAtOnce
  }

  async add(input: Input): Promise<void> {
    this.documents++
    const { source } = input
    try {
      const entry = input.packed?.() ?? null
      const bytes = entry?.bytes ?? (await input.read())
      const packing = entry && { method: entry.method, sizeBytes: entry.sizeBytes, crc: entry.crc }
      this.#documents.push({ source, start: this.#packedBytes, length: bytes.length, packing })
      this.#parts.push(bytes)
      this.#packedBytes += bytes.length
      this.#bytes += entry?.sizeBytes ?? bytes.length
    } catch (error) {
      if (!(error instanceof AllclearError)) throw error
      this.#refused.push(error)
    }
  }

  finish(feed: string | undefined): BatchWork {
    const bytes = new Uint8Array(this.#packedBytes)
    let at = 0
    for (const part of this.#parts) {
      bytes.set(part, at)
      at += part.length
    }
    return {
      archive: this.archive,
      documents: this.documents,
      refused: this.#refused,
      source: this.documents === 1 ? (this.#documents[0]?.source ?? this.archive) : this.archive,
      input: { feed, documents: this.#documents, bytes },
      transfer: [bytes.buffer],
    }
  }
}

/** What one transaction holds: the archive that an entry came from, or the loose files together. */
function archiveOf(source: string): string {
  const colon = source.lastIndexOf(': ')
  return colon < 0 ? '' : source.slice(0, colon)
}
