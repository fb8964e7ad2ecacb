import { failed, ok } from '../../../core/result.ts'
import { readBrackets, writeBrackets } from './brackets.ts'
import { alternativesOf } from './comparators.ts'
import { comparator, everything, excerpt, type RangeLanguage } from './language.ts'
import { raisedAt } from './numbers.ts'
import { readPlain } from './plain.ts'

/** NuGet: intervals; a bare version is a lower bound; `1.2.*` floats. */
export const nuget: RangeLanguage = {
  id: 'nuget',
  title: 'NuGet',
  links: ['https://learn.microsoft.com/nuget/concepts/package-versioning#version-ranges'],
  notes:
    '`1.0` is `1.0` or newer; that version alone is `[1.0]`. `1.2.*` is everything that begins with 1.2.',
  scheme: 'nuget',
  read(text) {
    if (/^[[(]/.test(text)) return readBrackets(text)
    if (/[<>=!|]/.test(text)) return alternativesOf(text, (part) => readPlain(part))
    if (text === '*') return ok(everything)
    const floating = /^(\d+(?:\.\d+){0,2})\.\*$/.exec(text)
    if (floating) {
      const numbers = floating[1].split('.')
      return ok([[comparator('>=', floating[1]), comparator('<', raisedAt(numbers, numbers.length - 1))]])
    }
    return /^\d[^\s,*]*$/.test(text)
      ? ok([[comparator('>=', text)]])
      : failed(`“${excerpt(text)}” is no range of NuGet`)
  },
  write: writeBrackets,
}
