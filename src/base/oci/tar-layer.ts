import { limit } from '../limits.ts'
import { overLimit, unreadableImage } from './refusals.ts'
import type { EntryKind, LayerEntry } from './types.ts'

const blockBytes = 512

/** An entry of a tar, with what only readers of archives of archives need. */
export interface TarEntry extends LayerEntry {
  /** The content as a stream, for an entry that is an archive itself. */
  chunks(): AsyncGenerator<Uint8Array>
  /** The content does not follow in the stream: whoever feeds it jumps over it. */
  forget(): void
}

/**
 * The entries of a layer (a tar: POSIX pax and ustar, GNU long names; OCI image specification, "Image Layer Filesystem
 * Changeset") in their order. Written here and not taken from a library because a layer has links, devices and hostile
 * names that have to be seen and not refused, and because a parser without a queue for each entry reads them several
 * times as fast (docs/decisions/0006-own-layer-reader.md). Throws `image.unreadable` where the tar is damaged and
 * `archive.bomb` past a limit; what came before has been yielded by then.
 */
export async function* readTarLayer(
  chunks: AsyncIterable<Uint8Array>,
  where: string,
): AsyncGenerator<TarEntry> {
  const source = new PartReader(chunks, where)
  const entriesMax = limit('layerEntries')
  let entries = 0
  let global: PaxRecords = {}
  let own: PaxRecords = {}
  try {
    for (;;) {
      const header = await source.block()
      // The end is two blocks of zeros; one of them, or none, is what careless writers leave (POSIX, pax, "End-of-Archive").
      if (header === null || header[0] === 0) {
        // Padding follows; it is part of what the digest of the layer stands for.
        await source.drain()
        return
      }
      if (!hasChecksum(header)) throw unreadableImage(where, 'a header of its tar is damaged')
      const storedBytes = sizeOf(header, where)
      const type = String.fromCharCode(header[156] || 0x30)
      if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
        const text = await source.text(storedBytes, limit('layerHeaderBytes'))
        if (type === 'g') global = { ...global, ...parsePax(text, where) }
        else if (type === 'x') own = { ...own, ...parsePax(text, where) }
        else own[type === 'L' ? 'path' : 'linkpath'] ??= text.subarray(0, lengthTo(text, 0)).toString()
        continue
      }
      if (++entries > entriesMax)
        throw overLimit(where, `has more than ${entriesMax} entries`, 'ALLCLEAR_LIMIT_LAYER_ENTRIES')
      const records = { ...global, ...own }
      own = {}
      let sizeBytes = records.size === undefined ? storedBytes : Number(records.size)
      if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
        throw unreadableImage(where, 'an entry has a size that no file has')
      const kind = kindOf(type)
      // Links and devices may carry the size of what they stand for; nothing follows them (POSIX, pax, typeflag 1 to 6).
      if (kind !== 'file' && type !== 'S') sizeBytes = 0
      // Old GNU sparse maps: further header blocks follow while a flag says so (GNU tar manual, "Storing Sparse Files").
      if (type === 'S') for (let more = header[482]; more === 1;) more = (await source.need())[504]
      source.open(sizeBytes)
      yield {
        name: records.path ?? nameOf(header),
        kind,
        sizeBytes: kind === 'file' ? sizeBytes : 0,
        mode: octal(header, 100, 8),
        target:
          kind === 'symlink' || kind === 'hardlink' ? (records.linkpath ?? textAt(header, 157, 100)) : null,
        read: (onPart) => source.content(onPart),
        chunks: () => source.parts(),
        forget: () => source.open(0),
      }
      await source.skipRest()
    }
  } finally {
    await source.close()
  }
}

interface PaxRecords {
  path?: string
  linkpath?: string
  size?: string
}

function kindOf(type: string): EntryKind {
  switch (type) {
    case '0':
    case '7':
      return 'file'
    case '1':
      return 'hardlink'
    case '2':
      return 'symlink'
    case '5':
      return 'folder'
    default:
      return 'special'
  }
}

/** The name of a ustar header is split at a slash when it is longer than 100 bytes (POSIX, pax, "ustar"). */
function nameOf(header: Buffer): string {
  const name = textAt(header, 0, 100)
  const isUstar = header.toString('latin1', 257, 262) === 'ustar'
  // GNU tar writes `ustar  ` and has times where POSIX has the prefix.
  const prefix = isUstar && header[262] === 0 ? textAt(header, 345, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function textAt(header: Buffer, start: number, length: number): string {
  return header.toString('utf8', start, Math.min(start + length, lengthTo(header, start)))
}

function lengthTo(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(0, start)
  return end < 0 ? bytes.length : end
}

function octal(header: Buffer, start: number, length: number): number {
  const digits = header.toString('latin1', start, start + length).replace(/[\0 ]+/g, '')
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : 0
}

/** Octal, or base 256 with the high bit set for what octal cannot hold (GNU tar, "Extensions to the archive format"). */
function sizeOf(header: Buffer, where: string): number {
  if ((header[124] & 0x80) === 0) return octal(header, 124, 12)
  let size = header[124] & 0x7f
  for (let at = 125; at < 136; at++) size = size * 256 + header[at]
  if (!Number.isSafeInteger(size)) throw unreadableImage(where, 'an entry has a size that no file has')
  return size
}

function hasChecksum(header: Buffer): boolean {
  let sum = 8 * 0x20
  for (let at = 0; at < 148; at++) sum += header[at]
  for (let at = 156; at < blockBytes; at++) sum += header[at]
  return sum === octal(header, 148, 8)
}

/** `LENGTH KEY=VALUE\n` (POSIX, pax Extended Header). */
function parsePax(bytes: Buffer, where: string): PaxRecords {
  const records: PaxRecords = {}
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at)
    const length = space < 0 ? Number.NaN : Number(bytes.toString('latin1', at, space))
    if (!Number.isInteger(length) || length <= space - at || at + length > bytes.length)
      throw unreadableImage(where, 'an extended header of its tar is damaged')
    const equals = bytes.indexOf(0x3d, space)
    if (equals < 0 || equals >= at + length)
      throw unreadableImage(where, 'an extended header of its tar is damaged')
    const key = bytes.toString('utf8', space + 1, equals)
    if (key === 'path' || key === 'linkpath' || key === 'size')
      records[key] = bytes.toString('utf8', equals + 1, at + length - 1)
    at += length
  }
  return records
}

/** Takes blocks and contents off a stream of chunks, without copying what lies in one chunk. */
class PartReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #where: string
  #chunk: Buffer = Buffer.alloc(0)
  #at = 0
  #contentBytes = 0
  #paddingBytes = 0

  constructor(chunks: AsyncIterable<Uint8Array>, where: string) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#where = where
  }

  /** The next header; null at the end of the stream. */
  async block(): Promise<Buffer | null> {
    if (this.#chunk.length - this.#at >= blockBytes) {
      this.#at += blockBytes
      return this.#chunk.subarray(this.#at - blockBytes, this.#at)
    }
    const block = Buffer.alloc(blockBytes)
    let filled = 0
    while (filled < blockBytes) {
      if (this.#at === this.#chunk.length && !(await this.#more())) {
        if (filled === 0) return null
        throw this.#cutOff()
      }
      const count = Math.min(blockBytes - filled, this.#chunk.length - this.#at)
      this.#chunk.copy(block, filled, this.#at, this.#at + count)
      this.#at += count
      filled += count
    }
    return block
  }

  async need(): Promise<Buffer> {
    const block = await this.block()
    if (block === null) throw this.#cutOff()
    return block
  }

  /** The content of a header that is itself text. */
  async text(sizeBytes: number, bytesMax: number): Promise<Buffer> {
    if (sizeBytes > bytesMax)
      throw overLimit(
        this.#where,
        `has a header of ${sizeBytes} bytes; the limit is ${bytesMax}`,
        'ALLCLEAR_LIMIT_LAYER_HEADER_BYTES',
      )
    const parts: Buffer[] = []
    this.open(sizeBytes)
    await this.content((part) => parts.push(Buffer.from(part)))
    await this.skipRest()
    return Buffer.concat(parts)
  }

  open(sizeBytes: number): void {
    this.#contentBytes = sizeBytes
    this.#paddingBytes = (blockBytes - (sizeBytes % blockBytes)) % blockBytes
  }

  async content(onPart: (part: Buffer) => void): Promise<void> {
    while (this.#contentBytes > 0) {
      if (this.#at === this.#chunk.length && !(await this.#more())) throw this.#cutOff()
      const count = Math.min(this.#contentBytes, this.#chunk.length - this.#at)
      this.#at += count
      this.#contentBytes -= count
      onPart(this.#chunk.subarray(this.#at - count, this.#at))
    }
  }

  async *parts(): AsyncGenerator<Uint8Array> {
    while (this.#contentBytes > 0) {
      if (this.#at === this.#chunk.length && !(await this.#more())) throw this.#cutOff()
      const count = Math.min(this.#contentBytes, this.#chunk.length - this.#at)
      this.#at += count
      this.#contentBytes -= count
      yield this.#chunk.subarray(this.#at - count, this.#at)
    }
  }

  async skipRest(): Promise<void> {
    await this.#skip(this.#contentBytes, true)
    // umoci ends a layer with the last byte of the last file: without padding there is nothing missing.
    await this.#skip(this.#paddingBytes, false)
    this.#contentBytes = 0
    this.#paddingBytes = 0
  }

  async #skip(count: number, needed: boolean): Promise<void> {
    for (let left = count; left > 0;) {
      if (this.#at === this.#chunk.length && !(await this.#more())) {
        if (needed) throw this.#cutOff()
        return
      }
      const part = Math.min(left, this.#chunk.length - this.#at)
      this.#at += part
      left -= part
    }
  }

  async drain(): Promise<void> {
    while (await this.#more()) continue
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next()
    if (done) return false
    this.#chunk = Buffer.from(value.buffer, value.byteOffset, value.length)
    this.#at = 0
    // An empty chunk says nothing; the caller asks again only when there is something to take.
    return this.#chunk.length > 0 || this.#more()
  }

  #cutOff() {
    return unreadableImage(this.#where, 'its tar ends in the middle of an entry')
  }
}
