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
  }
}

function numberOrName(value: number | string): number | string {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : []
}

/** Whether pods of the workload are endpoints of the service: in its namespace, with all labels of its selector. */
export function serves({ namespace, selector }: Service, workload: Workload): boolean {
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
