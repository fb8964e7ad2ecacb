/**
 * The sections and segments of a program, as far as cataloguers need them: ELF (System V ABI, chapter 4), Mach-O
 * (`mach-o/loader.h`) and PE (Microsoft, "PE Format"). Every offset comes from the file and is checked against its
 * length; a file that lies has no sections.
 */
export interface ProgramFile {
  format: 'elf' | 'mach-o' | 'pe'
  /** Content of the first section of this name (ELF and PE) or of `segment,section` (Mach-O). */
  section(name: string): Buffer | null
  /** Content from an address in memory to the end of the segment that is loaded there. */
  atAddress(address: number): Buffer | null
  littleEndian: boolean
  /** Bytes of a pointer. */
  wordBytes: 4 | 8
}

interface Stretch {
  name: string
  offset: number
  sizeBytes: number
  address: number
}

/** Real programs have at most a few hundred sections; kernels and debug builds some thousands. */
const sectionsMax = 65_536

export function openProgram(bytes: Buffer): ProgramFile | null {
  if (bytes.length < 64) return null
  const magic = bytes.readUInt32BE(0)
  try {
    if (magic === 0x7f454c46) return openElf(bytes)
    if (magic >>> 16 === 0x4d5a) return openPe(bytes)
    if (magic === 0xcafebabe) return openUniversal(bytes)
    return openMachO(bytes)
  } catch (error) {
    // A read past the end: the file is cut off or lies about its tables.
    if (error instanceof RangeError) return null
    throw error
  }
}

function programOf(
  bytes: Buffer,
  format: ProgramFile['format'],
  sections: readonly Stretch[],
  segments: readonly Stretch[],
  littleEndian: boolean,
  wordBytes: 4 | 8,
): ProgramFile {
  return {
    format,
    littleEndian,
    wordBytes,
    section(name) {
      const found = sections.find((section) => section.name === name)
      return found === undefined ? null : within(bytes, found.offset, found.sizeBytes)
    },
    atAddress(address) {
      const found = segments.find(
        (segment) => address >= segment.address && address < segment.address + segment.sizeBytes,
      )
      if (found === undefined) return null
      const skip = address - found.address
      return within(bytes, found.offset + skip, found.sizeBytes - skip)
    },
  }
}

function within(bytes: Buffer, offset: number, sizeBytes: number): Buffer | null {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset >= bytes.length || sizeBytes <= 0) return null
  return bytes.subarray(offset, Math.min(bytes.length, offset + sizeBytes))
}

function openElf(bytes: Buffer): ProgramFile | null {
  const wide = bytes[4] === 2
  const little = bytes[5] === 1
  if ((bytes[4] !== 1 && !wide) || (bytes[5] !== 1 && bytes[5] !== 2)) return null
  const half = (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const word = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const long = (at: number) => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  const address = (at: number) => (wide ? long(at) : word(at))
  const segmentsAt = address(wide ? 32 : 28)
  const sectionsAt = address(wide ? 40 : 32)
  const segmentBytes = half(wide ? 54 : 42)
  const segmentCount = half(wide ? 56 : 44)
  const sectionBytes = half(wide ? 58 : 46)
  const sectionCount = Math.min(half(wide ? 60 : 48), sectionsMax)
  const namesIndex = half(wide ? 62 : 50)
  const segments: Stretch[] = []
  for (let index = 0; index < segmentCount && segmentBytes >= (wide ? 56 : 32); index++) {
    const at = segmentsAt + index * segmentBytes
    if (at + segmentBytes > bytes.length) break
    // PT_LOAD
    if (word(at) !== 1) continue
    segments.push({
      name: '',
      offset: address(at + (wide ? 8 : 4)),
      address: address(at + (wide ? 16 : 8)),
      sizeBytes: address(at + (wide ? 32 : 16)),
    })
  }
  const sections: Stretch[] = []
  const nameAt: number[] = []
  for (let index = 0; index < sectionCount && sectionBytes >= (wide ? 64 : 40); index++) {
    const at = sectionsAt + index * sectionBytes
    if (at + sectionBytes > bytes.length) break
    nameAt.push(word(at))
    // SHT_NOBITS has no bytes in the file.
    const empty = word(at + 4) === 8
    sections.push({
      name: '',
      address: address(at + (wide ? 16 : 12)),
      offset: address(at + (wide ? 24 : 16)),
      sizeBytes: empty ? 0 : address(at + (wide ? 32 : 20)),
    })
  }
  const names =
    sections[namesIndex] && within(bytes, sections[namesIndex].offset, sections[namesIndex].sizeBytes)
  if (names)
    for (const [index, section] of sections.entries()) section.name = textAt(names, nameAt[index], 64)
  return programOf(bytes, 'elf', sections, segments, little, wide ? 8 : 4)
}

function openPe(bytes: Buffer): ProgramFile | null {
  const header = bytes.readUInt32LE(60)
  if (bytes.readUInt32BE(header) !== 0x50450000) return null
  const count = bytes.readUInt16LE(header + 6)
  const optionalBytes = bytes.readUInt16LE(header + 20)
  const optional = header + 24
  const wide = bytes.readUInt16LE(optional) === 0x20b
  const base = wide ? Number(bytes.readBigUInt64LE(optional + 24)) : bytes.readUInt32LE(optional + 28)
  const sections: Stretch[] = []
  for (let index = 0; index < count; index++) {
    const at = optional + optionalBytes + index * 40
    if (at + 40 > bytes.length) break
    sections.push({
      name: textAt(bytes, at, 8),
      address: base + bytes.readUInt32LE(at + 12),
      sizeBytes: bytes.readUInt32LE(at + 16),
      offset: bytes.readUInt32LE(at + 20),
    })
  }
  return programOf(bytes, 'pe', sections, sections, true, wide ? 8 : 4)
}

/** A universal file holds one program for each architecture; they are built of the same sources, so the first will do. */
function openUniversal(bytes: Buffer): ProgramFile | null {
  const count = bytes.readUInt32BE(4)
  // A Java class file has the same magic and its version here, 45 or more.
  if (count === 0 || count > 30) return null
  const slice = within(bytes, bytes.readUInt32BE(16), bytes.readUInt32BE(20))
  return slice === null || slice.length < 64 ? null : openMachO(slice)
}

function openMachO(bytes: Buffer): ProgramFile | null {
  const magic = bytes.readUInt32LE(0)
  const little = magic === 0xfeedface || magic === 0xfeedfacf
  if (!little && magic !== 0xcefaedfe && magic !== 0xcffaedfe) return null
  const wide = magic === 0xfeedfacf || magic === 0xcffaedfe
  const word = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const long = (at: number) => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  const address = (at: number) => (wide ? long(at) : word(at))
  const commands = word(16)
  const sections: Stretch[] = []
  const segments: Stretch[] = []
  let at = wide ? 32 : 28
  for (let index = 0; index < commands && index < sectionsMax; index++) {
    const command = word(at)
    const commandBytes = word(at + 4)
    if (commandBytes < 8) break
    // LC_SEGMENT_64, LC_SEGMENT
    if (command === (wide ? 0x19 : 0x1)) {
      const step = wide ? 8 : 4
      segments.push({
        name: textAt(bytes, at + 8, 16),
        address: address(at + 24),
        offset: address(at + 24 + 2 * step),
        sizeBytes: address(at + 24 + 3 * step),
      })
      const count = word(at + (wide ? 64 : 48))
      const sectionBytes = wide ? 80 : 68
      for (let section = 0; section < count && sections.length < sectionsMax; section++) {
        const own = at + (wide ? 72 : 56) + section * sectionBytes
        if (own + sectionBytes > bytes.length) break
        sections.push({
          name: `${textAt(bytes, own + 16, 16)},${textAt(bytes, own, 16)}`,
          address: address(own + 32),
          sizeBytes: address(own + 32 + step),
          offset: word(own + 32 + 2 * step),
        })
      }
    }
    at += commandBytes
  }
  return programOf(bytes, 'mach-o', sections, segments, little, wide ? 8 : 4)
}

function textAt(bytes: Buffer, start: number, lengthMax: number): string {
  if (start >= bytes.length) return ''
  const end = bytes.indexOf(0, start)
  return bytes.toString('latin1', start, Math.min(end < 0 ? bytes.length : end, start + lengthMax))
}
