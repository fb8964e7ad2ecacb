import type { YamlText } from '../../base/yaml.ts'
import { findProbe } from '../../core/probe/index.ts'
import { lintChecklist, type LintContext } from '../../core/checklist/lint/index.ts'
import type { ChecklistProblem } from '../../core/checklist/problem.ts'
import type { Checklist } from '../../core/checklist/types.ts'
import { readChecklist } from './read.ts'

export interface CheckedChecklist {
  /** Null when the text is none. */
  checklist: Checklist | null
  /** Errors first. */
  problems: ChecklistProblem[]
}

export type CheckOptions = Omit<LintContext, 'probe'> & { source: string }

/** Reads and lints a text; every problem has its line and column. */
export function checkText(text: string, { source, ...context }: CheckOptions): CheckedChecklist {
  const reading = readChecklist(text, source)
  if (!reading.ok) return { checklist: null, problems: reading.problems }
  const { checklist, placeOf } = reading
  return { checklist, problems: checkRead(checklist, placeOf, context) }
}

/** The same of a text that was read already. */
export function checkRead(
  checklist: Checklist,
  placeOf: YamlText['placeOf'],
  context: Omit<LintContext, 'probe'>,
): ChecklistProblem[] {
  return lintChecklist(checklist, { ...context, probe: findProbe }).map((problem) => ({
    ...problem,
    ...placeOf(problem.path),
  }))
}
