/** Lower case; most names are lower case already and are returned as they are. */
export function lowerCase(text: string): string {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if ((code >= 0x41 && code <= 0x5a) || code > 0x7f) return text.toLowerCase()
  }
  return text
}

/** Percent-decoded, or `null` when an escape is broken or does not give UTF-8. */
export function decode(text: string): string | null {
  if (text.indexOf('%') < 0) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/**
 * Decodes the segments of a path and joins those that are not empty; `null` when an escape is broken. An escaped slash
 * separates like another one: the specification allows none within a segment.
 */
export function joinSegments(path: string, dots: 'with dots' | 'without dots' = 'with dots'): string | null {
  const decoded = decode(path)
  if (decoded === null) return null
  if (dots === 'with dots' && !decoded.includes('//') && !decoded.startsWith('/') && !decoded.endsWith('/'))
    return decoded
  return decoded
    .split('/')
    .filter((segment) => segment !== '' && (dots === 'with dots' || (segment !== '.' && segment !== '..')))
    .join('/')
}

/** Percent-encodes everything but letters, digits, `.`, `-`, `_`, `~` and the colon (specification, "Character encoding"). */
export function encode(text: string): string {
  if (isPlain(text, false)) return text
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':')
}

export function encodePath(path: string): string {
  return isPlain(path, true) ? path : path.split('/').map(encode).join('/')
}

function isPlain(text: string, slashes: boolean): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const plain =
      (code >= 0x61 && code <= 0x7a) ||
      (code >= 0x2d && code <= 0x3a && (code !== 0x2f || slashes)) ||
      (code >= 0x41 && code <= 0x5a) ||
      code === 0x5f ||
      code === 0x7e
    if (!plain) return false
  }
  return true
}
