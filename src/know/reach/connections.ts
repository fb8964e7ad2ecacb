/** Protocols that policies know (NetworkPolicy API, `protocol`), in the order of the text form. */
export const protocols = ['SCTP', 'TCP', 'UDP'] as const
export type Protocol = (typeof protocols)[number]

export const portMax = 65_535

/** Sorted, disjoint, not adjacent: `[first, last, first, last, …]`. */
type Intervals = readonly number[]
type PortSets = readonly [Intervals, Intervals, Intervals]

const whole: Intervals = [1, portMax]

/** What may pass between two peers: a set of ports for each protocol. Numbers of a `ConnectionTable`. */
export type Connections = number

export const noConnections: Connections = 0
export const allConnections: Connections = 1

/**
 * Interns connection sets, so that equal sets have equal numbers and their union, intersection and difference are computed
 * once. A fleet has a few hundred different ones.
 */
export class ConnectionTable {
  readonly #sets: PortSets[] = []
  readonly #numbers = new Map<string, Connections>()
  readonly #texts: string[] = []
  readonly #operations = [
    new Map<number, Connections>(),
    new Map<number, Connections>(),
    new Map<number, Connections>(),
  ]

  constructor() {
    this.#intern([[], [], []])
    this.#intern([whole, whole, whole])
  }

  /** Ports `first` to `last` of one protocol. */
  ports(protocol: Protocol, first = 1, last = portMax): Connections {
    return this.#intern(
      protocols.map((known) => (known === protocol ? [first, last] : [])) as unknown as PortSets,
    )
  }

  union(a: Connections, b: Connections): Connections {
    if (a === b || b === noConnections || a === allConnections) return a
    if (a === noConnections || b === allConnections) return b
    return a < b ? this.#operate(0, a, b, unite) : this.#operate(0, b, a, unite)
  }

  intersect(a: Connections, b: Connections): Connections {
    if (a === b || b === allConnections || a === noConnections) return a
    if (a === allConnections || b === noConnections) return b
    return a < b ? this.#operate(1, a, b, intersect) : this.#operate(1, b, a, intersect)
  }

  /** What `a` has and `b` has not. */
  subtract(a: Connections, b: Connections): Connections {
    if (a === noConnections || b === noConnections) return a
    if (a === b || b === allConnections) return noConnections
    return this.#operate(2, a, b, subtract)
  }

  /** `All Connections`, `No Connections`, `TCP 80,443,UDP 53`. */
  text(connections: Connections): string {
    return (this.#texts[connections] ??= textOf(this.#sets[connections]))
  }

  /** Ports by protocol: `{ TCP: [[80, 80], [443, 443]] }`; protocols without ports are left out. */
  ranges(connections: Connections): Partial<Record<Protocol, [number, number][]>> {
    const ranges: Partial<Record<Protocol, [number, number][]>> = {}
    protocols.forEach((protocol, at) => {
      const intervals = this.#sets[connections][at]
      if (intervals.length > 0)
        ranges[protocol] = Array.from({ length: intervals.length / 2 }, (_, index) => [
          intervals[2 * index],
          intervals[2 * index + 1],
        ])
    })
    return ranges
  }

  #operate(
    operation: 0 | 1 | 2,
    a: Connections,
    b: Connections,
    compute: (a: Intervals, b: Intervals) => Intervals,
  ): Connections {
    const known = this.#operations[operation]
    const key = a * 0x4000000 + b
    let result = known.get(key)
    if (result === undefined) {
      const [left, right] = [this.#sets[a], this.#sets[b]]
      result = this.#intern([
        compute(left[0], right[0]),
        compute(left[1], right[1]),
        compute(left[2], right[2]),
      ])
      known.set(key, result)
    }
    return result
  }

  #intern(sets: PortSets): Connections {
    const key = sets.map((intervals) => intervals.join()).join(';')
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.#sets.length
      this.#sets.push(sets)
      this.#numbers.set(key, number)
    }
    return number
  }
}

function unite(a: Intervals, b: Intervals): Intervals {
  const pairs: [number, number][] = []
  for (const intervals of [a, b])
    for (let at = 0; at < intervals.length; at += 2) pairs.push([intervals[at], intervals[at + 1]])
  pairs.sort((left, right) => left[0] - right[0])
  const result: number[] = []
  for (const [first, last] of pairs) {
    if (result.length > 0 && first <= result[result.length - 1] + 1)
      result[result.length - 1] = Math.max(result[result.length - 1], last)
    else result.push(first, last)
  }
  return result
}

function intersect(a: Intervals, b: Intervals): Intervals {
  const result: number[] = []
  for (let left = 0, right = 0; left < a.length && right < b.length;) {
    const first = Math.max(a[left], b[right])
    const last = Math.min(a[left + 1], b[right + 1])
    if (first <= last) result.push(first, last)
    if (a[left + 1] < b[right + 1]) left += 2
    else right += 2
  }
  return result
}

function subtract(a: Intervals, b: Intervals): Intervals {
  const rest: number[] = []
  let next = 1
  for (let at = 0; at < b.length; at += 2) {
    if (b[at] > next) rest.push(next, b[at] - 1)
    next = b[at + 1] + 1
  }
  if (next <= portMax) rest.push(next, portMax)
  return intersect(a, rest)
}

function textOf(sets: PortSets): string {
  if (sets.every((intervals) => intervals === whole || intervals.join() === whole.join()))
    return 'All Connections'
  const parts = protocols.flatMap((protocol, at) => {
    const intervals = sets[at]
    if (intervals.length === 0) return []
    const ranges = Array.from({ length: intervals.length / 2 }, (_, index) => {
      const [first, last] = [intervals[2 * index], intervals[2 * index + 1]]
      return first === last ? String(first) : `${first}-${last}`
    })
    return [`${protocol} ${ranges.join(',')}`]
  })
  return parts.length === 0 ? 'No Connections' : parts.join(',')
}
