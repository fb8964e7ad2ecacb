import { limit } from '../../../base/limits.ts'
import { failed, ok, type Result } from '../../../core/result.ts'
import { compareVersions } from '../compare.ts'
import { schemeById } from '../registry.ts'
import { generic } from '../schemes/generic.ts'
import { alternativesHold, holdsFor, intervalsContain, intervalsOf } from './intervals.ts'
import { excerpt } from './language.ts'
import { languageById, languages } from './languages.ts'
import { readVers, writeVers } from './vers.ts'
import type { VersionRange, VersionScheme } from '../types.ts'

/** Ids that `parseRange` and `formatRange` take. */
export const rangeLanguages: readonly string[] = [...languages.map(({ id }) => id), 'vers']

/** A range names a few versions; each has at most the characters of one. */
const versionsPerRange = 64
const comparatorsMax = 1_000

/**
 * Reads a range. A text that begins with `vers:` is read as such in every language. Everyday comparators (`query`)
 * have no scheme of their own: with one given, their intervals are exact for it.
 */
export function parseRange(language: string, text: string, asked?: VersionScheme): Result<VersionRange> {
  const charactersMax = limit('versionCharacters') * versionsPerRange
  if (text.length > charactersMax) return failed(`a range has at most ${charactersMax} characters`)
  const native = text.trim()
  if (native.startsWith('vers:')) return readVers(native)
  if (language === 'vers') return failed('a vers range begins with “vers:”')
  const found = languageById(language)
  if (found === undefined) return failed(`there is no range language “${excerpt(language)}”`)
  const alternatives = found.read(native)
  if (!alternatives.ok) return alternatives
  const count = alternatives.value.reduce((sum, conjunction) => sum + conjunction.length, 0)
  if (count > comparatorsMax)
    return failed(`a range has at most ${comparatorsMax} comparators, this one ${count}`)
  const scheme = asked ?? (schemeById(found.scheme) as VersionScheme)
  const intervals = intervalsOf(scheme, alternatives.value)
  if (!intervals.ok) return intervals
  return ok({
    scheme: scheme.id,
    native,
    language: found.id,
    alternatives: alternatives.value,
    intervals: intervals.value,
  })
}

/** Writes a range in a language; fails with the reason where the language cannot say it. */
export function formatRange(language: string, range: VersionRange): Result<string> {
  if (language === 'vers') return writeVers(range)
  const found = languageById(language)
  return found === undefined
    ? failed(`there is no range language “${excerpt(language)}”`)
    : found.write(range)
}

/**
 * Whether a version is in a range; `null` when that cannot be told, because the version or a bound is no version of
 * the scheme. A range in a language of its own follows the rules of that language; everyday comparators are asked
 * with the scheme of the package in question.
 */
export function rangeContains(range: VersionRange, version: string, scheme?: VersionScheme): boolean | null {
  const own = schemeById(range.scheme) ?? (generic as VersionScheme)
  const asked = scheme ?? own
  const language = range.language === undefined ? undefined : languageById(range.language)
  if (
    range.intervals.length === 1 &&
    range.intervals[0].from === null &&
    range.intervals[0].to === null &&
    language?.contains === undefined
  )
    return true
  if (asked.id === own.id && language?.contains !== undefined) return language.contains(range, version, asked)
  if (range.alternatives !== undefined) {
    return alternativesHold(range.alternatives, (one) => {
      const order = compareVersions(asked, version, one.version)
      return order === null ? null : holdsFor(one, order)
    })
  }
  return intervalsContain(asked, range.intervals, version, compareVersions)
}
