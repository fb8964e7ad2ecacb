/** Programs as cataloguers read them: only their tables of sections and segments are real. */
export interface ProgramSection {
  name: string
  content: Buffer
  address?: number
}

/** A 64-bit little-endian ELF with these sections, each of which is loaded at its address. */
export function elfOf(sections: readonly ProgramSection[]): Buffer {
  const names = Buffer.from(`\0${[...sections.map(({ name }) => name), '.shstrtab'].join('\0')}\0`, 'latin1')
  const all = [...sections, { name: '.shstrtab', content: names, address: 0 }]
  const segmentBytes = 56
  let offset = 64 + sections.length * segmentBytes
  const placed = all.map((section) => {
    offset = Math.ceil(offset / 16) * 16
    const own = { ...section, offset, address: section.address ?? 0x400000 + offset }
    offset += section.content.length
    return own
  })
  const tableAt = Math.ceil(offset / 16) * 16
  const bytes = Buffer.alloc(tableAt + (all.length + 1) * 64)
  bytes.write('\x7fELF\x02\x01\x01', 0, 'latin1')
  bytes.writeUInt16LE(2, 16)
  bytes.writeUInt16LE(62, 18)
  bytes.writeBigUInt64LE(64n, 32)
  bytes.writeBigUInt64LE(BigInt(tableAt), 40)
  bytes.writeUInt16LE(segmentBytes, 54)
  bytes.writeUInt16LE(sections.length, 56)
  bytes.writeUInt16LE(64, 58)
  bytes.writeUInt16LE(all.length + 1, 60)
  bytes.writeUInt16LE(all.length, 62)
  for (const [at, { content, offset: own, address }] of placed.entries()) {
    content.copy(bytes, own)
    const header = tableAt + (at + 1) * 64
    bytes.writeUInt32LE(names.indexOf(`\0${all[at].name}\0`) + 1, header)
    bytes.writeUInt32LE(1, header + 4)
    bytes.writeBigUInt64LE(BigInt(address), header + 16)
    bytes.writeBigUInt64LE(BigInt(own), header + 24)
    bytes.writeBigUInt64LE(BigInt(content.length), header + 32)
    if (at >= sections.length) continue
    const segment = 64 + at * segmentBytes
    bytes.writeUInt32LE(1, segment)
    bytes.writeBigUInt64LE(BigInt(own), segment + 8)
    bytes.writeBigUInt64LE(BigInt(address), segment + 16)
    bytes.writeBigUInt64LE(BigInt(content.length), segment + 32)
  }
  return bytes
}

/** A 64-bit PE with these sections. */
export function peOf(sections: readonly ProgramSection[]): Buffer {
  const header = 64
  const optional = header + 24
  const tableAt = optional + 112
  let offset = Math.ceil((tableAt + sections.length * 40) / 512) * 512
  const total = sections.reduce((sum, { content }) => sum + Math.ceil(content.length / 512) * 512, offset)
  const bytes = Buffer.alloc(total)
  bytes.write('MZ', 0, 'latin1')
  bytes.writeUInt32LE(header, 60)
  bytes.write('PE\0\0', header, 'latin1')
  bytes.writeUInt16LE(sections.length, header + 6)
  bytes.writeUInt16LE(112, header + 20)
  bytes.writeUInt16LE(0x20b, optional)
  for (const [at, { name, content }] of sections.entries()) {
    const own = tableAt + at * 40
    bytes.write(name, own, 8, 'latin1')
    bytes.writeUInt32LE(content.length, own + 16)
    bytes.writeUInt32LE(offset, own + 20)
    content.copy(bytes, offset)
    offset += Math.ceil(content.length / 512) * 512
  }
  return bytes
}

/** A 64-bit Mach-O with one segment that has these sections. */
export function machOOf(segment: string, sections: readonly ProgramSection[]): Buffer {
  const commandBytes = 72 + sections.length * 80
  let offset = Math.ceil((32 + commandBytes) / 16) * 16
  const total = sections.reduce((sum, { content }) => Math.ceil((sum + content.length) / 16) * 16, offset)
  const bytes = Buffer.alloc(total)
  bytes.writeUInt32LE(0xfeedfacf, 0)
  bytes.writeUInt32LE(1, 16)
  bytes.writeUInt32LE(commandBytes, 20)
  bytes.writeUInt32LE(0x19, 32)
  bytes.writeUInt32LE(commandBytes, 36)
  bytes.write(segment, 40, 16, 'latin1')
  bytes.writeUInt32LE(sections.length, 32 + 64)
  for (const [at, { name, content }] of sections.entries()) {
    const own = 32 + 72 + at * 80
    bytes.write(name, own, 16, 'latin1')
    bytes.write(segment, own + 16, 16, 'latin1')
    bytes.writeBigUInt64LE(BigInt(content.length), own + 40)
    bytes.writeUInt32LE(offset, own + 48)
    content.copy(bytes, offset)
    offset = Math.ceil((offset + content.length) / 16) * 16
  }
  return bytes
}

/** Go's build information as Go 1.18 and later write it. */
export function goBuildInfo(version: string, modules: string): Buffer {
  const head = Buffer.alloc(32)
  head.write('\xff Go buildinf:', 0, 'latin1')
  head[14] = 8
  head[15] = 2
  const framed = `${'\x30'.repeat(16)}${modules}${'\x31'.repeat(16)}`
  return Buffer.concat([head, counted(version), counted(modules === '' ? '' : framed)])
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length: number[] = []
  let left = bytes.length
  while (left > 0x7f) {
    length.push((left & 0x7f) | 0x80)
    left >>>= 7
  }
  return Buffer.concat([Buffer.from([...length, left]), bytes])
}

/** Build information as Go 1.13 to 1.17 wrote it: two pointers to the headers of strings, here in a section of their own. */
export function goBuildInfoByPointers(version: string, modules: string): ProgramSection[] {
  const dataAt = 0x600000
  const framed = `${'\x30'.repeat(16)}${modules}${'\x31'.repeat(16)}`
  const data = Buffer.alloc(32 + version.length + framed.length)
  data.writeBigUInt64LE(BigInt(dataAt + 32), 0)
  data.writeBigUInt64LE(BigInt(version.length), 8)
  data.writeBigUInt64LE(BigInt(dataAt + 32 + version.length), 16)
  data.writeBigUInt64LE(BigInt(framed.length), 24)
  data.write(version + framed, 32, 'latin1')
  const info = Buffer.alloc(32)
  info.write('\xff Go buildinf:', 0, 'latin1')
  info[14] = 8
  info.writeBigUInt64LE(BigInt(dataAt), 16)
  info.writeBigUInt64LE(BigInt(dataAt + 16), 24)
  return [
    { name: '.data', content: data, address: dataAt },
    { name: '.go.buildinfo', content: info, address: 0x500000 },
  ]
}
