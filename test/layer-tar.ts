/** Tars as layers have them, entry by entry: what a careful packer writes, and what a hostile one does. */
export interface TarItem {
  name: string
  /** tar's type flag: 0 file, 1 hard link, 2 symbolic link, 3 and 4 devices, 5 folder, 6 pipe; a file when absent. */
  type?: string
  content?: Uint8Array | string
  target?: string
  mode?: number
  /** Written instead of the content's length, for headers that lie. */
  sizeBytes?: number
}

export function tarOf(items: readonly TarItem[]): Buffer {
  return Buffer.concat([...items.flatMap(partsOf), Buffer.alloc(1024)])
}

function partsOf({
  name,
  type = '0',
  content = '',
  target = '',
  mode = 0o644,
  sizeBytes,
}: TarItem): Buffer[] {
  const bytes = Buffer.from(content)
  const parts: Buffer[] = []
  if (Buffer.byteLength(name) > 100)
    parts.push(...partsOf({ name: '././@LongLink', type: 'L', content: `${name}\0` }))
  if (Buffer.byteLength(target) > 100)
    parts.push(...partsOf({ name: '././@LongLink', type: 'K', content: `${target}\0` }))
  parts.push(headerOf(name, type, sizeBytes ?? bytes.length, target, mode), bytes)
  if (bytes.length % 512 !== 0) parts.push(Buffer.alloc(512 - (bytes.length % 512)))
  return parts
}

export function headerOf(name: string, type: string, sizeBytes: number, target = '', mode = 0o644): Buffer {
  const block = Buffer.alloc(512)
  Buffer.from(name).copy(block, 0, 0, 100)
  block.write(`${mode.toString(8).padStart(7, '0')}\0`, 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  if (sizeBytes < 8 ** 11) block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124)
  else {
    block[124] = 0x80
    block.writeBigUInt64BE(BigInt(sizeBytes), 128)
  }
  block.write('00000000000\0', 136)
  block.write(type, 156)
  Buffer.from(target).copy(block, 157, 0, 100)
  block.write('ustar\x0000', 257, 'latin1')
  return withChecksum(block)
}

export function withChecksum(block: Buffer): Buffer {
  block.write('        ', 148)
  let sum = 0
  for (const byte of block) sum += byte
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** A pax header before its entry: `{ path: 'näme' }`. */
export function paxItem(records: Record<string, string>): TarItem {
  const lines = Object.entries(records).map(([key, value]) => {
    const body = ` ${key}=${value}\n`
    let length = Buffer.byteLength(body)
    length += String(length + String(length).length).length
    return `${length}${body}`
  })
  return { name: 'PaxHeaders/x', type: 'x', content: lines.join('') }
}
