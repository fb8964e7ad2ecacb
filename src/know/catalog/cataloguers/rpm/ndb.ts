import { DamagedDatabase } from './damaged.ts'

/**
 * The headers of a `Packages.db` as SUSE has it (rpm, `lib/backend/ndb/rpmpkg.cc`): pages of slots at the start name for
 * each package the block where its blob lies. Numbers are little-endian.
 */
export function* readNdbHeaders(bytes: Buffer): Generator<Buffer> {
  if (bytes.length < pageBytes) throw new DamagedDatabase('it is cut off')
  const slotPages = bytes.readUInt32LE(12)
  if (slotPages === 0 || slotPages * pageBytes > bytes.length)
    throw new DamagedDatabase('its slots lie outside the file')
  // The file's own header takes the room of the first two slots.
  for (let at = 2 * slotBytes; at + slotBytes <= slotPages * pageBytes; at += slotBytes) {
    if (bytes.readUInt32LE(at) !== slotMagic) throw new DamagedDatabase('a slot is damaged')
    const number = bytes.readUInt32LE(at + 4)
    const block = bytes.readUInt32LE(at + 8)
    if (block === 0) continue
    const start = block * blockBytes
    if (start + blobHeadBytes > bytes.length) throw new DamagedDatabase('a blob lies outside the file')
    if (bytes.readUInt32LE(start) !== blobMagic || bytes.readUInt32LE(start + 4) !== number)
      throw new DamagedDatabase('a blob is not where its slot says')
    const length = bytes.readUInt32LE(start + 12)
    if (start + blobHeadBytes + length > bytes.length) throw new DamagedDatabase('a blob is cut off')
    yield bytes.subarray(start + blobHeadBytes, start + blobHeadBytes + length)
  }
}

const pageBytes = 4096
const slotBytes = 16
const blockBytes = 16
const blobHeadBytes = 16
/** `Slot` and `BlbS` */
const slotMagic = 0x746f6c53
const blobMagic = 0x53626c42
