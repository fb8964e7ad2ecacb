import { failed, ok, type Result } from '../../../core/result.ts'
import { isExact } from './intervals.ts'
import { comparator, everything, excerpt, type RangeLanguage } from './language.ts'
import { leadingNumbers, raisedAt } from './numbers.ts'
import type { Conjunction } from '../types.ts'

/** nginx's advisories: `0.7.52-0.8.39`, `1.3.0+`, `1.5.0+, 1.4.1+`, `all`, `none`. */
export const nginx: RangeLanguage = {
  id: 'nginx',
  title: 'nginx advisories',
  links: ['https://nginx.org/en/security_advisories.html'],
  notes: '`1.4.1+` is the rest of a stable branch (even second number) and ends with it; `1.5.0+` goes on.',
  scheme: 'nginx',
  read(text) {
    if (text === 'all') return ok(everything)
    if (text === 'none') return ok([])
    const alternatives: Conjunction[] = []
    for (const part of text.split(',')) {
      const conjunction = readPart(part.trim())
      if (!conjunction.ok) return conjunction
      alternatives.push(conjunction.value)
    }
    return ok(alternatives)
  },
  write(range) {
    if (range.intervals.length === 0) return ok('none')
    const parts: string[] = []
    for (const interval of range.intervals) {
      const { from, to } = interval
      if (isExact(interval)) parts.push(String(from))
      else if (from === null && to === null) return ok('all')
      else if (from !== null && to !== null && interval.fromInclusive && interval.toInclusive)
        parts.push(`${from}-${to}`)
      else if (from !== null && interval.fromInclusive && to === endOfBranch(from)) parts.push(`${from}+`)
      else return failed('nginx writes inclusive bounds only')
    }
    return ok(parts.join(', '))
  },
}

function readPart(part: string): Result<Conjunction> {
  const span = /^(\d[\d.]*)\s*-\s*(\d[\d.]*)$/.exec(part)
  if (span) return ok([comparator('>=', span[1]), comparator('<=', span[2])])
  const open = /^(\d[\d.]*)\+$/.exec(part)
  if (open) {
    const end = endOfBranch(open[1])
    return ok([comparator('>=', open[1]), ...(end === null ? [] : [comparator('<', end)])])
  }
  return /^\d[\d.]*$/.test(part)
    ? ok([comparator('=', part)])
    : failed(`“${excerpt(part)}” is no range of nginx`)
}

/** Where a stable branch ends; a mainline branch goes on. */
function endOfBranch(version: string): string | null {
  const numbers = leadingNumbers(version)
  return /[02468]$/.test(numbers[1] ?? '1') ? `${raisedAt(numbers, 1)}.0` : null
}
