import type { ManifestObject } from '../fleet/index.ts'
import { parseCidr } from './addresses.ts'
import { portMax, protocols } from './connections.ts'
import { onlyField, portNameAt, protocolAt } from './policies.ts'
import { fieldsAt, integerAt, listAt, Refused, textAt } from './refusal.ts'
import { everything, parseSelector } from './selectors.ts'
import type { Action, Peer, PodsPeer, Policy, PortRule, Rule, Tier } from './types.ts'

/** What differs between the kinds of cluster-wide policies (policy.networking.k8s.io). */
interface Dialect {
  tier: Tier
  actions: Readonly<Record<string, Action>>
  /** Of an object, `ports` in v1alpha1 and `protocols` in v1alpha2. */
  parsePorts(rule: Record<string, unknown>, path: string): readonly PortRule[] | null
  egressPeers: readonly string[]
}

/** Rules of one block, peers of one rule, CIDR blocks of one peer (validation marks of the API). */
const rulesMax = 100
const peersMax = 100
const portsMax = 100

/** Reads an AdminNetworkPolicy or a BaselineAdminNetworkPolicy (v1alpha1). */
export function parseAdminPolicy(object: ManifestObject): Policy {
  const baseline = object.kind === 'BaselineAdminNetworkPolicy'
  // "Only one instance of this resource can exist": the CRD fixes its name.
  if (baseline && object.metadata.name !== 'default')
    throw new Refused('metadata.name', 'a BaselineAdminNetworkPolicy is named default')
  return parsePolicy(object, baseline ? null : 1000, {
    tier: baseline ? 'baseline' : 'admin',
    actions: baseline ? { Allow: 'allow', Deny: 'deny' } : { Allow: 'allow', Deny: 'deny', Pass: 'pass' },
    parsePorts: parseAdminPorts,
    egressPeers: ['namespaces', 'pods', 'nodes', 'networks'],
  })
}

/** Reads a ClusterNetworkPolicy (v1alpha2), which replaces both. */
export function parseClusterPolicy(object: ManifestObject): Policy {
  const tier = fieldsAt(object.spec, 'spec')?.tier
  if (tier !== 'Admin' && tier !== 'Baseline')
    throw new Refused('spec.tier', `${JSON.stringify(tier)} is neither Admin nor Baseline`)
  return parsePolicy(object, 1000, {
    tier: tier === 'Admin' ? 'admin' : 'baseline',
    actions: { Accept: 'allow', Deny: 'deny', Pass: 'pass' },
    parsePorts: parseProtocols,
    egressPeers: ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'],
  })
}

function parsePolicy(object: ManifestObject, priorityMax: number | null, dialect: Dialect): Policy {
  const spec = fieldsAt(object.spec, 'spec') ?? {}
  const rules = (side: 'ingress' | 'egress'): Rule[] => {
    const list = listAt(spec[side], `spec.${side}`)
    if (list.length > rulesMax) throw new Refused(`spec.${side}`, `has more than ${rulesMax} rules`)
    return list.map((rule, at) => parseRule(rule, side, `spec.${side}[${at}]`, dialect))
  }
  return {
    id: `${object.kind} ${object.metadata.name}`,
    tier: dialect.tier,
    priority: priorityMax === null ? 0 : integerAt(spec.priority, 'spec.priority', 0, priorityMax),
    subject: parsePods(spec.subject, 'spec.subject'),
    ingress: rules('ingress'),
    egress: rules('egress'),
    network: null,
  }
}

function parseRule(value: unknown, side: 'ingress' | 'egress', path: string, dialect: Dialect): Rule {
  const fields = fieldsAt(value, path) ?? {}
  const action = typeof fields.action === 'string' ? dialect.actions[fields.action] : undefined
  if (action === undefined || !Object.hasOwn(dialect.actions, fields.action as string)) {
    const names = Object.keys(dialect.actions).join(', ')
    throw new Refused(`${path}.action`, `${JSON.stringify(fields.action) ?? 'nothing'} is none of ${names}`)
  }
  const name = side === 'ingress' ? 'from' : 'to'
  const peers = listAt(fields[name], `${path}.${name}`)
  // "This field must be defined and contain at least one item."
  if (peers.length === 0) throw new Refused(`${path}.${name}`, 'needs at least one peer')
  if (peers.length > peersMax) throw new Refused(`${path}.${name}`, `has more than ${peersMax} peers`)
  const ports = dialect.parsePorts(fields, path)
  const parsed = peers.flatMap((peer, at) => parsePeer(peer, side, `${path}.${name}[${at}]`, dialect))
  return { action, peers: parsed, ports }
}

function parsePeer(value: unknown, side: 'ingress' | 'egress', path: string, dialect: Dialect): Peer[] {
  const [name, field] = onlyField(
    value,
    path,
    side === 'ingress' ? ['namespaces', 'pods'] : dialect.egressPeers,
  )
  switch (name) {
    case 'networks': {
      const networks = listAt(field, `${path}.networks`)
      if (networks.length === 0) throw new Refused(`${path}.networks`, 'needs at least one block')
      return networks.map((entry, at) => {
        const where = `${path}.networks[${at}]`
        return { kind: 'block', block: parseCidr(textAt(entry, where), where), except: [] }
      })
    }
    case 'nodes':
      parseSelector(field, `${path}.nodes`)
      return [{ kind: 'nodes' }]
    case 'domainNames':
      return [{ kind: 'names' }]
    default:
      return [parsePods(value, path)]
  }
}

function parsePods(value: unknown, path: string): PodsPeer {
  const [name, field] = onlyField(value, path, ['namespaces', 'pods'])
  if (name === 'namespaces') {
    return {
      kind: 'pods',
      namespace: null,
      namespaces: parseSelector(field, `${path}.namespaces`),
      pods: everything,
    }
  }
  const pods = fieldsAt(field, `${path}.pods`) ?? {}
  return {
    kind: 'pods',
    namespace: null,
    namespaces: parseSelector(pods.namespaceSelector, `${path}.pods.namespaceSelector`),
    pods: parseSelector(pods.podSelector, `${path}.pods.podSelector`),
  }
}

function parseAdminPorts(rule: Record<string, unknown>, path: string): readonly PortRule[] | null {
  if (rule.ports === undefined || rule.ports === null) return null
  const ports = listAt(rule.ports, `${path}.ports`)
  if (ports.length > portsMax) throw new Refused(`${path}.ports`, `has more than ${portsMax} ports`)
  if (ports.length === 0) return null
  return ports.map((value, at): PortRule => {
    const where = `${path}.ports[${at}]`
    const [name, field] = onlyField(value, where, ['portNumber', 'namedPort', 'portRange'])
    if (name === 'namedPort')
      return { kind: 'named', protocol: null, name: portNameAt(field, `${where}.namedPort`) }
    const fields = fieldsAt(field, `${where}.${name}`) ?? {}
    const protocol = protocolAt(fields.protocol, `${where}.${name}.protocol`)
    if (name === 'portNumber') {
      const port = integerAt(fields.port, `${where}.portNumber.port`, 1, portMax)
      return { kind: 'ports', protocol, first: port, last: port }
    }
    return { kind: 'ports', protocol, ...rangeAt(fields, `${where}.portRange`) }
  })
}

function parseProtocols(rule: Record<string, unknown>, path: string): readonly PortRule[] | null {
  if (rule.protocols === undefined || rule.protocols === null) return null
  const entries = listAt(rule.protocols, `${path}.protocols`)
  if (entries.length === 0) throw new Refused(`${path}.protocols`, 'needs at least one protocol')
  return entries.map((value, at): PortRule => {
    const where = `${path}.protocols[${at}]`
    const [name, field] = onlyField(value, where, ['tcp', 'udp', 'sctp', 'destinationNamedPort'])
    if (name === 'destinationNamedPort')
      return { kind: 'named', protocol: null, name: portNameAt(field, `${where}.destinationNamedPort`) }
    const protocol = protocols.find((known) => known.toLowerCase() === name)!
    const port = fieldsAt(
      fieldsAt(field, `${where}.${name}`)?.destinationPort,
      `${where}.${name}.destinationPort`,
    )
    if (port === undefined) return { kind: 'ports', protocol, first: 1, last: portMax }
    const [form, number] = onlyField(port, `${where}.${name}.destinationPort`, ['number', 'range'])
    if (form === 'number') {
      const only = integerAt(number, `${where}.${name}.destinationPort.number`, 1, portMax)
      return { kind: 'ports', protocol, first: only, last: only }
    }
    return {
      kind: 'ports',
      protocol,
      ...rangeAt(fieldsAt(number, where) ?? {}, `${where}.${name}.destinationPort.range`),
    }
  })
}

function rangeAt(fields: Record<string, unknown>, path: string): { first: number; last: number } {
  const first = integerAt(fields.start, `${path}.start`, 1, portMax)
  const last = integerAt(fields.end, `${path}.end`, 1, portMax)
  if (last < first) throw new Refused(path, `ends at ${last}, before it starts at ${first}`)
  return { first, last }
}
