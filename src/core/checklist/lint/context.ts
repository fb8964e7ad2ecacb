import type { ProbeDescription } from '../../probe/index.ts'
import type { Checklist } from '../types.ts'
import type { LintRule } from './rules.ts'

/** What a checklist is held against. */
export interface LintContext {
  /** The day that counts as today, `2026-11-27`. */
  today: string
  probe(id: string): ProbeDescription | undefined
  /** Ids of the checklists that a pause point may use. */
  lists: ReadonlySet<string>
  /** The version that this one is to follow; null for a first one. */
  previous: Checklist | null
  /** Words that are under embargo. */
  classified: readonly string[]
}

export interface Say {
  (rule: LintRule, path: (string | number)[], message: string): void
}

export type Check = (checklist: Checklist, context: LintContext, say: Say) => void
