import { failed, ok } from '../../../core/result.ts'
import { writeComparators } from './intervals.ts'
import { comparator, type RangeLanguage } from './language.ts'
import { readPlain } from './plain.ts'
import type { Conjunction } from '../types.ts'

/** OpenSSL's advisories list the affected versions: `1.0.1b, 3.0.0`. Comparators are read, too. */
export const openssl: RangeLanguage = {
  id: 'openssl',
  title: 'OpenSSL advisories',
  links: ['https://openssl-library.org/news/vulnerabilities/'],
  notes: 'A comma separates alternatives.',
  scheme: 'openssl',
  read(text) {
    const alternatives: Conjunction[] = []
    for (const part of text.split(/[,|]/)) {
      if (part.trim() === '') continue
      const result = /[<>!=]/.test(part)
        ? readPlain(part)
        : ok(
            part
              .trim()
              .split(/\s+/)
              .map((version) => [comparator('=', version)]),
          )
      if (!result.ok) return result
      alternatives.push(...result.value)
    }
    return alternatives.length === 0 ? failed('an empty text is no list of versions') : ok(alternatives)
  },
  write: (range) => writeComparators(range, { and: ' ', or: ', ', equals: '', all: '>=0.0.0' }),
}
