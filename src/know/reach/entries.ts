import { contains, parseAddress, parseCidr } from './addresses.ts'
import type { AddressRange } from './addresses.ts'
import { compare, connectionOf } from './connection.ts'
import type { Connection } from './connection.ts'
import { noConnections } from './connections.ts'
import type { Connections } from './connections.ts'
import type { PeerIndex, ReachEngine } from './engine.ts'
import type { ReachModel } from './model.ts'
import { serves, targetsOf } from './services.ts'
import type { Service } from './services.ts'

/**
 * How far outside: `internet` is a proxy, a load balancer or an address that is there to be reached; `network` a port of
 * nodes, or something that an annotation or its list of clients keeps from the public.
 */
export type EntryReach = 'internet' | 'network'

/** A way in from outside the cluster to a workload, and what policies leave of it. */
export interface Entry {
  reach: EntryReach
  /** `Service shop/web (LoadBalancer)`, `Ingress shop/web`, `hostPort 8080`. */
  via: string
  /** What the outside connects to: hosts, addresses, ports of nodes. */
  at: readonly string[]
  destination: string
  /** What it leads to on the pods: `TCP 8080`. */
  ports: string
  /** What of that the workload's policies let in; `No Connections` is a way in that policies cut. */
  allowed: string
  /** The path: `internet`, proxies and services on the way, the workload. */
  path: readonly string[]
}

export function findEntries(
  engine: ReachEngine,
  { services, proxies }: ReachModel,
  names: readonly string[],
): { entries: Entry[]; connections: Connection[]; notes: string[] } {
  const entries = new Map<string, Entry>()
  const notes: string[] = []
  const byProxy = new Map<string, Map<string, Connections>>()
  const add = (entry: Entry): void => {
    entries.set([entry.via, entry.destination, entry.ports, entry.at.join()].join('\n'), entry)
  }
  const { workloads } = engine.input
  const inNamespace = Map.groupBy(workloads.keys(), (index) => workloads[index].namespace)
  const serviceOf = new Map(services.map((service) => [`${service.namespace}/${service.name}`, service]))

  for (const service of services) {
    const ways = waysInto(service)
    if (ways.length === 0) continue
    for (const index of inNamespace.get(service.namespace) ?? []) {
      const workload = workloads[index]
      if (!serves(service, workload)) continue
      const target = targetsOf(service.ports, workload, engine.table)
      if (target === noConnections) continue
      for (const { reach, via, at, sources } of ways)
        add({
          reach,
          via,
          at,
          destination: names[index],
          ports: engine.table.text(target),
          allowed: engine.table.text(fromOutside(engine, index, target, sources)),
          path: ['internet', `service ${service.namespace}/${service.name}`, names[index]],
        })
    }
  }

  workloads.forEach((workload, index) => {
    for (const { protocol, port, hostPort } of workload.ports) {
      const published = workload.hostNetwork ? port : hostPort
      if (published === null) continue
      const target = engine.table.ports(protocol, port, port)
      add({
        reach: 'network',
        via: workload.hostNetwork ? 'host network' : `hostPort ${published}`,
        at: [`${protocol} ${published} of its nodes`],
        destination: names[index],
        ports: engine.table.text(target),
        allowed: engine.table.text(fromOutside(engine, index, target, [])),
        path: ['internet', 'node', names[index]],
      })
    }
  })

  const direct = directClasses(engine, names, entries.values())
  for (const proxy of proxies)
    for (const backend of proxy.backends) {
      const service = serviceOf.get(`${backend.namespace}/${backend.service}`)
      if (service === undefined) {
        notes.push(`${proxy.id}: there is no Service ${backend.namespace}/${backend.service}`)
        continue
      }
      const ports = backend.ports(service)
      for (const index of inNamespace.get(service.namespace) ?? []) {
        const workload = workloads[index]
        if (!serves(service, workload)) continue
        const target = targetsOf(ports, workload, engine.table)
        if (target === noConnections) continue
        const peer = engine.peerOfClass(engine.classOf[index])
        const fromUnknown = engine.table.intersect(target, engine.ingressFromUnknownPod(peer))
        for (const through of proxy.through) {
          const known = byProxy.get(through) ?? new Map<string, Connections>()
          byProxy.set(through, known)
          known.set(names[index], engine.table.union(known.get(names[index]) ?? noConnections, fromUnknown))
        }
        const allowed = engine.table.union(fromUnknown, fromProxies(engine, peer, target, direct))
        if (allowed === noConnections)
          notes.push(
            `${proxy.id} leads to ${names[index]}, but its policies let in no unknown pod, no address and none of the workloads that are reached from outside: a proxy that is none of them may be let in by name`,
          )
        add({
          reach: proxy.internal ? 'network' : 'internet',
          via: proxy.id,
          at: proxy.hosts,
          destination: names[index],
          ports: engine.table.text(target),
          allowed: engine.table.text(allowed),
          path: ['internet', ...proxy.through, `service ${service.namespace}/${service.name}`, names[index]],
        })
      }
    }

  const connections = [...byProxy].flatMap(([through, known]) =>
    [...known]
      .filter(([, passed]) => passed !== noConnections)
      .map(([name, passed]) => connectionOf(engine, through, name, passed)),
  )
  return {
    entries: [...entries.values()].toSorted(
      (a, b) => compare(a.destination, b.destination) || compare(a.via, b.via),
    ),
    connections,
    notes,
  }
}

interface WayInto {
  reach: EntryReach
  via: string
  at: string[]
  sources: readonly AddressRange[]
}

const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'].map(
  (block) => parseCidr(block, ''),
)

/**
 * What a proxy may send, when it is one of the workloads that are reached from outside without one, or outside itself, as
 * those of clouds are. Nothing in an Ingress or a Gateway says which pods serve it.
 */
function fromProxies(
  engine: ReachEngine,
  peer: PeerIndex,
  target: Connections,
  direct: readonly number[],
): Connections {
  const sources = [...direct.map((number) => engine.peerOfClass(number)), ...engine.addresses.keys()]
  return sources.reduce(
    (allowed, source) =>
      engine.table.union(allowed, engine.table.intersect(target, engine.connections(source, peer))),
    noConnections,
  )
}

/** Classes of the workloads that open ways in lead to. */
function directClasses(
  engine: ReachEngine,
  names: readonly string[],
  entries: Iterable<Entry>,
): readonly number[] {
  const reached = new Set<string>()
  for (const { destination, allowed } of entries) if (allowed !== 'No Connections') reached.add(destination)
  return [...new Set(names.flatMap((name, at) => (reached.has(name) ? [engine.classOf[at]] : [])))]
}

/** How a service is reached from outside: its type, the ports of nodes, external addresses. */
function waysInto(service: Service): WayInto[] {
  const id = `Service ${service.namespace}/${service.name}`
  const ways: WayInto[] = []
  const portsOf = service.ports.map(({ protocol, port }) => `${protocol} ${port}`)
  if (service.type === 'LoadBalancer') {
    const sources = service.sourceRanges.flatMap((text) => {
      try {
        return [parseCidr(text.trim(), 'spec.loadBalancerSourceRanges')]
      } catch {
        return []
      }
    })
    const isPrivate =
      sources.length > 0 && sources.every((source) => privateBlocks.some((block) => contains(block, source)))
    ways.push({
      reach: service.internal || isPrivate ? 'network' : 'internet',
      via: `${id} (LoadBalancer)`,
      at: portsOf,
      sources,
    })
  }
  // A LoadBalancer has ports on the nodes too, unless it is told not to.
  const nodePorts = service.ports.filter(({ nodePort }) => nodePort !== null)
  if (service.type === 'NodePort' || (service.type === 'LoadBalancer' && nodePorts.length > 0)) {
    const at =
      nodePorts.length > 0
        ? nodePorts.map(({ protocol, nodePort }) => `${protocol} ${nodePort} of every node`)
        : ['a port of every node that the API server chooses']
    ways.push({ reach: 'network', via: `${id} (NodePort)`, at, sources: [] })
  }
  const external = service.externalIPs.filter((text) => parseAddress(text) !== null)
  if (external.length > 0)
    ways.push({
      reach: 'internet',
      via: `${id} (externalIPs)`,
      at: external.flatMap((address) => portsOf.map((port) => `${address} ${port}`)),
      sources: [],
    })
  return ways
}

/**
 * What the workload's policies let in from some address outside. Services often rewrite the source to the node's address,
 * and whether before or after policies is left to the plug-in (NetworkPolicy, "behaviour of ipBlock"); so whatever any
 * address may, counts.
 */
function fromOutside(
  engine: ReachEngine,
  workload: number,
  target: Connections,
  sources: readonly AddressRange[],
): Connections {
  const peer = engine.peerOfClass(engine.classOf[workload])
  let allowed: Connections = noConnections
  engine.addresses.forEach((range, piece) => {
    const meets =
      sources.length === 0 ||
      sources.some(
        (source) =>
          source.family === range.family && source.first <= range.last && range.first <= source.last,
      )
    if (meets)
      allowed = engine.table.union(allowed, engine.table.intersect(target, engine.ingress(piece, peer)))
  })
  return allowed
}
