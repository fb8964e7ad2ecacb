import type { VersionScheme } from '../types.ts'
import { compareDigits, compareText, digitsOf, isDigit, type Digits } from './numbers.ts'

interface ConanItem {
  /** Digits that the item begins with; -1 when it begins with none. */
  readonly number: Digits
  readonly rest: string
}

export interface ConanVersion {
  readonly main: readonly ConanItem[]
  readonly pre: ConanVersion | null
  readonly build: ConanVersion | null
}

/** Conan: dotted items, then `-pre` and `+build`, each ordered like a version. */
export const conan: VersionScheme<ConanVersion> = {
  id: 'conan',
  title: 'Conan (C and C++)',
  links: [
    'https://docs.conan.io/2/reference/conanfile/attributes.html#version',
    'https://docs.conan.io/2/tutorial/versioning/version_ranges.html',
  ],
  notes:
    'An item such as `1b` is ordered by its number and then by its letters. Conan compares it as text with numbers and ' +
    'words alike, which is no order: 9 > 1b > 10.',
  ecosystems: ['ConanCenter'],
  purlTypes: ['conan'],
  parse: (text) => parseConan(text.trim()),
  order: compareConan,
}

function parseConan(text: string): ConanVersion | null {
  if (!/^[a-z0-9_*][a-z0-9_+.*-]*$/i.test(text)) return null
  const plus = text.indexOf('+')
  const rest = plus < 0 ? text : text.slice(0, plus)
  const hyphen = rest.indexOf('-')
  const main = (hyphen < 0 ? rest : rest.slice(0, hyphen)).split('.').map(itemOf)
  while (main.length > 1 && main[main.length - 1].number === 0 && main[main.length - 1].rest === '')
    main.pop()
  return {
    main,
    pre: hyphen < 0 ? null : (parseConan(rest.slice(hyphen + 1)) ?? nameless),
    build: plus < 0 ? null : (parseConan(text.slice(plus + 1)) ?? nameless),
  }
}

function itemOf(text: string): ConanItem {
  let end = 0
  while (end < text.length && isDigit(text.charCodeAt(end))) end++
  return { number: end === 0 ? -1 : digitsOf(text.slice(0, end)), rest: text.slice(end) }
}

/** `1.0.0-` has a pre-release without a name, which comes before all others. */
const nameless: ConanVersion = { main: [], pre: null, build: null }

function compareConan(a: ConanVersion, b: ConanVersion): number {
  const count = a.main.length < b.main.length ? a.main.length : b.main.length
  for (let at = 0; at < count; at++) {
    const order = compareItems(a.main[at], b.main[at])
    if (order !== 0) return order
  }
  if (a.main.length !== b.main.length) return a.main.length - b.main.length
  return comparePre(a.pre, b.pre) || compareBuild(a.build, b.build)
}

/** Words come after numbers. */
function compareItems(a: ConanItem, b: ConanItem): number {
  if (a.number === -1 || b.number === -1)
    return a.number === b.number ? compareText(a.rest, b.rest) : a.number === -1 ? 1 : -1
  return compareDigits(a.number, b.number) || compareText(a.rest, b.rest)
}

function comparePre(a: ConanVersion | null, b: ConanVersion | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return compareConan(a, b)
}

function compareBuild(a: ConanVersion | null, b: ConanVersion | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  return compareConan(a, b)
}
