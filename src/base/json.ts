import { isUtf8 } from 'node:buffer'
import { AllclearError } from './errors.ts'
import { limit } from './limits.ts'

export interface JsonSource {
  /** Name of the document, for messages. */
  source: string
  /** Overrides `limit('documentBytes')`. */
  maxBytes?: number
}

/**
 * Parses a JSON document from anywhere. Before V8 sees it, one pass over the bytes makes sure that it is UTF-8, not
 * too large, not nested too deeply, and that no object names a key twice: parsers disagree about which of two equal
 * keys counts (RFC 8259, section 4), so a document that uses it says different things to different tools.
 *
 * Throws `AllclearError` with line and column.
 */
export function parseJson(
  bytes: Uint8Array,
  { source, maxBytes = limit('documentBytes') }: JsonSource,
): unknown {
  if (bytes.length > maxBytes) {
    throw new AllclearError('input.too-large', {
      message: `${source} has ${bytes.length} bytes; the limit is ${maxBytes}.`,
      next: 'Split the document, or raise ALLCLEAR_LIMIT_DOCUMENT_BYTES.',
      where: source,
    })
  }
  let body = bytes
  // A byte order mark is not JSON, but common tools write it (RFC 8259, section 8.1 lets parsers ignore it).
  if (body.length >= 3 && body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) body = body.subarray(3)
  if (!isUtf8(body)) {
    throw new AllclearError('input.not-utf8', {
      message: `${source} is not valid UTF-8.`,
      next: 'Convert it to UTF-8; the JSON standard allows no other encoding.',
      where: source,
    })
  }
  checkStructure(body, source)
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'))
  } catch (error) {
    throw notJson(error as Error, body, source)
  }
}

const quote = 0x22
const backslash = 0x5c

/** Objects with more keys than this are checked with a set; below it comparing hashes in place is faster. */
const keysComparedInPlace = 32

/** Depth and duplicate keys, in one pass. What else may be wrong is left to JSON.parse, which says it better. */
function checkStructure(bytes: Uint8Array, source: string): void {
  const depthMax = limit('jsonDepth')
  // One frame for each open object or array: where its keys begin in `hashes`, or -1 for an array.
  const frames = new Int32Array(depthMax + 1)
  let hashes = new Int32Array(1024)
  let starts = new Int32Array(1024)
  let sets: (Set<string> | undefined)[] | undefined
  let depth = 0
  let keys = 0
  let expectKey = false
  const end = bytes.length
  for (let at = 0; at < end; at++) {
    const byte = bytes[at]
    if (byte === quote) {
      const start = at + 1
      at = start
      if (!expectKey) {
        while (at < end && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
        continue
      }
      let hash = 0
      while (at < end && bytes[at] !== quote) {
        if (bytes[at] === backslash) {
          hash = (Math.imul(hash, 31) + bytes[at + 1]) | 0
          at += 2
        } else {
          hash = (Math.imul(hash, 31) + bytes[at]) | 0
          at++
        }
      }
      expectKey = false
      const first = frames[depth]
      const count = keys - first
      if (count < keysComparedInPlace) {
        for (let key = first; key < keys; key++)
          if (hashes[key] === hash && sameKey(bytes, starts[key], start))
            throw duplicate(bytes, start, at, source)
      } else {
        sets ??= []
        let set = sets[depth]
        if (!set) {
          set = new Set()
          for (let key = first; key < keys; key++) set.add(keyText(bytes, starts[key]))
          sets[depth] = set
        }
        const text = keyText(bytes, start)
        if (set.has(text)) throw duplicate(bytes, start, at, source)
        set.add(text)
      }
      if (keys === hashes.length) {
        hashes = grown(hashes)
        starts = grown(starts)
      }
      hashes[keys] = hash
      starts[keys++] = start
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > depthMax) {
        throw new AllclearError('input.too-deep', {
          message: `${source} is nested more than ${depthMax} levels deep.`,
          next: 'No real document is; raise ALLCLEAR_LIMIT_JSON_DEPTH if yours is one.',
          where: `${source}, ${place(bytes, at)}`,
        })
      }
      frames[depth] = byte === 0x7b ? keys : -1
      expectKey = byte === 0x7b
    } else if (byte === 0x7d || byte === 0x5d) {
      if (depth > 0) {
        if (frames[depth] >= 0) keys = frames[depth]
        if (sets) sets[depth] = undefined
        depth--
      }
      expectKey = false
    } else if (byte === 0x2c) {
      expectKey = depth > 0 && frames[depth] >= 0
    }
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}

/** Keys equal byte for byte; keys that differ only in escapes are not looked for: nobody writes them by accident. */
function sameKey(bytes: Uint8Array, a: number, b: number): boolean {
  for (let at = 0; ; at++) {
    const byte = bytes[a + at]
    if (byte !== bytes[b + at]) return false
    if (byte === quote && bytes[a + at - 1] !== backslash) return true
    if (b + at >= bytes.length) return false
  }
}

function keyText(bytes: Uint8Array, start: number): string {
  let end = start
  while (end < bytes.length && bytes[end] !== quote) end += bytes[end] === backslash ? 2 : 1
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
}

function duplicate(bytes: Uint8Array, start: number, end: number, source: string): AllclearError {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, 80)).toString('utf8')
  return new AllclearError('input.duplicate-key', {
    message: `${source} names the key "${key}" twice in one object.`,
    next: 'Remove one of them: tools disagree about which one counts.',
    where: `${source}, ${place(bytes, start)}`,
  })
}

function notJson(error: Error, bytes: Uint8Array, source: string): AllclearError {
  const position = /at position (\d+)/.exec(error.message)
  const where = position ? `, ${place(bytes, Number(position[1]))}` : ''
  return new AllclearError('input.not-json', {
    message: `${source} is not valid JSON: ${error.message.replace(/ in JSON.*$/s, '').slice(0, 200)}.`,
    next: 'Look at that place; the file may be cut off or be of another format.',
    where: `${source}${where}`,
    cause: error,
  })
}

/** `line 3, column 9`, counted from 1. */
function place(bytes: Uint8Array, offset: number): string {
  let line = 1
  let start = 0
  for (let at = 0; at < offset && at < bytes.length; at++)
    if (bytes[at] === 0x0a) {
      line++
      start = at + 1
    }
  return `line ${line}, column ${offset - start + 1}`
}
