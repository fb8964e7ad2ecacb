import { failed, ok, type Result } from '../../../core/result.ts'
import { alternativesOf, readTerms } from './comparators.ts'
import { writeComparators } from './intervals.ts'
import { comparator, excerpt, type RangeLanguage } from './language.ts'
import { leadingNumbers, padded, raisedAt } from './numbers.ts'
import { plainOperator } from './plain.ts'
import type { Conjunction } from '../types.ts'

/** Elixir: `~> 1.2`, `>= 1.0.0 and < 2.0.0 or == 3.1.0`. */
export const hex: RangeLanguage = {
  id: 'hex',
  title: 'Hex (Elixir)',
  links: ['https://hexdocs.pm/elixir/Version.html#module-requirements'],
  notes: '`~> 2.1` is `>= 2.1.0 and < 3.0.0-0`: a pre-release of its end is outside.',
  scheme: 'hex',
  read: (text) => alternativesOf(text.replace(/\sor\s/g, ' | '), readAlternative),
  write: (range) => writeComparators(range, { and: ' and ', or: ' or ', equals: '== ', all: '>= 0.0.0' }),
}

function readAlternative(text: string): Result<readonly Conjunction[]> {
  if (text === '') return failed('an empty text is no requirement')
  return readTerms(text.replace(/\sand\s/g, ' '), ({ operator, version }) => {
    const plain = plainOperator(operator)
    const numbers = leadingNumbers(version)
    if (plain !== undefined) return ok([[comparator(plain, padded(version, 3))]])
    if (operator !== '~>') return failed(`Hex has no operator “${operator}”`)
    if (numbers.length < 2) return failed(`“~> ${excerpt(version)}” needs at least two numbers`)
    return ok([
      [
        comparator('>=', padded(version, 3)),
        comparator('<', `${padded(raisedAt(numbers, numbers.length - 2), 3)}-0`),
      ],
    ])
  })
}
