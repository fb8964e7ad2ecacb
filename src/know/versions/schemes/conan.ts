import type { VersionScheme } from '../types.ts'
import { compareDigits, compareText, digitsOf, isDigit, type Digits } from './numbers.ts'

interface ConanItem {
  /** Digits that the item begins with; -1 when it begins with none. */
  readonly number: Digits
  readonly rest: string
}

/** Items of one part between hyphens, and of all parts between two plus signs. */
type Part = readonly ConanItem[]
type Parts = readonly Part[]

/** `1.0-pre-more+build` as [[1.0, pre, more], [build]]. */
export type ConanVersion = readonly Parts[]

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
  parse(text) {
    const version = text.trim()
    if (!/^[a-z0-9_*][a-z0-9_+.*-]*$/i.test(version)) return null
    return version.split('+').map((parts) => parts.split('-').map(partOf))
  },
  order(a, b) {
    const count = a.length < b.length ? a.length : b.length
    for (let at = 0; at < count; at++) {
      const order = compareParts(a[at], b[at])
      if (order !== 0) return order
    }
    return a.length - b.length
  },
}

/** Trailing zeros count for nothing. A part without text (`1.0-`) has no items and comes before all others. */
function partOf(text: string): Part {
  if (text === '') return []
  const items = text.split('.').map(itemOf)
  while (items.length > 1 && items[items.length - 1].number === 0 && items[items.length - 1].rest === '')
    items.pop()
  return items
}

function itemOf(text: string): ConanItem {
  let end = 0
  while (end < text.length && isDigit(text.charCodeAt(end))) end++
  return { number: end === 0 ? -1 : digitsOf(text.slice(0, end)), rest: text.slice(end) }
}

/** A version with a further part behind a hyphen is a pre-release of the one without. */
function compareParts(a: Parts, b: Parts): number {
  const count = a.length < b.length ? a.length : b.length
  for (let at = 0; at < count; at++) {
    const order = comparePart(a[at], b[at])
    if (order !== 0) return order
  }
  return b.length - a.length
}

function comparePart(a: Part, b: Part): number {
  const count = a.length < b.length ? a.length : b.length
  for (let at = 0; at < count; at++) {
    const order = compareItems(a[at], b[at])
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Words come after numbers. */
function compareItems(a: ConanItem, b: ConanItem): number {
  if (a.number === -1 || b.number === -1)
    return a.number === b.number ? compareText(a.rest, b.rest) : a.number === -1 ? 1 : -1
  return compareDigits(a.number, b.number) || compareText(a.rest, b.rest)
}
