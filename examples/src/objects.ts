import type { ClusterName } from './fleet.ts'

/** Objects beside workloads: what leads in from outside, what policies cut, who may do what. `in`: all clusters when absent. */
export interface ExampleObject {
  in?: readonly ClusterName[]
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  [member: string]: unknown
}

const eu: readonly ClusterName[] = ['shop-eu']
const large: readonly ClusterName[] = ['shop-eu', 'shop-us']
const rbac = 'rbac.authorization.k8s.io/v1'

function service(
  namespace: string,
  name: string,
  more: Record<string, unknown> = {},
  clusters?: readonly ClusterName[],
): ExampleObject {
  return {
    in: clusters,
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...more },
  }
}

function ingress(
  namespace: string,
  host: string,
  backend: string,
  clusters?: readonly ClusterName[],
): ExampleObject {
  return {
    in: clusters,
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: backend, namespace },
    spec: {
      ingressClassName: 'public',
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: backend, port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  }
}

/** Lets in what stands in `from` and nothing else. */
function policy(
  namespace: string,
  name: string,
  app: string | null,
  from: readonly unknown[],
  clusters?: readonly ClusterName[],
): ExampleObject {
  return {
    in: clusters,
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: {
      podSelector: app === null ? {} : { matchLabels: { app } },
      policyTypes: ['Ingress'],
      ingress: from.length === 0 ? [] : [{ from }],
    },
  }
}

const ofNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
})

/** A service account and what it may do, in its namespace or in the whole cluster. */
function rights(
  namespace: string,
  account: string,
  scope: 'namespace' | 'cluster',
  rules: readonly (readonly [groups: string, resources: string, verbs: string])[],
  clusters?: readonly ClusterName[],
): ExampleObject[] {
  const [role, binding] =
    scope === 'cluster'
      ? (['ClusterRole', 'ClusterRoleBinding'] as const)
      : (['Role', 'RoleBinding'] as const)
  const metadata = scope === 'cluster' ? { name: account } : { name: account, namespace }
  return [
    {
      in: clusters,
      apiVersion: rbac,
      kind: role,
      metadata,
      rules: rules.map(([groups, resources, verbs]) => ({
        apiGroups: groups.split(' ').map((group) => (group === '-' ? '' : group)),
        resources: resources.split(' '),
        verbs: verbs.split(' '),
      })),
    },
    {
      in: clusters,
      apiVersion: rbac,
      kind: binding,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: role, name: account },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
  ]
}

const reading = 'get list watch'

export const objects: readonly ExampleObject[] = [
  // Ways in: the gateway of the edge, the shop behind it, and two that somebody opened on the way.
  service('edge', 'gateway', { type: 'LoadBalancer' }),
  service('storefront', 'web'),
  ingress('storefront', 'shop.example', 'web'),
  service('storefront', 'reviews'),
  ingress('storefront', 'reviews.shop.example', 'reviews', ['shop-us']),
  service('search', 'query-api'),
  ingress('search', 'search.shop.example', 'query-api', large),
  service('search', 'indexer', {}, large),
  service('search', 'suggest', {}, large),
  service('checkout', 'cart'),
  service('checkout', 'pricing'),
  service('checkout', 'payments', {}, large),
  service('checkout', 'ledger', {}, large),
  service('data', 'stream', { type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30081 }] }, [
    'shop-us',
  ]),
  service('data', 'feature-store', {}, large),
  service('returns', 'labels'),
  ingress('returns', 'returns.shop.example', 'labels', eu),

  // The checkout is kept apart everywhere; that of shop-ap rests on policies that nothing is known to enforce.
  policy('checkout', 'default-deny', null, []),
  policy('checkout', 'cart-from-storefront', 'cart', [ofNamespace('storefront'), ofNamespace('edge')]),
  policy('checkout', 'pricing-from-cart', 'pricing', [{ podSelector: { matchLabels: { app: 'cart' } } }]),
  policy(
    'checkout',
    'payments-from-cart',
    'payments',
    [{ podSelector: { matchLabels: { app: 'cart' } } }],
    large,
  ),
  policy(
    'checkout',
    'ledger-from-payments',
    'ledger',
    [{ podSelector: { matchLabels: { app: 'payments' } } }],
    large,
  ),
  policy(
    'search',
    'indexer-from-query-api',
    'indexer',
    [{ podSelector: { matchLabels: { app: 'query-api' } } }],
    large,
  ),
  // The ingress is there, and the policy closes it.
  policy('returns', 'labels-from-storefront', 'labels', [ofNamespace('storefront')], eu),

  // Rights: most need none; the build agent was given too many.
  ...rights('search', 'query-api', 'namespace', [['-', 'secrets configmaps', reading]]),
  ...rights(
    'ops',
    'ci-agent',
    'cluster',
    [
      ['-', 'pods pods/exec secrets', '*'],
      ['apps', 'deployments', '*'],
    ],
    eu,
  ),
  ...rights('edge', 'log-shipper', 'cluster', [['-', 'pods namespaces', reading]]),
  ...rights('kube-system', 'cilium', 'cluster', [['-', 'pods nodes namespaces services', reading]], large),
  ...rights('cert-manager', 'cert-manager', 'cluster', [
    ['-', 'secrets', 'get list watch create update'],
    ['cert-manager.io', '*', '*'],
  ]),
  ...rights('runtime-watch', 'sensor', 'cluster', [
    ['-', 'pods nodes', reading],
    ['-', 'nodes/proxy', 'get'],
  ]),
  ...rights('allclear', 'allclear-agent', 'cluster', [
    ['-', 'pods nodes namespaces services serviceaccounts', reading],
    ['apps batch', '*', reading],
    ['networking.k8s.io rbac.authorization.k8s.io admissionregistration.k8s.io', '*', reading],
  ]),

  // Whoever answers these decides whether anything starts.
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'runtime-watch-injector' },
    webhooks: [
      {
        name: 'inject.runtime-watch.example',
        clientConfig: { service: { namespace: 'runtime-watch', name: 'injector', path: '/mutate' } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        failurePolicy: 'Fail',
        timeoutSeconds: 10,
      },
    ],
  },
  service('runtime-watch', 'injector', { ports: [{ port: 443, targetPort: 8080 }] }),
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'cert-manager-webhook', labels: { 'app.kubernetes.io/name': 'cert-manager' } },
    webhooks: [
      {
        name: 'webhook.cert-manager.io',
        clientConfig: { service: { namespace: 'cert-manager', name: 'cert-manager', path: '/validate' } },
        rules: [
          { apiGroups: ['cert-manager.io'], apiVersions: ['*'], operations: ['CREATE'], resources: ['*'] },
        ],
        failurePolicy: 'Fail',
        timeoutSeconds: 30,
      },
    ],
  },
  service('cert-manager', 'cert-manager', { ports: [{ port: 443, targetPort: 8080 }] }),
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
  },
]
