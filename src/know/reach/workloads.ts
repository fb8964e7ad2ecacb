import { parseDocument } from 'yaml'
import { parseAddress } from './addresses.ts'
import { protocols } from './connections.ts'
import type { Protocol } from './connections.ts'
import type { OwnedPod } from './pods-by-owner.ts'
import { isFields } from './refusal.ts'
import type { ContainerPort, Workload } from './types.ts'

/** The workloads of a cluster: pods grouped by their owner and by what policies can tell apart. */
export function workloadsOf(pods: readonly OwnedPod[]): Workload[] {
  const workloads = new Map<string, Workload>()
  for (const pod of pods) add(workloads, pod)
  return [...workloads.values()]
}

function add(
  workloads: Map<string, Workload>,
  { namespace, kind, name, pods, template: { labels, annotations, spec } }: OwnedPod,
): void {
  const ports = containerPortsOf(spec)
  const hostNetwork = spec.hostNetwork === true
  const attachments = attachmentsOf(annotations, spec)
  const key = [
    `${kind}\n${namespace}\n${name}`,
    [...labels]
      .map(([label, value]) => `${label}=${value}`)
      .toSorted()
      .join(),
    ports.map((port) => `${port.name} ${port.protocol} ${port.port} ${port.hostPort}`).join(),
    hostNetwork,
    attachments
      .map(({ network, addresses }) => `${network} ${addresses.map(({ value }) => value).join()}`)
      .join(';'),
  ].join('\n\n')
  const known = workloads.get(key)
  if (known) known.pods += pods
  else
    workloads.set(key, {
      namespace,
      kind,
      name,
      labels,
      ports,
      hostNetwork,
      network: null,
      attachments,
      pods,
    })
}

function containerPortsOf(spec: Record<string, unknown>): ContainerPort[] {
  const ports: ContainerPort[] = []
  // Sidecars are init containers that keep running; their ports are ports of the pod.
  for (const list of [spec.containers, spec.initContainers])
    for (const container of Array.isArray(list) ? (list as unknown[]) : []) {
      if (!isFields(container) || !Array.isArray(container.ports)) continue
      if (list === spec.initContainers && container.restartPolicy !== 'Always') continue
      for (const port of container.ports as unknown[]) {
        if (!isFields(port) || typeof port.containerPort !== 'number') continue
        ports.push({
          name: typeof port.name === 'string' ? port.name : null,
          protocol: protocolOf(port.protocol),
          port: port.containerPort,
          hostPort: typeof port.hostPort === 'number' && port.hostPort > 0 ? port.hostPort : null,
        })
      }
    }
  return ports
}

function protocolOf(value: unknown): Protocol {
  return protocols.find((protocol) => protocol === value) ?? 'TCP'
}

/** Secondary networks (Multus): the annotation of pods in both its forms, and the networks of virtual machines. */
function attachmentsOf(
  annotations: Record<string, unknown>,
  spec: Record<string, unknown>,
): Workload['attachments'] {
  const attachments: { network: string; addresses: { family: 4 | 6; value: bigint }[] }[] = []
  const attach = (name: unknown, addresses: unknown): void => {
    if (typeof name !== 'string' || name === '') return
    const network = name.split('/').at(-1)!
    const parsed = (Array.isArray(addresses) ? addresses : []).flatMap((text) => {
      const address = typeof text === 'string' ? parseAddress(text.split('/')[0]) : null
      return address === null ? [] : [address]
    })
    attachments.push({ network, addresses: parsed })
  }
  const annotation = annotations['k8s.v1.cni.cncf.io/networks']
  if (typeof annotation === 'string') {
    const list = annotation.trim().startsWith('[') ? jsonList(annotation) : annotation.split(',')
    for (const entry of list)
      if (typeof entry === 'string') attach(entry.trim().split('@')[0], [])
      else if (isFields(entry)) attach(entry.name, entry.ips)
  }
  const machineNetworks = (Array.isArray(spec.networks) ? (spec.networks as unknown[]) : []).flatMap(
    (network) => (isFields(network) && isFields(network.multus) ? [network.multus.networkName] : []),
  )
  // With one secondary network, the addresses that the machine's first start configures are of that one.
  const addresses = machineNetworks.length === 1 ? configuredAddresses(spec) : []
  for (const name of machineNetworks) attach(name, addresses)
  return attachments
}

/** Addresses in the network data of cloud-init (version 2), as virtual machines carry it. */
function configuredAddresses(spec: Record<string, unknown>): unknown[] {
  return (Array.isArray(spec.volumes) ? (spec.volumes as unknown[]) : []).flatMap((volume) => {
    if (!isFields(volume)) return []
    const source = volume.cloudInitNoCloud ?? volume.cloudInitConfigDrive
    if (!isFields(source) || typeof source.networkData !== 'string') return []
    const data: unknown = parseDocument(source.networkData, { schema: 'core' }).toJS({ maxAliasCount: 0 })
    const interfaces = isFields(data) && isFields(data.ethernets) ? Object.values(data.ethernets) : []
    return interfaces.flatMap((one) =>
      isFields(one) && Array.isArray(one.addresses) ? (one.addresses as unknown[]) : [],
    )
  })
}

function jsonList(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
