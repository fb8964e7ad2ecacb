import type { Checklist } from '../types.ts'
import { largerStep, type VersionStep } from '../versions.ts'
import { Changes, type ChecklistChange } from './change.ts'
import { diffItem, diffPause } from './item.ts'

export interface ChecklistDiff {
  changes: ChecklistChange[]
  /** The step that the next version needs; null when nothing changed. */
  step: VersionStep | null
}

/**
 * What changed from one version of a checklist to another, by item and by meaning. Nobody has to compare texts to see that
 * a gate got weaker: whatever cannot be shown to be as strict as before is `loosened`.
 */
export function diffChecklists(before: Checklist, after: Checklist): ChecklistDiff {
  const changes = [...diffList(before, after), ...diffPauses(before, after), ...diffItems(before, after)]
  return { changes, step: changes.map(({ step }) => step).reduce<VersionStep | null>(largerStep, null) }
}

const never = (): boolean => false
const statusRank: Readonly<Record<Checklist['status'], number>> = { retired: 0, draft: 1, active: 2 }
const confidentialityRank: Readonly<Record<Checklist['confidentiality'], number>> = {
  public: 0,
  internal: 1,
  incident: 2,
}

function diffList(before: Checklist, after: Checklist): ChecklistChange[] {
  const changes = new Changes()
  for (const field of ['title', 'owner', 'lastReviewed', 'lastDrilled'] as const)
    changes.reworded(field, before[field], after[field])
  changes.ordered('status', before.status, after.status, (a, b) => statusRank[b] > statusRank[a])
  changes.ordered('phase', before.phase, after.phase, never)
  changes.ordered('stage', before.stage, after.stage, never)
  changes.ordered('mode', before.mode, after.mode, (_, mode) => mode === 'READ-DO')
  changes.ordered(
    'confidentiality',
    before.confidentiality,
    after.confidentiality,
    (a, b) => confidentialityRank[b] > confidentialityRank[a],
  )
  changes.ordered('reviewEvery', before.reviewEveryMs, after.reviewEveryMs, (a, b) => b < a)
  // A list without a scope is for the whole fleet.
  changes.ordered('scope', before.scope, after.scope, never, 'tightest')
  return changes.found
}

function diffPauses(before: Checklist, after: Checklist): ChecklistChange[] {
  const found: ChecklistChange[] = []
  const known = new Map(before.pausePoints.map((pause) => [pause.id, pause]))
  const kept = new Set(after.pausePoints.map(({ id }) => id))
  for (const { id, when } of before.pausePoints)
    if (!kept.has(id)) found.push(whole({ pause: id }, 'removed', when))
  for (const pause of after.pausePoints) {
    const old = known.get(pause.id)
    if (old === undefined) found.push(whole({ pause: pause.id }, 'added', pause.when))
    else found.push(...diffPause(old, pause))
  }
  return found
}

function diffItems(before: Checklist, after: Checklist): ChecklistChange[] {
  const found: ChecklistChange[] = []
  const known = new Map(before.items.map((item) => [item.id, item]))
  const kept = new Set(after.items.map(({ id }) => id))
  const holds = (pause: string, of: 'before' | 'after') =>
    (of === 'before' ? before : after).pausePoints.find(({ id }) => id === pause)?.holdOn ?? []
  for (const { id, text, tier } of before.items)
    // What skilled people forget is a loss; of an extended item its owner may judge.
    if (!kept.has(id)) found.push(whole({ item: id }, 'removed', text, tier === 'killer' ? 'major' : 'minor'))
  for (const item of after.items) {
    const old = known.get(item.id)
    if (old === undefined) found.push(whole({ item: item.id }, 'added', item.text))
    else found.push(...diffItem(old, item, holds))
  }
  const order = (list: Checklist, other: ReadonlySet<string>): string =>
    list.items.flatMap(({ id }) => (other.has(id) ? [id] : [])).join(' ')
  const [left, right] = [order(before, kept), order(after, new Set(known.keys()))]
  if (left !== right) {
    const changes = new Changes()
    changes.say('reworded', 'order', left, right)
    found.push(...changes.found)
  }
  return found
}

function whole(
  of: { item?: string; pause?: string },
  kind: 'added' | 'removed',
  text: string,
  step?: VersionStep,
): ChecklistChange {
  const changes = new Changes(of)
  changes.say(kind, '', kind === 'removed' ? text : null, kind === 'added' ? text : null, step)
  return changes.found[0]
}

export type { ChangeKind, ChecklistChange } from './change.ts'
