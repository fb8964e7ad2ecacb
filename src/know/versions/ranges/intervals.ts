import { failed, ok, type Result } from '../../../core/result.ts'
import { orderVersions, parseVersion } from '../compare.ts'
import { excerpt } from './language.ts'
import type { Comparator, Conjunction, Interval, VersionRange, VersionScheme } from '../types.ts'

export const unbounded: Interval = { from: null, fromInclusive: false, to: null, toInclusive: false }

/**
 * The set that alternatives of comparators describe: ascending, disjoint. Intervals that only touch stay apart
 * (`<2` and `>=2`), so that a range of a branch can be told from its neighbour.
 */
export function intervalsOf(scheme: VersionScheme, alternatives: readonly Conjunction[]): Result<Interval[]> {
  for (const { version } of alternatives.flat()) {
    if (parseVersion(scheme, version) === null)
      return failed(`“${excerpt(version)}” is no version of ${scheme.title}`)
  }
  const order = (a: string, b: string): number => orderVersions(scheme, a, b) ?? 0
  return ok(
    mergeIntervals(
      order,
      alternatives.flatMap((conjunction) => intersectionOf(order, conjunction)),
    ),
  )
}

type Order = (a: string, b: string) => number

function intersectionOf(order: Order, conjunction: Conjunction): Interval[] {
  let pieces: Interval[] = [unbounded]
  for (const comparator of conjunction) {
    const others = intervalsOfComparator(comparator)
    pieces = pieces.flatMap((piece) => others.flatMap((other) => intersect(order, piece, other)))
  }
  return pieces
}

function intervalsOfComparator({ operator, version }: Comparator): Interval[] {
  switch (operator) {
    case '=':
      return [{ from: version, fromInclusive: true, to: version, toInclusive: true }]
    case '!=':
      return [
        { ...unbounded, to: version },
        { ...unbounded, from: version },
      ]
    case '<':
    case '<=':
      return [{ ...unbounded, to: version, toInclusive: operator === '<=' }]
    case '>':
    case '>=':
      return [{ ...unbounded, from: version, fromInclusive: operator === '>=' }]
  }
}

function intersect(order: Order, a: Interval, b: Interval): Interval[] {
  const lower = compareLower(order, a, b) >= 0 ? a : b
  const upper = compareUpper(order, a, b) <= 0 ? a : b
  const { from, fromInclusive } = lower
  const { to, toInclusive } = upper
  if (from !== null && to !== null) {
    const length = order(from, to)
    if (length > 0 || (length === 0 && !(fromInclusive && toInclusive))) return []
  }
  return [{ from, fromInclusive, to, toInclusive }]
}

/** Which of two begins later. */
function compareLower(order: Order, a: Interval, b: Interval): number {
  if (a.from === null || b.from === null) return a.from === b.from ? 0 : a.from === null ? -1 : 1
  return order(a.from, b.from) || Number(b.fromInclusive) - Number(a.fromInclusive)
}

/** Which of two ends later. */
function compareUpper(order: Order, a: Interval, b: Interval): number {
  if (a.to === null || b.to === null) return a.to === b.to ? 0 : a.to === null ? 1 : -1
  return order(a.to, b.to) || Number(a.toInclusive) - Number(b.toInclusive)
}

/** Sorts, and unites what has versions in common. */
export function mergeIntervals(order: Order, intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = []
  for (const next of [...intervals].sort((a, b) => compareLower(order, a, b) || compareUpper(order, a, b))) {
    const last = merged.at(-1)
    if (last === undefined || endsBefore(order, last, next)) merged.push(next)
    else if (compareUpper(order, last, next) < 0)
      merged[merged.length - 1] = { ...last, to: next.to, toInclusive: next.toInclusive }
  }
  return merged
}

function endsBefore(order: Order, a: Interval, b: Interval): boolean {
  if (a.to === null || b.from === null) return false
  const gap = order(a.to, b.from)
  return gap < 0 || (gap === 0 && !(a.toInclusive && b.fromInclusive))
}

/** Whether intervals contain a version; `null` when no interval says yes and one cannot be told. */
export function intervalsContain(
  scheme: VersionScheme,
  intervals: readonly Interval[],
  version: string,
  compare: typeof orderVersions,
): boolean | null {
  let answer: boolean | null = false
  for (const { from, fromInclusive, to, toInclusive } of intervals) {
    const low = from === null ? 1 : compare(scheme, version, from)
    const high = to === null ? -1 : compare(scheme, version, to)
    const above = low === null ? null : low > 0 || (low === 0 && fromInclusive)
    const below = high === null ? null : high < 0 || (high === 0 && toInclusive)
    if (above === false || below === false) continue
    if (above === null || below === null) answer = null
    else return true
  }
  return answer
}

/** Whether comparators hold for a version; `null` when none of the alternatives does and one cannot be told. */
export function alternativesHold(
  alternatives: readonly Conjunction[],
  holds: (comparator: Comparator, conjunction: Conjunction) => boolean | null,
): boolean | null {
  let answer: boolean | null = false
  for (const conjunction of alternatives) {
    let all: boolean | null = true
    for (const comparator of conjunction) {
      const one = holds(comparator, conjunction)
      if (one === false) {
        all = false
        break
      }
      if (one === null) all = null
    }
    if (all === true) return true
    if (all === null) answer = null
  }
  return answer
}

export function holdsFor({ operator }: Comparator, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

export function isExact({ from, to, fromInclusive, toInclusive }: Interval): boolean {
  return from !== null && from === to && fromInclusive && toInclusive
}

/** How a language writes its comparators. */
export interface Writing {
  /** Between comparators that all hold. */
  and: string
  /** Between alternatives; without it a union cannot be written. */
  or?: string
  equals: string
  /** Everything. */
  all: string
  /** Nothing. */
  none?: string
  /** A single version that is not in the range. */
  except?: string
}

export function writeComparators(
  range: VersionRange,
  { and, or, equals, all, none, except }: Writing,
): Result<string> {
  if (range.intervals.length === 0)
    return none === undefined ? failed('an empty range cannot be written') : ok(none)
  const exceptions = except === undefined ? null : exceptionsOf(range.intervals)
  if (exceptions !== null) {
    const { outer, versions } = exceptions
    return ok([...boundsOf(outer, equals), ...versions.map((version) => `${except}${version}`)].join(and))
  }
  if (or === undefined && range.intervals.length > 1) return failed('a union of ranges cannot be written')
  return ok(range.intervals.map((interval) => boundsOf(interval, equals).join(and) || all).join(or))
}

/** Intervals of which each ends where the next begins, with that version between them left out. */
export function exceptionsOf(intervals: readonly Interval[]): { outer: Interval; versions: string[] } | null {
  if (intervals.length < 2) return null
  const versions: string[] = []
  for (let at = 1; at < intervals.length; at++) {
    const before = intervals[at - 1]
    const { from, fromInclusive } = intervals[at]
    if (from === null || before.to !== from || before.toInclusive || fromInclusive) return null
    versions.push(from)
  }
  const last = intervals[intervals.length - 1]
  return { outer: { ...intervals[0], to: last.to, toInclusive: last.toInclusive }, versions }
}

function boundsOf(interval: Interval, equals: string): string[] {
  if (isExact(interval)) return [`${equals}${interval.from}`]
  const bounds: string[] = []
  if (interval.from !== null) bounds.push(`${interval.fromInclusive ? '>=' : '>'}${interval.from}`)
  if (interval.to !== null) bounds.push(`${interval.toInclusive ? '<=' : '<'}${interval.to}`)
  return bounds
}
