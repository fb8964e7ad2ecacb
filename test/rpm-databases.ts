import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface RpmPackage {
  name: string
  version: string
  release: string
  epoch?: number
  arch?: string
  sourceRpm?: string
  module?: string
  files?: readonly { folder: string; name: string }[]
}

/** A header as the database keeps it (rpm, "Header format"), without the magic that files have. */
export function rpmHeader(rpm: RpmPackage): Buffer {
  const entries: { tag: number; type: number; count: number; bytes: Buffer }[] = []
  const text = (tag: number, value: string | undefined) => {
    if (value !== undefined) entries.push({ tag, type: 6, count: 1, bytes: Buffer.from(`${value}\0`) })
  }
  const texts = (tag: number, values: readonly string[]) =>
    entries.push({
      tag,
      type: 8,
      count: values.length,
      bytes: Buffer.from(values.map((value) => `${value}\0`).join('')),
    })
  const numbers = (tag: number, values: readonly number[]) => {
    const bytes = Buffer.alloc(values.length * 4)
    for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, at * 4)
    entries.push({ tag, type: 4, count: values.length, bytes })
  }
  text(1000, rpm.name)
  text(1001, rpm.version)
  text(1002, rpm.release)
  if (rpm.epoch !== undefined) numbers(1003, [rpm.epoch])
  text(1014, 'MIT')
  text(1022, rpm.arch ?? 'x86_64')
  text(1044, rpm.sourceRpm)
  text(5096, rpm.module)
  if (rpm.files !== undefined) {
    const folders = [...new Set(rpm.files.map(({ folder }) => folder))]
    numbers(
      1116,
      rpm.files.map(({ folder }) => folders.indexOf(folder)),
    )
    texts(
      1117,
      rpm.files.map(({ name }) => name),
    )
    texts(1118, folders)
  }
  const parts: Buffer[] = []
  const index = Buffer.alloc(entries.length * 16)
  let offset = 0
  for (const [at, { tag, type, count, bytes }] of entries.entries()) {
    const padding = type === 4 ? (4 - (offset % 4)) % 4 : 0
    parts.push(Buffer.alloc(padding), bytes)
    offset += padding
    index.writeUInt32BE(tag, at * 16)
    index.writeUInt32BE(type, at * 16 + 4)
    index.writeUInt32BE(offset, at * 16 + 8)
    index.writeUInt32BE(count, at * 16 + 12)
    offset += bytes.length
  }
  const head = Buffer.alloc(8)
  head.writeUInt32BE(entries.length, 0)
  head.writeUInt32BE(offset, 4)
  return Buffer.concat([head, index, ...parts])
}

/** `rpmdb.sqlite`, written by SQLite itself. */
export function sqliteDatabase(blobs: readonly Buffer[], { pageBytes = 4096 } = {}): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'allclear-rpmdb-'))
  try {
    const path = join(folder, 'rpmdb.sqlite')
    const database = new DatabaseSync(path)
    database.exec(`pragma page_size = ${pageBytes}`)
    database.exec('create table Name (key text, hnum integer, idx integer)')
    database.exec('create table Packages (hnum integer primary key autoincrement, blob blob not null)')
    const insert = database.prepare('insert into Packages (blob) values (?)')
    for (const blob of blobs) insert.run(blob)
    database.close()
    return readFileSync(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** `Packages.db` (rpm, `lib/backend/ndb/rpmpkg.cc`). */
export function ndbDatabase(blobs: readonly Buffer[]): Buffer {
  const slots = Buffer.alloc(4096)
  slots.write('RpmP', 0, 'latin1')
  slots.writeUInt32LE(1, 8)
  slots.writeUInt32LE(1, 12)
  const parts: Buffer[] = [slots]
  let block = 4096 / 16
  for (let at = 2; at < 256; at++) {
    slots.write('Slot', at * 16, 'latin1')
    const blob = blobs[at - 2]
    if (blob === undefined) continue
    const blocks = Math.ceil((16 + blob.length + 12) / 16)
    slots.writeUInt32LE(at - 1, at * 16 + 4)
    slots.writeUInt32LE(block, at * 16 + 8)
    slots.writeUInt32LE(blocks, at * 16 + 12)
    const bytes = Buffer.alloc(blocks * 16)
    bytes.write('BlbS', 0, 'latin1')
    bytes.writeUInt32LE(at - 1, 4)
    bytes.writeUInt32LE(1, 8)
    bytes.writeUInt32LE(blob.length, 12)
    blob.copy(bytes, 16)
    parts.push(bytes)
    block += blocks
  }
  return Buffer.concat(parts)
}

/** `Packages` of Berkeley DB: one hash page whose values lie on the page or, when long, on chains of overflow pages. */
export function berkeleyDatabase(blobs: readonly Buffer[], { bigEndian = false } = {}): Buffer {
  const pageBytes = 4096
  const word = (bytes: Buffer, value: number, at: number) =>
    bigEndian ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at)
  const half = (bytes: Buffer, value: number, at: number) =>
    bigEndian ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at)
  const pageOf = (number: number, kind: number): Buffer => {
    const page = Buffer.alloc(pageBytes)
    word(page, number, 8)
    page[25] = kind
    return page
  }
  const meta = pageOf(0, 8)
  word(meta, 0x061561, 12)
  word(meta, 9, 16)
  word(meta, pageBytes, 20)
  const pages = [meta]
  let page = pageOf(1, 13)
  pages.push(page)
  let items = 0
  let end = pageBytes
  const put = (bytes: Buffer) => {
    end -= bytes.length
    bytes.copy(page, end)
    half(page, end, 26 + items++ * 2)
    half(page, items, 20)
    half(page, end, 22)
  }
  const key = (number: number): Buffer => {
    const bytes = Buffer.alloc(5)
    bytes[0] = 1
    word(bytes, number, 1)
    return bytes
  }
  // Key 0 has the number of the last package.
  put(key(0))
  put(key(blobs.length))
  for (const [at, blob] of blobs.entries()) {
    const short = blob.length < 500
    if (end - 26 - items * 2 < (short ? blob.length : 12) + 40) {
      page = pageOf(pages.length, 13)
      pages.push(page)
      items = 0
      end = pageBytes
    }
    put(key(at + 1))
    if (short) {
      put(Buffer.concat([Buffer.from([1]), blob]))
      continue
    }
    const item = Buffer.alloc(12)
    item[0] = 3
    word(item, pages.length, 4)
    word(item, blob.length, 8)
    put(item)
    for (let start = 0; start < blob.length; start += pageBytes - 26) {
      const overflow = pageOf(pages.length, 7)
      const part = blob.subarray(start, start + pageBytes - 26)
      part.copy(overflow, 26)
      half(overflow, part.length, 22)
      if (start + part.length < blob.length) word(overflow, pages.length + 1, 16)
      pages.push(overflow)
    }
  }
  return Buffer.concat(pages)
}
