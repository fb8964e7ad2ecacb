import { DamagedDatabase } from './damaged.ts'

/**
 * The headers of a `rpmdb.sqlite`: the second column of the table `Packages (hnum, blob)`. Read from the file format
 * alone (https://www.sqlite.org/fileformat2.html), because SQLite itself opens files and this must not touch the disk.
 * Throws `DamagedDatabase` where it contradicts itself; what came before has been yielded.
 */
export function* readSqliteHeaders(bytes: Buffer): Generator<Buffer> {
  if (bytes.length < 512) throw new DamagedDatabase('it is cut off')
  const written = bytes.readUInt16BE(16)
  const file = { bytes, pageBytes: written === 1 ? 65_536 : written, reserved: bytes[20], pagesLeft: 0 }
  if (file.pageBytes < 512 || (file.pageBytes & (file.pageBytes - 1)) !== 0)
    throw new DamagedDatabase('its page size is impossible')
  // A tree with loops would never end: no page of a table is visited twice.
  file.pagesLeft = Math.ceil(bytes.length / file.pageBytes) + 1
  let root = 0
  for (const record of recordsOf(file, 1)) {
    const columns = columnsOf(record, 5)
    if (columns[0]?.toString() === 'table' && columns[1]?.toString() === 'Packages')
      root = columns[3] === null ? 0 : integerOf(columns[3])
  }
  if (root === 0) throw new DamagedDatabase('it has no table Packages')
  file.pagesLeft = Math.ceil(bytes.length / file.pageBytes) + 1
  for (const record of recordsOf(file, root)) {
    const [, blob] = columnsOf(record, 2)
    if (blob) yield blob
  }
}

interface SqliteFile {
  bytes: Buffer
  pageBytes: number
  reserved: number
  pagesLeft: number
}

const interiorTable = 5
const leafTable = 13

/** The records of a table's b-tree, in the order of their keys (section 1.6). */
function* recordsOf(file: SqliteFile, root: number): Generator<Buffer> {
  const waiting = [root]
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (--file.pagesLeft < 0) throw new DamagedDatabase('its pages form a loop')
    const page = pageOf(file, number)
    const header = number === 1 ? 100 : 0
    const kind = page[header]
    const cells = page.readUInt16BE(header + 3)
    const pointers = header + (kind === interiorTable ? 12 : 8)
    if (kind !== interiorTable && kind !== leafTable) throw new DamagedDatabase('a page is of no known kind')
    if (pointers + cells * 2 > page.length) throw new DamagedDatabase('a page names cells outside itself')
    if (kind === interiorTable) {
      const children: number[] = []
      for (let index = 0; index < cells; index++) {
        const cell = page.readUInt16BE(pointers + index * 2)
        if (cell + 4 > page.length) throw new DamagedDatabase('a cell lies outside its page')
        children.push(page.readUInt32BE(cell))
      }
      children.push(page.readUInt32BE(header + 8))
      waiting.push(...children.reverse())
      continue
    }
    for (let index = 0; index < cells; index++)
      yield payloadOf(file, page, page.readUInt16BE(pointers + index * 2))
  }
}

/** What does not fit on a page goes on over a chain of pages (section 1.6, "payload", and 1.7). */
function payloadOf(file: SqliteFile, page: Buffer, cell: number): Buffer {
  const length = variable(page, cell)
  const key = variable(page, length.end)
  const usable = file.pageBytes - file.reserved
  if (length.value > file.bytes.length) throw new DamagedDatabase('a record is longer than the file')
  if (length.value <= usable - 35) {
    if (key.end + length.value > page.length) throw new DamagedDatabase('a record reaches out of its page')
    return page.subarray(key.end, key.end + length.value)
  }
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const wanted = least + ((length.value - least) % (usable - 4))
  const local = wanted <= usable - 35 ? wanted : least
  if (key.end + local + 4 > page.length) throw new DamagedDatabase('a record reaches out of its page')
  const parts = [page.subarray(key.end, key.end + local)]
  let missing = length.value - local
  let next = page.readUInt32BE(key.end + local)
  while (missing > 0) {
    const overflow = pageOf(file, next)
    const part = overflow.subarray(4, 4 + Math.min(missing, usable - 4))
    if (part.length === 0) throw new DamagedDatabase('a record ends too early')
    parts.push(part)
    missing -= part.length
    next = overflow.readUInt32BE(0)
  }
  return Buffer.concat(parts)
}

function pageOf({ bytes, pageBytes }: SqliteFile, number: number): Buffer {
  const start = (number - 1) * pageBytes
  if (number < 1 || start + 8 > bytes.length) throw new DamagedDatabase('a page lies outside the file')
  return bytes.subarray(start, start + pageBytes)
}

/** Big-endian, seven bits a byte, the ninth byte whole (section 1.6, "varint"). */
function variable(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0
  for (let at = start; at < start + 9; at++) {
    if (at >= bytes.length) throw new DamagedDatabase('a number is cut off')
    if (at === start + 8) return { value: value * 256 + bytes[at], end: at + 1 }
    value = value * 128 + (bytes[at] & 0x7f)
    if (bytes[at] < 0x80) return { value, end: at + 1 }
  }
  throw new DamagedDatabase('a number is cut off')
}

/** The first columns of a record (section 2.1); a column without bytes of its own is null. */
function columnsOf(record: Buffer, count: number): (Buffer | null)[] {
  const header = variable(record, 0)
  const columns: (Buffer | null)[] = []
  let at = header.value
  for (let type = header.end; type < header.value && columns.length < count;) {
    const { value, end } = variable(record, type)
    type = end
    const length =
      value >= 12
        ? Math.floor((value - (value % 2 === 0 ? 12 : 13)) / 2)
        : ([0, 1, 2, 3, 4, 6, 8, 8, 0, 0][value] ?? 0)
    if (at + length > record.length) throw new DamagedDatabase('a column reaches out of its record')
    columns.push(length === 0 ? null : record.subarray(at, at + length))
    at += length
  }
  return columns
}

function integerOf(bytes: Buffer): number {
  return bytes.length <= 6 ? bytes.readUIntBE(0, bytes.length) : Number(bytes.readBigInt64BE(0))
}
