/**
 * A version order. `T` is the parsed form; it is opaque to callers, cheap to keep, and comparing two of them
 * allocates nothing.
 */
export interface VersionScheme<T = unknown> {
  /** `deb`, `rpm`, `maven` … as `allclear version compare --scheme` takes it. */
  readonly id: string
  readonly title: string
  /** Specification or reference implementation that decides. */
  readonly links: readonly string[]
  /** What the order does that its reader would not expect, for the reference page. */
  readonly notes?: string
  /** OSV ecosystem names (without release) that use this order. */
  readonly ecosystems: readonly string[]
  /** purl types that use this order. */
  readonly purlTypes: readonly string[]
  /** `null` when the text is no version of this scheme: a named outcome, never an exception. */
  parse(text: string): T | null
  /** Negative, zero or positive. A total order on parsed versions. */
  order(a: T, b: T): number
  /**
   * True for a version that names a moving branch (`dev-main`): it has a place in the order, but the place says
   * nothing about what the installed files contain, so that no range may include or exclude it.
   */
  moves?(version: T): boolean
  /**
   * How a version stands to a bound of a range, where that is not its place in the order: a rebuild of a version is
   * newer than the version, but what holds for the version holds for all of its rebuilds.
   */
  judge?(a: T, b: T): number
}

/** One piece of a version range; `null` is unbounded. */
export interface Interval {
  from: string | null
  fromInclusive: boolean
  to: string | null
  toInclusive: boolean
}

export type Operator = '<' | '<=' | '>' | '>=' | '=' | '!='

export interface Comparator {
  readonly operator: Operator
  readonly version: string
}

/** Comparators that all hold. */
export type Conjunction = readonly Comparator[]

/** A range as a union of intervals, ascending and disjoint. `native` is the text it came from. */
export interface VersionRange {
  scheme: string
  intervals: readonly Interval[]
  native: string
  /** Id of the range language that the text is written in; its own rules decide what the range contains. */
  language?: string
  /** The text as alternatives of comparators, before they were ordered: what a scheme found later is asked with. */
  alternatives?: readonly Conjunction[]
}
