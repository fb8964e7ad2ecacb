import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { limit } from '../../base/limits.ts'

/**
 * What an image contains, as it is stored: interned package version numbers, ascending, as differences in variable-length
 * bytes (seven bits each, the high bit says that more follow). 300 packages take about 500 bytes; one row for each pair
 * would take 300 rows (measured: 17.7 s against 3.1 s for 50,000 images).
 */
export function packContents(numbers: Uint32Array): Uint8Array {
  // A number of 32 bits takes at most five bytes.
  const bytes = new Uint8Array(numbers.length * 5)
  let length = 0
  let previous = 0
  for (const number of numbers) {
    let difference = number - previous
    if (difference < 0) throw new RangeError('contents are packed in ascending order')
    previous = number
    while (difference > 0x7f) {
      bytes[length++] = (difference & 0x7f) | 0x80
      difference >>>= 7
    }
    bytes[length++] = difference
  }
  return bytes.slice(0, length)
}

export function unpackContents(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  let count = 0
  for (const byte of bytes) if (byte < 0x80) count++
  const numbers = new Uint32Array(count)
  let value = 0
  let difference = 0
  let shift = 0
  let at = 0
  for (const byte of bytes) {
    difference += (byte & 0x7f) * 2 ** shift
    if (byte >= 0x80) {
      shift += 7
      continue
    }
    value += difference
    numbers[at++] = value
    difference = 0
    shift = 0
  }
  return numbers
}

/** Where in its document each package stands, in the order of the contents. */
export function packLocators(locators: readonly string[]): Uint8Array {
  return deflateRawSync(JSON.stringify(locators), { level: 1 })
}

export function unpackLocators(bytes: Uint8Array): string[] {
  return JSON.parse(
    inflateRawSync(bytes, { maxOutputLength: limit('documentBytes') }).toString('utf8'),
  ) as string[]
}
