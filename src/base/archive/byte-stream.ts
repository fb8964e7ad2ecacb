import { limit } from '../limits.ts'
import { tooLarge } from './refusals.ts'

/** A stream of bytes whose beginning can be looked at before it is read. */
export class ByteStream implements AsyncIterable<Uint8Array> {
  readonly #chunks: AsyncIterator<Uint8Array>
  #ahead: Uint8Array[] = []

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** The first `count` bytes, fewer when there are no more. */
  async peek(count: number): Promise<Uint8Array> {
    let length = this.#ahead.reduce((sum, chunk) => sum + chunk.length, 0)
    while (length < count) {
      const { done, value } = await this.#chunks.next()
      if (done) break
      this.#ahead.push(value)
      length += value.length
    }
    if (this.#ahead.length > 1) this.#ahead = [Buffer.concat(this.#ahead)]
    return this.#ahead[0]?.subarray(0, count) ?? new Uint8Array(0)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#ahead.splice(0)
      for (;;) {
        const { done, value } = await this.#chunks.next()
        if (done) return
        yield value
      }
    } finally {
      await this.#chunks.return?.()
    }
  }
}

/** All bytes of a stream, at most what one document may have. */
export async function collect(where: string, chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const maxBytes = limit('archiveEntryBytes')
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge(where, length, maxBytes)
    parts.push(chunk)
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts, length)
}
