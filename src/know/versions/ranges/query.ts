import { failed, ok, type Result } from '../../../core/result.ts'
import { alternativesOf, readTerms, type Term } from './comparators.ts'
import { writeComparators } from './intervals.ts'
import { comparator, everything, excerpt, type RangeLanguage } from './language.ts'
import { firstNonZero, leadingNumbers, raisedAt } from './numbers.ts'
import { plainOperator } from './plain.ts'
import type { Conjunction } from '../types.ts'

/**
 * What people type, whatever the ecosystem: `<2.17.1`, `>=1.0 <1.4.2`, `>1, <=2 || 3.0`, `1.2.*`, `^1.2`. The scheme
 * is not known yet when it is read; each version that is asked about brings its own.
 */
export const query: RangeLanguage = {
  id: 'query',
  title: 'Everyday comparators',
  links: [],
  notes: 'Bounds are compared as the scheme of the package in question orders them, pre-releases included.',
  scheme: 'generic',
  read: (text) => alternativesOf(text, readAlternative),
  write: (range) => writeComparators(range, { and: ' ', or: ' || ', equals: '=', all: '*', except: '!=' }),
}

function readAlternative(text: string): Result<readonly Conjunction[]> {
  if (text === '' || /^[xX*]$/.test(text)) return ok(everything)
  return readTerms(text, readTerm)
}

function readTerm({ operator, version }: Term): Result<readonly Conjunction[]> {
  const wildcard = /^[vV]?(\d+(?:\.\d+)*)(?:\.[xX*])+$/.exec(version)
  const numbers = leadingNumbers(version)
  const last = numbers.length - 1
  const plain = plainOperator(operator)
  if (wildcard) {
    const low = wildcard[1]
    const high = raisedAt(numbers, last)
    if (plain === '=') return ok([[comparator('>=', low), comparator('<', high)]])
    if (plain === '!=') return ok([[comparator('<', low)], [comparator('>=', high)]])
    if (plain === '>') return ok([[comparator('>=', high)]])
    if (plain === '<=') return ok([[comparator('<', high)]])
    if (plain !== undefined) return ok([[comparator(plain, low)]])
    return failed(`“${operator}${excerpt(version)}” is no comparator`)
  }
  if (plain !== undefined || operator === '===') return ok([[comparator(plain ?? '=', version)]])
  if (!/^[vV]?\d/.test(version)) return failed(`“${excerpt(version)}” begins with no number`)
  if (operator === '^')
    return ok([[comparator('>=', version), comparator('<', raisedAt(numbers, firstNonZero(numbers)))]])
  if (operator === '~')
    return ok([[comparator('>=', version), comparator('<', raisedAt(numbers, Math.min(1, last)))]])
  // `~>` and `~=`: only the last given number may grow.
  return ok([[comparator('>=', version), comparator('<', raisedAt(numbers, Math.max(0, last - 1)))]])
}
