import type { ManifestObject } from '../fleet/index.ts'
import { isFields } from './refusal.ts'
import { labelsOf } from './selectors.ts'
import type { Labels } from './selectors.ts'

export interface PodTemplate {
  labels: Labels
  annotations: Record<string, unknown>
  spec: Record<string, unknown>
}

/** A pod, or what an owner makes pods from, under the name of its topmost owner. */
export interface OwnedPod {
  namespace: string
  kind: string
  name: string
  template: PodTemplate
  /** Pods themselves are there, and not only what they are made from. */
  runs: boolean
  /** How many pods are like this; of a template alone, one stands for all. */
  pods: number
  /** Names of their nodes. */
  nodes: readonly string[]
}

/** How many owners above a pod are followed: Pod, ReplicaSet, Deployment and what made that. */
const ownersMax = 8

/**
 * Pods by their topmost owner among the objects. An owner with a pod template counts by its template where none of its pods
 * is among the objects, else by its pods.
 */
export function podsByOwner(objects: readonly ManifestObject[]): OwnedPod[] {
  const byName = new Map<string, ManifestObject>()
  for (const object of objects)
    byName.set(nameKey(object.kind, namespaceOf(object), object.metadata.name), object)
  const pods: OwnedPod[] = []
  const withPods = new Set<string>()
  const templates: { object: ManifestObject; template: PodTemplate }[] = []
  for (const object of byName.values()) {
    const template = templateOf(object)
    if (template === null) continue
    if (object.kind !== 'Pod') {
      templates.push({ object, template })
      continue
    }
    const owner = topOwner(object, byName)
    withPods.add(nameKey(owner.kind, namespaceOf(object), owner.name))
    const { nodeName } = template.spec
    const nodes = typeof nodeName === 'string' && nodeName !== '' ? [nodeName] : []
    pods.push({ namespace: namespaceOf(object), ...owner, template, runs: true, pods: 1, nodes })
  }
  for (const { object, template } of templates) {
    const owner = topOwner(object, byName)
    const own = owner.kind === object.kind && owner.name === object.metadata.name
    if (own && !withPods.has(nameKey(object.kind, namespaceOf(object), object.metadata.name)))
      pods.push({ namespace: namespaceOf(object), ...owner, template, runs: false, pods: 1, nodes: [] })
  }
  return pods
}

export function namespaceOf(object: ManifestObject): string {
  return object.metadata.namespace || 'default'
}

function nameKey(kind: string, namespace: string, name: string): string {
  return `${kind}\n${namespace}\n${name}`
}

/** Upwards as long as the owner is among the objects; an owner that is not is the last. */
function topOwner(
  object: ManifestObject,
  byName: ReadonlyMap<string, ManifestObject>,
): { kind: string; name: string } {
  let current = object
  for (let level = 0; level < ownersMax; level++) {
    const owners = Array.isArray(current.metadata.ownerReferences) ? current.metadata.ownerReferences : []
    const owner = owners.find((one) => one?.controller) ?? owners[0]
    // Static pods are owned by their node, which is no workload.
    if (typeof owner?.name !== 'string' || owner.kind === 'Node') break
    const kind = owner.kind ?? current.kind
    const above = byName.get(nameKey(kind, namespaceOf(current), owner.name))
    if (above === undefined || above === current || templateOf(above) === null)
      return { kind: above === current ? current.kind : kind, name: owner.name }
    current = above
  }
  return { kind: current.kind, name: current.metadata.name }
}

/** The pod template: of workloads under `spec.template`, of a CronJob under its job template, of a pod itself. */
function templateOf(object: ManifestObject): PodTemplate | null {
  const { spec, metadata, kind } = object
  if (!isFields(spec)) return null
  if (kind === 'Pod' || kind === 'VirtualMachineInstance')
    return { labels: labelsOf(metadata.labels), annotations: metadata.annotations ?? {}, spec }
  const job = kind === 'CronJob' && isFields(spec.jobTemplate) ? spec.jobTemplate.spec : spec
  const template = isFields(job) ? job.template : null
  if (!isFields(template) || !isFields(template.spec)) return null
  if (!Array.isArray(template.spec.containers) && kind !== 'VirtualMachine') return null
  const own = isFields(template.metadata) ? template.metadata : {}
  return {
    labels: labelsOf(own.labels),
    annotations: isFields(own.annotations) ? own.annotations : {},
    spec: template.spec,
  }
}
