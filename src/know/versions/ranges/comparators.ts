import { failed, ok, type Result } from '../../../core/result.ts'
import { everything, excerpt } from './language.ts'
import type { Conjunction } from '../types.ts'

/** An operator and the version behind it, as written. */
export interface Term {
  operator: string
  version: string
}

// Every operator of the languages; a language refuses those it does not have. A tilde (deb, rpm) and an exclamation
// mark (the epoch of PEP 440) may be inside of a version.
const termPattern =
  /^(===|==|=>|=<|<>|!=|~=|~>|>=|<=|=|<|>|\^|~)?\s*([^\s,<>=!^~|]+(?:(?:~|!(?!=))[^\s,<>=!^~|]+)*)/

/** Comparators of one text; the longest list of any advisory seen has some sixty. */
const termsMax = 1_000
/** Conjunctions that the alternatives of a text multiply to: twelve `!=1.*` in a row, each before or behind. */
const conjunctionsMax = 4_096

/** Splits comparators at blanks and commas; an operator may be apart from its version. */
export function termsOf(text: string): Result<Term[]> {
  const terms: Term[] = []
  let rest = text.trim()
  while (rest !== '') {
    const match = termPattern.exec(rest)
    if (!match) return failed(`“${excerpt(rest)}” is no comparator`)
    if (terms.length === termsMax) return failed(`a range has at most ${termsMax} comparators`)
    terms.push({ operator: match[1] ?? '', version: match[2] })
    rest = rest.slice(match[0].length).replace(/^[\s,]+/, '')
  }
  return ok(terms)
}

/** Reads comparators that all hold; each may stand for a choice of conjunctions. */
export function readTerms(
  text: string,
  read: (term: Term) => Result<readonly Conjunction[]>,
): Result<readonly Conjunction[]> {
  const terms = termsOf(text)
  if (!terms.ok) return terms
  let combined: readonly Conjunction[] = everything
  for (const term of terms.value) {
    const choice = read(term)
    if (!choice.ok) return choice
    if (combined.length * choice.value.length > conjunctionsMax)
      return failed('the range has too many exceptions')
    combined =
      choice.value.length === 1 && combined.length === 1
        ? [[...combined[0], ...choice.value[0]]]
        : combined.flatMap((left) => choice.value.map((right) => [...left, ...right]))
  }
  return ok(combined)
}

/** `a || b`: reads each alternative; one bar alone is understood, too. No alternative at all is everything. */
export function alternativesOf(
  text: string,
  read: (alternative: string) => Result<readonly Conjunction[]>,
): Result<readonly Conjunction[]> {
  const parts = text.split('|')
  if (parts.length > termsMax) return failed(`a range has at most ${termsMax} alternatives`)
  const conjunctions: Conjunction[] = []
  for (const part of parts) {
    // Between two bars of `||` stands nothing.
    if (part.trim() === '' && parts.length > 1) continue
    const result = read(part.trim())
    if (!result.ok) return result
    conjunctions.push(...result.value)
    if (conjunctions.length > conjunctionsMax) return failed('the range has too many alternatives')
  }
  return ok(conjunctions.length === 0 ? everything : conjunctions)
}
