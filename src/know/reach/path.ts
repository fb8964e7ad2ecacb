import { noConnections } from './connections.ts'
import type { Entry } from './entries.ts'
import type { ReachModel } from './model.ts'
import type { PodNetwork } from './pod-networks.ts'

/** One step of a path between workloads. */
export interface Hop {
  from: string
  to: string
  /** `TCP 5432` */
  ports: string
}

/** From outside through a way in to a first workload, and from there from workload to workload. */
export interface PathFromOutside {
  entry: Entry
  /** None: the way in leads to the workload itself. */
  hops: readonly Hop[]
}

/**
 * A shortest path from outside to a workload by what policies allow: of ways in that lead there with as few steps, the
 * widest. `null` when there is none. `entries` are the ways in that count.
 */
export function shortestPathFromOutside(
  { workloads }: ReachModel,
  { members, engine }: PodNetwork,
  entries: readonly Entry[],
  target: string,
): PathFromOutside | null {
  const names = members.map((index) => {
    const { namespace, name, kind } = workloads[index]
    return `${namespace}/${name}[${kind}]`
  })
  const classesOf = (id: string): number[] => [
    ...new Set(names.flatMap((name, at) => (name === id ? [engine.classOf[at]] : []))),
  ]
  const entriesInto = new Map<number, Entry>()
  for (const entry of entries)
    for (const number of classesOf(entry.destination))
      if ((entriesInto.get(number)?.reach ?? 'network') !== 'internet') entriesInto.set(number, entry)
  // Backwards from the target: each class by the next one on the way.
  const next = new Map<number, number | null>(classesOf(target).map((number) => [number, null]))
  const direct = entries.filter(({ destination }) => destination === target)
  if (direct.length > 0)
    return { entry: direct.find(({ reach }) => reach === 'internet') ?? direct[0], hops: [] }
  // A workload that no policy tells from the target is of its class, and still another one.
  for (const own of next.keys()) {
    const entry = entriesInto.get(own)
    const passed = engine.connections(engine.peerOfClass(own), engine.peerOfClass(own))
    if (entry !== undefined && passed !== noConnections)
      return { entry, hops: [{ from: entry.destination, to: target, ports: engine.table.text(passed) }] }
  }
  for (let front = [...next.keys()]; front.length > 0;) {
    const reached: number[] = []
    for (const own of front)
      for (let other = 0; other < engine.classes.length; other++) {
        if (next.has(other)) continue
        if (engine.connections(engine.peerOfClass(other), engine.peerOfClass(own)) === noConnections) continue
        next.set(other, own)
        reached.push(other)
      }
    const found = reached.filter((number) => entriesInto.has(number))
    if (found.length > 0) {
      const start = found.find((number) => entriesInto.get(number)!.reach === 'internet') ?? found[0]
      const entry = entriesInto.get(start)!
      const hops: Hop[] = []
      let from = entry.destination
      for (let at = start; ;) {
        const to = next.get(at) ?? null
        if (to === null) break
        const after = next.get(to) === null ? target : names[engine.classes[to][0]]
        const passed = engine.connections(engine.peerOfClass(at), engine.peerOfClass(to))
        hops.push({ from, to: after, ports: engine.table.text(passed) })
        from = after
        at = to
      }
      return { entry, hops }
    }
    front = reached
  }
  return null
}
