import { failed, ok, type Result } from '../../../core/result.ts'
import { parseVersion } from '../compare.ts'
import { compareSemver, type Semver } from '../schemes/semver.ts'
import { alternativesOf, readTerms, type Term } from './comparators.ts'
import { holdsFor, writeComparators } from './intervals.ts'
import { comparator, everything, excerpt, type RangeLanguage } from './language.ts'
import { firstNonZero, padded, raisedAt } from './numbers.ts'
import type { Comparator, Conjunction, VersionRange, VersionScheme } from '../types.ts'

/**
 * node-semver: `^1.2.3`, `~1.2`, `1.x`, `1.2 - 2`, `>=1 <2 || 3`. A pre-release is contained only if a comparator
 * of the same alternative names a pre-release of the same three numbers (node-semver, "Prerelease Tags").
 */
export const npm: RangeLanguage = {
  id: 'npm',
  title: 'npm (node-semver)',
  links: ['https://github.com/npm/node-semver#ranges'],
  notes:
    '`^1.2.3` is `>=1.2.3 <2.0.0`. A pre-release is contained only where the range names one of the same three numbers.',
  scheme: 'npm',
  read: (text) => alternativesOf(text, readAlternative),
  write: (range) => writeComparators(range, { and: ' ', or: ' || ', equals: '', all: '*', none: '<0.0.0-0' }),
  contains: containsNamedPreReleases,
}

function readAlternative(text: string): Result<readonly Conjunction[]> {
  if (text === '') return ok(everything)
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(text)
  if (hyphen) {
    return readTerms(`>=${hyphen[1]} <=${hyphen[2]}`, readTerm)
  }
  return readTerms(text, readTerm)
}

const partialPattern =
  /^[v=]*(\d+|[xX*])(?:\.(\d+|[xX*])(?:\.(\d+|[xX*])(?:-?([0-9A-Za-z.-]+))?)?)?(?:\+[0-9A-Za-z.-]+)?$/

/** What a comparator on a version with missing numbers stands for (node-semver, "X-Ranges", "Tilde", "Caret"). */
export function readTerm({ operator, version }: Term): Result<readonly Conjunction[]> {
  const match = partialPattern.exec(version)
  if (!match) return failed(`“${excerpt(version)}” is no version of npm`)
  const numbers: string[] = []
  for (const part of match.slice(1, 4)) {
    if (part === undefined || /[xX*]/.test(part)) break
    numbers.push(part)
  }
  const partial = numbers.length < 3
  const lower = `${padded(numbers.join('.') || '0', 3)}${partial || match[4] === undefined ? '' : `-${match[4]}`}`
  const behind = (position: number): string => padded(raisedAt(numbers, position), 3)
  if (numbers.length === 0) {
    // `<*` and `>*` contain nothing; every other comparator with a star contains everything.
    return operator === '<' || operator === '>' ? ok([[comparator('<', '0.0.0-0')]]) : ok(everything)
  }
  const last = numbers.length - 1
  switch (operator) {
    case '':
    case '=':
    case '==':
      return ok([
        partial ? [comparator('>=', lower), comparator('<', behind(last))] : [comparator('=', lower)],
      ])
    case '>':
      return ok([[partial ? comparator('>=', behind(last)) : comparator('>', lower)]])
    case '<=':
    case '=<':
      return ok([[partial ? comparator('<', behind(last)) : comparator('<=', lower)]])
    case '>=':
    case '=>':
      return ok([[comparator('>=', lower)]])
    case '<':
      return ok([[comparator('<', lower)]])
    case '^':
      return ok([[comparator('>=', lower), comparator('<', behind(firstNonZero(numbers)))]])
    case '~':
    case '~>':
      return ok([[comparator('>=', lower), comparator('<', behind(Math.min(1, last)))]])
  }
  return failed(`npm has no operator “${operator}”`)
}

export function containsNamedPreReleases(
  { alternatives = [] }: VersionRange,
  version: string,
  scheme: VersionScheme,
): boolean | null {
  const own = parseVersion(scheme, version) as Semver | null
  if (own === null) return null
  return alternatives.some(
    (conjunction) =>
      (own.pre.length === 0 || namesPreRelease(scheme, conjunction, own)) &&
      conjunction.every((one) =>
        holdsFor(one, compareSemver(own, parseVersion(scheme, one.version) as Semver)),
      ),
  )
}

function namesPreRelease(scheme: VersionScheme, conjunction: readonly Comparator[], own: Semver): boolean {
  return conjunction.some(({ version }) => {
    const bound = parseVersion(scheme, version) as Semver | null
    return (
      bound !== null &&
      bound.pre.length > 0 &&
      bound.major === own.major &&
      bound.minor === own.minor &&
      bound.patch === own.patch
    )
  })
}
