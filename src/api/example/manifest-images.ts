/** By the image that a manifest names: what is to run instead. */
export type ImageNames = Record<string, { reference: string; digest: string }>

interface KubeObject {
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    ownerReferences?: { kind: string; name: string }[]
  }
  spec?: unknown
  status?: Status
}
interface Status {
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
}
interface ContainerStatus {
  image: string
  imageID: string
}

/**
 * A list of Kubernetes objects in which some workloads run other images. `imagesOf` is asked by `NAMESPACE/KIND/NAME`.
 * Pods of such a workload are other pods, as after a rollout.
 */
export function withImages(list: unknown, imagesOf: (workload: string) => ImageNames | null): unknown {
  const { items, ...rest } = list as { items: KubeObject[] }
  const replicaSets = new Map(
    items
      .filter(({ kind }) => kind === 'ReplicaSet')
      .map((set) => [`${set.metadata.namespace}/${set.metadata.name}`, set]),
  )
  return {
    ...rest,
    items: items.map((item) => {
      const images = imagesOf(workloadOf(item, replicaSets))
      return images === null || Object.keys(images).length === 0 ? item : replaced(item, images)
    }),
  }
}

/** The workload an object belongs to; a pod of a Deployment belongs to it through its ReplicaSet. */
function workloadOf(item: KubeObject, replicaSets: ReadonlyMap<string, KubeObject>): string {
  const { kind, metadata } = item
  const owner = metadata.ownerReferences?.[0]
  if (owner === undefined) return `${metadata.namespace}/${kind}/${metadata.name}`
  const set = owner.kind === 'ReplicaSet' ? replicaSets.get(`${metadata.namespace}/${owner.name}`) : undefined
  if (set !== undefined) return workloadOf(set, replicaSets)
  return `${metadata.namespace}/${owner.kind}/${owner.name}`
}

function replaced(item: KubeObject, images: ImageNames): KubeObject {
  const copy = structuredClone(item)
  renameImages(copy.spec, images)
  if (copy.kind !== 'Pod') return copy
  // The names of StatefulSet pods stay; every pod is a new one.
  const marker = Object.values(images)
    .map(({ digest }) => digest.slice(7, 11))
    .join('')
  if (copy.metadata.ownerReferences?.[0].kind !== 'StatefulSet')
    copy.metadata.name = `${copy.metadata.name.slice(0, 58)}${marker.slice(0, 4)}`
  copy.metadata.uid = `${(copy.metadata.uid ?? '').slice(0, -marker.length)}${marker}`
  for (const status of [
    ...(copy.status?.containerStatuses ?? []),
    ...(copy.status?.initContainerStatuses ?? []),
  ]) {
    const now = images[status.image]
    if (now === undefined) continue
    status.image = now.reference
    status.imageID = `${repositoryOf(now.reference)}@${now.digest}`
  }
  return copy
}

/** Every `image:` in a pod template or a pod, however deep. */
function renameImages(value: unknown, images: ImageNames): void {
  if (Array.isArray(value)) for (const one of value) renameImages(one, images)
  else if (value !== null && typeof value === 'object')
    for (const [key, member] of Object.entries(value)) {
      if (key !== 'image' || typeof member !== 'string') renameImages(member, images)
      else if (images[member] !== undefined)
        (value as Record<string, unknown>).image = images[member].reference
    }
}

function repositoryOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf(':'))
}
