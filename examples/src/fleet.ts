import type { Base, Stack } from './packages.ts'

/** An image of the shop: what it is built on and what is in it. */
export interface ExampleImage {
  name: string
  base: Base
  stacks: readonly Stack[]
  /** Format of its SBOM; `none`: nobody made one. */
  sbom: 'cyclonedx' | 'spdx' | 'syft' | 'none'
  /** It can be read from its layers, too: `examples/images`. */
  layers?: boolean
  /** Workloads name it by digest. */
  pinned?: boolean
}

export const images: Record<string, ExampleImage> = {
  web: {
    name: 'registry.shop.example/storefront/web:3.12.0',
    base: 'alpine-3.19',
    stacks: ['nodeNew'],
    sbom: 'cyclonedx',
  },
  webOld: {
    name: 'registry.shop.example/storefront/web:3.9.4',
    base: 'alpine-3.18',
    stacks: ['node'],
    sbom: 'cyclonedx',
  },
  reviews: {
    name: 'registry.shop.example/storefront/reviews:2.4.1',
    base: 'debian-11',
    stacks: ['spring', 'log4j'],
    sbom: 'cyclonedx',
  },
  cart: {
    name: 'registry.shop.example/checkout/cart:1.31.0',
    base: 'debian-12',
    stacks: ['node'],
    sbom: 'cyclonedx',
    layers: true,
  },
  pricing: {
    name: 'registry.shop.example/checkout/pricing:5.0.2',
    base: 'debian-11',
    stacks: ['spring', 'log4jOlder'],
    sbom: 'spdx',
  },
  payments: {
    name: 'registry.shop.example/checkout/payments:4.8.0',
    base: 'debian-12',
    stacks: ['go'],
    sbom: 'cyclonedx',
  },
  ledger: {
    name: 'registry.shop.example/checkout/ledger:2.2.0',
    base: 'debian-12',
    stacks: ['spring', 'log4jFixed'],
    sbom: 'cyclonedx',
  },
  engine: {
    name: 'registry.shop.example/search/engine:4.2.0',
    base: 'debian-11',
    stacks: ['search', 'log4j'],
    sbom: 'cyclonedx',
  },
  engineOld: {
    name: 'registry.shop.example/search/engine:4.1.7',
    base: 'debian-11',
    stacks: ['search', 'log4jFixed'],
    sbom: 'cyclonedx',
  },
  suggest: {
    name: 'registry.shop.example/search/suggest:1.7.3',
    base: 'debian-12',
    stacks: ['python'],
    sbom: 'cyclonedx',
  },
  stream: {
    name: 'registry.shop.example/data/stream:1.13.2',
    base: 'debian-11',
    stacks: ['flink', 'log4j'],
    sbom: 'cyclonedx',
  },
  features: {
    name: 'registry.shop.example/data/features:0.18.0',
    base: 'debian-12',
    stacks: ['pythonNew'],
    sbom: 'cyclonedx',
  },
  labels: {
    name: 'registry.shop.example/returns/labels:2.0.5',
    base: 'debian-11',
    stacks: ['ruby'],
    sbom: 'cyclonedx',
  },
  mail: { name: 'registry.shop.example/ops/mail:1.4.0', base: 'alpine-3.18', stacks: ['php'], sbom: 'spdx' },
  shipper: {
    name: 'registry.shop.example/edge/log-shipper:0.9.1',
    base: 'alpine-3.18',
    stacks: ['go'],
    sbom: 'syft',
  },
  gateway: {
    name: 'registry.shop.example/edge/gateway:7.1.0',
    base: 'alpine-3.19',
    stacks: ['goNew'],
    sbom: 'cyclonedx',
  },
  agent: {
    name: 'registry.shop.example/ops/ci-agent:12.6.0',
    base: 'debian-11',
    stacks: ['runtime', 'go'],
    sbom: 'cyclonedx',
  },
  cilium: {
    name: 'quay.io/cilium/cilium:v1.16.4',
    base: 'alpine-3.19',
    stacks: ['goNew'],
    sbom: 'cyclonedx',
  },
  sensor: {
    name: 'vendor.example/runtime-watch/sensor:latest',
    base: 'alpine-3.18',
    stacks: ['go'],
    sbom: 'cyclonedx',
  },
  certManager: {
    name: 'quay.io/jetstack/cert-manager-controller:v1.16.2',
    base: 'alpine-3.19',
    stacks: ['goNew'],
    sbom: 'cyclonedx',
  },
  allclear: {
    name: 'registry.shop.example/mirror/allclear:0.1.0',
    base: 'alpine-3.19',
    stacks: ['nodeNew'],
    sbom: 'cyclonedx',
    pinned: true,
  },
  report: { name: 'vendor.example/reports/nightly:2019.4', base: 'debian-11', stacks: [], sbom: 'none' },
}

export interface ExampleWorkload {
  namespace: string
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'CronJob'
  name: string
  /** Absent: software of somebody else. */
  team?: string
  image: keyof typeof images
  /** Pods by cluster; a cluster that is missing does not run it. DaemonSets run on every node. */
  pods: Partial<Record<ClusterName, number>>
  init?: keyof typeof images
  labels?: Record<string, string>
  /** What its pods have of their nodes. */
  pod?: Record<string, unknown>
  container?: Record<string, unknown>
}

export type ClusterName = 'shop-eu' | 'shop-us' | 'shop-ap'

export const clusters: Record<ClusterName, { pools: Record<string, number> }> = {
  'shop-eu': { pools: { general: 6, data: 3, edge: 2 } },
  'shop-us': { pools: { general: 8, data: 3, edge: 2 } },
  'shop-ap': { pools: { general: 4 } },
}

export const workloads: readonly ExampleWorkload[] = [
  {
    namespace: 'storefront',
    kind: 'Deployment',
    name: 'web',
    team: 'team-storefront',
    image: 'web',
    pods: { 'shop-eu': 8, 'shop-us': 10 },
  },
  {
    namespace: 'storefront',
    kind: 'Deployment',
    name: 'web',
    team: 'team-storefront',
    image: 'webOld',
    pods: { 'shop-ap': 4 },
  },
  {
    namespace: 'storefront',
    kind: 'Deployment',
    name: 'reviews',
    team: 'team-storefront',
    image: 'reviews',
    pods: { 'shop-eu': 4, 'shop-us': 5, 'shop-ap': 2 },
  },
  {
    namespace: 'checkout',
    kind: 'Deployment',
    name: 'cart',
    team: 'team-checkout',
    image: 'cart',
    pods: { 'shop-eu': 6, 'shop-us': 8, 'shop-ap': 3 },
  },
  {
    namespace: 'checkout',
    kind: 'Deployment',
    name: 'pricing',
    team: 'team-checkout',
    image: 'pricing',
    pods: { 'shop-eu': 5, 'shop-us': 6, 'shop-ap': 2 },
  },
  {
    namespace: 'checkout',
    kind: 'Deployment',
    name: 'payments',
    team: 'team-payments',
    image: 'payments',
    pods: { 'shop-eu': 4, 'shop-us': 4 },
  },
  {
    namespace: 'checkout',
    kind: 'StatefulSet',
    name: 'ledger',
    team: 'team-payments',
    image: 'ledger',
    pods: { 'shop-eu': 3, 'shop-us': 3 },
  },
  {
    namespace: 'search',
    kind: 'Deployment',
    name: 'query-api',
    team: 'team-search',
    image: 'engine',
    pods: { 'shop-eu': 6, 'shop-us': 8, 'shop-ap': 3 },
  },
  {
    namespace: 'search',
    kind: 'StatefulSet',
    name: 'indexer',
    team: 'team-search',
    image: 'engine',
    pods: { 'shop-eu': 3, 'shop-us': 3 },
  },
  {
    namespace: 'search',
    kind: 'Deployment',
    name: 'suggest',
    team: 'team-search',
    image: 'suggest',
    pods: { 'shop-eu': 3, 'shop-us': 3 },
  },
  {
    namespace: 'data',
    kind: 'StatefulSet',
    name: 'stream',
    team: 'team-data',
    image: 'stream',
    pods: { 'shop-eu': 4, 'shop-us': 6 },
    init: 'agent',
  },
  {
    namespace: 'data',
    kind: 'Deployment',
    name: 'feature-store',
    team: 'team-data',
    image: 'features',
    pods: { 'shop-eu': 2, 'shop-us': 2 },
  },
  {
    namespace: 'data',
    kind: 'CronJob',
    name: 'nightly-report',
    team: 'team-data',
    image: 'report',
    pods: { 'shop-eu': 1 },
  },
  {
    namespace: 'returns',
    kind: 'Deployment',
    name: 'labels',
    team: 'team-returns',
    image: 'labels',
    pods: { 'shop-eu': 2, 'shop-us': 2, 'shop-ap': 1 },
  },
  {
    namespace: 'ops',
    kind: 'Deployment',
    name: 'mail',
    team: 'team-platform',
    image: 'mail',
    pods: { 'shop-eu': 2, 'shop-us': 2 },
  },
  {
    namespace: 'ops',
    kind: 'Deployment',
    name: 'ci-agent',
    team: 'team-platform',
    image: 'agent',
    pods: { 'shop-eu': 3 },
  },
  {
    namespace: 'edge',
    kind: 'DaemonSet',
    name: 'log-shipper',
    team: 'team-edge',
    image: 'shipper',
    pods: { 'shop-eu': 11, 'shop-us': 13, 'shop-ap': 4 },
    pod: { volumes: [{ name: 'logs', hostPath: { path: '/var/log' } }] },
    container: { volumeMounts: [{ name: 'logs', mountPath: '/logs', readOnly: true }] },
  },
  {
    namespace: 'edge',
    kind: 'Deployment',
    name: 'gateway',
    team: 'team-edge',
    image: 'gateway',
    pods: { 'shop-eu': 2, 'shop-us': 2, 'shop-ap': 2 },
  },
  {
    namespace: 'kube-system',
    kind: 'DaemonSet',
    name: 'cilium',
    image: 'cilium',
    pods: { 'shop-eu': 11, 'shop-us': 13 },
    labels: { 'app.kubernetes.io/name': 'cilium', 'app.kubernetes.io/managed-by': 'Helm' },
    pod: {
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      volumes: [{ name: 'modules', hostPath: { path: '/lib/modules' } }],
    },
    container: {
      securityContext: { capabilities: { add: ['NET_ADMIN', 'SYS_MODULE', 'SYS_ADMIN'] } },
      volumeMounts: [{ name: 'modules', mountPath: '/lib/modules', readOnly: true }],
    },
  },
  {
    namespace: 'runtime-watch',
    kind: 'DaemonSet',
    name: 'sensor',
    image: 'sensor',
    pods: { 'shop-eu': 11, 'shop-us': 13, 'shop-ap': 4 },
    labels: { 'helm.sh/chart': 'runtime-watch-2.9.0' },
    pod: { hostPID: true, priorityClassName: 'system-node-critical' },
    container: { securityContext: { privileged: true } },
  },
  {
    namespace: 'runtime-watch',
    kind: 'Deployment',
    name: 'injector',
    image: 'sensor',
    pods: { 'shop-eu': 1, 'shop-us': 1, 'shop-ap': 1 },
    labels: { 'helm.sh/chart': 'runtime-watch-2.9.0' },
  },
  {
    namespace: 'cert-manager',
    kind: 'Deployment',
    name: 'cert-manager',
    image: 'certManager',
    pods: { 'shop-eu': 1, 'shop-us': 1, 'shop-ap': 1 },
    labels: { 'app.kubernetes.io/name': 'cert-manager', 'helm.sh/chart': 'cert-manager-v1.16.2' },
  },
  {
    namespace: 'allclear',
    kind: 'Deployment',
    name: 'allclear-agent',
    image: 'allclear',
    pods: { 'shop-eu': 1, 'shop-us': 1, 'shop-ap': 1 },
    labels: { 'app.kubernetes.io/name': 'allclear', 'app.kubernetes.io/component': 'agent' },
    container: {
      securityContext: {
        runAsNonRoot: true,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    },
  },
]
