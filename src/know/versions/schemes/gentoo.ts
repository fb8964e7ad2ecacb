import type { VersionScheme } from '../types.ts'
import { compareDigits, compareText, digitsOf, type Digits } from './numbers.ts'

export interface GentooVersion {
  readonly first: Digits
  /** Numbers behind the first; one that begins with a zero is text without its trailing zeros. */
  readonly others: readonly (Digits | string)[]
  readonly letter: string
  readonly suffixes: readonly number[]
  readonly suffixNumbers: readonly Digits[]
  readonly revision: Digits
}

const pattern = /^(\d+)((?:\.\d+)*)([a-z]?)((?:_(?:pre|p|beta|alpha|rc)\d*)*)(?:-r(\d+))?$/
/** A missing suffix counts as 0. */
const suffixRanks: Record<string, number> = { alpha: -4, beta: -3, pre: -2, rc: -1, p: 1 }

export const gentoo: VersionScheme<GentooVersion> = {
  id: 'gentoo',
  title: 'Gentoo packages (PMS)',
  links: ['https://projects.gentoo.org/pms/latest/pms.html#version-comparison'],
  ecosystems: ['Gentoo'],
  purlTypes: ['ebuild'],
  parse(text) {
    const match = pattern.exec(text.trim())
    if (!match) return null
    const suffixes = match[4].split('_').slice(1)
    return {
      first: digitsOf(match[1]),
      others: match[2].split('.').slice(1).map(fractionOrNumber),
      letter: match[3],
      suffixes: suffixes.map((suffix) => suffixRanks[suffix.replace(/\d/g, '')]),
      suffixNumbers: suffixes.map((suffix) => digitsOf(suffix.replace(/\D/g, ''))),
      revision: digitsOf(match[5] ?? ''),
    }
  },
  order(a, b) {
    return (
      compareDigits(a.first, b.first) ||
      compareOthers(a.others, b.others) ||
      compareText(a.letter, b.letter) ||
      compareSuffixes(a, b) ||
      compareDigits(a.revision, b.revision)
    )
  },
}

/** PMS, algorithm 3.3: where a number begins with a zero both are compared as text without trailing zeros. */
function fractionOrNumber(digits: string): Digits | string {
  if (digits.charCodeAt(0) !== 0x30) return digitsOf(digits)
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--
  return digits.slice(0, end)
}

/** A fraction begins with a zero, so that as text it comes before every number that does not. */
function compareOthers(a: GentooVersion['others'], b: GentooVersion['others']): number {
  const count = a.length < b.length ? a.length : b.length
  for (let at = 0; at < count; at++) {
    const left = a[at]
    const right = b[at]
    if (left === right) continue
    if (typeof left === 'string') return typeof right === 'string' ? compareText(left, right) : -1
    if (typeof right === 'string') return 1
    const order = compareDigits(left, right)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareSuffixes(a: GentooVersion, b: GentooVersion): number {
  const count = a.suffixes.length > b.suffixes.length ? a.suffixes.length : b.suffixes.length
  for (let at = 0; at < count; at++) {
    const inA = at < a.suffixes.length
    const inB = at < b.suffixes.length
    const order =
      (inA ? a.suffixes[at] : 0) - (inB ? b.suffixes[at] : 0) ||
      compareDigits(inA ? a.suffixNumbers[at] : 0, inB ? b.suffixNumbers[at] : 0)
    if (order !== 0) return order
  }
  return 0
}
