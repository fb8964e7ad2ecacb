import type { Checklist } from '../types.ts'
import type { Check } from './context.ts'

/** Boorman's rule for lists that are read under pressure: what working memory holds. */
const killers = { min: 5, max: 9 }
const gatePhases: ReadonlySet<Checklist['phase']> = new Set(['rollout', 'content', 'containment'])

/** Pause points, ids and order. */
export const checkStructure: Check = (checklist, { lists, previous }, say) => {
  const { items, pausePoints, phase, stage, retiredItems } = checklist
  if (stage !== null && phase !== 'incident')
    say('stage-of-phase', ['metadata', 'stage'], `A list of the phase ${phase} has no stage.`)
  if (pausePoints.length === 0)
    say('pause-missing', ['pausePoints'], 'Nobody knows when to stop and read: there is no pause point.')
  const pauses = new Set<string>()
  for (const [at, pause] of pausePoints.entries()) {
    const path = ['pausePoints', at]
    if (pauses.has(pause.id)) say('pause-twice', [...path, 'id'], `There are two pause points ${pause.id}.`)
    pauses.add(pause.id)
    const own = items.filter((item) => item.pause === pause.id)
    const count = own.filter(({ tier }) => tier === 'killer').length
    if (pause.uses === null && (count < killers.min || count > killers.max))
      say(
        'pause-killers',
        path,
        `The pause point ${pause.id} has ${count} killer items; ${killers.min} to ${killers.max} can be read and kept in mind.`,
      )
    if (pause.uses !== null && (pause.uses === checklist.id || !lists.has(pause.uses)))
      say('pause-uses', [...path, 'uses'], `There is no other checklist ${pause.uses}.`)
    if (pause.holdOn.length > 0 && pause.uses === null && own.every(({ probe }) => probe === null))
      say('gate-holds-nothing', path, `The pause point ${pause.id} holds, but none of its items has a probe.`)
    if (pause.holdOn.length === 0 && gatePhases.has(phase))
      say('gate-holds-nothing', [...path, 'holdOn'], `The gate ${pause.id} holds on nothing.`)
  }

  const ids = new Set<string>()
  const retired = new Set(retiredItems)
  for (const [at, item] of items.entries()) {
    const path = ['items', at]
    if (ids.has(item.id)) say('item-twice', [...path, 'id'], `There are two items ${item.id}.`)
    ids.add(item.id)
    if (retired.has(item.id) || previous?.retiredItems.includes(item.id))
      say('item-reused', [...path, 'id'], `${item.id} was another item once; give this one a new id.`)
    if (!pauses.has(item.pause))
      say('pause-unknown', [...path, 'pause'], `There is no pause point ${item.pause}.`)
  }
  for (const { id } of previous?.items ?? [])
    if (!ids.has(id) && !retired.has(id))
      say('item-removed', ['items'], `${id} is gone; name it under retiredItems, so that nobody reuses it.`)
  checkOrder(checklist, ids, say)
  if (items.length > itemsOfPage)
    say('list-long', ['items'], `${items.length} items do not fit on one page; ${itemsOfPage} do.`)
}

/** Items that one A4 page holds at a size that can be read at arm's length. */
const itemsOfPage = 24

function checkOrder({ items }: Checklist, ids: ReadonlySet<string>, say: Parameters<Check>[2]): void {
  const position = new Map(items.map(({ id }, at) => [id, at]))
  const waiting = new Map<string, string[]>()
  for (const [at, { id, after }] of items.entries()) {
    for (const [nth, other] of after.entries())
      if (!ids.has(other))
        say(
          'after-unknown',
          ['items', at, 'after', nth],
          `${id} waits for ${other}, which is not in this list.`,
        )
    waiting.set(
      id,
      after.filter((other) => ids.has(other)),
    )
  }
  // What waits for nobody is taken away until nothing goes; what is left waits in a circle, or behind one.
  for (let removed = true; removed;) {
    removed = false
    for (const [id, others] of waiting)
      if (others.every((other) => !waiting.has(other))) removed = waiting.delete(id)
  }
  const circle = [...waiting.keys()].filter((id) => reaches(waiting, id, id))
  if (circle.length > 0)
    say(
      'after-cycle',
      ['items', position.get(circle[0]) ?? 0, 'after'],
      `${circle.join(', ')} wait for each other; nobody could begin.`,
    )
}

function reaches(waiting: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set<string>()
  const open = [...(waiting.get(from) ?? [])]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true
    if (seen.has(id)) continue
    seen.add(id)
    open.push(...(waiting.get(id) ?? []))
  }
  return false
}
