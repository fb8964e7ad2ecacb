import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import type { RefusedManifest } from '../fleet/index.ts'
import { formatRange, wholeFamily } from './addresses.ts'
import type { AddressRange } from './addresses.ts'
import { noConnections } from './connections.ts'
import type { Connections } from './connections.ts'
import { ReachEngine } from './engine.ts'
import type { HostNetworkRule, PeerIndex } from './engine.ts'
import { compare, connectionOf } from './connection.ts'
import type { Connection } from './connection.ts'
import { findEntries } from './entries.ts'
import type { Entry } from './entries.ts'
import type { Enforcement } from './enforcement.ts'
import type { ReachModel } from './model.ts'
import type { Network } from './networks.ts'
import { podNetworksOf } from './pod-networks.ts'
import type { PodNetwork } from './pod-networks.ts'
import type { Labels } from './selectors.ts'
import type { Workload } from './types.ts'

export interface NetworkSection {
  /** `null` is the pod network. */
  network: { kind: Network['kind']; name: string } | null
  /** Workloads whose network it is, by name. */
  workloads: readonly string[]
  connections: readonly Connection[]
}

export interface ReachAnswer {
  sections: readonly NetworkSection[]
  /** Ways in from outside: services, proxies and ports of nodes, and what policies leave of them. */
  entries: readonly Entry[]
  counts: { workloads: number; pods: number; policies: number; classes: number }
  /** The networks of each workload, where there is more than pods on the pod network. */
  networks: readonly { workload: string; primary: string; secondary: readonly string[] }[]
  /** Whether stored policies are known to hold. */
  enforcement: Enforcement
  notes: readonly string[]
  refused: readonly RefusedManifest[]
}

export interface ReachOptions {
  hostNetwork: HostNetworkRule
  /** Further blocks at whose edges addresses are cut; pieces are then left as they are, for a comparison. */
  edges?: readonly AddressRange[]
  /** Engines that were made for this model already. */
  podNetworks?: readonly PodNetwork[]
  /** Only connections between these, by name; ways in only to what `to` keeps. */
  only?: ConnectionFilter
}

/** Which ends of connections are asked about. Names as in the answer. */
export interface ConnectionFilter {
  from(name: string): boolean
  to(name: string): boolean
}

/** Every allowed connection between workloads, and between them and the outside. */
export function analyseReach(
  model: ReachModel,
  { hostNetwork, edges, podNetworks, only }: ReachOptions,
): ReachAnswer {
  const names = nameWorkloads(model.workloads)
  const sections: NetworkSection[] = []
  const entries: Entry[] = []
  const notes = [...model.notes, ...hostNetworkNotes(model, hostNetwork)]
  let classes = 0
  for (const { network, members, engine } of podNetworks ?? podNetworksOf(model, { hostNetwork, edges })) {
    classes += engine.classes.length
    const own = members.map((index) => names[index])
    const shown = network?.kind === 'UDN' ? own.map((name) => name.replace('/', '[udn]/')) : own
    const found = findEntries(engine, model, shown)
    entries.push(...found.entries.filter(({ destination }) => only?.to(destination) ?? true))
    notes.push(...found.notes)
    sections.push({
      network: network === null ? null : { kind: network.kind, name: network.name },
      workloads: [...new Set(own)],
      connections: sorted([
        ...listConnections(engine, shown, { outside: true, joined: edges === undefined, only }),
        ...found.connections.filter(
          ({ source, destination }) => only === undefined || (only.from(source) && only.to(destination)),
        ),
      ]),
    })
  }
  for (const network of secondaries(model.networks)) {
    const attached = model.workloads
      .map((workload, index) => ({ workload, index }))
      .filter(({ workload }) => workload.attachments.some((one) => `NAD ${one.network}` === network.id))
    if (attached.length === 0) continue
    const workloads = attached.map(({ workload }): Workload => ({
      ...workload,
      hostNetwork: false,
      attachments: workload.attachments.filter((one) => `NAD ${one.network}` === network.id),
    }))
    const policies = model.policies.filter((policy) => policy.network === network.id)
    const engine = new ReachEngine({ workloads, namespaces: model.namespaces, policies, hostNetwork: 'pods' })
    classes += engine.classes.length
    const shown = attached.map(({ index }) => names[index])
    sections.push({
      network: { kind: network.kind, name: network.name },
      workloads: [...new Set(shown)],
      // A secondary network has no way to the outside that policies know of.
      connections: sorted(listConnections(engine, shown, { outside: false, joined: true, only })),
    })
  }
  return {
    sections,
    entries,
    counts: {
      workloads: new Set(names).size,
      pods: model.workloads.reduce((sum, { pods }) => sum + pods, 0),
      policies: model.policies.length,
      classes,
    },
    networks: mapNetworks(model, names),
    enforcement: model.enforcement,
    notes: [...new Set(notes)],
    refused: model.refused,
  }
}

function hostNetworkNotes({ workloads, policies }: ReachModel, rule: HostNetworkRule): string[] {
  const count = workloads.filter(({ hostNetwork }) => hostNetwork).length
  if (count === 0 || policies.length === 0) return []
  const one = `${count} ${count === 1 ? 'workload is' : 'workloads are'} on the network of the nodes`
  return rule === 'nodes'
    ? [
        `${one}: policies are taken not to apply to them, as in most network plug-ins (--host-network pods takes the contrary)`,
      ]
    : [`${one}: policies are taken to apply to them, which few network plug-ins do`]
}

function secondaries(networks: readonly Network[]): Network[] {
  return networks.filter(({ kind }) => kind === 'NAD').toSorted((a, b) => compare(a.name, b.name))
}

function mapNetworks(model: ReachModel, names: readonly string[]): ReachAnswer['networks'] {
  const machines = model.workloads.some(({ kind }) => kind === 'VirtualMachine')
  if (model.networks.length === 0 && !machines) return []
  const label = (id: string): string => {
    const network = model.networks.find((one) => one.id === id)
    return network === undefined ? id : `${network.name}[${network.kind}]`
  }
  const rows = model.workloads.map((workload, index) => ({
    workload: names[index],
    primary: workload.network === null ? 'pod-network' : label(workload.network),
    secondary: workload.attachments
      .filter((one) => model.networks.some(({ id }) => id === `NAD ${one.network}`))
      .map((one) => label(`NAD ${one.network}`)),
  }))
  const unique = new Map(rows.map((row) => [row.workload, row]))
  return [...unique.values()].toSorted((a, b) => compare(a.workload, b.workload))
}

/** `shop/cart[Deployment]` */
function nameWorkloads(workloads: readonly Workload[]): string[] {
  return workloads.map(({ namespace, name, kind }) => `${namespace}/${name}[${kind}]`)
}

/**
 * Connections by name. Workloads of one name (pods of one owner with different labels) are one line where they agree, else
 * each variant has its own.
 */
function listConnections(
  engine: ReachEngine,
  names: readonly string[],
  { outside, joined, only }: { outside: boolean; joined: boolean; only?: ConnectionFilter },
): Connection[] {
  const connections: Connection[] = []
  const linesMax = limit('reachConnections')
  const add = (source: string, destination: string, passed: Connections): void => {
    if (passed === noConnections) return
    if (connections.length >= linesMax) {
      throw new AllclearError('input.too-large', {
        message: `More than ${linesMax} connections are allowed; the list ends there.`,
        next: 'Ask for fewer namespaces, or raise ALLCLEAR_LIMIT_REACH_CONNECTIONS.',
      })
    }
    connections.push(connectionOf(engine, source, destination, passed))
  }
  const groups = groupByName(engine, names)
  const pairs = new Map<number, Connections>()
  const between = (source: PeerIndex, destination: PeerIndex): Connections => {
    const key = source * engine.peers + destination
    let passed = pairs.get(key)
    if (passed === undefined) pairs.set(key, (passed = engine.connections(source, destination)))
    return passed
  }
  const sources = only === undefined ? groups : groups.filter(({ name }) => only.from(name))
  const destinations = only === undefined ? groups : groups.filter(({ name }) => only.to(name))
  for (const source of sources)
    for (const destination of destinations) {
      if (source === destination) continue
      for (const [from, to, passed] of agreeing(engine, source, destination, between)) add(from, to, passed)
    }
  if (outside) {
    for (const { range, piece, to } of rangesOf(engine, joined)) {
      const text = `${formatRange(range)}[External]`
      if (only !== undefined && !(to ? only.to(text) : only.from(text))) continue
      for (const group of to ? sources : destinations) {
        if (to)
          for (const [name, passed] of alike(engine, group, (peer) => between(peer, piece)))
            add(name, text, passed)
        else
          for (const [name, passed] of alike(engine, group, (peer) => between(piece, peer)))
            add(text, name, passed)
      }
    }
  }
  return connections
}

interface Group {
  name: string
  /** Peers of the group's workloads; several when they are not alike to policies. */
  peers: readonly PeerIndex[]
  workloads: readonly number[]
}

function groupByName(engine: ReachEngine, names: readonly string[]): Group[] {
  const groups = new Map<string, { peers: Set<PeerIndex>; workloads: number[] }>()
  names.forEach((name, workload) => {
    let group = groups.get(name)
    if (group === undefined) groups.set(name, (group = { peers: new Set(), workloads: [] }))
    group.peers.add(engine.peerOfClass(engine.classOf[workload]))
    group.workloads.push(workload)
  })
  return [...groups].map(([name, { peers, workloads }]) => ({ name, peers: [...peers], workloads }))
}

/** One line where all peers of both groups agree, else one for each pair of variants. */
function agreeing(
  engine: ReachEngine,
  source: Group,
  destination: Group,
  between: (source: PeerIndex, destination: PeerIndex) => Connections,
): [string, string, Connections][] {
  const first = between(source.peers[0], destination.peers[0])
  if (source.peers.length === 1 && destination.peers.length === 1)
    return [[source.name, destination.name, first]]
  const pairs = source.peers.flatMap((from) =>
    destination.peers.map((to) => [from, to, between(from, to)] as const),
  )
  if (pairs.every(([, , passed]) => passed === first)) return [[source.name, destination.name, first]]
  return pairs.map(([from, to, passed]) => [
    variant(engine, source, from),
    variant(engine, destination, to),
    passed,
  ])
}

function alike(
  engine: ReachEngine,
  group: Group,
  connectionsOf: (peer: PeerIndex) => Connections,
): [string, Connections][] {
  const passed = group.peers.map(connectionsOf)
  if (passed.every((one) => one === passed[0])) return [[group.name, passed[0]]]
  return group.peers.map((peer, at) => [variant(engine, group, peer), passed[at]])
}

/** The name with the labels that tell this variant from its siblings: `shop/cart[Deployment]{track=canary}`. */
function variant(engine: ReachEngine, group: Group, peer: PeerIndex): string {
  if (group.peers.length === 1) return group.name
  const labelsOf = (workload: number): Labels => engine.input.workloads[workload].labels
  const own = group.workloads.find((workload) => engine.peerOfClass(engine.classOf[workload]) === peer)!
  const telling = [...labelsOf(own)]
    .filter(([key, value]) => group.workloads.some((other) => labelsOf(other).get(key) !== value))
    .map(([key, value]) => `${key}=${value}`)
  return `${group.name}{${telling.toSorted(compare).join(',')}}`
}

/**
 * The pieces that blocks cut the address space into, as sources and as destinations; the whole of it where no connection
 * tells the pieces apart.
 */
function* rangesOf(
  engine: ReachEngine,
  joined: boolean,
): Generator<{ range: AddressRange; piece: PeerIndex; to: boolean }> {
  for (const to of [false, true]) {
    const rowOf = (piece: PeerIndex): string =>
      engine.classes
        .map((_, number) => {
          const peer = engine.peerOfClass(number)
          return to ? engine.connections(peer, piece) : engine.connections(piece, peer)
        })
        .join()
    for (const family of [4, 6] as const) {
      const pieces = engine.addresses.flatMap((range, piece) => (range.family === family ? [piece] : []))
      if (pieces.length === 0) continue
      const first = rowOf(pieces[0])
      if (joined && pieces.every((piece) => rowOf(piece) === first))
        yield { range: wholeFamily(family), piece: pieces[0], to }
      else for (const piece of pieces) yield { range: engine.addresses[piece], piece, to }
    }
  }
}

function sorted(connections: readonly Connection[]): Connection[] {
  return connections.toSorted(
    (a, b) =>
      compare(a.source, b.source) || compare(a.destination, b.destination) || compare(a.ports, b.ports),
  )
}
