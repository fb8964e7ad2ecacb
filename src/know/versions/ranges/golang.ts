import { ok } from '../../../core/result.ts'
import { alternativesOf } from './comparators.ts'
import { writeComparators } from './intervals.ts'
import { everything, type RangeLanguage } from './language.ts'
import { readPlain } from './plain.ts'

/** Go itself has no ranges; advisories for Go modules write comparators, with or without the `v`. */
export const golang: RangeLanguage = {
  id: 'golang',
  title: 'Go modules, as advisories write them',
  links: ['https://go.dev/ref/mod#versions'],
  scheme: 'go',
  read: (text) =>
    text === '*'
      ? ok(everything)
      : alternativesOf(text, (part) => readPlain(part, (version) => version.replace(/^v(?=\d)/, ''))),
  write: (range) => writeComparators(range, { and: ' ', or: ' || ', equals: '=', all: '*' }),
}
