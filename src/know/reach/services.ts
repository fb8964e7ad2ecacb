import type { ManifestObject } from '../fleet/index.ts'
import { noConnections, protocols } from './connections.ts'
import type { Connections, ConnectionTable, Protocol } from './connections.ts'
import { isFields } from './refusal.ts'
import { labelsOf } from './selectors.ts'
import type { Workload } from './types.ts'
import { namespaceOf } from './pods-by-owner.ts'

export interface ServicePort {
  name: string | null
  protocol: Protocol
  port: number
  /** On the pods: a number, or the name of a container port. */
  targetPort: number | string
  nodePort: number | null
}

export interface Service {
  namespace: string
  name: string
  type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  /** `null`: endpoints that are not pods, or that are not found by labels. */
  selector: ReadonlyMap<string, string> | null
  ports: readonly ServicePort[]
  externalIPs: readonly string[]
  /** Client addresses that the load balancer lets in; empty is all. */
  sourceRanges: readonly string[]
  /** An annotation asks the cloud for a load balancer without a public address. */
  internal: boolean
}

const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const

export function parseService(object: ManifestObject): Service {
  const spec = isFields(object.spec) ? object.spec : {}
  const selector = labelsOf(spec.selector)
  return {
    namespace: namespaceOf(object),
    name: object.metadata.name,
    type: types.find((type) => type === spec.type) ?? 'ClusterIP',
    selector: selector.size === 0 ? null : selector,
    ports: (Array.isArray(spec.ports) ? (spec.ports as unknown[]) : []).flatMap((entry) => {
      if (!isFields(entry) || typeof entry.port !== 'number') return []
      const { targetPort } = entry
      return [
        {
          name: typeof entry.name === 'string' ? entry.name : null,
          protocol: protocols.find((protocol) => protocol === entry.protocol) ?? 'TCP',
          port: entry.port,
          targetPort:
            typeof targetPort === 'number' || typeof targetPort === 'string'
              ? numberOrName(targetPort)
              : entry.port,
          nodePort: typeof entry.nodePort === 'number' ? entry.nodePort : null,
        },
      ]
    }),
    externalIPs: textsOf(spec.externalIPs),
    sourceRanges: textsOf(spec.loadBalancerSourceRanges),
    internal: isInternal(object.metadata.annotations),
  }
}

/** How clouds are asked for a load balancer within their own network, by annotation: its values. */
const internalMarks: Readonly<Record<string, RegExp>> = {
  'service.beta.kubernetes.io/aws-load-balancer-internal': /^(?:true|0\.0\.0\.0\/0)$/,
  'service.beta.kubernetes.io/aws-load-balancer-scheme': /^internal$/,
  'alb.ingress.kubernetes.io/scheme': /^internal$/,
  'service.beta.kubernetes.io/azure-load-balancer-internal': /^true$/,
  'networking.gke.io/load-balancer-type': /^internal$/i,
  'cloud.google.com/load-balancer-type': /^internal$/i,
  'service.beta.kubernetes.io/openstack-internal-load-balancer': /^true$/,
  'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type': /^intranet$/,
}

export function isInternal(annotations: Readonly<Record<string, unknown>> | undefined): boolean {
  return Object.entries(internalMarks).some(([key, values]) => {
    const value = annotations?.[key]
    return typeof value === 'string' && values.test(value)
  })
}

function numberOrName(value: number | string): number | string {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : []
}

/** Whether pods of the workload are endpoints of the service: in its namespace, with all labels of its selector. */
export function serves(
  { namespace, selector }: Service,
  workload: Pick<Workload, 'namespace' | 'labels'>,
): boolean {
  if (selector === null || workload.namespace !== namespace) return false
  for (const [key, value] of selector) if (workload.labels.get(key) !== value) return false
  return true
}

/** Ports of the workload's pods that the service's ports lead to. */
export function targetsOf(
  ports: readonly ServicePort[],
  workload: Workload,
  table: ConnectionTable,
): Connections {
  let connections: Connections = noConnections
  for (const { protocol, targetPort } of ports) {
    const numbers =
      typeof targetPort === 'number'
        ? [targetPort]
        : workload.ports
            .filter((port) => port.name === targetPort && port.protocol === protocol)
            .map(({ port }) => port)
    for (const number of numbers)
      connections = table.union(connections, table.ports(protocol, number, number))
  }
  return connections
}
