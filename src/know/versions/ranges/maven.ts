import { ok } from '../../../core/result.ts'
import { readBrackets, writeBrackets } from './brackets.ts'
import { alternativesOf } from './comparators.ts'
import { comparator, type RangeLanguage } from './language.ts'
import { readPlain } from './plain.ts'

/** Maven: `[1.0,2.0)`, `(,1.0],[1.2,)`. Comparators, which advisories write for Maven, are read, too. */
export const maven: RangeLanguage = {
  id: 'maven',
  title: 'Maven',
  links: ['https://maven.apache.org/pom.html#dependency-version-requirement-specification'],
  notes: 'A bare version, which Maven takes for a recommendation, is that version alone.',
  scheme: 'maven',
  read(text) {
    if (/^[[(]/.test(text)) return readBrackets(text)
    return /[<>=!|]/.test(text)
      ? alternativesOf(text, (part) => readPlain(part))
      : ok([[comparator('=', text)]])
  },
  write: writeBrackets,
}
