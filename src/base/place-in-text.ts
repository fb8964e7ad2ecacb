/** `line 3, column 9`, both counted from 1, the column in characters as an editor counts them. */
export function placeInText(bytes: Uint8Array, offset: number): string {
  let line = 1
  let start = 0
  const end = Math.min(offset, bytes.length)
  for (let at = 0; at < end; at++) {
    // A lone carriage return ends a line as well; of a pair, the line feed does.
    if (bytes[at] === 0x0a || (bytes[at] === 0x0d && bytes[at + 1] !== 0x0a)) {
      line++
      start = at + 1
    }
  }
  let column = 1
  // Continuation bytes of UTF-8 begin with the bits 10.
  for (let at = start; at < end; at++) if ((bytes[at] & 0xc0) !== 0x80) column++
  return `line ${line}, column ${column}`
}
