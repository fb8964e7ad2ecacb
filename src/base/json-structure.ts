import { AllclearError } from './errors.ts'
import { limit } from './limits.ts'
import { placeInText } from './place-in-text.ts'

const quote = 0x22
const comma = 0x2c
const openArray = 0x5b
const backslash = 0x5c
const closeArray = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/** Up to so many keys of one object are compared in place; above it a set is faster. */
const keysComparedInPlace = 32

/**
 * Depth, number of values and duplicate keys, in one pass over the bytes. What else may be wrong is left to JSON.parse;
 * the pass must only not be led astray by it, and end.
 *
 * Keys of the open objects stand on one stack: for each its first and last byte, and a word made of its length and
 * three of its bytes. Two keys are compared in full only when the words are equal, which in real documents means that
 * they are. The word is no hash on purpose: looking at every byte of every key costs more than all comparisons.
 */
export function checkJsonStructure(bytes: Uint8Array, source: string): void {
  const depthMax = limit('jsonDepth')
  const valuesMax = limit('jsonValues')
  /** For each open object or array: where its keys begin on the stack, or -1 for an array. */
  const firstKeys = new Int32Array(depthMax + 1)
  let words = new Int32Array(512)
  let starts = new Int32Array(512)
  let ends = new Int32Array(512)
  let keys = 0
  let depth = 0
  /** That of the innermost open object, -1 in an array and outside. */
  let first = -1
  let values = 0
  let expectKey = false
  let large: LargeObjects | undefined
  const end = bytes.length
  let at = 0
  while (at < end) {
    const byte = bytes[at++]
    if (byte <= 0x20) continue
    if (byte === quote) {
      const start = at
      if (!expectKey) {
        for (; at < end; at++) {
          const inner = bytes[at]
          if (inner === quote) break
          if (inner === backslash) at++
        }
        at++
        continue
      }
      expectKey = false
      let escaped = false
      for (; at < end; at++) {
        const inner = bytes[at]
        if (inner === quote) break
        if (inner === backslash) {
          at++
          escaped = true
        }
      }
      // A document that ends within a key: JSON.parse will say so.
      if (at >= end) break
      const word =
        ((at - start) << 24) ^
        (bytes[start] << 16) ^
        (bytes[at - 1] << 8) ^
        bytes[start + ((at - start) >> 1)]
      if (escaped || keys - first >= keysComparedInPlace || large?.has(depth)) {
        large ??= new LargeObjects(bytes, source)
        large.add(depth, starts, ends, first, keys, start, at)
      } else {
        for (let key = first; key < keys; key++)
          if (words[key] === word && sameBytes(bytes, starts[key], ends[key], start, at))
            throw duplicateKey(bytes, start, at, source)
      }
      if (keys === words.length) {
        words = doubled(words)
        starts = doubled(starts)
        ends = doubled(ends)
      }
      words[keys] = word
      starts[keys] = start
      ends[keys++] = at
      at++
    } else if (byte === comma) {
      values++
      expectKey = first >= 0
    } else if (byte === openObject || byte === openArray) {
      if (++depth > depthMax) throw tooDeep(bytes, at - 1, source, depthMax)
      values++
      first = byte === openObject ? keys : -1
      firstKeys[depth] = first
      expectKey = byte === openObject
    } else if (byte === closeObject || byte === closeArray) {
      if (first >= 0) keys = first
      large?.close(depth)
      if (depth > 0) depth--
      first = depth > 0 ? firstKeys[depth] : -1
      expectKey = false
    }
  }
  if (values > valuesMax) throw tooManyValues(source, valuesMax)
}

/** Objects with many keys, and those with a key that is written with escapes: equal keys may be spelled differently. */
class LargeObjects {
  readonly #bytes: Buffer
  readonly #source: string
  readonly #byDepth = new Map<number, Set<string>>()

  constructor(bytes: Uint8Array, source: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#source = source
  }

  has(depth: number): boolean {
    return this.#byDepth.has(depth)
  }

  close(depth: number): void {
    this.#byDepth.delete(depth)
  }

  add(
    depth: number,
    starts: Int32Array,
    ends: Int32Array,
    first: number,
    keys: number,
    start: number,
    end: number,
  ): void {
    let names = this.#byDepth.get(depth)
    if (!names) {
      names = new Set()
      for (let key = first; key < keys; key++) names.add(this.#nameOf(starts[key], ends[key]))
      this.#byDepth.set(depth, names)
    }
    const name = this.#nameOf(start, end)
    if (names.has(name)) throw duplicateKey(this.#bytes, start, end, this.#source)
    names.add(name)
    if (names.size > limit('jsonObjectKeys')) {
      throw new AllclearError('input.too-large', {
        message: `${this.#source} has an object with more than ${limit('jsonObjectKeys')} keys.`,
        next: 'No real document has; raise ALLCLEAR_LIMIT_JSON_OBJECT_KEYS if yours is one.',
        where: `${this.#source}, ${placeInText(this.#bytes, start)}`,
      })
    }
  }

  #nameOf(start: number, end: number): string {
    const text = this.#bytes.toString('utf8', start, end)
    if (!text.includes('\\')) return text
    try {
      return JSON.parse(`"${text}"`) as string
    } catch {
      // A broken escape: the document is refused for it right after.
      return text
    }
  }
}

function sameBytes(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a !== bEnd - b) return false
  while (a < aEnd) if (bytes[a++] !== bytes[b++]) return false
  return true
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}

function duplicateKey(bytes: Uint8Array, start: number, end: number, source: string): AllclearError {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, 80)).toString('utf8')
  return new AllclearError('input.duplicate-key', {
    message: `${source} names the key "${key}" twice in one object.`,
    next: 'Remove one of them: tools disagree about which one counts.',
    where: `${source}, ${placeInText(bytes, start)}`,
  })
}

function tooDeep(bytes: Uint8Array, offset: number, source: string, depthMax: number): AllclearError {
  return new AllclearError('input.too-deep', {
    message: `${source} is nested more than ${depthMax} levels deep.`,
    next: 'No real document is; raise ALLCLEAR_LIMIT_JSON_DEPTH if yours is one.',
    where: `${source}, ${placeInText(bytes, offset)}`,
  })
}

function tooManyValues(source: string, valuesMax: number): AllclearError {
  return new AllclearError('input.too-large', {
    message: `${source} has more than ${valuesMax} values.`,
    next: 'Split the document, or raise ALLCLEAR_LIMIT_JSON_VALUES.',
    where: source,
  })
}
