import type { Connections } from './connections.ts'
import type { PeerIndex, ReachEngine } from './engine.ts'
import type { Policy } from './types.ts'

/** What a change of policies means for one pair of peers of the later state. */
export interface PairChange {
  source: PeerIndex
  destination: PeerIndex
  before: Connections
  after: Connections
}

/**
 * The pairs for which changed policies make a difference. A policy decides only about workloads that it selects, so only
 * pairs with one of them are looked at. `after` is `before.withPolicies(…)`; `changed` are the policies in both their forms.
 */
export function changedPairs(
  before: ReachEngine,
  after: ReachEngine,
  changed: readonly Policy[],
): PairChange[] {
  const touched = new Set<PeerIndex>()
  for (const policy of changed)
    for (const number of after.classesSelectedBy(policy)) touched.add(after.peerOfClass(number))
  const earlier = earlierPeers(before, after)
  const changes: PairChange[] = []
  const compare = (source: PeerIndex, destination: PeerIndex): void => {
    const was = before.connections(earlier[source], earlier[destination])
    const is = after.connections(source, destination)
    if (was !== is) changes.push({ source, destination, before: was, after: is })
  }
  for (const own of touched)
    for (let other = 0; other < after.peers; other++) {
      compare(own, other)
      if (!touched.has(other)) compare(other, own)
    }
  return changes
}

/** For each peer of the later state, the peer of the earlier one that it was a part of. */
function earlierPeers(before: ReachEngine, after: ReachEngine): PeerIndex[] {
  const pieces = after.addresses.map(({ family, first }) =>
    before.addresses.findIndex(
      (range) => range.family === family && range.first <= first && first <= range.last,
    ),
  )
  const classes = after.classes.map((members) => before.peerOfClass(before.classOf[members[0]]))
  // A family without blocks before was not told apart from anything: what passes to IPv4 passes to it.
  return [...pieces.map((piece) => Math.max(piece, 0)), ...classes]
}
