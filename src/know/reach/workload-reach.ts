import { noConnections } from './connections.ts'
import { findEntries } from './entries.ts'
import type { Entry } from './entries.ts'
import type { ReachEngine } from './engine.ts'
import type { ReachModel } from './model.ts'
import type { PodNetwork } from './pod-networks.ts'

/** From where a workload can be connected to, from the widest to the narrowest. */
const reachLevels = ['internet', 'network', 'cluster', 'isolated'] as const
export type ReachLevel = (typeof reachLevels)[number]

export interface WorkloadReach {
  /** `shop/cart[Deployment]` */
  id: string
  /**
   * `internet`, `network`: see `EntryReach`. `cluster`: other workloads may connect. `isolated`: no way is known, and
   * policies that are known to be enforced let nothing in.
   */
  level: ReachLevel
  /** Ways in that are open, widest first. */
  open: readonly Entry[]
  /** Ways in that policies close; where policies are not known to be enforced, those that they would close. */
  closed: readonly Entry[]
}

/**
 * From where each workload can be connected to. Policies count only where something is known to enforce them: else they
 * may have no effect, and what may be so is not left out.
 */
export function reachOfWorkloads(model: ReachModel, networks: readonly PodNetwork[]): WorkloadReach[] {
  const enforced = model.enforcement.state === 'enforced'
  const found = new Map<string, { level: ReachLevel; open: Entry[]; closed: Entry[] }>()
  for (const { members, engine } of networks) {
    const names = members.map((index) => nameOf(model, index))
    const connectable = enforced ? connectableClasses(engine) : null
    names.forEach((id, at) => {
      const state = found.get(id) ?? { level: 'isolated' as ReachLevel, open: [], closed: [] }
      found.set(id, state)
      if (connectable === null || connectable[engine.classOf[at]]) state.level = 'cluster'
    })
    for (const entry of findEntries(engine, model, names).entries) {
      const state = found.get(entry.destination)!
      const cut = entry.allowed === 'No Connections'
      if (!cut || !enforced) state.open.push(entry)
      if (cut) state.closed.push(entry)
    }
  }
  return [...found].map(([id, { level, open, closed }]) => {
    const sorted = open.toSorted((a, b) => rankOf(a) - rankOf(b))
    return { id, level: sorted[0]?.reach ?? level, open: sorted, closed }
  })
}

function rankOf({ reach }: Entry): number {
  return reachLevels.indexOf(reach)
}

function nameOf({ workloads }: ReachModel, index: number): string {
  const { namespace, name, kind } = workloads[index]
  return `${namespace}/${name}[${kind}]`
}

/** By class: whether any workload may connect to it, by the policies of both. */
function connectableClasses(engine: ReachEngine): boolean[] {
  return engine.classes.map((_, number) => {
    const destination = engine.peerOfClass(number)
    if (engine.ingressFromUnknownPod(destination) !== noConnections) return true
    return engine.classes.some(
      (__, other) => engine.connections(engine.peerOfClass(other), destination) !== noConnections,
    )
  })
}
