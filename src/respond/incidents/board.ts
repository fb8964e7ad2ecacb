import type { Checklist, ChecklistItem, IncidentStage, PausePoint } from '../../core/checklist/types.ts'
import { settled, type Verdict } from '../../core/probe/index.ts'
import { nameOfItem, type Answers } from './questions.ts'
import type { IncidentState, ItemClaim } from './state.ts'

/**
 * Where an item stands: a person's claim beside the fleet's verdict. `disputed`: said to be done, and the fleet says it
 * is not. `claimed`: said to be done, and nobody can tell. `offered`: the fleet says it is done, and nobody ticked it.
 * `waived`: left out for a reason, and nobody can tell.
 */
export type ItemStanding = 'done' | 'offered' | 'open' | 'claimed' | 'disputed' | 'waived'

export interface BoardItem {
  item: ChecklistItem
  standing: ItemStanding
  /** Null for an item without a probe. */
  verdict: Verdict | null
  reason: string | null
  claim: ItemClaim | null
  skip: IncidentState['skips'][string] | null
  /** Items that come first and are not done. */
  blockedBy: string[]
}

export interface BoardPause {
  pause: PausePoint
  items: BoardItem[]
  passed: IncidentState['passes'][string] | null
  proposed: IncidentState['proposedPasses'][string] | null
  /** Items that hold it, by their verdict. */
  heldBy: string[]
}

export interface BoardStage {
  stage: IncidentStage
  list: Pick<Checklist, 'id' | 'title' | 'version' | 'mode'>
  pauses: BoardPause[]
  done: boolean
}

/** A claim, a skip and a verdict together. */
export function standingOf(
  { claimed, skipped, auto }: { claimed: boolean; skipped: boolean; auto: boolean },
  verdict: Verdict | null,
): ItemStanding {
  // An item without a probe is as true as whoever ticked it.
  const said = verdict === null ? (claimed ? 'confirmed' : 'unknown') : settled(verdict)
  if (said === 'confirmed') return claimed || skipped || auto ? 'done' : 'offered'
  if (said === 'contradicted') return claimed || skipped ? 'disputed' : 'open'
  if (skipped) return 'waived'
  return claimed ? 'claimed' : 'open'
}

/** The stages with their pause points and items. A stage is done when its pause points are passed, those aside that repeat. */
export function boardOf(state: IncidentState, lists: readonly Checklist[], answers: Answers): BoardStage[] {
  return lists.map((list) => {
    const items = new Map(list.items.map((item) => [item.id, boardItem(state, item, answers)]))
    for (const board of items.values())
      board.blockedBy = board.item.after.filter((id) => isOpen(items.get(id)?.standing))
    const pauses = list.pausePoints.map((pause) => {
      const own = [...items.values()].filter(({ item }) => item.pause === pause.id)
      return {
        pause,
        items: own,
        passed: state.passes[pause.id] ?? null,
        proposed: state.proposedPasses[pause.id] ?? null,
        heldBy: own.filter((board) => holds(pause, board)).map(({ item }) => item.id),
      }
    })
    return {
      stage: list.stage as IncidentStage,
      list: { id: list.id, title: list.title, version: list.version, mode: list.mode },
      pauses,
      done: pauses.every(({ pause, passed }) => passed !== null || isRepeated(pause)),
    }
  })
}

/** Pause points that come again and again do not end a stage. */
export function isRepeated({ everyMs, uses }: PausePoint): boolean {
  return everyMs !== null || uses !== null
}

/** Whether somebody still has to do something about it. */
export function isOpen(standing: ItemStanding | undefined): boolean {
  return standing === 'open' || standing === 'offered' || standing === 'disputed'
}

export function itemsOf(board: readonly BoardStage[]): BoardItem[] {
  return board.flatMap(({ pauses }) => pauses.flatMap(({ items }) => items))
}

/** The first stage that is not done; the last one when all are. */
export function currentStage(board: readonly BoardStage[]): BoardStage {
  return board.find(({ done }) => !done) ?? (board.at(-1) as BoardStage)
}

function boardItem(state: IncidentState, item: ChecklistItem, answers: Answers): BoardItem {
  const name = nameOfItem(item)
  const answer = name === null ? undefined : answers.get(name)
  const verdict = name === null ? null : (answer?.verdict ?? 'unknown')
  const claim = state.claims[item.id] ?? null
  const skip = state.skips[item.id] ?? null
  return {
    item,
    standing: standingOf(
      { claimed: claim !== null, skipped: skip !== null, auto: item.claim !== 'required' },
      verdict,
    ),
    verdict,
    reason: answer?.reason ?? item.noProbe,
    claim,
    skip,
    blockedBy: [],
  }
}

/** A skipped item that nobody can judge does not hold: somebody answered for it. One that is contradicted does. */
function holds({ holdOn }: PausePoint, { verdict, standing, claim }: BoardItem): boolean {
  if (verdict === null) return holdOn.includes('unknown') && claim === null && standing !== 'waived'
  if (verdict === 'confirmed' || standing === 'waived') return false
  return holdOn.includes(verdict)
}
