import type { Result } from '../../../core/result.ts'
import type { Comparator, Conjunction, Operator, VersionRange, VersionScheme } from '../types.ts'

/** A language in which version ranges are written. */
export interface RangeLanguage {
  /** `npm`, `maven` … as `parseRange` takes it. */
  readonly id: string
  readonly title: string
  /** Specification or reference implementation that decides. */
  readonly links: readonly string[]
  /** What it contains that its reader would not expect, for the reference page. */
  readonly notes?: string
  /** Id of the version scheme that orders its bounds. */
  readonly scheme: string
  /** The text as alternatives of comparators; bounds are written so that the scheme reads them. */
  read(text: string): Result<readonly Conjunction[]>
  /** Intervals as text of this language. */
  write(range: VersionRange): Result<string>
  /** Whether a version is in the range, where the language says more than the order does; `null`: not to be told. */
  contains?(range: VersionRange, version: string, scheme: VersionScheme): boolean | null
}

export function comparator(operator: Operator, version: string): Comparator {
  return { operator, version }
}

/** The one conjunction without a comparator: every version. */
export const everything: readonly Conjunction[] = [[]]

/** First characters of a foreign text, for a reason that quotes it. */
export function excerpt(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
