import type { Checklist, ChecklistItem, IncidentStage, PausePoint } from '../../core/checklist/types.ts'
import { itemStanding, type ItemState } from '../../core/checklist/item-state.ts'
import type { Verdict } from '../../core/probe/index.ts'
import { nameOfItem, type Answers } from './questions.ts'
import type { IncidentState, ItemClaim } from './state.ts'

export interface BoardItem {
  item: ChecklistItem
  state: ItemState
  /** A pause point that wants it waits for it. */
  holds: boolean
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

/** The stages with their pause points and items. A stage is done when its pause points are passed, those aside that repeat. */
export function boardOf(
  state: IncidentState,
  lists: readonly Checklist[],
  answers: Answers,
  nowMs: number,
): BoardStage[] {
  return lists.map((list) => {
    const items = new Map(list.items.map((item) => [item.id, boardItem(state, item, answers)]))
    for (const board of items.values())
      board.blockedBy = board.item.after.filter((id) => isOpen(items.get(id)?.state))
    const pauses = list.pausePoints.map((pause) => {
      const own = [...items.values()].filter(({ item }) => item.pause === pause.id)
      return {
        pause,
        items: own,
        passed: passOf(state, pause, nowMs),
        proposed: state.proposedPasses[pause.id] ?? null,
        heldBy: own.filter((board) => isHeld(pause, board)).map(({ item }) => item.id),
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

/** What was passed hours ago is to be read again where the list says so. */
function passOf({ passes }: IncidentState, { id, everyMs }: PausePoint, nowMs: number): BoardPause['passed'] {
  const passed = passes[id] ?? null
  return passed !== null && everyMs !== null && nowMs - passed.atMs >= everyMs ? null : passed
}

/** Pause points that come again and again do not end a stage. */
function isRepeated({ everyMs, uses }: PausePoint): boolean {
  return everyMs !== null || uses !== null
}

/** Whether somebody still has to do something about it. */
export function isOpen(state: ItemState | undefined): boolean {
  return state === 'open' || state === 'offered' || state === 'disputed'
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
  const said = skip !== null ? 'skipped' : claim !== null ? 'ticked' : 'open'
  const { state: stands, holds } = itemStanding(said, verdict, item.claim)
  return {
    item,
    state: stands,
    holds,
    verdict,
    reason: answer?.reason ?? item.noProbe,
    claim,
    skip,
    blockedBy: [],
  }
}

/** Some pause points let pass what others wait for; what nobody ticked although it is confirmed holds all of them. */
function isHeld({ holdOn }: PausePoint, { verdict, holds }: BoardItem): boolean {
  return holds && (verdict === 'confirmed' ? holdOn.length > 0 : holdOn.includes(verdict ?? 'unknown'))
}
