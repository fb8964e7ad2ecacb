import { failed, ok, type Result } from '../../../core/result.ts'
import { compareVersions } from '../compare.ts'
import { alternativesOf, readTerms, type Term } from './comparators.ts'
import { alternativesHold, holdsFor, writeComparators } from './intervals.ts'
import { comparator, everything, excerpt, type RangeLanguage } from './language.ts'
import { firstNonZero, leadingNumbers, padded, raisedAt } from './numbers.ts'
import { plainOperator } from './plain.ts'
import type { Conjunction, VersionRange, VersionScheme } from '../types.ts'

/** Composer: `^1.2`, `~1.2.3`, `1.2.*`, `1.0 - 2.0`, `>=1.0,<1.4 || 2.0`, with flags such as `@dev`. */
export const composer: RangeLanguage = {
  id: 'composer',
  title: 'Composer',
  links: ['https://getcomposer.org/doc/articles/versions.md#writing-version-constraints'],
  notes: 'Bounds of `<` and `>=` stand before the pre-releases of their version, as Composer reads them.',
  scheme: 'composer',
  read: (text) => alternativesOf(text, readAlternative),
  write: (range) => writeComparators(range, { and: ',', or: ' || ', equals: '=', all: '*', except: '!=' }),
  contains,
}

function readAlternative(text: string): Result<readonly Conjunction[]> {
  if (text === '') return ok(everything)
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(text)
  if (hyphen) return ok([[comparator('>=', withoutFlag(hyphen[1])), upperBound(withoutFlag(hyphen[2]))]])
  return readTerms(text, readTerm)
}

const flag = /@(stable|rc|beta|alpha|dev)$/i

function withoutFlag(version: string): string {
  return version.replace(flag, '')
}

/** A partial upper end means everything that begins so: `1.0 - 2.0` ends before 2.1. */
function upperBound(version: string) {
  const numbers = leadingNumbers(version)
  if (numbers.length >= 3 || namesStability(version)) return comparator('<=', version)
  return comparator('<', padded(raisedAt(numbers, numbers.length - 1), 2))
}

function namesStability(version: string): boolean {
  return /[a-z]/i.test(version.replace(/^v/i, ''))
}

function readTerm({ operator, version: written }: Term): Result<readonly Conjunction[]> {
  const version = withoutFlag(written)
  if (operator === '' && (version === '' || /^v?[xX*](?:\.[xX*])*$/.test(version))) return ok(everything)
  const wildcard = /^v?(\d+(?:\.\d+)*)(?:\.[xX*])+$/.exec(version)
  if (wildcard && (operator === '' || operator === '=' || operator === '==')) {
    const numbers = wildcard[1].split('.')
    return ok([
      [
        comparator('>=', padded(wildcard[1], 2)),
        comparator('<', padded(raisedAt(numbers, numbers.length - 1), 2)),
      ],
    ])
  }
  if (!/^v?\d/.test(version)) {
    return operator === '' && /^dev-/i.test(version)
      ? ok([[comparator('=', version)]])
      : failed(`“${excerpt(version)}” is no version of Composer`)
  }
  const numbers = leadingNumbers(version)
  const plain = plainOperator(operator)
  if (plain !== undefined) return ok([[comparator(plain, plain === '=' ? version : flagged(written))]])
  if (operator === '^')
    return ok([
      [comparator('>=', version), comparator('<', padded(raisedAt(numbers, firstNonZero(numbers)), 2))],
    ])
  if (operator === '~')
    return ok([
      [
        comparator('>=', version),
        comparator('<', padded(raisedAt(numbers, Math.max(0, numbers.length - 2)), 2)),
      ],
    ])
  return failed(`Composer has no operator “${operator}”`)
}

/** VersionParser, "Basic Comparators": a flag behind a version without a stability is its stability (`<2.0@beta`). */
function flagged(written: string): string {
  const stability = flag.exec(written)?.[1].toLowerCase()
  const version = withoutFlag(written)
  return stability === undefined || stability === 'stable' || namesStability(version)
    ? version
    : `${version}-${stability}`
}

/** VersionParser, "Basic Comparators": `<1.2` and `>=1.2` mean 1.2-dev unless they name a stability. */
function contains(
  { alternatives = [] }: VersionRange,
  version: string,
  scheme: VersionScheme,
): boolean | null {
  return alternativesHold(alternatives, (one) => {
    const beforePreReleases = (one.operator === '<' || one.operator === '>=') && !namesStability(one.version)
    const order = compareVersions(scheme, version, beforePreReleases ? `${one.version}-dev` : one.version)
    return order === null ? null : holdsFor(one, order)
  })
}
