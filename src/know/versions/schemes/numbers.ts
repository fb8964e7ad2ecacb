/**
 * A run of digits as something `<` orders exactly: a number where it is exact, else a bigint. JavaScript compares the
 * two with each other by value. Equal values have the same form, so that `===` may be used, too.
 */
export type Digits = number | bigint

/** Numbers up to 15 digits are exact in a double. */
const exactDigits = 15

/** Value of a text of digits; of none at all it is 0. */
export function digitsOf(text: string): Digits {
  if (text.length <= exactDigits) return Number(text)
  let zeros = 0
  while (text.charCodeAt(zeros) === 0x30) zeros++
  return text.length - zeros <= exactDigits ? Number(text.slice(zeros)) : BigInt(text)
}

export function compareDigits(a: Digits, b: Digits): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Runs of digits, number by number; what is missing counts as zero. */
export function compareReleases(a: readonly Digits[], b: readonly Digits[]): number {
  const count = a.length > b.length ? a.length : b.length
  for (let at = 0; at < count; at++) {
    const order = compareDigits(at < a.length ? a[at] : 0, at < b.length ? b[at] : 0)
    if (order !== 0) return order
  }
  return 0
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

export function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)
}

/** True when the text has at least one character and all are ASCII digits. */
export function isNumeric(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isDigit(text.charCodeAt(at))) return false
  return text !== ''
}
