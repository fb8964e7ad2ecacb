import { contains, cutAtEdges } from './addresses.ts'
import type { AddressRange } from './addresses.ts'
import { allConnections, ConnectionTable, noConnections } from './connections.ts'
import type { Connections } from './connections.ts'
import { requiredLabel, selects } from './selectors.ts'
import type { Labels } from './selectors.ts'
import type { BlockPeer, Peer, PodsPeer, Policy, PortRule, Rule, Tier, Workload } from './types.ts'

/**
 * Who may connect to whom, exactly, without looking at pairs of pods.
 *
 * Every selector that a policy uses, for its subject or for a peer, is an *atom*: a set of workloads or of addresses.
 * Workloads in the same atoms with the same ports are one *class*: no policy tells them apart. Addresses are cut at the
 * edges of all blocks, so that each piece is in the same blocks. What passes between two classes follows from the rules
 * whose atoms hold them.
 *
 * Order of decision, per direction (network-policy-api): rules of the admin tier by priority, the first that matches
 * decides or passes; then NetworkPolicies, which add up and refuse everything else to the pods that they select; then the
 * baseline tier; then everything is allowed. A connection needs the source's egress and the destination's ingress.
 */
export interface EngineInput {
  workloads: readonly Workload[]
  /** Labels of namespaces by name; a namespace that is not there has only its name as label. */
  namespaces: ReadonlyMap<string, Labels>
  policies: readonly Policy[]
  hostNetwork: HostNetworkRule
  /** Further blocks at whose edges addresses are cut, to compare with another state. */
  edges?: readonly AddressRange[]
}

/**
 * What policies mean for pods on their node's network, which the API leaves to the network plug-in (NetworkPolicy,
 * "hostNetwork pods"): `nodes` ignores them in selectors and treats their traffic as the node's, which most plug-ins do;
 * `pods` applies policies as to any pod.
 */
export type HostNetworkRule = 'nodes' | 'pods'

/** A peer of the engine: an index below `addresses.length` is a range of addresses, else a class of workloads. */
export type PeerIndex = number

interface CompiledRule {
  action: Rule['action']
  /** Atoms; `null` is whoever it is. */
  atoms: readonly number[] | null
  /** `null` when a named port must be resolved on the destination. */
  connections: Connections | null
  named: readonly Extract<PortRule, { kind: 'named' }>[]
  fixed: Connections
}

interface CompiledPolicy {
  /** Of the policies compiled for this fleet, in order. */
  number: number
  policy: Policy
  subject: number
  ingress: readonly CompiledRule[] | null
  egress: readonly CompiledRule[] | null
  /** All that it uses. */
  atoms: ReadonlySet<number>
}

/** What decides for one class in one direction: admin and baseline rules in order, network rules added up. */
interface Profile {
  admin: readonly CompiledRule[]
  /** `null`: no NetworkPolicy selects it for this direction. */
  network: readonly CompiledRule[] | null
  baseline: readonly CompiledRule[]
}

export class ReachEngine {
  readonly input: EngineInput
  readonly table: ConnectionTable
  /** Pieces of the address space, IPv4 first. */
  readonly addresses: readonly AddressRange[]
  /** Workloads of each class, by their index in the input. */
  readonly classes: readonly (readonly number[])[]
  readonly classOf: Int32Array
  readonly #shared: Shared
  /** Atoms by which the classes are refined, and for which peers have bits. */
  readonly #used: ReadonlySet<number>
  readonly #profiles: { ingress: Profile; egress: Profile }[]
  /** For each peer, one bit for each atom. */
  readonly #bits: Uint32Array
  readonly #words: number

  constructor(input: EngineInput, earlier?: ReachEngine) {
    this.input = input
    const basis = earlier !== undefined && isSameFleet(earlier.input, input) ? earlier : null
    this.#shared =
      basis !== null
        ? basis.#shared
        : {
            table: new ConnectionTable(),
            atoms: new AtomIndex(input),
            compiled: new WeakMap(),
            compiledCount: 0,
            profiles: new Map(),
          }
    this.table = this.#shared.table
    // Pieces of an earlier state are only cut further, so that each piece lies within one of its pieces.
    this.addresses = cutAtEdges([
      ...blocksOf(input.policies),
      ...(input.edges ?? []),
      ...(basis?.addresses ?? []),
    ])
    const compiled = input.policies.map((policy) => this.#compiled(policy))
    const used = new Set<number>(basis === null ? [] : basis.#used)
    const fresh: number[] = []
    for (const { atoms } of compiled)
      for (const atom of atoms) {
        if (!used.has(atom)) fresh.push(atom)
        used.add(atom)
      }
    this.#used = used

    this.classOf = this.#partition(fresh, basis)
    const classes: number[][] = []
    this.classOf.forEach((number, workload) => (classes[number] ??= []).push(workload))
    this.classes = classes

    this.#words = (this.#shared.atoms.size + 31) >>> 5
    this.#bits = new Uint32Array((this.addresses.length + classes.length) * this.#words)
    if (basis !== null) this.#copyBits(basis)
    for (const atom of fresh) this.#mark(atom)
    this.#profiles = this.#profilesOf(compiled)
  }

  /**
   * The same fleet with other policies. What an earlier state computed stays true, so only what is new is computed: classes
   * are refined further and never joined again, which tells apart more than needed and never less.
   */
  withPolicies(policies: readonly Policy[]): ReachEngine {
    const input = { ...this.input, policies }
    // Selectors and edges of policies that are gone stay told apart; when most are such, beginning anew is cheaper.
    return this.#isMostlyPast(policies) ? new ReachEngine(input) : new ReachEngine(input, this)
  }

  #isMostlyPast(policies: readonly Policy[]): boolean {
    const atoms = new Set(policies.flatMap((policy) => [...this.#compiled(policy).atoms]))
    return this.#used.size > 2 * atoms.size + pastAtoms
  }

  /** Classes of the workloads that a policy is about. */
  classesSelectedBy({ subject }: Policy): Set<number> {
    const { atoms } = this.#shared
    return new Set(atoms.workloadsOf(atoms.numberOf(subject)).map((workload) => this.classOf[workload]))
  }

  get peers(): number {
    return this.addresses.length + this.classes.length
  }

  isAddress(peer: PeerIndex): boolean {
    return peer < this.addresses.length
  }

  peerOfClass(number: number): PeerIndex {
    return this.addresses.length + number
  }

  /** What may pass from one peer to another, by every policy in between. */
  connections(source: PeerIndex, destination: PeerIndex): Connections {
    const leaving = this.egress(source, destination)
    return leaving === noConnections
      ? leaving
      : this.table.intersect(leaving, this.ingress(source, destination))
  }

  /** What policies of the source let leave to the destination. */
  egress(source: PeerIndex, destination: PeerIndex): Connections {
    if (this.isAddress(source)) return allConnections
    const { egress } = this.#profiles[source - this.addresses.length]
    return this.#decide(egress, destination, destination)
  }

  /** What policies of the destination let in from the source. */
  ingress(source: PeerIndex, destination: PeerIndex): Connections {
    if (this.isAddress(destination)) return allConnections
    const { ingress } = this.#profiles[destination - this.addresses.length]
    return this.#decide(ingress, source, destination)
  }

  /**
   * What a pod that no manifest names may send to a destination: it has no labels, and its namespace has none. An ingress
   * controller whose workload is not known is such a pod.
   */
  ingressFromUnknownPod(destination: PeerIndex): Connections {
    if (this.isAddress(destination)) return allConnections
    const { ingress } = this.#profiles[destination - this.addresses.length]
    return this.#decide(ingress, -1, destination)
  }

  isIsolated(peer: PeerIndex, direction: 'ingress' | 'egress'): boolean {
    if (this.isAddress(peer)) return false
    return this.#profiles[peer - this.addresses.length][direction].network !== null
  }

  #decide(profile: Profile, other: PeerIndex, destination: PeerIndex): Connections {
    const { table } = this
    let rest: Connections = allConnections
    let allowed: Connections = noConnections
    let passed: Connections = noConnections
    for (const rule of profile.admin) {
      if (rest === noConnections) break
      if (!this.#matches(rule, other)) continue
      const taken = table.intersect(rest, this.#connectionsOf(rule, destination))
      if (rule.action === 'allow') allowed = table.union(allowed, taken)
      else if (rule.action === 'pass') passed = table.union(passed, taken)
      rest = table.subtract(rest, taken)
    }
    rest = table.union(rest, passed)
    if (rest === noConnections) return allowed
    if (profile.network !== null) {
      let inside: Connections = noConnections
      for (const rule of profile.network) {
        if (inside === allConnections) break
        if (this.#matches(rule, other)) inside = table.union(inside, this.#connectionsOf(rule, destination))
      }
      return table.union(allowed, table.intersect(rest, inside))
    }
    for (const rule of profile.baseline) {
      if (rest === noConnections) break
      if (!this.#matches(rule, other)) continue
      const taken = table.intersect(rest, this.#connectionsOf(rule, destination))
      // In the last tier, passing leads to the default, which is to allow.
      if (rule.action !== 'deny') allowed = table.union(allowed, taken)
      rest = table.subtract(rest, taken)
    }
    return table.union(allowed, rest)
  }

  #matches(rule: CompiledRule, other: PeerIndex): boolean {
    if (rule.atoms === null) return true
    if (other < 0) return rule.atoms.some((atom) => this.#shared.atoms.holdsUnknownPod(atom))
    const start = other * this.#words
    for (const atom of rule.atoms) if ((this.#bits[start + (atom >>> 5)] >>> (atom & 31)) & 1) return true
    return false
  }

  #connectionsOf(rule: CompiledRule, destination: PeerIndex): Connections {
    if (rule.connections !== null) return rule.connections
    let connections = rule.fixed
    // Addresses have no named ports.
    if (this.isAddress(destination)) return connections
    const { ports } = this.input.workloads[this.classes[destination - this.addresses.length][0]]
    for (const { name, protocol } of rule.named)
      for (const port of ports)
        if (port.name === name && (protocol === null || protocol === port.protocol))
          connections = this.table.union(connections, this.table.ports(port.protocol, port.port, port.port))
    return connections
  }

  #compiled(policy: Policy): CompiledPolicy {
    const known = this.#shared.compiled.get(policy)
    if (known !== undefined) return known
    const { atoms: index } = this.#shared
    const atoms = new Set<number>()
    const numberOf = (peer: Peer): number => {
      const atom = index.numberOf(peer)
      atoms.add(atom)
      return atom
    }
    const rules = (list: readonly Rule[] | null): CompiledRule[] | null =>
      list?.map(({ action, peers, ports }) => {
        const named = (ports ?? []).filter((port) => port.kind === 'named')
        const fixed = this.#fixedPorts(ports)
        return {
          action,
          atoms: peers === null ? null : peers.map(numberOf),
          connections: named.length === 0 ? fixed : null,
          named,
          fixed,
        }
      }) ?? null
    const compiled: CompiledPolicy = {
      number: this.#shared.compiledCount++,
      policy,
      subject: numberOf(policy.subject),
      ingress: rules(policy.ingress),
      egress: rules(policy.egress),
      atoms,
    }
    this.#shared.compiled.set(policy, compiled)
    return compiled
  }

  #fixedPorts(ports: readonly PortRule[] | null): Connections {
    if (ports === null) return allConnections
    let fixed: Connections = noConnections
    for (const port of ports)
      if (port.kind === 'ports')
        fixed = this.table.union(fixed, this.table.ports(port.protocol, port.first, port.last))
    return fixed
  }

  /** Refines classes by atoms, until no atom holds a part of a class only. */
  #partition(atoms: readonly number[], basis: ReachEngine | null): Int32Array {
    const { workloads } = this.input
    const classOf = basis === null ? new Int32Array(workloads.length) : basis.classOf.slice()
    const sizes: number[] =
      basis === null ? [workloads.length] : basis.classes.map((members) => members.length)
    const refine = (members: readonly number[]): void => {
      const groups = new Map<number, number[]>()
      for (const member of members) {
        const group = groups.get(classOf[member])
        if (group) group.push(member)
        else groups.set(classOf[member], [member])
      }
      for (const [number, group] of groups) {
        if (group.length === sizes[number]) continue
        sizes[number] -= group.length
        for (const member of group) classOf[member] = sizes.length
        sizes.push(group.length)
      }
    }
    if (basis === null) for (const group of groupsByPorts(workloads)) refine(group)
    for (const atom of atoms) refine(this.#shared.atoms.workloadsOf(atom))
    return classOf
  }

  /** Bits of the earlier state: a class was a part of one of its classes, a piece of one of its pieces. */
  #copyBits(basis: ReachEngine): void {
    const copy = (from: PeerIndex, to: PeerIndex): void => {
      const start = from * basis.#words
      this.#bits.set(basis.#bits.subarray(start, start + basis.#words), to * this.#words)
    }
    let earlier = 0
    this.addresses.forEach((range, piece) => {
      while (!contains(basis.addresses[earlier], range)) {
        earlier++
        // A family that the earlier state did not know was in none of its blocks.
        if (earlier === basis.addresses.length) {
          earlier = 0
          return
        }
      }
      copy(earlier, piece)
    })
    this.classes.forEach((members, number) =>
      copy(basis.peerOfClass(basis.classOf[members[0]]), this.peerOfClass(number)),
    )
  }

  #mark(atom: number): void {
    const bit = 1 << (atom & 31)
    const word = atom >>> 5
    const block = this.#shared.atoms.blockOf(atom)
    if (block !== null) {
      this.addresses.forEach((range, index) => {
        if (contains(block.block, range) && !block.except.some((part) => contains(part, range)))
          this.#bits[index * this.#words + word] |= bit
      })
    }
    for (const workload of this.#shared.atoms.workloadsOf(atom))
      this.#bits[this.peerOfClass(this.classOf[workload]) * this.#words + word] |= bit
  }

  #profilesOf(compiled: readonly CompiledPolicy[]): { ingress: Profile; egress: Profile }[] {
    const selecting = this.classes.map((): CompiledPolicy[] => [])
    for (const policy of compiled) {
      const seen = new Set<number>()
      for (const workload of this.#shared.atoms.workloadsOf(policy.subject)) seen.add(this.classOf[workload])
      for (const number of seen) selecting[number].push(policy)
    }
    // Classes that the same policies select decide alike. Only what this state has is kept for the next.
    const earlier = this.#shared.profiles
    const kept: Shared['profiles'] = new Map()
    this.#shared.profiles = kept
    return selecting.map((policies) => {
      const key = policies.map(({ number }) => number).join()
      let profiles = kept.get(key) ?? earlier.get(key)
      if (profiles === undefined)
        profiles = { ingress: profileOf(policies, 'ingress'), egress: profileOf(policies, 'egress') }
      kept.set(key, profiles)
      return profiles
    })
  }
}

/** Selectors of policies that are gone, beside as many as there are, that are not worth beginning anew for. */
const pastAtoms = 256

/** Computed once for one fleet, whatever its policies become. */
interface Shared {
  table: ConnectionTable
  atoms: AtomIndex
  /** Policies of earlier states go with whoever still holds them. */
  compiled: WeakMap<Policy, CompiledPolicy>
  compiledCount: number
  profiles: Map<string, { ingress: Profile; egress: Profile }>
}

function isSameFleet(a: EngineInput, b: EngineInput): boolean {
  return a.workloads === b.workloads && a.namespaces === b.namespaces && a.hostNetwork === b.hostNetwork
}

/** Workloads that named ports, networks or the host network tell apart. */
function groupsByPorts(workloads: readonly Workload[]): Iterable<number[]> {
  const groups = new Map<string, number[]>()
  workloads.forEach(({ ports, network, hostNetwork }, index) => {
    const named = ports.filter(({ name }) => name !== null)
    const key = `${network ?? ''} ${hostNetwork} ${named.map(({ name, protocol, port }) => `${name} ${protocol} ${port}`).join()}`
    const group = groups.get(key)
    if (group) group.push(index)
    else groups.set(key, [index])
  })
  return groups.values()
}

function profileOf(compiled: readonly CompiledPolicy[], direction: 'ingress' | 'egress'): Profile {
  const ordered = (tier: Tier): CompiledRule[] =>
    compiled
      .filter(({ policy }) => policy.tier === tier)
      .toSorted((a, b) => a.policy.priority - b.policy.priority || (a.policy.id < b.policy.id ? -1 : 1))
      .flatMap((one) => one[direction] ?? [])
  const network = compiled.filter((one) => one.policy.tier === 'network' && one[direction] !== null)
  return {
    admin: ordered('admin'),
    network: network.length === 0 ? null : network.flatMap((one) => one[direction]!),
    baseline: ordered('baseline'),
  }
}

export function blocksOf(policies: readonly Policy[]): AddressRange[] {
  return policies.flatMap(({ ingress, egress }) =>
    [...(ingress ?? []), ...(egress ?? [])].flatMap(({ peers }) =>
      (peers ?? []).flatMap((peer) => (peer.kind === 'block' ? [peer.block, ...peer.except] : [])),
    ),
  )
}

/** Sets of workloads and addresses by the selector that names them; equal selectors are one set. */
class AtomIndex {
  readonly #input: EngineInput
  readonly #numbers = new Map<string, number>()
  readonly #peers: Peer[] = []
  readonly #members: (readonly number[])[] = []
  /** Workloads by namespace, and there by `key=value`. */
  readonly #byNamespace = new Map<string, { all: number[]; byLabel: Map<string, number[]> }>()

  constructor(input: EngineInput) {
    this.#input = input
    input.workloads.forEach(({ namespace, labels, hostNetwork }, index) => {
      // Not selectable: see `HostNetworkRule`.
      if (hostNetwork && input.hostNetwork === 'nodes') return
      let group = this.#byNamespace.get(namespace)
      if (group === undefined) this.#byNamespace.set(namespace, (group = { all: [], byLabel: new Map() }))
      group.all.push(index)
      for (const [key, value] of labels) {
        const label = `${key}=${value}`
        const list = group.byLabel.get(label)
        if (list) list.push(index)
        else group.byLabel.set(label, [index])
      }
    })
  }

  get size(): number {
    return this.#peers.length
  }

  numberOf(peer: Peer): number {
    const key = keyOf(peer)
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.#peers.length
      this.#numbers.set(key, number)
      this.#peers.push(peer)
      this.#members.push(this.#find(peer))
    }
    return number
  }

  workloadsOf(atom: number): readonly number[] {
    return this.#members[atom]
  }

  blockOf(atom: number): BlockPeer | null {
    const peer = this.#peers[atom]
    return peer.kind === 'block' ? peer : null
  }

  holdsUnknownPod(atom: number): boolean {
    const peer = this.#peers[atom]
    return (
      peer.kind === 'pods' &&
      peer.namespace === null &&
      selects(peer.namespaces, nothing) &&
      selects(peer.pods, nothing)
    )
  }

  #find(peer: Peer): readonly number[] {
    if (peer.kind === 'block') return this.#addressed(peer)
    if (peer.kind !== 'pods') return []
    const members: number[] = []
    if (peer.namespace !== null) this.#findIn(peer.namespace, peer, members)
    else
      for (const namespace of this.#byNamespace.keys())
        if (selects(peer.namespaces, namespaceLabels(this.#input.namespaces, namespace)))
          this.#findIn(namespace, peer, members)
    return members
  }

  #findIn(namespace: string, { pods }: PodsPeer, members: number[]): void {
    const group = this.#byNamespace.get(namespace)
    if (group === undefined) return
    if (pods.requirements.length === 0) {
      for (const index of group.all) members.push(index)
      return
    }
    const label = requiredLabel(pods)
    const candidates =
      label === null
        ? group.all
        : [...label.values].flatMap((value) => group.byLabel.get(`${label.key}=${value}`) ?? [])
    for (const index of candidates)
      if (selects(pods, this.#input.workloads[index].labels)) members.push(index)
  }

  /** Workloads whose addresses on a secondary network are known and all within the block. */
  #addressed({ block, except }: BlockPeer): readonly number[] {
    const members: number[] = []
    this.#input.workloads.forEach(({ attachments }, index) => {
      const addresses = attachments.flatMap((attachment) => attachment.addresses)
      const inside = addresses.filter(({ family, value }) => {
        const range = { family, first: value, last: value }
        return contains(block, range) && !except.some((part) => contains(part, range))
      })
      if (addresses.length > 0 && inside.length > 0) members.push(index)
    })
    return members
  }
}

const nothing: Labels = new Map()

/** The API server gives every namespace its name as a label (since Kubernetes 1.22). */
export function namespaceLabels(namespaces: ReadonlyMap<string, Labels>, name: string): Labels {
  const labels = namespaces.get(name)
  return labels?.has(nameLabel) ? labels : new Map([...(labels ?? []), [nameLabel, name]])
}

const nameLabel = 'kubernetes.io/metadata.name'

function keyOf(peer: Peer): string {
  switch (peer.kind) {
    case 'pods':
      return `pods ${peer.namespace ?? `(${peer.namespaces.key})`} ${peer.pods.key}`
    case 'block':
      return `block ${[peer.block, ...peer.except].map(({ family, first, last }) => `${family} ${first}-${last}`).join()}`
    default:
      return peer.kind
  }
}
