import { failed, ok, type Result } from '../../../core/result.ts'
import { comparator, excerpt } from './language.ts'
import { isExact } from './intervals.ts'
import type { Comparator, Conjunction, VersionRange } from '../types.ts'

// No blank, comma or bracket is part of a version, and no two blanks follow each other, so that nothing is ambiguous.
const intervalPattern = /^([[(]) ?([^\s,[\]()]*) ?(?:(,) ?([^\s,[\]()]*) ?)?([\])]) ?(?:, ?)?/

/** Mathematical intervals, united by commas: `[1.0,2.0)`, `(,1.0]`, `[1.5]`. */
export function readBrackets(text: string): Result<readonly Conjunction[]> {
  const alternatives: Conjunction[] = []
  let rest = text.trim().replace(/\s+/g, ' ')
  while (rest !== '') {
    const match = intervalPattern.exec(rest)
    if (!match) return failed(`“${excerpt(rest)}” is no interval`)
    const [whole, open, low, comma, high = '', close] = match
    if (comma === undefined) {
      if (open !== '[' || close !== ']' || low === '') return failed(`“${excerpt(whole)}” is no interval`)
      alternatives.push([comparator('=', low)])
    } else {
      const conjunction: Comparator[] = []
      if (low !== '') conjunction.push(comparator(open === '[' ? '>=' : '>', low))
      if (high !== '') conjunction.push(comparator(close === ']' ? '<=' : '<', high))
      alternatives.push(conjunction)
    }
    rest = rest.slice(whole.length)
  }
  return alternatives.length === 0 ? failed('an empty text is no range') : ok(alternatives)
}

export function writeBrackets(range: VersionRange): Result<string> {
  if (range.intervals.length === 0) return failed('an empty range cannot be written')
  return ok(
    range.intervals
      .map((interval) => {
        if (isExact(interval)) return `[${interval.from}]`
        const open = interval.from !== null && interval.fromInclusive ? '[' : '('
        const close = interval.to !== null && interval.toInclusive ? ']' : ')'
        return `${open}${interval.from ?? ''},${interval.to ?? ''}${close}`
      })
      .join(','),
  )
}
