import type { Connections, Protocol } from './connections.ts'
import type { ReachEngine } from './engine.ts'

/** What one peer may send to another. */
export interface Connection {
  /** `shop/cart[Deployment]`, `10.0.0.0-10.255.255.255[External]`, `{ingress-controller}`. */
  source: string
  destination: string
  /** `All Connections`, `TCP 80,443,UDP 53`. */
  ports: string
  /** First and last port by protocol. */
  allowed: Partial<Record<Protocol, [number, number][]>>
}

export function connectionOf(
  engine: ReachEngine,
  source: string,
  destination: string,
  passed: Connections,
): Connection {
  return { source, destination, ports: engine.table.text(passed), allowed: engine.table.ranges(passed) }
}

/** By code units, as every machine orders them. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
