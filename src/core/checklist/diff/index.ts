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
  const [known, kept] = [byPlace(before.pausePoints), byPlace(after.pausePoints)]
  for (const [place, { id, when }] of known)
    if (!kept.has(place)) found.push(whole({ pause: id }, 'removed', when))
  for (const [place, pause] of kept) {
    const old = known.get(place)
    if (old === undefined) found.push(whole({ pause: pause.id }, 'added', pause.when))
    else found.push(...diffPause(old, pause))
  }
  return found
}

function diffItems(before: Checklist, after: Checklist): ChecklistChange[] {
  const found: ChecklistChange[] = []
  const [known, kept] = [byPlace(before.items), byPlace(after.items)]
  const holds = (pause: string, of: 'before' | 'after') =>
    (of === 'before' ? before : after).pausePoints.find(({ id }) => id === pause)?.holdOn ?? []
  for (const [place, { id, text, tier }] of known)
    // What skilled people forget is a loss; of an extended item its owner may judge.
    if (!kept.has(place))
      found.push(whole({ item: id }, 'removed', text, tier === 'killer' ? 'major' : 'minor'))
  for (const [place, item] of kept) {
    const old = known.get(place)
    if (old === undefined) found.push(whole({ item: item.id }, 'added', item.text))
    else found.push(...diffItem(old, item, holds))
  }
  const order = (list: Checklist['items'], other: ReadonlyMap<string, unknown>): string =>
    [...byPlace(list)].flatMap(([place, { id }]) => (other.has(place) ? [id] : [])).join(' ')
  const [left, right] = [order(before.items, kept), order(after.items, known)]
  if (left !== right) {
    const changes = new Changes()
    changes.say('reworded', 'order', left, right)
    found.push(...changes.found)
  }
  return found
}

/**
 * By id, and where a draft uses one twice (the lint refuses it) by which of them it is, so that none is passed over.
 */
function byPlace<Of extends { id: string }>(all: readonly Of[]): Map<string, Of> {
  const used = new Map<string, number>()
  const placed = new Map<string, Of>()
  for (const one of all) {
    const times = used.get(one.id) ?? 0
    used.set(one.id, times + 1)
    placed.set(`${one.id} ${times}`, one)
  }
  return placed
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
