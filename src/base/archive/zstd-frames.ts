import { unreadable } from './refusals.ts'

/**
 * Cuts a zstd stream into its frames (RFC 8878, section 3.1), leaving out skippable ones. A file may hold many, as
 * parallel and seekable compressors write them, and Node's decompressor ends after the first without a word.
 */
export async function* zstdFrames(
  chunks: AsyncIterable<Uint8Array>,
  where: string,
): AsyncGenerator<AsyncGenerator<Uint8Array>> {
  const reader = new ByteReader(chunks)
  try {
    for (;;) {
      const magic = await reader.take(4)
      if (magic.length === 0) return
      if (magic.length < 4) throw unreadable(where, 'it ends in the middle of a frame')
      const number = magic.readUInt32LE()
      if (number >>> 4 === 0x184d2a5) {
        const size = await takeWhole(reader, 4, where)
        await takeWhole(reader, size.readUInt32LE(), where)
        continue
      }
      if (number !== 0xfd2fb528) throw unreadable(where, 'something else follows its last frame')
      yield frame(reader, magic, where)
    }
  } finally {
    await reader.close()
  }
}

/** Bytes of the optional fields by their two flag bits (RFC 8878, section 3.1.1.1). */
const dictionaryIdBytes = [0, 1, 2, 4]
const contentSizeBytes = [0, 2, 4, 8]

/** Blocks are handed on in pieces of this size: each piece costs a trip to the thread pool. */
const pieceBytes = 64 * 1024

async function* frame(reader: ByteReader, magic: Buffer, where: string): AsyncGenerator<Uint8Array> {
  const descriptor = await takeWhole(reader, 1, where)
  const flags = descriptor[0]
  const singleSegment = (flags & 0x20) !== 0
  const contentSize = flags >>> 6
  const headerBytes =
    (singleSegment ? 0 : 1) +
    dictionaryIdBytes[flags & 3] +
    (contentSize === 0 && singleSegment ? 1 : contentSizeBytes[contentSize])
  let parts = [magic, descriptor, await takeWhole(reader, headerBytes, where)]
  let length = 0
  for (let last = false; !last;) {
    const header = await takeWhole(reader, 3, where)
    const word = header.readUIntLE(0, 3)
    last = (word & 1) !== 0
    const type = (word >>> 1) & 3
    if (type === 3) throw unreadable(where, 'it has a block of a reserved kind')
    // A run-length block holds one byte, whatever size it stands for (section 3.1.1.2).
    const content = await takeWhole(reader, type === 1 ? 1 : word >>> 3, where)
    parts.push(header, content)
    length += header.length + content.length
    if (length < pieceBytes) continue
    yield Buffer.concat(parts)
    parts = []
    length = 0
  }
  if ((flags & 4) !== 0) parts.push(await takeWhole(reader, 4, where))
  if (parts.length > 0) yield Buffer.concat(parts)
}

async function takeWhole(reader: ByteReader, count: number, where: string): Promise<Buffer> {
  const bytes = await reader.take(count)
  if (bytes.length < count) throw unreadable(where, 'it ends in the middle of a frame')
  return bytes
}

/** Takes counted pieces off a stream of chunks. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Buffer = Buffer.alloc(0)

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** The next `count` bytes, fewer where the stream ends. */
  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = []
    let missing = count
    while (missing > this.#rest.length) {
      parts.push(this.#rest)
      missing -= this.#rest.length
      const { done, value } = await this.#chunks.next()
      this.#rest = done ? Buffer.alloc(0) : Buffer.from(value.buffer, value.byteOffset, value.length)
      if (done) return Buffer.concat(parts)
    }
    parts.push(this.#rest.subarray(0, missing))
    this.#rest = this.#rest.subarray(missing)
    return parts.length === 1 ? parts[0] : Buffer.concat(parts)
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}
