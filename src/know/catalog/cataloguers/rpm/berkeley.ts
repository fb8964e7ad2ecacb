import { DamagedDatabase } from './damaged.ts'

/**
 * The headers of a `Packages` in a hash table of Berkeley DB, as rpm had it until 4.15 (Berkeley DB, `db_page.h`; rpm,
 * `lib/backend/bdb_ro.cc`). Pages are read one after another: which bucket a pair is in does not matter here.
 */
export function* readBerkeleyHeaders(bytes: Buffer): Generator<Buffer> {
  if (bytes.length < 512) throw new DamagedDatabase('it is cut off')
  const little = bytes.readUInt32LE(12) === hashMagic
  if (!little && bytes.readUInt32BE(12) !== hashMagic) throw new DamagedDatabase('it is no hash table')
  const file: BerkeleyFile = {
    bytes,
    word: (at) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
    half: (at) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    pageBytes: 0,
    copiedBytes: 0,
  }
  file.pageBytes = file.word(20)
  if (file.pageBytes < 512 || file.pageBytes > 65_536)
    throw new DamagedDatabase('its page size is impossible')
  for (let page = file.pageBytes; page + pageHeadBytes <= bytes.length; page += file.pageBytes) {
    const kind = bytes[page + 25]
    if (kind !== unsortedHashPage && kind !== hashPage) continue
    const items = file.half(page + 20)
    if (pageHeadBytes + items * 2 > file.pageBytes)
      throw new DamagedDatabase('a page names items outside itself')
    // Items are keys and values in turn; a value is followed by nothing that says its length, but by the item before it.
    for (let index = 1; index < items; index += 2) {
      const offset = file.half(page + pageHeadBytes + index * 2)
      const end = file.half(page + pageHeadBytes + (index - 1) * 2)
      if (offset >= file.pageBytes) throw new DamagedDatabase('an item lies outside its page')
      const item = page + offset
      if (bytes[item] === offPage && item + 12 <= bytes.length) yield overflowOf(file, item)
      else if (bytes[item] === keyData && end > offset + 1) yield bytes.subarray(item + 1, page + end)
    }
  }
}

interface BerkeleyFile {
  bytes: Buffer
  pageBytes: number
  /** What chains of pages gave so far; chains that share pages would give more than the file has. */
  copiedBytes: number
  word(at: number): number
  half(at: number): number
}

/** A value longer than a page: `{ type, pad[3], first page, length }`, then a chain of overflow pages. */
function overflowOf(file: BerkeleyFile, item: number): Buffer {
  const { bytes, pageBytes } = file
  const length = file.word(item + 8)
  file.copiedBytes += length
  if (length > bytes.length || file.copiedBytes > 2 * bytes.length)
    throw new DamagedDatabase('its values are longer than the file')
  const parts: Buffer[] = []
  let missing = length
  let number = file.word(item + 4)
  while (missing > 0) {
    const page = number * pageBytes
    if (number === 0 || page + pageHeadBytes > bytes.length || bytes[page + 25] !== overflowPage)
      throw new DamagedDatabase('a value goes on outside the file')
    // On overflow pages the field that elsewhere says where items begin says how many bytes are in use.
    const count = Math.min(file.half(page + 22), missing, pageBytes - pageHeadBytes)
    if (count === 0) throw new DamagedDatabase('a value ends too early')
    parts.push(bytes.subarray(page + pageHeadBytes, page + pageHeadBytes + count))
    missing -= count
    number = file.word(page + 16)
  }
  return Buffer.concat(parts)
}

const hashMagic = 0x061561
const pageHeadBytes = 26
const unsortedHashPage = 2
const overflowPage = 7
const hashPage = 13
const keyData = 1
const offPage = 3
