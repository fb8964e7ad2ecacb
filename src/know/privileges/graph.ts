import type { Step } from './steps.ts'

/** A step from one thing to the next: who has the first can have the second. */
export interface Edge {
  from: string
  to: string
  step: Step
  /** The rule, binding or field that allows it. */
  via: string
}

/** Who can become what: things by name, steps between them. Collective things (`pods of shop`) keep the number of steps linear. */
export class EscalationGraph {
  readonly edges: Edge[] = []
  readonly #known = new Map<string, Edge>()
  readonly #into = new Map<string, Edge[]>()

  add(from: string, to: string, step: Step, via: string): void {
    const key = `${from}\n${to}\n${step.id}`
    if (this.#known.has(key)) return
    const edge = { from, to, step, via }
    this.#known.set(key, edge)
    this.edges.push(edge)
    const list = this.#into.get(to)
    if (list) list.push(edge)
    else this.#into.set(to, [edge])
  }

  /** For everything from which one of the targets can be reached, the first step of a shortest way. */
  waysTo(targets: readonly string[]): Map<string, Edge | null> {
    const ways = new Map<string, Edge | null>(targets.map((target) => [target, null]))
    let front = [...targets]
    while (front.length > 0) {
      const next: string[] = []
      for (const reached of front)
        for (const edge of this.#into.get(reached) ?? []) {
          if (ways.has(edge.from)) continue
          ways.set(edge.from, edge)
          next.push(edge.from)
        }
      front = next
    }
    return ways
  }
}

/** The whole way, step by step; `null` where there is none. */
export function wayFrom(start: string, ways: ReadonlyMap<string, Edge | null>): Edge[] | null {
  let edge = ways.get(start)
  if (edge === undefined) return null
  const way: Edge[] = []
  while (edge !== null && edge !== undefined) {
    way.push(edge)
    edge = ways.get(edge.to)
  }
  return way
}
