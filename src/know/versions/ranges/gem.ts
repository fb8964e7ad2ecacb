import { failed, ok, type Result } from '../../../core/result.ts'
import { orderVersions } from '../compare.ts'
import { gemSegments } from '../schemes/gem.ts'
import { alternativesOf, readTerms } from './comparators.ts'
import { alternativesHold, holdsFor, writeComparators } from './intervals.ts'
import { comparator, excerpt, type RangeLanguage } from './language.ts'
import { plainOperator } from './plain.ts'
import { raisedAt } from './numbers.ts'
import type { Conjunction, VersionRange, VersionScheme } from '../types.ts'

/** RubyGems: `~> 1.2`, `>= 1, < 2`. `~>` compares the upper bound with the release, so that 2.0.a is not `~> 1.0`. */
export const gem: RangeLanguage = {
  id: 'gem',
  title: 'RubyGems',
  links: ['https://guides.rubygems.org/patterns/#pessimistic-version-constraint'],
  notes: '`~> 2.0.8` is `>= 2.0.8, < 2.1`, and a pre-release of 2.1 is outside of it.',
  scheme: 'gem',
  read: (text) => alternativesOf(text, readAlternative),
  write: (range) => writeComparators(range, { and: ', ', equals: '= ', all: '>= 0', except: '!= ' }),
  contains,
}

function readAlternative(text: string): Result<readonly Conjunction[]> {
  if (text === '' || text === '*') return ok([[comparator('>=', '0')]])
  return readTerms(text, ({ operator, version }) => {
    const plain = plainOperator(operator)
    if (plain !== undefined) return ok([[comparator(plain, version)]])
    if (operator !== '~>') return failed(`RubyGems has no operator “${operator}”`)
    const numbers = releaseOf(version)
    if (numbers === null) return failed(`“${excerpt(version)}” is no version of RubyGems`)
    const upper: PessimisticBound = {
      operator: '<',
      version: raisedAt(numbers, Math.max(0, numbers.length - 2)),
      ofRelease: true,
    }
    return ok([[comparator('>=', version), upper]])
  })
}

/** An upper bound that is compared with the release of a version (Gem::Requirement, `~>`). */
interface PessimisticBound {
  readonly operator: '<'
  readonly version: string
  readonly ofRelease: true
}

/** Numbers before the first letters. */
function releaseOf(version: string): string[] | null {
  const segments = gemSegments(version)
  if (segments === null) return null
  const word = segments.findIndex((segment) => typeof segment === 'string')
  return (word < 0 ? segments : segments.slice(0, word)).map(String)
}

function contains(
  { alternatives = [] }: VersionRange,
  version: string,
  scheme: VersionScheme,
): boolean | null {
  const numbers = releaseOf(version)
  if (numbers === null) return null
  const release = numbers.join('.')
  return alternativesHold(alternatives, (one) => {
    const order = orderVersions(scheme, 'ofRelease' in one ? release : version, one.version)
    return order === null ? null : holdsFor(one, order)
  })
}
