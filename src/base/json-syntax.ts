/** Where a text stops being JSON (RFC 8259), and what would have been expected there. */
export interface JsonSyntaxError {
  /** In bytes. */
  offset: number
  /** Without a full stop. */
  reason: string
}

/**
 * Looks for the first place at which a document breaks the grammar; `null` when it keeps it. Run only on documents that
 * JSON.parse has refused: it says where, and what is there, in words that do not quote the document.
 */
export function findJsonSyntaxError(bytes: Uint8Array): JsonSyntaxError | null {
  /** What encloses the current place: `{` and `[`. */
  const open: number[] = []
  let at = 0
  const skipSpace = (): void => {
    while (at < bytes.length && isSpace(bytes[at])) at++
  }
  const expected = (what: string): JsonSyntaxError => ({
    offset: at,
    reason:
      at >= bytes.length
        ? `it ends where ${what} was expected`
        : `found ${characterAt(bytes, at)} where ${what} was expected`,
  })
  /** Each turn reads one value; what follows it is read until the next value begins. */
  for (;;) {
    skipSpace()
    const byte = bytes[at]
    if (byte === 0x7b) {
      open.push(byte)
      at++
      skipSpace()
      if (bytes[at] !== 0x7d) {
        const error = readKey()
        if (error) return error
        continue
      }
    } else if (byte === 0x5b) {
      open.push(byte)
      at++
      skipSpace()
      if (bytes[at] !== 0x5d) continue
    } else {
      const error = readScalar()
      if (error) return error
    }
    // Behind a value, or before the end of an empty object or array.
    for (;;) {
      skipSpace()
      const enclosing = open.at(-1)
      if (enclosing === undefined) return at < bytes.length ? expected('the end of the document') : null
      const close = enclosing === 0x7b ? 0x7d : 0x5d
      if (bytes[at] === close) {
        open.pop()
        at++
        continue
      }
      if (bytes[at] !== 0x2c) return expected(enclosing === 0x7b ? '"," or "}"' : '"," or "]"')
      at++
      if (enclosing === 0x7b) {
        skipSpace()
        const error = readKey()
        if (error) return error
      }
      break
    }
  }

  function readKey(): JsonSyntaxError | null {
    if (bytes[at] !== 0x22) return expected('a key in quotes')
    const error = readString()
    if (error) return error
    skipSpace()
    if (bytes[at] !== 0x3a) return expected('":"')
    at++
    return null
  }

  function readScalar(): JsonSyntaxError | null {
    if (bytes[at] === 0x22) return readString()
    const start = at
    while (at < bytes.length && isWordByte(bytes[at])) at++
    const word = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(at - start, 400)).toString(
      'latin1',
    )
    if (word === 'true' || word === 'false' || word === 'null') return null
    if (at - start <= 400 && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word)) return null
    if (at - start > 400 && /^[\d.eE+-]+$/.test(word)) return null
    at = start
    return word === ''
      ? expected('a value')
      : { offset: start, reason: `"${word.slice(0, 40)}" is no JSON value` }
  }

  function readString(): JsonSyntaxError | null {
    const start = at++
    for (;;) {
      if (at >= bytes.length) return { offset: start, reason: 'it ends within the text that begins there' }
      const byte = bytes[at]
      if (byte === 0x22) {
        at++
        return null
      }
      if (byte < 0x20)
        return { offset: at, reason: 'a control character or line break within text must be escaped' }
      if (byte !== 0x5c) {
        at++
        continue
      }
      const escape = bytes[at + 1]
      if (escape === 0x75) {
        for (let digit = at + 2; digit < at + 6; digit++)
          if (!isHexDigit(bytes[digit]))
            return { offset: at, reason: 'the escape \\u needs four hexadecimal digits' }
        at += 6
      } else if (escape !== undefined && '"\\/bfnrt'.includes(String.fromCharCode(escape))) at += 2
      else return { offset: at, reason: 'there is no such escape' }
    }
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}

function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x5f
  )
}

function isHexDigit(byte: number | undefined): boolean {
  return (
    byte !== undefined &&
    ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66))
  )
}

function characterAt(bytes: Uint8Array, offset: number): string {
  const byte = bytes[offset]
  return byte > 0x20 && byte < 0x7f
    ? `"${String.fromCharCode(byte)}"`
    : `the byte 0x${byte.toString(16).padStart(2, '0')}`
}
