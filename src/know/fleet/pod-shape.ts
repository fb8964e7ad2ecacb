import { createHash } from 'node:crypto'
import { limit } from '../../base/limits.ts'
import type { PodTemplate } from './objects.ts'

/**
 * What of a pod decides whom it reaches and what it may do: its labels, ports, service account, security contexts and
 * what it has of its node. Images, environment and addresses are not part of it, so a workload has one shape through most
 * of its releases, and a fleet a few thousand.
 */
export interface PodShape {
  labels: Record<string, string>
  /** Only those that attach networks. */
  annotations: Record<string, string>
  /** A part of the pod's own specification, in its own words. */
  spec: Record<string, unknown>
}

/** Members of a pod's specification that a shape is made of, as they are projected while reading. */
export const shapedPodSpec = {
  hostNetwork: true,
  hostPID: true,
  hostIPC: true,
  shareProcessNamespace: true,
  serviceAccountName: true,
  serviceAccount: true,
  automountServiceAccountToken: true,
  priorityClassName: true,
  runtimeClassName: true,
  securityContext: true,
  volumes: {
    name: true,
    hostPath: { path: true, type: true },
    projected: { sources: { serviceAccountToken: { audience: true } } },
  },
} as const

/** … and of its containers. */
export const shapedContainer = {
  restartPolicy: true,
  ports: true,
  securityContext: true,
  volumeMounts: { name: true, mountPath: true, readOnly: true },
} as const

export const networksAnnotation = 'k8s.v1.cni.cncf.io/networks'

/** Labels that controllers give each generation or each Job anew: no policy names their values. */
const generated = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
  'job-name',
  'batch.kubernetes.io/job-name',
])

/** The shape of a pod or a template as text: equal shapes are equal texts. */
export function podShapeOf({ metadata, spec = {} }: PodTemplate): string {
  const annotation = metadata?.annotations?.[networksAnnotation]
  const shape: PodShape = {
    labels: sortedLabels(metadata?.labels),
    annotations: typeof annotation === 'string' ? { [networksAnnotation]: annotation } : {},
    spec: shapedSpec(spec),
  }
  return JSON.stringify(shape)
}

/** The name under which a shape is stored once. */
export function hashOfShape(shape: string): string {
  return createHash('sha256').update(shape).digest('base64url')
}

function sortedLabels(labels: unknown): Record<string, string> {
  if (typeof labels !== 'object' || labels === null) return {}
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([key, value]) => typeof value === 'string' && !generated.has(key))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function shapedSpec(spec: Record<string, unknown>): Record<string, unknown> {
  const shaped: Record<string, unknown> = {}
  for (const key of Object.keys(shapedPodSpec)) {
    const value = spec[key]
    if (key === 'volumes' || value === undefined || value === null || value === false) continue
    // Most pods have an empty security context.
    if (typeof value === 'object' && Object.keys(value).length === 0) continue
    shaped[key] = value
  }
  // Unlike the others, this one says something when it is false.
  if (spec.automountServiceAccountToken === false) shaped.automountServiceAccountToken = false
  const volumes = volumesOf(spec.volumes)
  if (volumes.length > 0) shaped.volumes = volumes
  const onHost = new Set(volumes.flatMap(({ name, hostPath }) => (hostPath === undefined ? [] : [name])))
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    const containers = containersOf(spec[list], onHost)
    if (containers.length > 0) shaped[list] = containers
  }
  return shaped
}

interface Volume {
  name: string
  hostPath?: unknown
  projected?: unknown
}

/**
 * Volumes of the node, and tokens. The volume of a token has a name of its own in each pod, which is left out; a token
 * for another audience than the API server opens nothing here.
 */
function volumesOf(list: unknown): Volume[] {
  if (!Array.isArray(list)) return []
  const volumes: Volume[] = []
  let token = false
  for (const volume of list as unknown[]) {
    if (!isFields(volume)) continue
    if (isFields(volume.hostPath)) {
      const { path, type } = volume.hostPath
      volumes.push({ name: String(volume.name), hostPath: type ? { path, type } : { path } })
    }
    const sources = isFields(volume.projected) ? volume.projected.sources : null
    if (!Array.isArray(sources)) continue
    for (const source of sources as unknown[])
      if (isFields(source) && isFields(source.serviceAccountToken) && !source.serviceAccountToken.audience)
        token = true
  }
  if (token) volumes.push({ name: 'token', projected: { sources: [{ serviceAccountToken: {} }] } })
  return volumes
}

function containersOf(list: unknown, onHost: ReadonlySet<string>): Record<string, unknown>[] {
  if (!Array.isArray(list)) return []
  return (list as unknown[])
    .filter(isFields)
    .slice(0, limit('kubeContainers'))
    .map((container) => {
      const { name, restartPolicy, ports, securityContext, volumeMounts } = container
      const mounts = Array.isArray(volumeMounts)
        ? (volumeMounts as unknown[]).filter(isFields).filter((mount) => onHost.has(String(mount.name)))
        : []
      return {
        name,
        ...(restartPolicy === undefined ? {} : { restartPolicy }),
        ...(Array.isArray(ports) && ports.length > 0 ? { ports } : {}),
        ...(isFields(securityContext) && Object.keys(securityContext).length > 0 ? { securityContext } : {}),
        ...(mounts.length === 0
          ? {}
          : {
              volumeMounts: mounts.map((mount) => ({
                name: mount.name,
                mountPath: mount.mountPath,
                ...(mount.readOnly === true ? { readOnly: true } : {}),
              })),
            }),
      }
    })
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
