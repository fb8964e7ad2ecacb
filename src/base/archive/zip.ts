import { crc32, gunzipSync, inflateRawSync, zstdDecompressSync } from 'node:zlib'
import { limit } from '../limits.ts'
import { checkRatio, type Budget } from './budget.ts'
import type { ByteSource } from './byte-source.ts'
import { safeEntryName } from './entry-name.ts'
import { tooLarge, unreadable, unsafePath } from './refusals.ts'
import type { PackedEntry } from './types.ts'

/** One line of the central directory. */
export interface ZipEntry {
  name: string
  sizeBytes: number
  packedBytes: number
  kind: 'file' | 'folder' | 'link'
  method: number
  encrypted: boolean
  crc: number
  /** Of the local header, from the start of the source. */
  offset: number
  /** Length of the name as it stands in the local header, for finding overlaps before reading. */
  nameBytes: number
}

/** An entry and its packed bytes. */
export interface ZipMember {
  entry: ZipEntry
  /** Unpacks and checks size and checksum. */
  read(): Uint8Array
  packed(): PackedEntry | null
}

/** PKWARE APPNOTE 4.4.5. */
const methods = new Map<number, PackedEntry['method']>([
  [0, 'stored'],
  [8, 'deflated'],
  [93, 'zstd'],
])

const endRecordBytes = 22
/** A comment of at most 65,535 bytes follows the end record (APPNOTE 4.3.16); a zip64 locator precedes it. */
const tailBytes = endRecordBytes + 0xffff + 20
/** Read at once; entries lie one after another, so that a large archive needs few reads and little memory. */
const windowBytes = 256 * 1024

/**
 * The entries of a zip as its central directory lists them (PKWARE APPNOTE 6.3.10, section 4.3), in the order in which
 * they lie in the file. Throws when the directory is not consistent: a name that leads outside, entries that overlap
 * (the trick of "a better zip bomb", Fifield 2019), sizes that lie outside the file or beyond the budget.
 */
export async function readZipDirectory(
  source: ByteSource,
  archive: string,
  budget: Budget,
): Promise<ZipEntry[]> {
  const { count, directoryOffset, directoryBytes, shift } = await readEnd(source, archive)
  budget.takeEntries(count)
  if (directoryBytes > limit('archiveEntryBytes'))
    throw tooLarge(`${archive} (directory)`, directoryBytes, limit('archiveEntryBytes'))
  const directory = asBuffer(await source.read(directoryOffset, directoryBytes))
  const entries: ZipEntry[] = []
  let at = 0
  for (let index = 0; index < count; index++) {
    const { entry, next } = readEntry(directory, at, archive, shift)
    at = next
    budget.takeBytes(entry.sizeBytes)
    entries.push(entry)
  }
  entries.sort((a, b) => a.offset - b.offset)
  let end = 0
  for (const entry of entries) {
    if (entry.offset < end) throw unreadable(`${archive}: ${entry.name}`, 'it overlaps another entry')
    end = entry.offset + localHeaderBytes + entry.nameBytes + entry.packedBytes
  }
  if (end > directoryOffset) throw unreadable(archive, 'an entry reaches into the directory')
  return entries
}

interface End {
  count: number
  directoryOffset: number
  directoryBytes: number
  /** Bytes before the archive proper, of a self-extracting one. */
  shift: number
}

async function readEnd(source: ByteSource, archive: string): Promise<End> {
  const tailOffset = Math.max(0, source.sizeBytes - tailBytes)
  const tail = asBuffer(await source.read(tailOffset, tailBytes))
  for (let at = tail.length - endRecordBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== 0x06054b50) continue
    // The comment ends the file; a signature inside a comment does not fit.
    if (at + endRecordBytes + tail.readUInt16LE(at + 20) !== tail.length) continue
    if (tail.readUInt16LE(at + 4) !== 0 && tail.readUInt16LE(at + 4) !== 0xffff)
      throw unreadable(archive, 'it is one part of a split archive')
    let count = tail.readUInt16LE(at + 10)
    let directoryBytes = tail.readUInt32LE(at + 12)
    let written = tail.readUInt32LE(at + 16)
    let recordOffset = tailOffset + at
    if (count === 0xffff || directoryBytes === 0xffffffff || written === 0xffffffff) {
      const zip64 = await readZip64End(source, archive, tail, at)
      if (zip64 !== null) ({ count, directoryBytes, written, recordOffset } = zip64)
    }
    const directoryOffset = recordOffset - directoryBytes
    const shift = directoryOffset - written
    if (directoryOffset < 0 || shift < 0) throw unreadable(archive, 'its directory lies outside the file')
    // The shortest line of a directory has 46 bytes: more lines than fit are a lie about the count.
    if (count * 46 > directoryBytes)
      throw unreadable(archive, `its directory has no room for ${count} entries`)
    return { count, directoryBytes, directoryOffset, shift }
  }
  throw unreadable(archive, 'it has no directory at its end')
}

/** APPNOTE 4.3.14 and 4.3.15. */
async function readZip64End(source: ByteSource, archive: string, tail: Buffer, endAt: number) {
  const locator = endAt - 20
  if (locator < 0 || tail.readUInt32LE(locator) !== 0x07064b50) return null
  const recordOffset = safeNumber(tail.readBigUInt64LE(locator + 8), archive)
  const record = asBuffer(await source.read(recordOffset, 56))
  if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50)
    throw unreadable(archive, 'its zip64 record is damaged')
  return {
    count: safeNumber(record.readBigUInt64LE(32), archive),
    directoryBytes: safeNumber(record.readBigUInt64LE(40), archive),
    written: safeNumber(record.readBigUInt64LE(48), archive),
    recordOffset,
  }
}

function readEntry(
  directory: Buffer,
  at: number,
  archive: string,
  shift: number,
): { entry: ZipEntry; next: number } {
  if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50)
    throw unreadable(archive, 'its directory is damaged')
  const flags = directory.readUInt16LE(at + 8)
  const nameBytes = directory.readUInt16LE(at + 28)
  const extraBytes = directory.readUInt16LE(at + 30)
  const next = at + 46 + nameBytes + extraBytes + directory.readUInt16LE(at + 32)
  if (next > directory.length) throw unreadable(archive, 'its directory is cut off')
  // Bit 11 says UTF-8 (APPNOTE 4.4.4); tools that leave it out write ASCII or, as often, UTF-8 all the same.
  const written = directory.toString('utf8', at + 46, at + 46 + nameBytes)
  const name = safeEntryName(archive, written)
  let packedBytes = directory.readUInt32LE(at + 20)
  let sizeBytes = directory.readUInt32LE(at + 24)
  let offset = directory.readUInt32LE(at + 42)
  if (packedBytes === 0xffffffff || sizeBytes === 0xffffffff || offset === 0xffffffff) {
    const large = zip64Field(directory, at + 46 + nameBytes, extraBytes)
    // Only the fields that did not fit are there, in this order (APPNOTE 4.5.3).
    const take = (short: number) =>
      short === 0xffffffff && large.length > 0 ? safeNumber(large.shift() as bigint, archive) : short
    sizeBytes = take(sizeBytes)
    packedBytes = take(packedBytes)
    offset = take(offset)
  }
  // The upper half of the external attributes is st_mode when the entry was made on Unix (APPNOTE 4.4.2, 4.4.15).
  const unixMode = directory.readUInt8(at + 5) === 3 ? directory.readUInt16LE(at + 40) : 0
  const kind = (unixMode & 0o170000) === 0o120000 ? 'link' : /[/\\]$/.test(written) ? 'folder' : 'file'
  return {
    entry: {
      name,
      sizeBytes,
      packedBytes,
      kind,
      method: directory.readUInt16LE(at + 10),
      encrypted: (flags & 1) !== 0,
      crc: directory.readUInt32LE(at + 16),
      offset: offset + shift,
      nameBytes,
    },
    next,
  }
}

function zip64Field(directory: Buffer, start: number, length: number): bigint[] {
  let at = start
  while (at + 4 <= start + length) {
    const id = directory.readUInt16LE(at)
    const size = directory.readUInt16LE(at + 2)
    if (id === 1) {
      const values: bigint[] = []
      for (let value = at + 4; value + 8 <= Math.min(at + 4 + size, start + length); value += 8)
        values.push(directory.readBigUInt64LE(value))
      return values
    }
    at += 4 + size
  }
  return []
}

function safeNumber(value: bigint, archive: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw unreadable(archive, 'it names a size that no file has')
  return Number(value)
}

const localHeaderBytes = 30

/**
 * The wanted entries with their bytes, as many at a time as one reading of the source brings; what was yielded stays
 * readable after the source is closed.
 */
export async function* readZipMembers(
  source: ByteSource,
  archive: string,
  entries: readonly ZipEntry[],
): AsyncGenerator<ZipMember[]> {
  let window = asBuffer(new Uint8Array(0))
  let windowOffset = 0
  const holds = (offset: number, length: number): boolean =>
    offset >= windowOffset && offset + length <= windowOffset + window.length
  const load = async (offset: number, length: number): Promise<void> => {
    window = asBuffer(await source.read(offset, Math.max(length, windowBytes)))
    windowOffset = offset
  }
  let members: ZipMember[] = []
  for (const entry of entries) {
    // As a rule the local header is as long as it must be; where it is longer the window is read again below.
    if (members.length > 0 && !holds(entry.offset, localHeaderBytes + entry.nameBytes + entry.packedBytes)) {
      yield members
      members = []
    }
    let packed: Uint8Array | null = null
    if (!holds(entry.offset, localHeaderBytes)) await load(entry.offset, localHeaderBytes)
    const header = entry.offset - windowOffset
    if (header + localHeaderBytes <= window.length && window.readUInt32LE(header) === 0x04034b50) {
      const names = window.readUInt16LE(header + 26) + window.readUInt16LE(header + 28)
      const offset = entry.offset + localHeaderBytes + names
      if (!holds(offset, entry.packedBytes)) await load(offset, entry.packedBytes)
      const start = offset - windowOffset
      if (start + entry.packedBytes <= window.length)
        packed = window.subarray(start, start + entry.packedBytes)
    }
    members.push(memberOf(entry, packed, archive))
  }
  if (members.length > 0) yield members
}

function memberOf(entry: ZipEntry, packed: Uint8Array | null, archive: string): ZipMember {
  return {
    entry,
    read() {
      const where = `${archive}: ${entry.name}`
      return unpackEntry(packedEntry(entry, packed, where), where)
    },
    packed() {
      const method = methods.get(entry.method)
      if (packed === null || method === undefined || entry.encrypted || entry.kind === 'link') return null
      return { bytes: packed, method, sizeBytes: entry.sizeBytes, crc: entry.crc }
    },
  }
}

/** Throws for what cannot be unpacked at all. */
function packedEntry(entry: ZipEntry, packed: Uint8Array | null, where: string): PackedEntry {
  if (packed === null) throw unreadable(where, 'its header is damaged or the file ends before it')
  if (entry.kind === 'link') throw unsafePath(where, 'is a symbolic link')
  if (entry.encrypted) throw unreadable(where, 'it is encrypted')
  const method = methods.get(entry.method)
  if (method === undefined)
    throw unreadable(
      where,
      `it is packed with method ${entry.method}, and only stored, deflate and zstd are read`,
    )
  return { bytes: packed, method, sizeBytes: entry.sizeBytes, crc: entry.crc }
}

/** Unpacks an entry and checks it against what the directory says. Throws `AllclearError` that names `where`. */
export function unpackEntry(entry: PackedEntry, where: string): Uint8Array {
  if (entry.sizeBytes > limit('archiveEntryBytes'))
    throw tooLarge(where, entry.sizeBytes, limit('archiveEntryBytes'))
  checkRatio(where, entry.bytes.length, entry.sizeBytes)
  const bytes = unpackMethod(entry, where)
  if (bytes.length !== entry.sizeBytes)
    throw unreadable(where, `it has ${bytes.length} bytes where the directory says ${entry.sizeBytes}`)
  if (crc32(bytes) !== entry.crc) throw unreadable(where, 'its checksum is wrong')
  return bytes
}

/** Together they may unpack to so much; the result is one piece of memory. */
const togetherBytesMax = 64 * 1024 * 1024
const gzipHead = Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
const gzipTailBytes = 8

/**
 * Unpacks many small deflated entries at once: a call for each costs more than its bytes. A gzip file is a deflate
 * stream between a head and a tail of checksum and size, and several such members after one another are one file (RFC
 * 1952, 2.2), so the entries become one file, which zlib unpacks and checks in a single call.
 *
 * `null` when one of them is not deflated or not what the directory says; `unpackEntry` then tells which, and why.
 */
export function unpackTogether(entries: readonly PackedEntry[]): Uint8Array[] | null {
  let packedBytes = 0
  let sizeBytes = 0
  for (const entry of entries) {
    if (entry.method !== 'deflated') return null
    packedBytes += gzipHead.length + entry.bytes.length + gzipTailBytes
    sizeBytes += entry.sizeBytes
  }
  if (sizeBytes > togetherBytesMax || sizeBytes > packedBytes * limit('archiveRatio')) return null
  const file = Buffer.allocUnsafe(packedBytes)
  let at = 0
  for (const { bytes, crc, sizeBytes: size } of entries) {
    file.set(gzipHead, at)
    file.set(bytes, at + gzipHead.length)
    at += gzipHead.length + bytes.length
    file.writeUInt32LE(crc, at)
    at = file.writeUInt32LE(size, at + 4)
  }
  let all: Uint8Array
  try {
    all = gunzipSync(file, { maxOutputLength: sizeBytes + 1, chunkSize: Math.max(64, sizeBytes + 1) })
  } catch {
    return null
  }
  if (all.length !== sizeBytes) return null
  let start = 0
  return entries.map(({ sizeBytes: size }) => all.subarray(start, (start += size)))
}

function unpackMethod({ bytes, method, sizeBytes }: PackedEntry, where: string): Uint8Array {
  // One byte more than promised: a longer entry shows itself, and one that is right needs a single piece of memory.
  const bounds = { maxOutputLength: sizeBytes + 1, chunkSize: Math.max(64, sizeBytes + 1) }
  try {
    switch (method) {
      case 'stored':
        return bytes
      case 'deflated':
        return inflateRawSync(bytes, bounds)
      case 'zstd':
        return zstdDecompressSync(bytes, bounds)
    }
  } catch (error) {
    const longer = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
    throw unreadable(
      where,
      longer ? `it has more than the ${sizeBytes} bytes that the directory says` : (error as Error).message,
      error,
    )
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
