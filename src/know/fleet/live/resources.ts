import type { RawObject, ResourceDescription } from '../../../base/kube/index.ts'
import type { Shape } from '../../../base/json-projection.ts'
import { limit } from '../../../base/limits.ts'
import { networksAnnotation, shapedContainer, shapedPodSpec } from '../pod-shape.ts'
import { podOf, podTemplateOf, stringsOf, workloadOf, type ManifestObject } from '../objects.ts'
import type { NamespaceBody, NodeBody, OwnerReference, PodBody, WorkloadBody } from './types.ts'

/** A resource that is watched in a cluster. */
export interface WatchedResource<Body = unknown> extends ResourceDescription<Body> {
  /**
   * `fleet`: what answers are made of, watched first. `object`: kept as it is for exposure, readiness and containment.
   */
  use: 'fleet' | 'object'
  /** Served only where somebody installed it, so its absence is no gap. */
  optional?: boolean
  /** Watched only when asked for: the right to list it is the right to read all of it. */
  onRequest?: boolean
  /** What nobody can say of a cluster in which this is refused. */
  unknownWithout: string
}

const ownShape = { kind: true, name: true, controller: true } as const
const metadataShape = {
  name: true,
  namespace: true,
  uid: true,
  resourceVersion: true,
  labels: true,
  annotations: true,
  ownerReferences: ownShape,
} as const
const containerShape = { name: true, image: true, ...shapedContainer } as const
const podSpecShape = {
  ...shapedPodSpec,
  nodeName: true,
  containers: containerShape,
  initContainers: containerShape,
  ephemeralContainers: containerShape,
} as const
const statusOfContainer = { name: true, imageID: true } as const
const templateShape = {
  metadata: { labels: true, annotations: true },
  spec: podSpecShape,
} as const

const pods: WatchedResource<PodBody> = {
  id: 'pods',
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  use: 'fleet',
  unknownWithout: 'which images run, where, and under which addresses',
  shape: {
    metadata: {
      name: true,
      namespace: true,
      uid: true,
      resourceVersion: true,
      labels: true,
      annotations: { [networksAnnotation]: true },
      ownerReferences: ownShape,
    },
    spec: podSpecShape,
    status: {
      phase: true,
      startTime: true,
      podIP: true,
      podIPs: { ip: true },
      containerStatuses: statusOfContainer,
      initContainerStatuses: statusOfContainer,
      ephemeralContainerStatuses: statusOfContainer,
    },
  },
  keep(raw) {
    const object = asManifest('Pod', raw)
    if (!podTemplateOf(object)) return null
    const pod = podOf(object, '')
    return {
      node: pod.node,
      phase: pod.phase,
      startedAtMs: pod.startedAtMs,
      serviceAccount: pod.serviceAccount,
      hostNetwork: raw.spec?.hostNetwork === true,
      addresses: addressesOf(raw.status),
      labels: stringsOf(raw.metadata?.labels),
      owner: ownerReferenceOf(raw),
      containers: pod.containers.slice(0, limit('kubeContainers')),
      shape: pod.shape ?? undefined,
    }
  },
}

/** `status.podIPs` names all addresses of a dual-stack pod; older API servers have `podIP` alone. */
function addressesOf(status: Record<string, unknown> | undefined): string[] {
  const addresses = new Set<string>()
  if (typeof status?.podIP === 'string' && status.podIP !== '') addresses.add(status.podIP)
  if (Array.isArray(status?.podIPs))
    for (const entry of status.podIPs as unknown[]) {
      const ip = (entry as { ip?: unknown } | null)?.ip
      if (typeof ip === 'string' && ip !== '' && ip.length <= 64) addresses.add(ip)
    }
  return [...addresses].slice(0, 16)
}

const nodes: WatchedResource<NodeBody> = {
  id: 'nodes',
  group: '',
  version: 'v1',
  plural: 'nodes',
  kind: 'Node',
  use: 'fleet',
  unknownWithout: 'on which operating systems and kubelet versions it runs, and nodes without pods',
  shape: {
    metadata: { name: true, uid: true, resourceVersion: true, labels: true },
    status: { nodeInfo: { osImage: true, kubeletVersion: true } },
  },
  keep(raw) {
    const info = (raw.status?.nodeInfo ?? {}) as Record<string, unknown>
    return {
      labels: stringsOf(raw.metadata?.labels),
      osImage: typeof info.osImage === 'string' ? info.osImage : null,
      kubeletVersion: typeof info.kubeletVersion === 'string' ? info.kubeletVersion : null,
    }
  },
}

const namespaces: WatchedResource<NamespaceBody> = {
  id: 'namespaces',
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  use: 'fleet',
  unknownWithout: 'owners and facts that are written on namespaces',
  shape: { metadata: { name: true, uid: true, resourceVersion: true, labels: true, annotations: true } },
  keep: (raw) => ({
    labels: stringsOf(raw.metadata?.labels),
    annotations: annotationsOf(raw),
  }),
}

function workload(
  group: string,
  plural: string,
  kind: string,
  spec: Shape = { replicas: true, template: templateShape },
): WatchedResource<WorkloadBody> {
  return {
    id: `${plural}.${group}`,
    group,
    version: 'v1',
    plural,
    kind,
    use: 'fleet',
    unknownWithout: `which ${kind}s own the pods, and those that run none`,
    shape: { metadata: metadataShape, spec },
    keep(raw) {
      const object = asManifest(kind, raw)
      const template = podTemplateOf(object)
      if (!template) return null
      const record = workloadOf(object, template)
      return { record: { ...record, annotations: annotationsOf(raw) }, owner: ownerReferenceOf(raw) }
    },
  }
}

/** An object that is kept as it was projected, without what changes at every turn. */
function kept(
  group: string,
  plural: string,
  kind: string,
  unknownWithout: string,
  shape: Shape,
  more: Partial<WatchedResource> = {},
): WatchedResource {
  return {
    id: group === '' ? plural : `${plural}.${group}`,
    group,
    version: 'v1',
    plural,
    kind,
    use: 'object',
    unknownWithout,
    shape: { metadata: metadataShape, ...shape },
    keep(raw) {
      const body: Record<string, unknown> = {}
      // A large document falls back to the whole of it; only what was asked for is kept.
      for (const member of Object.keys(shape))
        if (raw[member] !== undefined) body[member] = picked(raw[member], shape[member])
      const labels = stringsOf(raw.metadata?.labels)
      if (Object.keys(labels).length > 0) body.labels = labels
      const annotations = annotationsOf(raw)
      if (Object.keys(annotations).length > 0) body.annotations = annotations
      return body
    },
    ...more,
  }
}

function picked(value: unknown, shape: Shape | true): unknown {
  if (shape === true) return value
  if (Array.isArray(value)) return value.map((inner) => picked(inner, shape))
  if (typeof value !== 'object' || value === null) return value
  const found: Record<string, unknown> = {}
  for (const key of Object.keys(shape)) {
    const inner = (value as Record<string, unknown>)[key]
    if (inner !== undefined) found[key] = picked(inner, shape[key])
  }
  return found
}

const webhookShape = {
  webhooks: {
    name: true,
    clientConfig: { url: true, service: true },
    rules: true,
    failurePolicy: true,
    matchPolicy: true,
    namespaceSelector: true,
    objectSelector: true,
    matchConditions: true,
    timeoutSeconds: true,
  },
} as const

/**
 * Everything that is watched, in the order in which it is asked for. The ClusterRole in `deploy/` grants exactly this,
 * and a test holds the two against each other.
 */
export const watchedResources: readonly WatchedResource[] = [
  namespaces,
  nodes,
  workload('apps', 'deployments', 'Deployment'),
  workload('apps', 'replicasets', 'ReplicaSet'),
  workload('apps', 'statefulsets', 'StatefulSet'),
  workload('apps', 'daemonsets', 'DaemonSet'),
  workload('batch', 'jobs', 'Job', { template: templateShape }),
  workload('batch', 'cronjobs', 'CronJob', { jobTemplate: { spec: { template: templateShape } } }),
  pods,
  kept('', 'serviceaccounts', 'ServiceAccount', 'which service accounts exist and mount tokens', {
    automountServiceAccountToken: true,
    secrets: true,
  }),
  kept('', 'services', 'Service', 'which workloads are offered inside and outside the cluster', {
    spec: {
      type: true,
      clusterIP: true,
      clusterIPs: true,
      externalIPs: true,
      externalName: true,
      loadBalancerIP: true,
      selector: true,
      ports: true,
    },
    status: { loadBalancer: true },
  }),
  kept(
    'discovery.k8s.io',
    'endpointslices',
    'EndpointSlice',
    'which pods stand behind a service at this moment',
    {
      addressType: true,
      ports: true,
      endpoints: { addresses: true, conditions: { ready: true }, targetRef: { kind: true, name: true } },
    },
  ),
  kept('networking.k8s.io', 'ingresses', 'Ingress', 'what is reachable from outside through ingresses', {
    spec: true,
    status: { loadBalancer: true },
  }),
  kept(
    'gateway.networking.k8s.io',
    'gateways',
    'Gateway',
    'what is reachable from outside through gateways',
    { spec: true, status: { addresses: true } },
    { optional: true },
  ),
  kept(
    'gateway.networking.k8s.io',
    'httproutes',
    'HTTPRoute',
    'where gateways lead to',
    { spec: true },
    { optional: true },
  ),
  kept(
    'gateway.networking.k8s.io',
    'grpcroutes',
    'GRPCRoute',
    'where gateways lead to',
    { spec: true },
    { optional: true },
  ),
  kept(
    'gateway.networking.k8s.io',
    'referencegrants',
    'ReferenceGrant',
    'which routes may lead into other namespaces',
    { spec: true },
    { optional: true, version: 'v1beta1' },
  ),
  kept('networking.k8s.io', 'networkpolicies', 'NetworkPolicy', 'which connections are allowed', {
    spec: true,
  }),
  ...['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy'].map((kind) =>
    kept(
      'policy.networking.k8s.io',
      `${kind.slice(0, -1).toLowerCase()}ies`,
      kind,
      'which connections administrators allow and cut',
      { spec: true },
      { optional: true, version: 'v1alpha1' },
    ),
  ),
  kept(
    'policy.networking.k8s.io',
    'clusternetworkpolicies',
    'ClusterNetworkPolicy',
    'which connections administrators allow and cut',
    { spec: true },
    { optional: true, version: 'v1alpha2' },
  ),
  kept('rbac.authorization.k8s.io', 'roles', 'Role', 'what roles allow', { rules: true }),
  kept('rbac.authorization.k8s.io', 'rolebindings', 'RoleBinding', 'who has which role in a namespace', {
    roleRef: true,
    subjects: true,
  }),
  kept('rbac.authorization.k8s.io', 'clusterroles', 'ClusterRole', 'what cluster roles allow', {
    rules: true,
    aggregationRule: true,
  }),
  kept(
    'rbac.authorization.k8s.io',
    'clusterrolebindings',
    'ClusterRoleBinding',
    'who has which role in the whole cluster',
    { roleRef: true, subjects: true },
  ),
  kept(
    'admissionregistration.k8s.io',
    'validatingwebhookconfigurations',
    'ValidatingWebhookConfiguration',
    'which webhooks check changes',
    webhookShape,
  ),
  kept(
    'admissionregistration.k8s.io',
    'mutatingwebhookconfigurations',
    'MutatingWebhookConfiguration',
    'which webhooks alter changes',
    webhookShape,
  ),
  kept(
    'admissionregistration.k8s.io',
    'validatingadmissionpolicies',
    'ValidatingAdmissionPolicy',
    'which admission policies exist',
    { spec: true },
  ),
  kept(
    'admissionregistration.k8s.io',
    'validatingadmissionpolicybindings',
    'ValidatingAdmissionPolicyBinding',
    'which admission policies are in force',
    { spec: true },
  ),
  kept('scheduling.k8s.io', 'priorityclasses', 'PriorityClass', 'which pods push others from nodes', {
    value: true,
    globalDefault: true,
    preemptionPolicy: true,
  }),
  kept('storage.k8s.io', 'storageclasses', 'StorageClass', 'which kinds of storage exist', {
    provisioner: true,
    reclaimPolicy: true,
    volumeBindingMode: true,
  }),
  kept('', 'persistentvolumes', 'PersistentVolume', 'which volumes exist and can be snapshot', {
    spec: { storageClassName: true, csi: { driver: true }, claimRef: { namespace: true, name: true } },
    status: { phase: true },
  }),
  kept('', 'persistentvolumeclaims', 'PersistentVolumeClaim', 'which workloads keep data', {
    spec: { storageClassName: true, volumeName: true, accessModes: true },
    status: { phase: true },
  }),
  kept(
    'apiextensions.k8s.io',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    'which operators and extensions are installed',
    { spec: { group: true, scope: true, names: { kind: true, plural: true }, versions: { name: true } } },
  ),
  kept(
    '',
    'events',
    'Event',
    'why pods fail to start, are killed or evicted',
    {
      reason: true,
      message: true,
      type: true,
      involvedObject: { kind: true, namespace: true, name: true, uid: true },
      firstTimestamp: true,
    },
    // Normal events are the everyday life of a cluster: a hundred for each one that matters.
    { fieldSelector: 'type!=Normal' },
  ),
  kept(
    '',
    'secrets',
    'Secret',
    'which secrets exist; their names only, never what is in them',
    {},
    { metadataOnly: true, onRequest: true },
  ),
]

/** Resources of pods' owners by kind. */
export const workloadResources: ReadonlyMap<string, string> = new Map(
  watchedResources
    .filter(({ group }) => group === 'apps' || group === 'batch')
    .map(({ kind, id }) => [kind, id]),
)

/** Without these a cluster is not seen at all. */
export const neededResources: readonly string[] = watchedResources
  .filter(({ use }) => use === 'fleet')
  .map(({ id }) => id)

function asManifest(kind: string, raw: RawObject): ManifestObject {
  return { ...raw, kind } as unknown as ManifestObject
}

function ownerReferenceOf(raw: RawObject): OwnerReference | null {
  const list = raw.metadata?.ownerReferences
  if (!Array.isArray(list)) return null
  const owners = (list as Partial<OwnerReference & { controller: boolean }>[]).filter(
    (owner) =>
      typeof owner === 'object' &&
      owner !== null &&
      typeof owner.kind === 'string' &&
      typeof owner.name === 'string',
  )
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0]
  return owner === undefined ? null : { kind: owner.kind!, name: owner.name! }
}

/** Annotations that tools write for themselves at every change. */
const machineAnnotations =
  /^(?:kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/|control-plane\.alpha\.kubernetes\.io\/|meta\.helm\.sh\/)/

function annotationsOf(raw: RawObject): Record<string, string> {
  const kept: Record<string, string> = {}
  const charactersMax = limit('kubeAnnotationCharacters')
  for (const [key, value] of Object.entries(stringsOf(raw.metadata?.annotations)))
    if (value.length <= charactersMax && !machineAnnotations.test(key)) kept[key] = value
  return kept
}
