import { failed, ok, type Result } from '../../../core/result.ts'
import { readTerms } from './comparators.ts'
import { writeComparators } from './intervals.ts'
import { comparator, everything, excerpt, type RangeLanguage } from './language.ts'
import { leadingNumbers, padded, raisedAt } from './numbers.ts'
import { plainOperator } from './plain.ts'
import type { Conjunction } from '../types.ts'

/** Pub: `^1.2.3`, `>=1.0.0 <2.0.0`, `any`. */
export const pub: RangeLanguage = {
  id: 'pub',
  title: 'Pub (Dart)',
  links: ['https://dart.dev/tools/pub/dependencies#version-constraints'],
  notes: '`^0.1.2` ends before 0.2.0, also where the first two numbers are zero.',
  scheme: 'pub',
  read(text): Result<readonly Conjunction[]> {
    if (text === '' || text === 'any' || text === '*') return ok(everything)
    if (text.includes('|')) return failed(`Pub has no alternatives: “${excerpt(text)}”`)
    return readTerms(text, ({ operator, version }) => {
      const plain = plainOperator(operator)
      const numbers = leadingNumbers(version)
      if (plain !== undefined) return ok([[comparator(plain, version)]])
      if (operator !== '^') return failed(`Pub has no operator “${operator}”`)
      const upper = padded(raisedAt(numbers, /[1-9]/.test(numbers[0]) ? 0 : 1), 3)
      return ok([[comparator('>=', version), comparator('<', upper)]])
    })
  },
  write: (range) => writeComparators(range, { and: ' ', equals: '', all: 'any' }),
}
