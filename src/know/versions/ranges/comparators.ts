import { failed, ok, type Result } from '../../../core/result.ts'
import { everything, excerpt } from './language.ts'
import type { Conjunction } from '../types.ts'

/** An operator and the version behind it, as written. */
export interface Term {
  operator: string
  version: string
}

// Every operator of the languages; a language refuses those it does not have.
const termPattern = /^(===|==|=>|=<|<>|!=|~=|~>|>=|<=|=|<|>|\^|~)?\s*([^\s,<>=!^~|]+(?:~[^\s,<>=!^~|]+)*)/

/** Splits comparators at blanks and commas; an operator may be apart from its version. */
export function termsOf(text: string): Result<Term[]> {
  const terms: Term[] = []
  let rest = text.trim()
  while (rest !== '') {
    const match = termPattern.exec(rest)
    if (!match) return failed(`“${excerpt(rest)}” is no comparator`)
    terms.push({ operator: match[1] ?? '', version: match[2] })
    rest = rest.slice(match[0].length).replace(/^[\s,]+/, '')
  }
  return ok(terms)
}

/** `a || b`: reads each alternative; one bar alone is understood, too. An empty alternative is everything. */
export function alternativesOf(
  text: string,
  read: (alternative: string) => Result<readonly Conjunction[]>,
): Result<readonly Conjunction[]> {
  const conjunctions: Conjunction[] = []
  for (const alternative of text.split('|')) {
    const part = alternative.trim()
    // Between two bars of `||` stands nothing.
    if (part === '' && text.includes('|')) continue
    const result = read(part)
    if (!result.ok) return result
    conjunctions.push(...result.value)
  }
  return ok(conjunctions.length === 0 ? everything : conjunctions)
}

/** Joins what comparators stand for, each a choice of conjunctions, into all combinations of one of each. */
export function allOf(choices: readonly (readonly Conjunction[])[]): readonly Conjunction[] {
  let combined: readonly Conjunction[] = everything
  for (const choice of choices)
    combined = combined.flatMap((left) => choice.map((right) => [...left, ...right]))
  return combined
}
