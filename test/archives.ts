/** Archives for tests, honest and hostile: every field of an entry can be made to lie. */
import { pack } from 'tar-stream'
import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib'

export interface ZipItem {
  name: string
  content?: string | Uint8Array
  method?: 'stored' | 'deflated' | 'zstd' | number
  /** What the headers say instead of the truth. */
  claims?: { sizeBytes?: number; packedBytes?: number; crc?: number; offset?: number }
  encrypted?: boolean
  unixMode?: number
  /** Sizes and offset in a zip64 field. */
  zip64?: boolean
  /** Sizes follow the data and are 0 in the local header. */
  streamed?: boolean
}

const methods = { stored: 0, deflated: 8, zstd: 93 }

export function makeZip(
  items: readonly ZipItem[],
  {
    prefix = '',
    comment = '',
    count = items.length,
    zip64 = false,
  }: { prefix?: string; comment?: string; count?: number; zip64?: boolean } = {},
): Buffer {
  const parts: Buffer[] = [Buffer.from(prefix)]
  const lines: Buffer[] = []
  let offset = 0
  for (const item of items) {
    const content = Buffer.from(item.content ?? '')
    const method = typeof item.method === 'number' ? item.method : methods[item.method ?? 'deflated']
    const packed =
      method === methods.deflated
        ? deflateRawSync(content)
        : method === methods.zstd
          ? zstdCompressSync(content)
          : content
    const said = {
      sizeBytes: content.length,
      packedBytes: packed.length,
      crc: crc32(content),
      offset,
      ...item.claims,
    }
    const name = Buffer.from(item.name)
    const flags = (item.encrypted ? 1 : 0) | (item.streamed ? 8 : 0) | 0x800
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(flags, 6)
    local.writeUInt16LE(method, 8)
    if (!item.streamed) {
      local.writeUInt32LE(said.crc, 14)
      local.writeUInt32LE(Math.min(said.packedBytes, 0xffffffff), 18)
      local.writeUInt32LE(Math.min(said.sizeBytes, 0xffffffff), 22)
    }
    local.writeUInt16LE(name.length, 26)
    const descriptor = item.streamed ? Buffer.alloc(16) : Buffer.alloc(0)
    parts.push(local, name, packed, descriptor)

    const large = item.zip64 ? zip64Field([said.sizeBytes, said.packedBytes, said.offset]) : Buffer.alloc(0)
    const short = (value: number) => (item.zip64 ? 0xffffffff : value)
    const line = Buffer.alloc(46)
    line.writeUInt32LE(0x02014b50, 0)
    line.writeUInt8(3, 5)
    line.writeUInt16LE(flags, 8)
    line.writeUInt16LE(method, 10)
    line.writeUInt32LE(said.crc, 16)
    line.writeUInt32LE(short(said.packedBytes), 20)
    line.writeUInt32LE(short(said.sizeBytes), 24)
    line.writeUInt16LE(name.length, 28)
    line.writeUInt16LE(large.length, 30)
    line.writeUInt16LE(item.unixMode ?? 0o100644, 40)
    line.writeUInt32LE(short(said.offset), 42)
    lines.push(line, name, large)
    offset += local.length + name.length + packed.length + descriptor.length
  }
  const directory = Buffer.concat(lines)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(zip64 ? 0xffff : count, 8)
  end.writeUInt16LE(zip64 ? 0xffff : count, 10)
  end.writeUInt32LE(zip64 ? 0xffffffff : directory.length, 12)
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16)
  end.writeUInt16LE(Buffer.byteLength(comment), 20)
  const large = zip64 ? zip64End(count, directory.length, offset) : Buffer.alloc(0)
  return Buffer.concat([...parts, directory, large, end, Buffer.from(comment)])
}

function zip64Field(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + values.length * 8)
  field.writeUInt16LE(1, 0)
  field.writeUInt16LE(values.length * 8, 2)
  for (const [at, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + at * 8)
  return field
}

function zip64End(count: number, directoryBytes: number, directoryOffset: number): Buffer {
  const record = Buffer.alloc(56)
  record.writeUInt32LE(0x06064b50, 0)
  record.writeBigUInt64LE(44n, 4)
  record.writeBigUInt64LE(BigInt(count), 24)
  record.writeBigUInt64LE(BigInt(count), 32)
  record.writeBigUInt64LE(BigInt(directoryBytes), 40)
  record.writeBigUInt64LE(BigInt(directoryOffset), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([record, locator])
}

export interface TarItem {
  name: string
  content?: string | Uint8Array
  type?: 'file' | 'symlink' | 'link' | 'directory' | 'fifo'
  linkname?: string
}

export async function makeTar(items: readonly TarItem[]): Promise<Buffer> {
  const archive = pack()
  for (const { name, content = '', type = 'file', linkname = '' } of items)
    archive.entry({ name, type, linkname }, Buffer.from(content))
  archive.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of archive as AsyncIterable<unknown>) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}

/** One header block of a tar, unchecked: for sizes that lie and types that tar-stream does not write. */
export function tarHeader(name: string, sizeBytes: number, type: string): Buffer {
  const block = Buffer.alloc(512)
  block.write(name, 0, 100)
  block.write('0000644\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write(type, 156)
  block.write('ustar\x0000', 257)
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return block
}
