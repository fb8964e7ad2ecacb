import type { VersionScheme } from '../types.ts'
import { compareDigits, compareText, digitsOf, isDigit, type Digits } from './numbers.ts'

/** A qualifier directly followed by a number: `rc1`, `rc-1`. */
interface Combination {
  readonly word: string
  readonly number: Digits
}

/** A number, a qualifier (as its place in the order of qualifiers), a combination, or a list. */
type Item = Digits | string | Combination | Item[]
export type MavenVersion = readonly Item[]

/** Known qualifiers, oldest first; the empty one is the release. Others come after, in the order of their text. */
const qualifiers = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp']
const releasePlace = String(qualifiers.indexOf(''))
const sameAsRelease = new Set(['ga', 'final', 'release'])
/** Every hyphen nests a list, and comparing goes as deep; Maven 4 itself refuses more than 256 characters. */
const charactersMax = 4_096
const abbreviations: Record<string, string> = { a: 'alpha', b: 'beta', m: 'milestone' }

/** Maven's ComparableVersion: every text is a version. */
export const maven: VersionScheme<MavenVersion> = {
  id: 'maven',
  title: 'Maven (ComparableVersion)',
  links: [
    'https://maven.apache.org/pom.html#version-order-specification',
    'https://maven.apache.org/ref/current/maven-artifact/apidocs/org/apache/maven/artifact/versioning/ComparableVersion.html',
  ],
  notes:
    'Every text but an empty one is a version. Follows Maven 4, where `2.0.a` is `2-a`; Maven before 3.9 ordered the two.',
  ecosystems: ['Maven'],
  purlTypes: ['maven', 'gradle'],
  parse(text) {
    const version = text.trim().toLowerCase()
    return version === '' || version.length > charactersMax ? null : parseItems(version)
  },
  order: compareLists,
}

/**
 * One pass over the text. A dot ends an item; a hyphen, and a change between letters and digits, end it and open a
 * list; a word directly or behind one hyphen followed by a digit is a combination with that number.
 */
function parseItems(version: string): MavenVersion {
  const root: Item[] = []
  const lists: Item[][] = [root]
  let list = root
  let numeric = false
  let combined = false
  let start = 0
  const openList = (): void => {
    const inner: Item[] = []
    list.push(inner)
    list = inner
    lists.push(inner)
  }
  const endItem = (end: number): void => {
    list.push(start === end ? 0 : itemOf(version.slice(start, end), numeric, combined))
    combined = false
  }
  for (let at = 0; at < version.length; at++) {
    const code = version.charCodeAt(at)
    if (code === 0x2e) {
      endItem(at)
      start = at + 1
    } else if (code === 0x2d) {
      if (at > start && !numeric && isDigit(version.charCodeAt(at + 1))) {
        combined = true
        continue
      }
      endItem(at)
      start = at + 1
      openList()
    } else if (isDigit(code)) {
      if (!numeric && at > start) {
        combined = true
        if (list.length > 0) openList()
      }
      numeric = true
    } else {
      if (numeric && at > start) {
        endItem(at)
        start = at
        openList()
      }
      numeric = false
    }
  }
  if (version.length > start) {
    // A last word after a dot stands where it would stand after a hyphen: 1.0.0.x is 1.0.0-x (MNG-7644).
    if (!numeric && list.length > 0) openList()
    endItem(version.length)
  }
  for (let at = lists.length - 1; at >= 0; at--) normalize(lists[at])
  return root
}

function itemOf(text: string, numeric: boolean, combined: boolean): Item {
  if (combined) {
    const plain = text.replaceAll('-', '')
    let end = 0
    while (end < plain.length && !isDigit(plain.charCodeAt(end))) end++
    const word = plain.slice(0, end)
    return { word: placeOf(abbreviations[word] ?? word), number: digitsOf(plain.slice(end)) }
  }
  return numeric ? digitsOf(text) : placeOf(text)
}

/** A text that sorts as the qualifier does. */
function placeOf(word: string): string {
  if (sameAsRelease.has(word)) return releasePlace
  const place = qualifiers.indexOf(word === 'cr' ? 'rc' : word)
  return place < 0 ? `${qualifiers.length}-${word}` : String(place)
}

/** Zeros and empty lists at the end, before a word and before a list that begins with a word count for nothing. */
function normalize(items: Item[]): void {
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at]
    if (item !== 0 && !(Array.isArray(item) && item.length === 0)) continue
    const next = items[at + 1]
    const removable =
      next === undefined || isWord(next) || (Array.isArray(next) && next.length > 0 && isWord(next[0]))
    if (removable) items.splice(at, 1)
  }
  if (items.length === 1 && Array.isArray(items[0])) items.splice(0, 1, ...items[0])
}

function isWord(item: Item): boolean {
  return typeof item === 'string' || (typeof item === 'object' && !Array.isArray(item))
}

function compareLists(a: readonly Item[], b: readonly Item[]): number {
  const count = a.length > b.length ? a.length : b.length
  for (let at = 0; at < count; at++) {
    const order =
      at >= a.length
        ? -compareWithNothing(b[at])
        : at >= b.length
          ? compareWithNothing(a[at])
          : compareItems(a[at], b[at])
    if (order !== 0) return order
  }
  return 0
}

function compareItems(a: Item, b: Item): number {
  if (typeof a === 'number' || typeof a === 'bigint') {
    return typeof b === 'number' || typeof b === 'bigint' ? compareDigits(a, b) : 1
  }
  if (typeof b === 'number' || typeof b === 'bigint') return -1
  if (Array.isArray(a)) return Array.isArray(b) ? compareLists(a, b) : compareListWithWord(a, b)
  if (Array.isArray(b)) return -compareListWithWord(b, a)
  const order = compareText(typeof a === 'string' ? a : a.word, typeof b === 'string' ? b : b.word)
  if (order !== 0) return order
  if (typeof a === 'string') return typeof b === 'string' ? 0 : -compareNumberOf(b)
  return typeof b === 'string' ? compareNumberOf(a) : compareDigits(a.number, b.number)
}

/** rc1 is newer than rc, but ga0 is ga. */
function compareNumberOf(combination: Combination): number {
  return combination.word === releasePlace ? compareWithNothing(combination.number) : 1
}

function compareListWithWord(list: readonly Item[], word: string | Combination): number {
  if (list.length === 0) return -compareWithNothing(word)
  let order = compareItems(list[0], word)
  for (let at = 1; order === 0 && at < list.length; at++) order = compareWithNothing(list[at])
  return order
}

/** The other version is shorter. */
function compareWithNothing(item: Item): number {
  if (typeof item === 'number' || typeof item === 'bigint') return item === 0 ? 0 : 1
  if (typeof item === 'string') return compareText(item, releasePlace)
  if (!Array.isArray(item)) return compareText(item.word, releasePlace) || compareWithNothing(item.number)
  for (const part of item) {
    const order = compareWithNothing(part)
    if (order !== 0) return order
  }
  return 0
}
