import type { PodShape } from '../../fleet/index.ts'

/** Why a pod of this shape breaks a rule, one reason for each container or pod that does; empty when it keeps it. */
export type PodRule = (shape: PodShape) => string[]

interface Fields {
  [name: string]: unknown
}

/** Rules by the probe that asks for them. A field that is not set has the meaning that Kubernetes gives it. */
export const podRules: Readonly<Record<string, PodRule>> = {
  'pod.host-network': ({ spec }) => (spec.hostNetwork === true ? ['hostNetwork'] : hostPorts(spec)),

  'pod.host-access': ({ spec }) => [
    ...['hostPID', 'hostIPC'].filter((field) => spec[field] === true),
    ...containersOf(spec).flatMap(({ name, context }) =>
      context.privileged === true ? [`${name} is privileged`] : [],
    ),
    ...writableHostPaths(spec),
  ],

  /** The image may name a user of its own, which is not known here: only what says root, or does not forbid it, is found. */
  'pod.run-as-root': ({ spec }) =>
    containersOf(spec).flatMap(({ name, context }) => {
      const user = context.runAsUser ?? contextOf(spec).runAsUser
      const nonRoot = context.runAsNonRoot ?? contextOf(spec).runAsNonRoot
      if (user === 0) return [`${name} runs as user 0`]
      return user === undefined && nonRoot !== true ? [`${name} may run as root`] : []
    }),

  'pod.capabilities': ({ spec }) =>
    containersOf(spec).flatMap(({ name, context }) => {
      const { drop, add } = (context.capabilities ?? {}) as { drop?: unknown; add?: unknown }
      const drops = Array.isArray(drop) && drop.some((one) => String(one).toUpperCase() === 'ALL')
      const added = Array.isArray(add) ? add.filter((one) => one !== 'NET_BIND_SERVICE').map(String) : []
      return [
        ...(drops ? [] : [`${name} keeps the default capabilities`]),
        ...(added.length > 0 ? [`${name} adds ${added.join(', ')}`] : []),
      ]
    }),

  'pod.no-new-privs': ({ spec }) =>
    containersOf(spec).flatMap(({ name, context }) =>
      context.allowPrivilegeEscalation === false ? [] : [`${name} may gain privileges`],
    ),

  /** A kubelet may confine by default; that is not seen, so what says nothing is not confined. */
  'pod.kernel-confinement': ({ spec }) =>
    containersOf(spec).flatMap(({ name, context }) => {
      const profile = (context.seccompProfile ?? contextOf(spec).seccompProfile) as Fields | undefined
      const type = profile?.type
      return type === 'RuntimeDefault' || type === 'Localhost' ? [] : [`${name} has no seccomp profile`]
    }),

  'pod.readonly-rootfs': ({ spec }) =>
    containersOf(spec).flatMap(({ name, context }) =>
      context.readOnlyRootFilesystem === true ? [] : [`${name} may write to its root file system`],
    ),
}

function contextOf(spec: Fields): Fields {
  return isFields(spec.securityContext) ? spec.securityContext : {}
}

interface Container {
  name: string
  context: Fields
  fields: Fields
}

function containersOf(spec: Fields): Container[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    (Array.isArray(spec[list]) ? (spec[list] as unknown[]) : []).filter(isFields).map((fields, at) => ({
      name: typeof fields.name === 'string' ? fields.name : `${list}[${at}]`,
      context: contextOf(fields),
      fields,
    })),
  )
}

function hostPorts(spec: Fields): string[] {
  return containersOf(spec).flatMap(({ name, fields }) =>
    (Array.isArray(fields.ports) ? fields.ports : [])
      .filter(
        (port): port is Fields => isFields(port) && typeof port.hostPort === 'number' && port.hostPort > 0,
      )
      .map(({ hostPort }) => `${name} has port ${String(hostPort)} of the node`),
  )
}

function writableHostPaths(spec: Fields): string[] {
  const paths = new Map(
    (Array.isArray(spec.volumes) ? (spec.volumes as unknown[]) : [])
      .filter(isFields)
      .flatMap(({ name, hostPath }) => (isFields(hostPath) ? [[name, String(hostPath.path)] as const] : [])),
  )
  return containersOf(spec).flatMap(({ name, fields }) =>
    (Array.isArray(fields.volumeMounts) ? (fields.volumeMounts as unknown[]) : [])
      .filter(isFields)
      .flatMap((mount) => {
        const path = paths.get(mount.name)
        if (path === undefined) return []
        const socket = /(?:docker|containerd|crio)\.sock$/.test(path)
        if (mount.readOnly === true && !socket) return []
        return [
          `${name} ${socket ? 'has the socket of the container runtime' : 'may write to'} ${path} of the node`,
        ]
      }),
  )
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
