import type { VersionScheme } from '../types.ts'
import { compareDigits, compareText, digitsOf, type Digits } from './numbers.ts'

export interface ComposerVersion {
  /** Parts as PHP's version_compare sees them after Composer's normalisation; empty for a branch. */
  readonly parts: readonly (Digits | number)[]
  /** Positions in `parts` that are words; the part then is the word's rank. */
  readonly words: readonly boolean[]
  readonly branch: string | null
}

/** PHP's order of words; a number stands between RC and patch (version_compare). */
const ranks: Record<string, number> = { dev: 0, alpha: 1, a: 1, beta: 2, b: 2, rc: 3, patch: 5, pl: 5, p: 5 }
const rankOfNumber = 4
/** Composer writes `1.x-dev` as 1.9999999.9999999.9999999-dev: newer than every release of the branch. */
const branchNumber = 9_999_999

const classical = /^v?(\d{1,5})(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?/i
const dated = /^v?(\d{4}(?:[.:-]?\d{2}){1,6}(?:[.:-]?\d{1,3}){0,2})/i
// A separator stands between any two runs of digits, so that nothing is ambiguous.
const stability = /^[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)([.-]?\d+(?:[.-]\d+)*)?)?(?:[.-]?(dev))?$/i
const numericBranch = /^v?(\d+)(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?[.-]?dev$/i

/** Packagist: Composer normalises (VersionParser), PHP's version_compare orders. */
export const composer: VersionScheme<ComposerVersion> = {
  id: 'composer',
  title: 'Packagist (Composer)',
  links: [
    'https://getcomposer.org/doc/articles/versions.md',
    'https://www.php.net/manual/function.version-compare.php',
  ],
  notes:
    'A branch (`dev-main`) comes before every number, as in Composer’s Comparator, but is never inside or outside of a ' +
    'range: what it contains is not known from its name.',
  ecosystems: ['Packagist'],
  purlTypes: ['composer'],
  parse(text) {
    let version = text.trim()
    const alias = version.indexOf(' as ')
    if (alias > 0) version = version.slice(0, alias).trim()
    version = version.replace(/@(?:stable|rc|beta|alpha|dev)$/i, '')
    if (version === 'master' || version === 'trunk' || version === 'default') return branchOf(version)
    if (/^dev-[^\s,]/i.test(version)) return branchOf(version.slice(4))
    const plus = version.indexOf('+')
    if (plus > 0) {
      if (/\s/.test(version)) return null
      version = version.slice(0, plus)
    }
    return parseNumbered(version) ?? parseNumericBranch(version)
  },
  order(a, b) {
    if (a.branch !== null || b.branch !== null) {
      if (a.branch !== null && b.branch !== null) return compareText(a.branch, b.branch)
      return a.branch !== null ? -1 : 1
    }
    const count = a.parts.length > b.parts.length ? a.parts.length : b.parts.length
    for (let at = 0; at < count; at++) {
      const order =
        at >= a.parts.length
          ? -compareWithNothing(b, at)
          : at >= b.parts.length
            ? compareWithNothing(a, at)
            : compareParts(a, b, at)
      if (order !== 0) return order
    }
    return 0
  },
  moves: (version) => version.branch !== null,
}

function branchOf(name: string): ComposerVersion {
  return { parts: [], words: [], branch: name }
}

function parseNumbered(version: string): ComposerVersion | null {
  for (const pattern of [classical, dated]) {
    const head = pattern.exec(version)
    const tail = head && stability.exec(version.slice(head[0].length))
    if (!head || !tail) continue
    const numbers =
      pattern === classical ? head.slice(1, 5).map((part) => part ?? '') : (head[1].match(/\d+/g) ?? [])
    const parts = numbers.map(digitsOf)
    const words = numbers.map(() => false)
    const word = tail[1]?.toLowerCase()
    if (word !== undefined && word !== 'stable') {
      parts.push(ranks[word])
      words.push(true)
      for (const digits of tail[2]?.match(/\d+/g) ?? []) {
        parts.push(digitsOf(digits))
        words.push(false)
      }
    }
    if (tail[3] !== undefined && word !== 'stable') {
      parts.push(ranks.dev)
      words.push(true)
    }
    return { parts, words, branch: null }
  }
  return null
}

/** `1.x-dev`, `2.0.x-dev` */
function parseNumericBranch(version: string): ComposerVersion | null {
  const match = numericBranch.exec(version)
  if (!match) return null
  const numbers = match
    .slice(1, 5)
    .map((part) => (part === undefined || /[x*]/i.test(part) ? branchNumber : digitsOf(part)))
  return { parts: [...numbers, ranks.dev], words: [false, false, false, false, true], branch: null }
}

function compareParts(a: ComposerVersion, b: ComposerVersion, at: number): number {
  if (a.words[at]) return (a.parts[at] as number) - (b.words[at] ? (b.parts[at] as number) : rankOfNumber)
  return b.words[at] ? rankOfNumber - (b.parts[at] as number) : compareDigits(a.parts[at], b.parts[at])
}

/** The other version has ended: a number more is newer, a word stands where a number would. */
function compareWithNothing(version: ComposerVersion, at: number): number {
  return version.words[at] ? (version.parts[at] as number) - rankOfNumber : 1
}
