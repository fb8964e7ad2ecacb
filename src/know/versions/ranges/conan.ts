import { failed, ok, type Result } from '../../../core/result.ts'
import { alternativesOf, readTerms } from './comparators.ts'
import { writeComparators } from './intervals.ts'
import { comparator, type RangeLanguage } from './language.ts'
import { firstNonZero, leadingNumbers, raisedAt } from './numbers.ts'
import { plainOperator } from './plain.ts'
import type { Conjunction } from '../types.ts'

/**
 * Conan: `>1 <2.0 || ^3.2`. An upper bound of `~` and `^` ends before the pre-releases of its version, written `2-`.
 * `include_prerelease` and a hyphen at the end ask for pre-releases, which are contained in any case here.
 */
export const conan: RangeLanguage = {
  id: 'conan',
  title: 'Conan',
  links: ['https://docs.conan.io/2/tutorial/versioning/version_ranges.html'],
  scheme: 'conan',
  read: (text) =>
    alternativesOf(text.replace(/,\s*include_prerelease(?:\s*=\s*\w+)?\s*$/i, ''), readAlternative),
  write: (range) => writeComparators(range, { and: ' ', or: ' || ', equals: '=', all: '*' }),
}

function readAlternative(text: string): Result<readonly Conjunction[]> {
  const body = text.replace(/^\[(.*)\]$/s, '$1').trim()
  if (body === '' || body === '*' || body === '*-') return ok([[comparator('>=', '0.0.0')]])
  return readTerms(body, ({ operator, version: written }) => {
    const plain = plainOperator(operator)
    // `<2-` ends before the pre-releases of 2; at any other place the hyphen asks for pre-releases.
    const version = plain === '<' || plain === '<=' ? written : written.replace(/-$/, '')
    const numbers = leadingNumbers(version)
    if (plain !== undefined) return ok([[comparator(plain, version)]])
    if (operator !== '^' && operator !== '~') return failed(`Conan has no operator “${operator}”`)
    const position = operator === '^' ? firstNonZero(numbers) : Math.min(1, numbers.length - 1)
    return ok([[comparator('>=', version), comparator('<', `${raisedAt(numbers, position)}-`)]])
  })
}
