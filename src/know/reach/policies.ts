import type { ManifestObject } from '../fleet/index.ts'
import { contains, parseCidr } from './addresses.ts'
import { portMax, protocols } from './connections.ts'
import type { Protocol } from './connections.ts'
import { fieldsAt, integerAt, listAt, Refused, textAt } from './refusal.ts'
import { everything, parseSelector } from './selectors.ts'
import type { Peer, Policy, PortRule, Rule } from './types.ts'

/** Reads a NetworkPolicy (networking.k8s.io/v1) or a MultiNetworkPolicy, which has the same form on another network. */
export function parseNetworkPolicy(object: ManifestObject, network: string | null = null): Policy {
  const namespace = object.metadata.namespace ?? 'default'
  const spec = fieldsAt(object.spec, 'spec') ?? {}
  const types = listAt(spec.policyTypes, 'spec.policyTypes').map((type, at) => {
    if (type !== 'Ingress' && type !== 'Egress')
      throw new Refused(`spec.policyTypes[${at}]`, `${JSON.stringify(type)} is neither Ingress nor Egress`)
    return type
  })
  const ingress = listAt(spec.ingress, 'spec.ingress').map((rule, at) =>
    parseRule(rule, 'from', namespace, `spec.ingress[${at}]`),
  )
  const egress = listAt(spec.egress, 'spec.egress').map((rule, at) =>
    parseRule(rule, 'to', namespace, `spec.egress[${at}]`),
  )
  // Without policyTypes: Ingress always, Egress when there are egress rules (API reference, `policyTypes`).
  const isolates = (type: 'Ingress' | 'Egress'): boolean =>
    types.length > 0 ? types.includes(type) : type === 'Ingress' || egress.length > 0
  return {
    id: `${object.kind} ${namespace}/${object.metadata.name}`,
    tier: 'network',
    priority: 0,
    subject: {
      kind: 'pods',
      namespace,
      namespaces: everything,
      pods: parseSelector(spec.podSelector, 'spec.podSelector'),
    },
    ingress: isolates('Ingress') ? ingress : null,
    egress: isolates('Egress') ? egress : null,
    network,
  }
}

function parseRule(value: unknown, side: 'from' | 'to', namespace: string, path: string): Rule {
  const fields = fieldsAt(value, path) ?? {}
  const peers = listAt(fields[side], `${path}.${side}`)
  const ports = listAt(fields.ports, `${path}.ports`)
  // An empty list is the same as none: all sources or destinations, all ports.
  return {
    action: 'allow',
    peers:
      peers.length === 0
        ? null
        : peers.map((peer, at) => parsePeer(peer, namespace, `${path}.${side}[${at}]`)),
    ports: ports.length === 0 ? null : ports.map((port, at) => parsePort(port, `${path}.ports[${at}]`)),
  }
}

function parsePeer(value: unknown, namespace: string, path: string): Peer {
  const fields = fieldsAt(value, path) ?? {}
  const { ipBlock, podSelector, namespaceSelector } = fields
  const given = (field: unknown): boolean => field !== undefined && field !== null
  if (given(ipBlock)) {
    if (given(podSelector) || given(namespaceSelector))
      throw new Refused(path, 'has an ipBlock beside a selector; a peer is one or the other')
    return parseBlock(ipBlock, `${path}.ipBlock`)
  }
  if (!given(podSelector) && !given(namespaceSelector))
    throw new Refused(path, 'names no peer: it needs a podSelector, a namespaceSelector or an ipBlock')
  return {
    kind: 'pods',
    // A podSelector alone is about the policy's own namespace.
    namespace: given(namespaceSelector) ? null : namespace,
    namespaces: parseSelector(namespaceSelector, `${path}.namespaceSelector`),
    pods: parseSelector(podSelector, `${path}.podSelector`),
  }
}

function parseBlock(value: unknown, path: string): Peer {
  const fields = fieldsAt(value, path) ?? {}
  const block = parseCidr(textAt(fields.cidr, `${path}.cidr`), `${path}.cidr`)
  const except = listAt(fields.except, `${path}.except`).map((entry, at) => {
    const where = `${path}.except[${at}]`
    const range = parseCidr(textAt(entry, where), where)
    if (!contains(block, range)) throw new Refused(where, 'is not within the block')
    return range
  })
  return { kind: 'block', block, except }
}

function parsePort(value: unknown, path: string): PortRule {
  const fields = fieldsAt(value, path) ?? {}
  const protocol = protocolAt(fields.protocol, `${path}.protocol`)
  const { port, endPort } = fields
  if (port === undefined || port === null) {
    if (endPort !== undefined && endPort !== null) throw new Refused(`${path}.endPort`, 'stands without port')
    return { kind: 'ports', protocol, first: 1, last: portMax }
  }
  if (typeof port === 'string') {
    if (endPort !== undefined && endPort !== null)
      throw new Refused(`${path}.endPort`, 'stands beside a port name')
    return { kind: 'named', protocol, name: portNameAt(port, `${path}.port`) }
  }
  const first = integerAt(port, `${path}.port`, 1, portMax)
  const last =
    endPort === undefined || endPort === null ? first : integerAt(endPort, `${path}.endPort`, 1, portMax)
  if (last < first) throw new Refused(`${path}.endPort`, `${last} is below port ${first}`)
  return { kind: 'ports', protocol, first, last }
}

/** An IANA service name (RFC 6335, section 5.1), as container ports have. */
export function portNameAt(value: unknown, path: string): string {
  const name = textAt(value, path)
  if (
    name.length > 15 ||
    !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name) ||
    !/[a-z]/.test(name) ||
    name.includes('--')
  )
    throw new Refused(path, `${JSON.stringify(name.slice(0, 40))} is no port name`)
  return name
}

/** TCP when nothing is said. */
export function protocolAt(value: unknown, path: string): Protocol {
  if (value === undefined || value === null) return 'TCP'
  const known = protocols.find((protocol) => protocol === value)
  if (known === undefined)
    throw new Refused(path, `${JSON.stringify(value)?.slice(0, 40)} is none of TCP, UDP, SCTP`)
  return known
}

/** The only field of an object that may have one of several. */
export function onlyField(
  value: unknown,
  path: string,
  names: readonly string[],
): [name: string, field: unknown] {
  const fields = fieldsAt(value, path) ?? {}
  const given = Object.entries(fields).filter(([, field]) => field !== undefined && field !== null)
  if (given.length !== 1 || !names.includes(given[0][0])) {
    const found = given.length === 0 ? 'none' : given.map(([name]) => name).join(' and ')
    throw new Refused(path, `needs exactly one of ${names.join(', ')}; it has ${found}`)
  }
  return given[0]
}
