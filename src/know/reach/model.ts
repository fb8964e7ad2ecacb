import type { PlacedObject, RefusedManifest } from '../fleet/index.ts'
import { parseAdminPolicy, parseClusterPolicy } from './admin-policies.ts'
import { enforcementNote, enforcementOf } from './enforcement.ts'
import type { Enforcement } from './enforcement.ts'
import { isGatewayRoute, parseGatewayRoute, parseIngress, parseRoute } from './gateways.ts'
import type { ProxyRule } from './gateways.ts'
import { parseAttachment, parseClusterUserNetwork, parseUserNetwork } from './networks.ts'
import type { Network } from './networks.ts'
import { parseNetworkPolicy } from './policies.ts'
import { Refused } from './refusal.ts'
import { labelsOf } from './selectors.ts'
import type { Labels } from './selectors.ts'
import { parseService } from './services.ts'
import type { Service } from './services.ts'
import type { Policy, Workload } from './types.ts'
import { namespaceOf, podsByOwner } from './pods-by-owner.ts'
import type { OwnedPod } from './pods-by-owner.ts'
import { workloadsOf } from './workloads.ts'

/** Everything that decides who reaches whom in one cluster. */
export interface ReachModel {
  workloads: readonly Workload[]
  namespaces: ReadonlyMap<string, Labels>
  policies: readonly Policy[]
  networks: readonly Network[]
  services: readonly Service[]
  proxies: readonly ProxyRule[]
  /** Whether stored policies are known to hold. */
  enforcement: Enforcement
  /** Objects that the API server would not store: they are not part of the answer. */
  refused: readonly RefusedManifest[]
  /** What the answer could not look at, or leaves open. */
  notes: readonly string[]
}

const policyKinds: Readonly<Record<string, (object: PlacedObject['object']) => Policy>> = {
  NetworkPolicy: (object) => parseNetworkPolicy(object),
  AdminNetworkPolicy: parseAdminPolicy,
  BaselineAdminNetworkPolicy: parseAdminPolicy,
  ClusterNetworkPolicy: parseClusterPolicy,
}

/** Policies by the object that they were read from: of one that did not change, the engine knows what follows. */
const parsed = new WeakMap<PlacedObject['object'], Policy>()

/** Groups of APIs whose kinds have the same names as ours are others' objects: Calico and Antrea have NetworkPolicies too. */
const groups: Readonly<Record<string, readonly string[]>> = {
  NetworkPolicy: ['networking.k8s.io', 'extensions'],
  AdminNetworkPolicy: ['policy.networking.k8s.io'],
  BaselineAdminNetworkPolicy: ['policy.networking.k8s.io'],
  ClusterNetworkPolicy: ['policy.networking.k8s.io'],
  Ingress: ['networking.k8s.io', 'extensions'],
  Route: ['route.openshift.io'],
  MultiNetworkPolicy: ['k8s.cni.cncf.io'],
}

function isOfGroup({ kind, apiVersion }: PlacedObject['object']): boolean {
  const known = groups[kind]
  if (known === undefined || apiVersion === undefined) return true
  return known.includes(apiVersion.split('/')[0])
}

/** Sorts the objects of a cluster; those that are not understood are refused with their place, and the others count. */
export function modelOf(
  objects: readonly PlacedObject[],
  /** Those of the objects, or those of a cluster whose pods are kept by their shape. */
  pods?: readonly OwnedPod[],
): ReachModel {
  const refused: RefusedManifest[] = []
  const notes: string[] = []
  const policies = new Map<string, Policy>()
  const networks = new Map<string, Network>()
  const namespaces = new Map<string, Labels>()
  const latest = new Map<string, PlacedObject>()
  for (const placed of objects) {
    const { kind, metadata } = placed.object
    latest.set(`${kind} ${namespaceOf(placed.object)} ${metadata.name}`, placed)
    if (kind === 'Namespace') namespaces.set(metadata.name, labelsOf(metadata.labels))
  }
  const workloads = workloadsOf(pods ?? podsByOwner([...latest.values()].map(({ object }) => object)))
  for (const { namespace } of workloads) if (!namespaces.has(namespace)) namespaces.set(namespace, new Map())

  const multi: PlacedObject[] = []
  const others = new Map<string, number>()
  const services: Service[] = []
  const proxies: ProxyRule[] = []
  const placed = [...latest.values()]
  const grants = placed.filter(({ object }) => object.kind === 'ReferenceGrant').map(({ object }) => object)
  const attempt = (one: PlacedObject, read: () => void): void => {
    try {
      read()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { kind, metadata } = one.object
      refused.push({
        source: `${one.where}: ${kind} ${metadata.name}: ${error.path}`,
        code: 'manifest.invalid',
        reason: error.message,
      })
    }
  }
  for (const one of placed) {
    const { object } = one
    const { kind } = object
    if (!isOfGroup(object)) {
      if (kind.endsWith('Policy'))
        others.set(`${object.apiVersion} ${kind}`, (others.get(`${object.apiVersion} ${kind}`) ?? 0) + 1)
      continue
    }
    attempt(one, () => {
      const parse = Object.hasOwn(policyKinds, kind) ? policyKinds[kind] : null
      if (parse) {
        const policy = parsed.get(object) ?? parse(object)
        parsed.set(object, policy)
        policies.set(policy.id, policy)
      } else if (kind === 'MultiNetworkPolicy') multi.push(one)
      else if (kind === 'UserDefinedNetwork' || kind === 'ClusterUserDefinedNetwork') {
        const { network, note } =
          kind === 'UserDefinedNetwork'
            ? parseUserNetwork(object, namespaces)
            : parseClusterUserNetwork(object, namespaces)
        networks.set(network.id, network)
        if (note !== null) notes.push(note)
      } else if (kind === 'NetworkAttachmentDefinition') {
        const network = parseAttachment(object)
        networks.set(network.id, network)
      } else if (kind === 'Service') services.push(parseService(object))
      else if (kind === 'Ingress') proxies.push(parseIngress(object))
      else if (kind === 'Route') proxies.push(parseRoute(object))
      else if (isGatewayRoute(object)) proxies.push(parseGatewayRoute(object, grants))
    })
  }
  for (const one of multi)
    attempt(one, () => {
      for (const network of policyNetworks(one.object)) {
        const policy = parseNetworkPolicy(one.object, network)
        policies.set(`${policy.id} ${network}`, policy)
      }
    })
  for (const [kind, count] of others)
    notes.push(
      `${count} ${kind} ${count === 1 ? 'is' : 'are'} not looked at: another policy API, which can cut more`,
    )
  for (const policy of policies.values()) notes.push(...openPeers(policy))
  notes.push(...equalPriorities([...policies.values()]))
  const enforcement = enforcementOf(workloads)
  const note = enforcementNote(enforcement, policies.size)
  if (note !== null) notes.push(note)
  return {
    workloads: withNetworks(workloads, [...networks.values()]),
    namespaces,
    policies: [...policies.values()],
    networks: [...networks.values()],
    services,
    proxies,
    enforcement,
    refused,
    notes,
  }
}

/** The annotation names one network or several, with or without the namespace of the definition. */
function policyNetworks(object: PlacedObject['object']): string[] {
  const annotation: unknown = object.metadata.annotations?.['k8s.v1.cni.cncf.io/policy-for']
  if (typeof annotation !== 'string' || annotation.trim() === '')
    throw new Refused('metadata.annotations', 'no annotation k8s.v1.cni.cncf.io/policy-for names a network')
  return annotation.split(',').map((entry) => `NAD ${entry.trim().split('/').at(-1)!}`)
}

function withNetworks(workloads: readonly Workload[], networks: readonly Network[]): Workload[] {
  return workloads.map((workload) => {
    const primary = networks.find(({ primaryFor }) => primaryFor?.has(workload.namespace))
    return primary === undefined || workload.hostNetwork ? workload : { ...workload, network: primary.id }
  })
}

function openPeers({ id, ingress, egress }: Policy): string[] {
  const peers = [...(ingress ?? []), ...(egress ?? [])].flatMap((rule) => rule.peers ?? [])
  const notes: string[] = []
  if (peers.some(({ kind }) => kind === 'nodes'))
    notes.push(`${id}: peers that are nodes are not among the workloads; what it says of them is left aside`)
  if (peers.some(({ kind }) => kind === 'names'))
    notes.push(`${id}: domain names resolve at run time; what it says of them is left aside`)
  return notes
}

/** "If two policies have the same priority, there is no way to determine which one is applied." */
function equalPriorities(policies: readonly Policy[]): string[] {
  const seen = new Map<string, string>()
  const notes: string[] = []
  for (const { tier, priority, id } of policies) {
    if (tier === 'network') continue
    const key = `${tier} ${priority}`
    const other = seen.get(key)
    if (other === undefined) seen.set(key, id)
    else
      notes.push(
        `${other} and ${id} have the same priority ${priority}: which one counts is undefined; here the first by name`,
      )
  }
  return notes
}
