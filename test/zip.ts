import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

/** The files of a zip by name, unpacked when asked for. For the data packs only: no zip64, no encryption. */
export function readZip(path: string): { names(): string[]; read(name: string): Buffer } {
  const bytes = readFileSync(path)
  const end = bytes.lastIndexOf('PK\u0005\u0006', undefined, 'latin1')
  if (end < 0) throw new Error(`${path} is no zip archive`)
  const places = new Map<string, { method: number; packedBytes: number; offset: number }>()
  let at = bytes.readUInt32LE(end + 16)
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    const nameLength = bytes.readUInt16LE(at + 28)
    places.set(bytes.toString('utf8', at + 46, at + 46 + nameLength), {
      method: bytes.readUInt16LE(at + 10),
      packedBytes: bytes.readUInt32LE(at + 20),
      offset: bytes.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return {
    names: () => [...places.keys()],
    read(name) {
      const place = places.get(name)
      if (!place) throw new Error(`${path} has no entry ${name}`)
      const start =
        place.offset + 30 + bytes.readUInt16LE(place.offset + 26) + bytes.readUInt16LE(place.offset + 28)
      const packed = bytes.subarray(start, start + place.packedBytes)
      return place.method === 0 ? packed : inflateRawSync(packed)
    },
  }
}
