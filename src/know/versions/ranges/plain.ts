import { failed, ok, type Result } from '../../../core/result.ts'
import { readTerms } from './comparators.ts'
import { comparator } from './language.ts'
import type { Conjunction, Operator } from '../types.ts'

const plainOperators: Record<string, Operator> = {
  '': '=',
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '=<': '<=',
  '>': '>',
  '>=': '>=',
  '=>': '>=',
}

/** The operator that one of six means in every language; `undefined` for the others. */
export function plainOperator(operator: string): Operator | undefined {
  return Object.hasOwn(plainOperators, operator) ? plainOperators[operator] : undefined
}

/** Comparators of the six plain operators, all of which hold. */
export function readPlain(
  text: string,
  version: (written: string) => string = (written) => written,
): Result<readonly Conjunction[]> {
  return readTerms(text, (term) => {
    const operator = plainOperator(term.operator)
    return operator === undefined
      ? failed(`there is no operator “${term.operator}” here`)
      : ok([[comparator(operator, version(term.version))]])
  })
}
