import { failed, ok, type Result } from '../../../core/result.ts'
import { parseVersion } from '../compare.ts'
import { compareDigits } from '../schemes/numbers.ts'
import type { Pep440Version } from '../schemes/pypi.ts'
import { alternativesOf, readTerms, termsOf, type Term } from './comparators.ts'
import { alternativesHold, writeComparators } from './intervals.ts'
import { comparator, everything, excerpt, type RangeLanguage } from './language.ts'
import { raisedAt } from './numbers.ts'
import { plainOperator } from './plain.ts'
import type { Conjunction, VersionRange, VersionScheme } from '../types.ts'

/** PEP 440 version specifiers: `>=1.0,<2`, `~=1.4.2`, `==1.2.*`, `!=1.5`. Advisories unite them with `||`. */
export const pypi: RangeLanguage = {
  id: 'pypi',
  title: 'PEP 440 version specifiers',
  links: ['https://packaging.python.org/specifications/version-specifiers/#version-specifiers'],
  notes:
    '`<1.7` leaves out the pre-releases of 1.7, `>1.7` its post-releases and local builds, as the specification asks. ' +
    'Pre-releases are contained otherwise.',
  scheme: 'pypi',
  read: (text) => alternativesOf(text, readAlternative),
  write: (range) => writeComparators(range, { and: ',', equals: '==', all: '>=0.dev0', except: '!=' }),
  contains,
}

function readAlternative(text: string): Result<readonly Conjunction[]> {
  if (text === '' || text === '*') return ok(everything)
  return readTerms(text, readTerm)
}

function readTerm({ operator, version }: Term): Result<readonly Conjunction[]> {
  const prefix = prefixOf(version)
  if (prefix !== null) {
    const { epoch, numbers } = prefix
    // Pre-releases of the first release belong to the prefix, too: 1.2.dev0 is the first version of 1.2.*.
    const low = `${epoch}${numbers.join('.')}.dev0`
    const high = `${epoch}${raisedAt(numbers, numbers.length - 1)}.dev0`
    if (operator === '==' || operator === '=') return ok([[comparator('>=', low), comparator('<', high)]])
    if (operator === '!=') return ok([[comparator('<', low)], [comparator('>=', high)]])
    return failed(`“${operator}” and a star do not go together`)
  }
  if (operator === '~=') {
    const compatible = compatiblePrefix(version)
    if (compatible === null) return failed(`“~=${excerpt(version)}” needs at least two numbers`)
    return ok([
      [
        comparator('>=', version),
        comparator(
          '<',
          `${compatible.epoch}${raisedAt(compatible.numbers, compatible.numbers.length - 1)}.dev0`,
        ),
      ],
    ])
  }
  const plain = operator === '===' ? '=' : plainOperator(operator)
  return plain === undefined
    ? failed(`PEP 440 has no operator “${operator}”`)
    : ok([[comparator(plain, version)]])
}

interface Prefix {
  epoch: string
  numbers: string[]
}

/** Epoch and numbers of `1!2.3.*`. */
function prefixOf(version: string): Prefix | null {
  const match = /^v?(\d+!)?(\d+(?:\.\d+)*)\.\*$/i.exec(version)
  return match && { epoch: match[1] ?? '', numbers: match[2].split('.') }
}

/** `~=1.4.2` is `>=1.4.2, ==1.4.*`. */
function compatiblePrefix(version: string): Prefix | null {
  const match = /^v?(\d+!)?(\d+(?:\.\d+)+)/i.exec(version)
  return match && { epoch: match[1] ?? '', numbers: match[2].split('.').slice(0, -1) }
}

function contains(range: VersionRange, version: string, scheme: VersionScheme): boolean | null {
  const own = parseVersion(scheme, version) as Pep440Version | null
  if (own === null) return null
  return alternativesHold(termsOfRange(range), (one) =>
    termHolds(scheme, one as unknown as Term, own, version),
  )
}

/** The specifiers as written: what comparators cannot say is told from them. */
function termsOfRange(range: VersionRange): readonly Conjunction[] {
  let terms = termsByRange.get(range)
  if (terms === undefined) {
    terms = range.native
      .split('|')
      .filter((part, _, parts) => part.trim() !== '' || parts.length === 1)
      .map((part) => {
        const result = termsOf(part.trim() === '*' ? '' : part)
        return (result.ok ? result.value : []) as unknown as Conjunction
      })
    termsByRange.set(range, terms)
  }
  return terms
}

const termsByRange = new WeakMap<VersionRange, readonly Conjunction[]>()

function termHolds(
  scheme: VersionScheme,
  { operator, version }: Term,
  own: Pep440Version,
  text: string,
): boolean | null {
  if (operator === '===') return text.trim().toLowerCase() === version.toLowerCase()
  const prefix = prefixOf(version)
  if (prefix !== null) return hasPrefix(own, prefix) === (operator !== '!=')
  const bound = parseVersion(scheme, version) as Pep440Version | null
  if (bound === null) return null
  // A local label counts only where the specifier has one.
  const order = scheme.order(bound.local.length === 0 ? withoutLocal(own) : own, bound)
  switch (operator) {
    case '~=': {
      const compatible = compatiblePrefix(version)
      return order >= 0 && compatible !== null && hasPrefix(own, compatible)
    }
    case '!=':
      return order !== 0
    case '<=':
      return scheme.order(withoutLocal(own), bound) <= 0
    case '>=':
      return scheme.order(withoutLocal(own), bound) >= 0
    case '<':
      return scheme.order(own, isPreRelease(bound) ? bound : firstDevelopmentOf(bound)) < 0
    case '>':
      // Post-releases and local builds of the very version are left out, of its pre-releases they are not.
      if (scheme.order(own, bound) <= 0 || scheme.order(withoutLocal(own), bound) === 0) return false
      return (
        own.post === -1 ||
        bound.post !== -1 ||
        scheme.order({ ...own, post: -1, dev: -1, local: [] }, bound) !== 0
      )
  }
  return order === 0
}

function hasPrefix(own: Pep440Version, { epoch, numbers }: Prefix): boolean {
  if (compareDigits(own.epoch, BigInt(epoch.slice(0, -1) || '0')) !== 0) return false
  return numbers.every(
    (number, at) => compareDigits(at < own.release.length ? own.release[at] : 0, BigInt(number)) === 0,
  )
}

/** PEP 440: pre-releases and development releases. */
function isPreRelease({ phase, dev }: Pep440Version): boolean {
  return phase !== 4 || dev !== -1
}

/** `1.0.dev0`, the earliest pre-release of 1.0; `1.0.post1.dev0`, that of 1.0.post1. */
function firstDevelopmentOf(version: Pep440Version): Pep440Version {
  return { ...version, phase: version.post === -1 ? 0 : version.phase, dev: 0, local: [] }
}

function withoutLocal(version: Pep440Version): Pep440Version {
  return version.local.length === 0 ? version : { ...version, local: [] }
}
