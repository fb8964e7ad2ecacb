import { blocksOf } from './engine.ts'
import type { HostNetworkRule } from './engine.ts'
import { analyseReach } from './analyse.ts'
import type { ReachAnswer } from './analyse.ts'
import { compare } from './connection.ts'
import type { Connection } from './connection.ts'
import { formatAddress, parseAddress } from './addresses.ts'
import type { ReachModel } from './model.ts'

export interface ReachChange {
  kind: 'added' | 'removed' | 'changed'
  source: string
  destination: string
  /** `No Connections` where there was or is none. */
  before: string
  after: string
  /** `workload shop/cart[Deployment] added`; `null` when both are there before and after. */
  workload: string | null
}

export interface ReachDiff {
  changes: readonly ReachChange[]
  notes: readonly string[]
  refused: ReachAnswer['refused']
}

const none = 'No Connections'

/** What two states of a cluster allow differently: what a changed or added policy opens and cuts. */
export function diffReach(
  before: ReachModel,
  after: ReachModel,
  { hostNetwork }: { hostNetwork: HostNetworkRule },
): ReachDiff {
  // Both states are cut at the edges of both, so that pieces compare one to one.
  const edges = [...blocksOf(before.policies), ...blocksOf(after.policies)]
  const [first, second] = [before, after].map((model) => analyseReach(model, { hostNetwork, edges }))
  const [had, has] = [first, second].map((answer) => {
    const connections = new Map<string, Connection>()
    for (const section of answer.sections)
      for (const connection of section.connections)
        connections.set(
          `${section.network?.name ?? ''}\n${connection.source}\n${connection.destination}`,
          connection,
        )
    return connections
  })
  const [knew, knows] = [first, second].map(
    (answer) => new Set(answer.sections.flatMap(({ workloads }) => [...workloads])),
  )
  const changes: ReachChange[] = []
  for (const key of new Set([...had.keys(), ...has.keys()])) {
    const [was, is] = [had.get(key), has.get(key)]
    if (was?.ports === is?.ports) continue
    const { source, destination } = (is ?? was)!
    const kind = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'
    const other = kind === 'added' ? knew : knows
    const told =
      kind === 'changed'
        ? []
        : [source, destination].filter(
            (name) => name.endsWith(']') && !name.endsWith('[External]') && !other.has(name),
          )
    changes.push({
      kind,
      source,
      destination,
      before: was?.ports ?? none,
      after: is?.ports ?? none,
      workload: told.length === 0 ? null : told.map((name) => `workload ${name} ${kind}`).join(', '),
    })
  }
  const order = { changed: 0, added: 1, removed: 2 }
  return {
    changes: joinRanges(changes).toSorted(
      (a, b) =>
        order[a.kind] - order[b.kind] || compare(a.source, b.source) || compare(a.destination, b.destination),
    ),
    notes: [...new Set([...first.notes, ...second.notes])],
    refused: [
      ...first.refused,
      ...second.refused.filter((one) => !first.refused.some(({ source }) => source === one.source)),
    ],
  }
}

const rangeForm = /^([0-9a-f.:]+)-([0-9a-f.:]+)\[External\]$/

/** Neighbouring ranges that change alike are one change. */
function joinRanges(changes: readonly ReachChange[]): ReachChange[] {
  const groups = new Map<
    string,
    { change: ReachChange; ranges: { family: 4 | 6; first: bigint; last: bigint }[] }
  >()
  const joined: ReachChange[] = []
  for (const change of changes) {
    const match = rangeForm.exec(change.source) ?? rangeForm.exec(change.destination)
    const [first, last] = match === null ? [null, null] : [parseAddress(match[1]), parseAddress(match[2])]
    if (first === null || last === null) {
      joined.push(change)
      continue
    }
    const incoming = rangeForm.test(change.source)
    const key = [
      change.kind,
      incoming,
      incoming ? change.destination : change.source,
      change.before,
      change.after,
    ].join('\n')
    const group = groups.get(key) ?? { change, ranges: [] }
    groups.set(key, group)
    group.ranges.push({ family: first.family, first: first.value, last: last.value })
  }
  for (const { change, ranges } of groups.values()) {
    ranges.sort((a, b) => a.family - b.family || (a.first < b.first ? -1 : 1))
    const merged: typeof ranges = []
    for (const range of ranges) {
      const previous = merged.at(-1)
      if (previous?.family === range.family && previous.last + 1n === range.first) previous.last = range.last
      else merged.push({ ...range })
    }
    for (const { family, first, last } of merged) {
      const text = `${formatAddress(family, first)}-${formatAddress(family, last)}[External]`
      joined.push(
        rangeForm.test(change.source) ? { ...change, source: text } : { ...change, destination: text },
      )
    }
  }
  return joined
}
