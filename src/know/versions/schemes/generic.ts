import type { VersionScheme } from '../types.ts'
import { compareDigits, compareText, digitsOf, isDigit, isLetter, type Digits } from './numbers.ts'

/** Kinds of components by age at the same place; the end of a version counts as a zero. */
const kinds = { preRelease: 0, zero: 1, postRelease: 2, number: 3, letter: 4 } as const

export interface GenericVersion {
  readonly kinds: readonly number[]
  readonly values: readonly (Digits | string)[]
}

const postWords = new Set([
  'post',
  'patch',
  'pl',
  'p',
  'sp',
  'errata',
  'fix',
  'hotfix',
  'update',
  'u',
  'r',
  'rev',
  'build',
])

/**
 * The fallback where no order is known. Numbers are compared as numbers, and missing ones are zero; a word makes a
 * pre-release (`1.0-rc1` before `1.0`) unless it is known to follow a release (`1.0-p1`, `1.0.post2`) or stands behind
 * a plus; one letter directly behind a number counts patches (`1.0.2k` after `1.0.2`). A text without a digit is no
 * version.
 */
export const generic: VersionScheme<GenericVersion> = {
  id: 'generic',
  title: 'Fallback for unknown schemes',
  links: ['https://github.com/repology/libversion/blob/master/doc/ALGORITHM.md'],
  notes:
    'Used where an ecosystem names no order. It follows the rules that most projects follow, without any guarantee.',
  ecosystems: ['Android', 'Linux', 'OSS-Fuzz', 'FreeBSD'],
  purlTypes: ['generic'],
  parse(text) {
    const version = text.trim().toLowerCase()
    const componentKinds: number[] = []
    const values: (Digits | string)[] = []
    let at = version.startsWith('v') && isDigit(version.charCodeAt(1)) ? 1 : 0
    let digits = false
    let behindPlus = false
    while (at < version.length) {
      const start = at
      if (isDigit(version.charCodeAt(at))) {
        while (at < version.length && isDigit(version.charCodeAt(at))) at++
        const value = digitsOf(version.slice(start, at))
        componentKinds.push(value === 0 ? kinds.zero : kinds.number)
        values.push(value)
        digits = true
      } else if (isLetter(version.charCodeAt(at))) {
        while (at < version.length && isLetter(version.charCodeAt(at))) at++
        const word = version.slice(start, at)
        const patchLetter =
          word.length === 1 &&
          start > 0 &&
          isDigit(version.charCodeAt(start - 1)) &&
          !isDigit(version.charCodeAt(at))
        componentKinds.push(
          patchLetter
            ? kinds.letter
            : behindPlus || postWords.has(word)
              ? kinds.postRelease
              : kinds.preRelease,
        )
        values.push(word)
      } else {
        if (version.charCodeAt(at) === 0x2b) behindPlus = true
        at++
      }
    }
    return digits ? { kinds: componentKinds, values } : null
  },
  order(a, b) {
    const count = a.kinds.length > b.kinds.length ? a.kinds.length : b.kinds.length
    for (let at = 0; at < count; at++) {
      const left = at < a.kinds.length ? a.kinds[at] : kinds.zero
      const right = at < b.kinds.length ? b.kinds[at] : kinds.zero
      if (left !== right) return left - right
      if (left === kinds.zero) continue
      const x = a.values[at]
      const y = b.values[at]
      const order = typeof x === 'string' ? compareText(x, y as string) : compareDigits(x, y as Digits)
      if (order !== 0) return order
    }
    return 0
  },
}
