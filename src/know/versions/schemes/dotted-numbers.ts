import { compareDigits, digitsOf, type Digits } from './numbers.ts'

export type DottedNumbers = readonly Digits[]

/** The numbers of a text that fits the pattern. */
export function numbersIn(text: string, pattern: RegExp): DottedNumbers | null {
  const version = text.trim()
  return pattern.test(version) ? version.split(/[.-]/).map(digitsOf) : null
}

/** Number by number; a longer version is newer than its beginning. */
export function orderNumbers(a: DottedNumbers, b: DottedNumbers): number {
  const count = a.length < b.length ? a.length : b.length
  for (let at = 0; at < count; at++) {
    const order = compareDigits(a[at], b[at])
    if (order !== 0) return order
  }
  return a.length - b.length
}
