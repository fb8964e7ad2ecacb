import type { ClusterPrivileges, ClusterReach } from '../api/schema.generated.ts'
import type { Leg, Stop } from '../parts/way-picture.tsx'

type Path = NonNullable<ClusterReach['path']>
export type Ways = ClusterPrivileges['workloads'][number]['ways']
type Step = NonNullable<Ways['secrets']>[number]

const kinds: readonly (readonly [pattern: RegExp, kind: (match: RegExpExecArray) => string])[] = [
  [/^(?:workload )?(.+)\[(\w+)\]$/, ([, , kind]) => kind],
  [/^ServiceAccount (.+)$/, () => 'service account'],
  [/^User (.+)$/, () => 'user'],
  [/^Group (.+)$/, () => 'group'],
  [/^service (.+)$/, () => 'Service'],
  [/^node (.+)$/, () => 'node'],
]

/** A place of reachability or of privileges by its id: `shop/cart[Deployment]`, `ServiceAccount shop/ci`, `nodes`. */
export function stopOf(id: string): Stop {
  if (id === 'nodes') return { id, label: 'any node', kind: '' }
  for (const [pattern, kindOf] of kinds) {
    const match = pattern.exec(id)
    if (match !== null) return { id: id.replace(/^workload /, ''), label: match[1], kind: kindOf(match) }
  }
  return { id, label: id, kind: '' }
}

/** The way from outside to a workload. */
export function legsOfPath({ entry, hops }: Path): Leg[] {
  const outside: Stop =
    entry.reach === 'internet'
      ? { id: 'internet', label: 'the internet', kind: '' }
      : { id: 'network', label: 'the network of the nodes', kind: '' }
  // `Ingress shop/web`, `Service shop/web (LoadBalancer)`
  const through = /^(\S+) (\S+)(?: \((.+)\))?$/.exec(entry.via)
  const stops = entry.path.slice(1).map((id): Stop => {
    if (id.startsWith('{'))
      return { id, label: through?.[2] ?? id, kind: through?.[1] ?? 'proxy outside of the cluster' }
    const stop = stopOf(id)
    return id.startsWith('service ') && through?.[3] !== undefined
      ? { ...stop, kind: `Service (${through[3]})` }
      : stop
  })
  const legs: Leg[] = []
  let from = outside
  for (const [at, to] of stops.entries()) {
    const last = at === stops.length - 1
    legs.push({
      from,
      to,
      what:
        at === 0
          ? `comes in at ${entry.at.join(', ') || entry.via}`
          : `passes on ${last ? portsInWords(entry.ports) : ''}`,
      notes: [],
    })
    from = to
  }
  for (const { from: source, to, ports } of hops)
    legs.push({
      from: stopOf(source),
      to: stopOf(to),
      what: 'may connect',
      notes: [`${portsInWords(ports)}; no policy keeps it out.`],
    })
  return legs
}

/** The shortest ways to secrets, nodes and cluster-admin; steps that they share are told once. */
export function legsOfWays({ secrets, nodes, clusterAdmin }: Ways): Leg[] {
  const legs = new Map<string, Leg>()
  for (const way of [secrets, nodes, clusterAdmin])
    for (const leg of withoutMembers(way ?? [])) {
      const key = `${leg.from.id}\n${leg.to.id}`
      if (!legs.has(key)) legs.set(key, leg)
    }
  return [...legs.values()]
}

/** That what holds for all holds for each is no step that anybody takes. */
function withoutMembers(way: readonly Step[]): Leg[] {
  const legs: Leg[] = []
  for (const { from, to, step, title, why, via } of way) {
    const before = legs.at(-1)
    if (step === 'member' && before !== undefined) legs[legs.length - 1] = { ...before, to: stopOf(to) }
    else legs.push({ from: stopOf(from), to: stopOf(to), what: title, notes: [`${why} Allowed by ${via}.`] })
  }
  return legs
}

export function portsInWords(ports: string): string {
  return ports === 'All Connections' ? 'all ports' : ports
}
