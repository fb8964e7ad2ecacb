import { failed, ok, type Result } from '../../../core/result.ts'
import { readTerms } from './comparators.ts'
import { writeComparators } from './intervals.ts'
import { everything, excerpt, type RangeLanguage } from './language.ts'
import { containsNamedPreReleases, readTerm } from './npm.ts'
import type { Conjunction } from '../types.ts'

/** Cargo: comparators separated by commas; a bare version is a caret requirement. */
export const cargo: RangeLanguage = {
  id: 'cargo',
  title: 'Cargo',
  links: ['https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html'],
  notes:
    '`1.2.3` means `^1.2.3`. A pre-release is contained only where the requirement names one of the same three numbers.',
  scheme: 'cargo',
  read(text): Result<readonly Conjunction[]> {
    if (text === '' || text === '*') return ok(everything)
    if (text.includes('|')) return failed(`Cargo has no alternatives: “${excerpt(text)}”`)
    return readTerms(text, ({ operator, version }) => {
      if (['==', '=>', '=<', '~>'].includes(operator)) return failed(`Cargo has no operator “${operator}”`)
      const wildcard = /[xX*]/.test(version.replace(/[-+].*$/s, ''))
      return readTerm({ operator: operator === '' && !wildcard ? '^' : operator, version })
    })
  },
  write: (range) => writeComparators(range, { and: ', ', equals: '=', all: '*' }),
  contains: containsNamedPreReleases,
}
