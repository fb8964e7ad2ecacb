import type { ManifestObject } from '../fleet/index.ts'
import { fieldsAt, isFields, Refused } from './refusal.ts'
import { parseSelector, selects } from './selectors.ts'
import { namespaceLabels } from './engine.ts'
import type { Labels } from './selectors.ts'
import { namespaceOf } from './pods-by-owner.ts'

/** Where workloads can meet: the pod network, or one that OVN-Kubernetes or Multus adds. */
export interface Network {
  /** `null` is the pod network; `UDN blue`, `CUDN prod`, `NAD default/macvlan`. */
  id: string
  kind: 'UDN' | 'CUDN' | 'NAD'
  /** As people call it: the namespace of a UDN, the name of the others. */
  name: string
  /** In place of the pod network, in these namespaces; else beside it, for workloads that are attached. */
  primaryFor: ReadonlySet<string> | null
}

/** UserDefinedNetwork (k8s.ovn.org/v1): of one namespace, which must carry the label that the API asks for. */
export function parseUserNetwork(
  object: ManifestObject,
  namespaces: ReadonlyMap<string, Labels>,
): { network: Network; note: string | null } {
  const namespace = namespaceOf(object)
  const primary = roleOf(fieldsAt(object.spec, 'spec') ?? {}, 'spec') === 'Primary'
  const labelled = namespaceLabels(namespaces, namespace).has(primaryLabel)
  return {
    network: {
      id: `UDN ${namespace}`,
      kind: 'UDN',
      name: namespace,
      primaryFor: primary ? new Set(labelled ? [namespace] : []) : null,
    },
    note:
      primary && !labelled
        ? missingLabel(`UserDefinedNetwork ${namespace}/${object.metadata.name}`, namespace)
        : null,
  }
}

/** ClusterUserDefinedNetwork (k8s.ovn.org/v1): of all namespaces that it selects. */
export function parseClusterUserNetwork(
  object: ManifestObject,
  namespaces: ReadonlyMap<string, Labels>,
): { network: Network; note: string | null } {
  const spec = fieldsAt(object.spec, 'spec') ?? {}
  const selector = parseSelector(spec.namespaceSelector, 'spec.namespaceSelector')
  const primary = roleOf(fieldsAt(spec.network, 'spec.network') ?? {}, 'spec.network') === 'Primary'
  const selected = [...namespaces.keys()].filter((name) =>
    selects(selector, namespaceLabels(namespaces, name)),
  )
  const labelled = selected.filter((name) => namespaceLabels(namespaces, name).has(primaryLabel))
  const missing = selected.filter((name) => !labelled.includes(name))
  const { name } = object.metadata
  return {
    network: { id: `CUDN ${name}`, kind: 'CUDN', name, primaryFor: primary ? new Set(labelled) : null },
    note:
      primary && missing.length > 0
        ? missingLabel(`ClusterUserDefinedNetwork ${name}`, missing.join(', '))
        : null,
  }
}

/**
 * NetworkAttachmentDefinition (k8s.cni.cncf.io/v1). Definitions of one name in several namespaces attach to one network:
 * a definition is how a namespace gets at a network, and where they are different ones, this says too much and not too little.
 */
export function parseAttachment(object: ManifestObject): Network {
  const { name } = object.metadata
  return { id: `NAD ${name}`, kind: 'NAD', name, primaryFor: null }
}

const primaryLabel = 'k8s.ovn.org/primary-user-defined-network'

function missingLabel(network: string, namespace: string): string {
  return `${network} is no primary network of ${namespace}: the namespace has no label ${primaryLabel}`
}

function roleOf(spec: Record<string, unknown>, path: string): 'Primary' | 'Secondary' {
  const { topology } = spec
  const known = { Layer2: 'layer2', Layer3: 'layer3', Localnet: 'localnet' } as const
  const key =
    typeof topology === 'string' && Object.hasOwn(known, topology)
      ? known[topology as keyof typeof known]
      : null
  if (key === null)
    throw new Refused(
      `${path}.topology`,
      `${JSON.stringify(topology)} is none of ${Object.keys(known).join(', ')}`,
    )
  const form = spec[key]
  if (!isFields(form))
    throw new Refused(`${path}.${key}`, `is missing, as the topology is ${topology as string}`)
  for (const other of Object.values(known))
    if (other !== key && spec[other] !== undefined)
      throw new Refused(`${path}.${other}`, `stands beside topology ${topology as string}`)
  const { role } = form
  if (role !== 'Primary' && role !== 'Secondary')
    throw new Refused(`${path}.${key}.role`, `${JSON.stringify(role)} is neither Primary nor Secondary`)
  return role
}
