import { isUtf8 } from 'node:buffer'
import { parseJson, type JsonSource } from './json.ts'
import { limit } from './limits.ts'

/**
 * Which members of a document are wanted: by key, `true` for the whole value, else the shape of the value. A shape
 * stands for an object, or for the objects of an array.
 */
export interface Shape {
  readonly [key: string]: Shape | true
}

/** A shape made ready for reading: keys as bytes with their hashes. */
export interface Projection {
  readonly hashes: readonly number[]
  readonly keys: readonly string[]
  readonly keyBytes: readonly Uint8Array[]
  /** `null` keeps the whole value. */
  readonly inner: readonly (Projection | null)[]
}

/** A shape may contain itself, as components of a document do. */
export function projectionOf(shape: Shape): Projection {
  return prepared(shape, new Map())
}

function prepared(shape: Shape, known: Map<Shape, Projection>): Projection {
  const earlier = known.get(shape)
  if (earlier !== undefined) return earlier
  const keys = Object.keys(shape)
  const keyBytes = keys.map((key) => Buffer.from(key))
  const hashes = keyBytes.map((bytes) => bytes.reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 0))
  const inner: (Projection | null)[] = []
  const projection = { keys, keyBytes, hashes, inner }
  known.set(shape, projection)
  for (const key of keys) {
    const value = shape[key]
    inner.push(value === true ? null : prepared(value, known))
  }
  return projection
}

/**
 * `parseJson`, but with only the wanted members of objects; the others are checked like the rest and then skipped, so
 * that feeds of hundreds of megabytes, of which a third is looked at, cost neither their strings nor their objects.
 *
 * The reader below accepts only what it is sure of: ASCII keys without escapes, objects of a common size, correct JSON.
 * Whatever else stands there is read again by `parseJson`, which takes it whole or says exactly what is wrong with it.
 */
export function projectJson(bytes: Uint8Array, projection: Projection, source: JsonSource): unknown {
  if (bytes.length <= projectedBytes && isUtf8(bytes)) {
    try {
      return reader.read(bytes, projection)
    } catch (error) {
      if (error !== unsure) throw error
    }
  }
  return parseJson(bytes, source)
}

/** Larger documents are rare among records, and the copy that the reader makes of one would stay. */
const projectedBytes = 4 * 1024 * 1024

/** Thrown and caught here only; one object, because a stack for each would cost more than reading again. */
const unsure = new Error('This document is left to parseJson.')

/** What a byte means inside a string: 1 ends a plain run (quote, backslash, control character). */
const stops = new Uint8Array(256)
stops.fill(1, 0, 0x20)
stops[0x22] = 1
stops[0x5c] = 1

/** JSON white space. */
const blank = new Uint8Array(256)
for (const byte of [0x20, 0x09, 0x0a, 0x0d]) blank[byte] = 1

/** Of an object with more keys `parseJson` keeps a set. */
const keysMax = 64
/** Strings up to this length are looked up among those read lately: package names, versions and ids repeat. */
const rememberedBytes = 48
const rememberedStrings = 4096

class Reader {
  /** The document and a zero behind it: no string, number or white space goes on past that, so no end is looked for. */
  #bytes = Buffer.alloc(64 * 1024)
  #end = 0
  #at = 0
  #depthMax = 0
  /** Hashes of the keys of all open objects, one object after the other. */
  #keyHashes = new Int32Array(keysMax * 8)
  #keyCount = 0
  readonly #recent: (string | undefined)[] = Array.from({ length: rememberedStrings })

  read(bytes: Uint8Array, projection: Projection): unknown {
    if (bytes.length >= this.#bytes.length) this.#bytes = Buffer.alloc(bytes.length * 2)
    this.#bytes.set(bytes)
    this.#bytes[bytes.length] = 0
    this.#end = bytes.length
    this.#at = 0
    this.#depthMax = limit('jsonDepth')
    this.#keyCount = 0
    const value = this.#value(projection, 0)
    this.#next()
    if (this.#at !== this.#end) throw unsure
    return value
  }

  /** Skips white space; the byte that follows. */
  #next(): number {
    const bytes = this.#bytes
    let at = this.#at
    while (blank[bytes[at]] === 1) at++
    this.#at = at
    return bytes[at]
  }

  #value(projection: Projection | null, depth: number): unknown {
    switch (this.#next()) {
      case 0x7b:
        return projection === null ? this.#whole(depth) : this.#object(projection, depth + 1)
      case 0x5b:
        return this.#array(projection, depth + 1)
      case 0x22:
        return this.#string()
      default:
        return this.#scalar()
    }
  }

  /** An object that is wanted with all its members. */
  #whole(depth: number): unknown {
    const start = this.#at
    this.#skip(depth)
    return JSON.parse(this.#bytes.toString('utf8', start, this.#at))
  }

  #object(projection: Projection, depth: number): Record<string, unknown> {
    if (depth > this.#depthMax) throw unsure
    const found: Record<string, unknown> = {}
    const firstKey = this.#keyCount
    this.#at++
    if (this.#next() === 0x7d) {
      this.#at++
      return found
    }
    for (;;) {
      const wanted = this.#key(firstKey, projection)
      if (wanted < 0) this.#skip(depth)
      else found[projection.keys[wanted]] = this.#value(projection.inner[wanted], depth)
      const byte = this.#next()
      this.#at++
      if (byte === 0x2c) continue
      if (byte !== 0x7d) throw unsure
      this.#keyCount = firstKey
      return found
    }
  }

  #array(projection: Projection | null, depth: number): unknown[] {
    if (depth > this.#depthMax) throw unsure
    const values: unknown[] = []
    this.#at++
    if (this.#next() === 0x5d) {
      this.#at++
      return values
    }
    for (;;) {
      values.push(this.#value(projection, depth))
      const byte = this.#next()
      this.#at++
      if (byte === 0x2c) continue
      if (byte !== 0x5d) throw unsure
      return values
    }
  }

  /** Reads a key and its colon. Which of the wanted keys it is, or -1. */
  #key(firstKey: number, projection: Projection | null): number {
    if (this.#next() !== 0x22) throw unsure
    const bytes = this.#bytes
    const start = this.#at + 1
    let at = start
    let hash = 0
    for (let byte = bytes[at]; stops[byte] === 0; byte = bytes[++at]) hash = (Math.imul(hash, 31) + byte) | 0
    if (bytes[at] !== 0x22) throw unsure
    const hashes = this.#keyHashes
    const count = this.#keyCount
    if (count - firstKey >= keysMax || count >= hashes.length) throw unsure
    // Equal hashes are either the same key twice or as good as never; parseJson finds out.
    for (let key = firstKey; key < count; key++) if (hashes[key] === hash) throw unsure
    hashes[count] = hash
    this.#keyCount = count + 1
    this.#at = at + 1
    if (this.#next() !== 0x3a) throw unsure
    this.#at++
    if (projection === null) return -1
    const wanted = projection.hashes.indexOf(hash)
    return wanted >= 0 && isSame(bytes, start, at, projection.keyBytes[wanted]) ? wanted : -1
  }

  #string(): string {
    const bytes = this.#bytes
    const start = this.#at + 1
    let at = start
    let hash = 0
    let all = 0
    for (let byte = bytes[at]; stops[byte] === 0; byte = bytes[++at]) {
      hash = (Math.imul(hash, 31) + byte) | 0
      all |= byte
    }
    if (bytes[at] !== 0x22) {
      this.#skipString(at)
      return JSON.parse(this.#bytes.toString('utf8', start - 1, this.#at)) as string
    }
    this.#at = at + 1
    if (all >= 0x80) return this.#bytes.toString('utf8', start, at)
    if (at - start > rememberedBytes) return this.#bytes.toString('latin1', start, at)
    const slot = (hash ^ (hash >>> 15)) & (rememberedStrings - 1)
    const known = this.#recent[slot]
    if (known !== undefined && isText(bytes, start, at, known)) return known
    return (this.#recent[slot] = this.#bytes.toString('latin1', start, at))
  }

  /** Goes on from the first backslash to behind the closing quote. */
  #skipString(from: number): void {
    const bytes = this.#bytes
    let at = from
    for (;;) {
      const byte = bytes[at]
      if (byte === 0x22) {
        this.#at = at + 1
        return
      }
      if (byte !== 0x5c) throw unsure
      switch (bytes[at + 1]) {
        case 0x75:
          for (let digit = at + 2; digit < at + 6; digit++) if (!isHexadecimal(bytes[digit])) throw unsure
          at += 6
          break
        case 0x22:
        case 0x5c:
        case 0x2f:
        case 0x62:
        case 0x66:
        case 0x6e:
        case 0x72:
        case 0x74:
          at += 2
          break
        default:
          throw unsure
      }
      while (stops[bytes[at]] === 0) at++
    }
  }

  /** Numbers (RFC 8259, section 6), `true`, `false` and `null`. */
  #scalar(): unknown {
    const start = this.#at
    this.#skipScalar()
    return JSON.parse(this.#bytes.toString('latin1', start, this.#at))
  }

  #skipScalar(): void {
    const bytes = this.#bytes
    let at = this.#at
    switch (bytes[at]) {
      case 0x74:
        if (bytes[at + 1] !== 0x72 || bytes[at + 2] !== 0x75 || bytes[at + 3] !== 0x65) throw unsure
        this.#at = at + 4
        return
      case 0x66:
        if (
          bytes[at + 1] !== 0x61 ||
          bytes[at + 2] !== 0x6c ||
          bytes[at + 3] !== 0x73 ||
          bytes[at + 4] !== 0x65
        )
          throw unsure
        this.#at = at + 5
        return
      case 0x6e:
        if (bytes[at + 1] !== 0x75 || bytes[at + 2] !== 0x6c || bytes[at + 3] !== 0x6c) throw unsure
        this.#at = at + 4
        return
    }
    if (bytes[at] === 0x2d) at++
    if (bytes[at] === 0x30) at++
    else at = digits(bytes, at)
    if (bytes[at] === 0x2e) at = digits(bytes, at + 1)
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      at++
      if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++
      at = digits(bytes, at)
    }
    this.#at = at
  }

  /** Checks a value that nobody wants. */
  #skip(depth: number): void {
    switch (this.#next()) {
      case 0x22: {
        const bytes = this.#bytes
        let at = this.#at + 1
        while (stops[bytes[at]] === 0) at++
        if (bytes[at] === 0x22) this.#at = at + 1
        else this.#skipString(at)
        return
      }
      case 0x7b: {
        if (depth >= this.#depthMax) throw unsure
        const firstKey = this.#keyCount
        this.#at++
        if (this.#next() === 0x7d) {
          this.#at++
          return
        }
        for (;;) {
          this.#key(firstKey, null)
          this.#skip(depth + 1)
          const byte = this.#next()
          this.#at++
          if (byte === 0x2c) continue
          if (byte !== 0x7d) throw unsure
          this.#keyCount = firstKey
          return
        }
      }
      case 0x5b:
        if (depth >= this.#depthMax) throw unsure
        this.#at++
        if (this.#next() === 0x5d) {
          this.#at++
          return
        }
        for (;;) {
          this.#skip(depth + 1)
          const byte = this.#next()
          this.#at++
          if (byte === 0x2c) continue
          if (byte !== 0x5d) throw unsure
          return
        }
      default:
        this.#skipScalar()
    }
  }
}

function digits(bytes: Uint8Array, from: number): number {
  let at = from
  while (bytes[at] >= 0x30 && bytes[at] <= 0x39) at++
  if (at === from) throw unsure
  return at
}

function isHexadecimal(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
}

function isSame(bytes: Uint8Array, start: number, end: number, key: Uint8Array): boolean {
  if (end - start !== key.length) return false
  for (let at = 0; at < key.length; at++) if (bytes[start + at] !== key[at]) return false
  return true
}

function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text.charCodeAt(at)) return false
  return true
}

const reader = new Reader()
