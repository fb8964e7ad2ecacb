import type { RawObject } from '../../base/kube/index.ts'
import { watchedResources, type WatchedResource } from './live/resources.ts'
import type { ManifestObject } from './objects.ts'
import type { KeptObject } from './types.ts'

/** Resources that are kept as they are. Events tell of a moment that is over; secrets are kept of nobody's manifests. */
const kept = new Map<string, WatchedResource>(
  watchedResources
    .filter(
      ({ use, onRequest, fieldSelector }) => use === 'object' && !onRequest && fieldSelector === undefined,
    )
    .map((resource) => [resource.kind, resource]),
)

/** Kind and `apiVersion` of the objects of a resource; null for one that is not kept. */
export function keptResource(id: string): { kind: string; apiVersion: string } | null {
  const found = watchedResources.find((resource) => resource.id === id)
  if (found === undefined) return null
  const { kind, group, version } = found
  return { kind, apiVersion: group === '' ? version : `${group}/${version}` }
}

/** Groups under which older manifests name the same objects. */
const formerGroups: Readonly<Record<string, string>> = {
  'networking.k8s.io': 'extensions',
}

/** The objects of manifests that are kept as those of a watched cluster are; of two with one name the last. */
export function keptObjectsOf(objects: readonly ManifestObject[]): KeptObject[] {
  const found = new Map<string, KeptObject>()
  for (const object of objects) {
    const resource = kept.get(object.kind)
    if (resource === undefined || !isOfGroup(object, resource)) continue
    const body = resource.keep(object as unknown as RawObject)
    if (body === null) continue
    const { metadata } = object
    const namespace = clusterWide.has(object.kind) ? '' : metadata.namespace || 'default'
    found.set(`${resource.id}\n${namespace}\n${metadata.name}`, {
      resource: resource.id,
      namespace,
      name: metadata.name,
      uid: typeof metadata.uid === 'string' ? metadata.uid : '',
      body,
    })
  }
  return [...found.values()]
}

function isOfGroup({ apiVersion }: ManifestObject, { group }: WatchedResource): boolean {
  if (apiVersion === undefined) return true
  const own = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return own === group || own === formerGroups[group]
}

const clusterWide: ReadonlySet<string> = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'StorageClass',
  'PersistentVolume',
  'CustomResourceDefinition',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'PriorityClass',
])
