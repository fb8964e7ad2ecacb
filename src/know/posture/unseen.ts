import type { ResourceStatus } from '../../base/kube/index.ts'

/** How each watched resource was seen; null when manifests told of the cluster. */
export type SeenResources = Readonly<Record<string, ResourceStatus>> | null

/** What cannot be said of a cluster, each with the reason; null where it can. */
export interface Unseen {
  /** Services, ingresses and gateways: what leads in from outside. */
  waysIn: string | null
  policies: string | null
  roles: string | null
}

const parts: Readonly<Record<keyof Unseen, { resources: readonly string[]; always: readonly string[] }>> = {
  waysIn: {
    resources: ['services', 'ingresses.networking.k8s.io'],
    // Every API server has the service `kubernetes`.
    always: ['services'],
  },
  policies: { resources: ['networkpolicies.networking.k8s.io'], always: [] },
  roles: {
    resources: [
      'roles.rbac.authorization.k8s.io',
      'rolebindings.rbac.authorization.k8s.io',
      'clusterroles.rbac.authorization.k8s.io',
      'clusterrolebindings.rbac.authorization.k8s.io',
    ],
    // … and bindings of its own components.
    always: ['clusterrolebindings.rbac.authorization.k8s.io', 'rolebindings.rbac.authorization.k8s.io'],
  },
}

/**
 * A refused resource is unseen; so is one that a dump has nothing of, although every cluster has some. `count` says how
 * many objects of a resource are there.
 */
export function unseenOf(seen: SeenResources, count: (resource: string) => number): Unseen {
  const reasonOf = ({ resources, always }: (typeof parts)[keyof Unseen]): string | null => {
    if (seen === null)
      return always.length === 0 || always.some((resource) => count(resource) > 0)
        ? null
        : `the manifests have no ${always.map((resource) => resource.split('.')[0]).join(' and no ')}`
    const missing = resources.filter((resource) => (seen[resource]?.syncedAtMs ?? null) === null)
    if (missing.length === 0) return null
    const refused = missing.filter((resource) => seen[resource]?.state === 'refused')
    return refused.length > 0
      ? `our credentials may not list ${refused.map((resource) => resource.split('.')[0]).join(', ')}`
      : `${missing.map((resource) => resource.split('.')[0]).join(', ')} were not listed yet`
  }
  return {
    waysIn: reasonOf(parts.waysIn),
    policies: reasonOf(parts.policies),
    roles: reasonOf(parts.roles),
  }
}
