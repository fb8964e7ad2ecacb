import { isUtf8 } from 'node:buffer'
import { AllclearError } from './errors.ts'
import { checkJsonStructure } from './json-structure.ts'
import { findJsonSyntaxError } from './json-syntax.ts'
import { limit } from './limits.ts'
import { placeInText } from './place-in-text.ts'

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
 * A key `__proto__` becomes an ordinary own property, as in every `JSON.parse`; it changes no prototype.
 *
 * Throws `AllclearError` with line and column.
 */
export function parseJson(
  bytes: Uint8Array,
  { source, maxBytes = limit('documentBytes') }: JsonSource,
): unknown {
  checkSize(bytes.length, { source, maxBytes })
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
  checkJsonStructure(body, source)
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'))
  } catch (error) {
    throw notJson(error, body, source)
  }
}

/** Refuses by size alone, for callers that know it before they read: half a gigabyte is not loaded to be refused. */
export function checkSize(
  sizeBytes: number,
  { source, maxBytes = limit('documentBytes') }: JsonSource,
): void {
  if (sizeBytes <= maxBytes) return
  throw new AllclearError('input.too-large', {
    message: `${source} has ${sizeBytes} bytes; the limit is ${maxBytes}.`,
    next: 'Split the document, or raise ALLCLEAR_LIMIT_DOCUMENT_BYTES.',
    where: source,
  })
}

/** V8 gives a place for some errors only and quotes the document in others, so the place is looked for again. */
function notJson(cause: unknown, bytes: Uint8Array, source: string): AllclearError {
  const found = findJsonSyntaxError(bytes)
  return new AllclearError('input.not-json', {
    message: `${source} is not valid JSON${found ? `: ${found.reason}` : ''}.`,
    next: 'Look at that place; the file may be cut off or be of another format.',
    where: found ? `${source}, ${placeInText(bytes, found.offset)}` : source,
    cause,
  })
}
