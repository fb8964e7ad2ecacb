import type { ManifestObject } from '../fleet/index.ts'
import { isFields } from './refusal.ts'
import { isInternal } from './services.ts'
import type { Service, ServicePort } from './services.ts'
import { namespaceOf } from './pods-by-owner.ts'

/** A service behind a proxy of the cluster, and the ports of it that the proxy uses. */
export interface Backend {
  namespace: string
  service: string
  ports(service: Service): readonly ServicePort[]
}

/** An Ingress, Route or route of the Gateway API: hosts that lead to services. */
export interface ProxyRule {
  /** `Ingress shop/web` */
  id: string
  /** What leads to the backends; an ingress controller, or the Gateways that the route names. */
  through: readonly string[]
  hosts: readonly string[]
  backends: readonly Backend[]
  /** An annotation asks for a way in that is not public. */
  internal: boolean
}

const ingressController = '{ingress-controller}'

/** Ingress (networking.k8s.io/v1; of older versions `serviceName` and `servicePort`). */
export function parseIngress(object: ManifestObject): ProxyRule {
  const namespace = namespaceOf(object)
  const spec = isFields(object.spec) ? object.spec : {}
  const rules = listOf(spec.rules).filter(isFields)
  const backends = [
    spec.defaultBackend ?? spec.backend,
    ...rules
      .flatMap((rule) => (isFields(rule.http) ? listOf(rule.http.paths) : []))
      .map((path) => (isFields(path) ? path.backend : null)),
  ]
  return {
    id: `Ingress ${namespace}/${object.metadata.name}`,
    internal: isInternal(object.metadata.annotations),
    through: [ingressController],
    hosts: rules.flatMap(({ host }) => (typeof host === 'string' ? [host] : [])),
    backends: backends.flatMap((backend): Backend[] => {
      if (!isFields(backend)) return []
      const service = isFields(backend.service) ? backend.service : null
      const name = service?.name ?? backend.serviceName
      const port = isFields(service?.port) ? (service.port.number ?? service.port.name) : backend.servicePort
      if (typeof name !== 'string') return []
      return [
        {
          namespace,
          service: name,
          ports: ({ ports }) =>
            ports.filter((own) => (typeof port === 'number' ? own.port === port : own.name === port)),
        },
      ]
    }),
  }
}

/** Route (route.openshift.io/v1): `targetPort` is a port of the endpoints, by number or by the service port's name. */
export function parseRoute(object: ManifestObject): ProxyRule {
  const namespace = namespaceOf(object)
  const spec = isFields(object.spec) ? object.spec : {}
  const port = isFields(spec.port) ? spec.port.targetPort : undefined
  const targets = [spec.to, ...listOf(spec.alternateBackends)]
  return {
    id: `Route ${namespace}/${object.metadata.name}`,
    internal: false,
    through: [ingressController],
    hosts: typeof spec.host === 'string' ? [spec.host] : [],
    backends: targets.flatMap((target): Backend[] => {
      if (!isFields(target) || typeof target.name !== 'string') return []
      if (target.kind !== undefined && target.kind !== 'Service') return []
      return [
        {
          namespace,
          service: target.name,
          ports: ({ ports }) =>
            port === undefined || port === null
              ? ports
              : ports.filter(
                  (own) =>
                    own.name === port || own.targetPort === port || String(own.targetPort) === String(port),
                ),
        },
      ]
    }),
  }
}

const routeKinds = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute']

export function isGatewayRoute({ kind }: ManifestObject): boolean {
  return routeKinds.includes(kind)
}

/**
 * A route of the Gateway API (gateway.networking.k8s.io). A backend in another namespace counts only where a ReferenceGrant
 * of that namespace lets routes of this one refer to it.
 */
export function parseGatewayRoute(object: ManifestObject, grants: readonly ManifestObject[]): ProxyRule {
  const namespace = namespaceOf(object)
  const spec = isFields(object.spec) ? object.spec : {}
  const references = listOf(spec.rules).flatMap((rule) => (isFields(rule) ? listOf(rule.backendRefs) : []))
  const through = listOf(spec.parentRefs).flatMap((parent) =>
    isFields(parent) &&
    typeof parent.name === 'string' &&
    (parent.kind === undefined || parent.kind === 'Gateway')
      ? [`{gateway ${typeof parent.namespace === 'string' ? parent.namespace : namespace}/${parent.name}}`]
      : [],
  )
  return {
    id: `${object.kind} ${namespace}/${object.metadata.name}`,
    internal: isInternal(object.metadata.annotations),
    through: [...new Set(through)],
    hosts: listOf(spec.hostnames).filter((host): host is string => typeof host === 'string'),
    backends: references.flatMap((reference): Backend[] => {
      if (!isFields(reference) || typeof reference.name !== 'string') return []
      if (reference.kind !== undefined && reference.kind !== 'Service') return []
      const target = typeof reference.namespace === 'string' ? reference.namespace : namespace
      if (
        target !== namespace &&
        !grants.some((grant) => grantsReference(grant, object, target, reference.name as string))
      )
        return []
      return [
        {
          namespace: target,
          service: reference.name,
          ports: ({ ports }) => ports.filter((own) => own.port === reference.port),
        },
      ]
    }),
  }
}

function grantsReference(
  grant: ManifestObject,
  route: ManifestObject,
  target: string,
  service: string,
): boolean {
  if (namespaceOf(grant) !== target || !isFields(grant.spec)) return false
  const from = listOf(grant.spec.from).some(
    (entry) => isFields(entry) && entry.kind === route.kind && entry.namespace === namespaceOf(route),
  )
  return (
    from &&
    listOf(grant.spec.to).some(
      (entry) =>
        isFields(entry) &&
        entry.kind === 'Service' &&
        (entry.name === undefined || entry.name === '' || entry.name === service),
    )
  )
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
