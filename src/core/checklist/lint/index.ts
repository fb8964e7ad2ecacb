import type { ChecklistProblem } from '../problem.ts'
import type { Checklist } from '../types.ts'
import { checkAge } from './age.ts'
import type { Check, LintContext, Say } from './context.ts'
import { checkDisclosure } from './disclosure.ts'
import { checkExceptions } from './exceptions.ts'
import { checkProbes } from './probes.ts'
import { lintRules } from './rules.ts'
import { checkStructure } from './structure.ts'
import { checkSuccession } from './succession.ts'
import { checkWording } from './wording.ts'

const checks: readonly Check[] = [
  checkStructure,
  checkWording,
  checkDisclosure,
  checkProbes,
  checkExceptions,
  checkAge,
  checkSuccession,
]

/** Everything that is wrong with a checklist, errors first, each kind in the order of the document. */
export function lintChecklist(checklist: Checklist, context: LintContext): ChecklistProblem[] {
  const problems: ChecklistProblem[] = []
  const say: Say = (rule, path, message) =>
    void problems.push({
      severity: lintRules[rule].severity,
      rule,
      item:
        path[0] === 'items' && typeof path[1] === 'number' ? (checklist.items[path[1]]?.id ?? null) : null,
      message,
      path,
      line: null,
      column: null,
    })
  for (const check of checks) check(checklist, context, say)
  return problems.toSorted((a, b) => rank(a) - rank(b))
}

function rank({ severity, path: [section, index] }: ChecklistProblem): number {
  const place = section === 'items' && typeof index === 'number' ? index + 1 : 0
  return (severity === 'error' ? 0 : 1_000_000) + place
}

export { lintRules } from './rules.ts'
export type { LintContext } from './context.ts'
