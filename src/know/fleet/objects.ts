import { podShapeOf } from './pod-shape.ts'
import { digestOfImageId, parseReference } from './reference.ts'
import type { ClusterSnapshot, ContainerRecord, PodRecord, WorkloadRecord } from './types.ts'

interface OwnerReference {
  kind?: string
  name?: string
  uid?: string
  controller?: boolean
}

/** A Kubernetes object as it comes: only what is read here, and nothing of it believed. */
export interface ManifestObject {
  kind: string
  apiVersion?: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    ownerReferences?: OwnerReference[]
  }
  spec?: Record<string, unknown>
  status?: Record<string, unknown>
}

/** How deep a pod template may lie in an object of an unknown kind. */
const templateDepthMax = 6

/** Sorts objects into a snapshot: workloads are the top-most owners that have a pod template, pods belong to them. */
export function snapshotOf(
  objects: readonly ManifestObject[],
  { cluster, atMs }: { cluster: string; atMs: number },
): ClusterSnapshot {
  const snapshot: ClusterSnapshot = {
    cluster,
    atMs,
    nodes: [],
    workloads: [],
    pods: [],
    namespaces: [],
    objects: [],
    leftOut: [],
    declaredOnly: true,
  }
  const byName = new Map<string, ManifestObject>()
  for (const object of objects) byName.set(keyOf(object), object)
  const workloads = new Map<string, WorkloadRecord>()
  for (const object of byName.values()) {
    const { metadata } = object
    switch (object.kind) {
      case 'Node':
        snapshot.declaredOnly = false
        snapshot.nodes.push({
          name: metadata.name,
          labels: stringsOf(metadata.labels),
          osImage: textAt(object.status, 'nodeInfo', 'osImage'),
          kubeletVersion: textAt(object.status, 'nodeInfo', 'kubeletVersion'),
        })
        break
      case 'Namespace':
        snapshot.namespaces.push({
          name: metadata.name,
          labels: stringsOf(metadata.labels),
          annotations: stringsOf(metadata.annotations),
        })
        break
      default: {
        const template = podTemplateOf(object)
        if (!template) break
        const top = topOwner(object, byName)
        if (top.object === object) addWorkload(workloads, object, template)
        if (object.kind === 'Pod') {
          const pod = podOf(object, `${top.kind}/${top.name}`)
          if (object.status && (pod.phase !== '' || pod.node !== null)) snapshot.declaredOnly = false
          snapshot.pods.push(pod)
          // An owner that is not part of the input is still a workload: known by its pods.
          if (!top.object) addOwnedWorkload(workloads, object, top, template)
        }
      }
    }
  }
  snapshot.workloads = [...workloads.values()]
  if (snapshot.declaredOnly) snapshot.pods = []
  return snapshot
}

function keyOf({ kind, metadata }: ManifestObject): string {
  return `${kind}\n${metadata.namespace ?? 'default'}\n${metadata.name}`
}

interface Top {
  kind: string
  name: string
  object: ManifestObject | null
}

/** Follows controllers upwards: Pod → ReplicaSet → Deployment, Pod → Job → CronJob. Cycles end at what was seen. */
function topOwner(object: ManifestObject, byName: ReadonlyMap<string, ManifestObject>): Top {
  let current = object
  const seen = new Set<ManifestObject>()
  for (;;) {
    seen.add(current)
    const owners = Array.isArray(current.metadata.ownerReferences) ? current.metadata.ownerReferences : []
    const owner = owners.find(({ controller }) => controller) ?? owners[0]
    // Static pods are owned by their node, which is no workload.
    if (!owner?.kind || !owner.name || owner.kind === 'Node') break
    const above = byName.get(`${owner.kind}\n${current.metadata.namespace ?? 'default'}\n${owner.name}`)
    if (!above) return { ...guessedOwner(owner.kind, owner.name, current), object: null }
    if (seen.has(above) || !podTemplateOf(above))
      return { kind: above.kind, name: above.metadata.name, object: podTemplateOf(above) ? above : null }
    current = above
  }
  return { kind: current.kind, name: current.metadata.name, object: current }
}

/** A ReplicaSet that is not listed is named after its Deployment and the hash that its pods carry as label. */
export function guessedOwner(
  kind: string,
  name: string,
  pod: { metadata: { labels?: Record<string, string> } },
): { kind: string; name: string } {
  const hash = pod.metadata.labels?.['pod-template-hash']
  if (kind === 'ReplicaSet' && hash && name.endsWith(`-${hash}`))
    return { kind: 'Deployment', name: name.slice(0, -hash.length - 1) }
  return { kind, name }
}

export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec?: Record<string, unknown>
}

export function podTemplateOf(object: ManifestObject): PodTemplate | null {
  const spec = object.spec
  if (!isObject(spec)) return null
  if (object.kind === 'Pod') return { metadata: object.metadata, spec }
  return findTemplate(spec, 0)
}

/** The first object with a list of containers that have images; custom resources keep it in places of their own. */
function findTemplate(value: Record<string, unknown>, depth: number): PodTemplate | null {
  if (hasContainers(value.spec)) return value as PodTemplate
  if (hasContainers(value)) return { spec: value }
  if (depth >= templateDepthMax) return null
  for (const key of ['template', 'jobTemplate', ...Object.keys(value)]) {
    const inner = value[key]
    if (!isObject(inner)) continue
    const found = findTemplate(inner, depth + 1)
    if (found) return found
  }
  return null
}

function hasContainers(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value.containers)) return false
  return value.containers.some((container) => isObject(container) && typeof container.image === 'string')
}

function addWorkload(
  workloads: Map<string, WorkloadRecord>,
  object: ManifestObject,
  template: PodTemplate,
): void {
  const workload = workloadOf(object, template)
  workloads.set(`${workload.namespace}\n${workload.kind}\n${workload.name}`, workload)
}

/** An object with a pod template as a workload; `owner` is left to the caller. */
export function workloadOf(object: ManifestObject, template: PodTemplate): WorkloadRecord {
  const { metadata } = object
  const replicas = object.spec?.replicas
  return {
    namespace: metadata.namespace ?? 'default',
    kind: object.kind,
    name: metadata.name,
    labels: { ...stringsOf(template.metadata?.labels), ...stringsOf(metadata.labels) },
    annotations: stringsOf(metadata.annotations),
    serviceAccount:
      typeof template.spec?.serviceAccountName === 'string' ? template.spec.serviceAccountName : null,
    replicas: typeof replicas === 'number' && replicas >= 0 ? replicas : null,
    containers: containersOf(template.spec),
    owner: null,
    shape: podShapeOf(template),
  }
}

function addOwnedWorkload(
  workloads: Map<string, WorkloadRecord>,
  pod: ManifestObject,
  top: Top,
  template: PodTemplate,
): void {
  const namespace = pod.metadata.namespace ?? 'default'
  const key = `${namespace}\n${top.kind}\n${top.name}`
  if (workloads.has(key)) return
  addWorkload(
    workloads,
    { ...pod, kind: top.kind, metadata: { ...pod.metadata, name: top.name }, spec: undefined },
    template,
  )
}

function containersOf(spec: Record<string, unknown> | undefined): ContainerRecord[] {
  const containers: ContainerRecord[] = []
  const add = (list: unknown, kind: ContainerRecord['kind']): void => {
    if (!Array.isArray(list)) return
    for (const container of list as unknown[]) {
      if (!isObject(container) || typeof container.image !== 'string' || container.image === '') continue
      const reference = parseReference(container.image)
      containers.push({
        name: typeof container.name === 'string' ? container.name : 'container',
        kind,
        reference: reference?.text ?? container.image,
        digest: reference?.digest ?? null,
      })
    }
  }
  add(spec?.containers, 'main')
  add(spec?.initContainers, 'init')
  add(spec?.ephemeralContainers, 'ephemeral')
  return containers
}

export function podOf(object: ManifestObject, workload: string): PodRecord {
  const { metadata, spec, status } = object
  const digests = new Map<string, string>()
  for (const list of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']) {
    const entries = status?.[list]
    if (!Array.isArray(entries)) continue
    for (const entry of entries as unknown[]) {
      if (!isObject(entry) || typeof entry.name !== 'string') continue
      const digest = digestOfImageId(typeof entry.imageID === 'string' ? entry.imageID : null)
      if (digest) digests.set(entry.name, digest)
    }
  }
  const started = textAt(status, 'startTime')
  return {
    uid: metadata.uid ?? `${metadata.namespace ?? 'default'}/${metadata.name}`,
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    node: typeof spec?.nodeName === 'string' && spec.nodeName !== '' ? spec.nodeName : null,
    workload,
    phase: typeof status?.phase === 'string' ? status.phase : '',
    startedAtMs: started === null || Number.isNaN(Date.parse(started)) ? null : Date.parse(started),
    serviceAccount: typeof spec?.serviceAccountName === 'string' ? spec.serviceAccountName : null,
    containers: containersOf(spec).map((container) => ({
      ...container,
      digest: digests.get(container.name) ?? container.digest,
    })),
    shape: podShapeOf({ metadata, spec }),
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Labels and annotations are maps of strings; what is not a string is left out. */
export function stringsOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {}
  const strings: Record<string, string> = {}
  for (const [key, text] of Object.entries(value)) if (typeof text === 'string') strings[key] = text
  return strings
}

function textAt(value: unknown, ...path: string[]): string | null {
  let current = value
  for (const key of path) current = isObject(current) ? current[key] : undefined
  return typeof current === 'string' ? current : null
}
