import { withoutTrailingSlashes } from '../../core/trailing-slashes.ts'
import type { OwnedPod } from '../reach/index.ts'
import { steps } from './steps.ts'
import type { Step } from './steps.ts'

/** What a pod's specification gives it of its node. */
export interface HostAccess {
  step: Step
  /** `node`: it becomes the node. `tokens`: tokens of pods there. `traffic`: what they send. `itself`: its other containers. */
  gains: 'node' | 'tokens' | 'traffic' | 'itself'
  /** The field: `container app: securityContext.privileged`. */
  via: string
}

/** Capabilities that are not confined to the container, or that lead out of it with what a container has. */
const strongCapabilities = ['ALL', 'SYS_ADMIN', 'SYS_RAWIO', 'DAC_READ_SEARCH', 'BPF', 'SYS_BOOT']

const sockets = ['docker.sock', 'containerd.sock', 'crio.sock', 'cri-dockerd.sock', 'podman.sock']

/** Folders of a node in which whoever writes becomes root there. */
const writable = [
  '/',
  '/etc',
  '/root',
  '/home',
  '/var/spool/cron',
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/boot',
  '/opt',
  '/var/lib/kubelet',
  '/run/systemd',
  '/var/run',
  '/run',
]
/** Folders of a node that hold credentials. */
const readable = [
  '/',
  '/etc',
  '/etc/kubernetes',
  '/root',
  '/root/.ssh',
  '/home',
  '/var/lib/kubelet',
  '/var/lib/etcd',
  '/proc',
  '/var',
  '/var/lib',
]
const podVolumes = '/var/lib/kubelet/pods'

type Fields = Record<string, unknown>

/** Everything in a pod's specification that leads out of its containers, with the field that says so. */
export function hostAccessOf({ template: { spec } }: OwnedPod, readsLogs: boolean): HostAccess[] {
  const found: HostAccess[] = []
  const add = (step: Step, gains: HostAccess['gains'], via: string): void => {
    found.push({ step, gains, via })
  }
  const hostPid = spec.hostPID === true
  const hostNetwork = spec.hostNetwork === true
  const volumes = hostPathsOf(spec)
  for (const container of containersOf(spec)) {
    const name = `container ${String(container.name)}`
    const security = fieldsOf(container.securityContext)
    const capabilities = capabilitiesOf(security)
    const via = (field: string): string => `${name}: ${field}`
    if (security.privileged === true) {
      add(steps.privileged, 'node', via('securityContext.privileged'))
      add(steps.moduleLoad, 'node', via('securityContext.privileged'))
      if (hostPid) add(steps.nsenter, 'node', via('securityContext.privileged, with hostPID'))
    }
    const has = (capability: string): boolean => capabilities.has(capability) || capabilities.has('ALL')
    if (has('SYS_MODULE')) add(steps.moduleLoad, 'node', via('securityContext.capabilities.add: SYS_MODULE'))
    if (hostPid && (has('SYS_PTRACE') || security.privileged === true))
      add(steps.ptrace, 'node', via('securityContext.capabilities.add: SYS_PTRACE, with hostPID'))
    for (const capability of strongCapabilities)
      if (capabilities.has(capability))
        add(steps.capability, 'node', via(`securityContext.capabilities.add: ${capability}`))
    if (hostNetwork && (has('NET_ADMIN') || has('NET_RAW') || security.privileged === true))
      add(steps.networkCapture, 'traffic', via('securityContext.capabilities, with hostNetwork'))
    for (const mount of listOf(container.volumeMounts).map(fieldsOf)) {
      const path = volumes.get(String(mount.name))
      if (path === undefined) continue
      const place = via(`hostPath ${path} at ${String(mount.mountPath)}`)
      const writes = mount.readOnly !== true
      if (sockets.some((socket) => path.endsWith(`/${socket}`))) add(steps.containerSocket, 'node', place)
      if (writes && within('/proc/sys/kernel/core_pattern', path)) add(steps.corePattern, 'node', place)
      if (writes && readsLogs && within('/var/log/pods', path)) add(steps.varLog, 'node', place)
      if (
        writes &&
        writable.some((folder) => within(path, folder === '/' ? '//' : folder) || path === folder)
      )
        add(steps.hostWrite, 'node', place)
      if (readable.includes(path) || within(path, '/etc/kubernetes') || within(path, '/root'))
        add(steps.hostRead, 'node', place)
      if (within(podVolumes, path)) add(steps.hostTraverse, 'tokens', place)
    }
  }
  if (spec.shareProcessNamespace === true) add(steps.sharedProcesses, 'itself', 'shareProcessNamespace')
  return found
}

/** Ports on which the pod is reached from outside itself. */
export function endpointsOf({ template: { spec } }: OwnedPod): string[] {
  return containersOf(spec).flatMap((container) =>
    listOf(container.ports)
      .map(fieldsOf)
      .filter(({ containerPort }) => typeof containerPort === 'number')
      .map(({ containerPort, hostPort, protocol }) => {
        const host = typeof hostPort === 'number' && hostPort > 0 ? `, port ${hostPort} of its node` : ''
        return `container ${String(container.name)}: ${typeof protocol === 'string' ? protocol : 'TCP'} ${String(containerPort)}${host}`
      }),
  )
}

/** The service account, and whether its token is mounted: the pod's own word before the account's. */
export function accountOf(
  { namespace, template: { spec } }: OwnedPod,
  mountsByAccount: ReadonlyMap<string, boolean>,
): { name: string; mounted: boolean } {
  const own =
    typeof spec.serviceAccountName === 'string' && spec.serviceAccountName !== ''
      ? spec.serviceAccountName
      : spec.serviceAccount
  const name = typeof own === 'string' && own !== '' ? own : 'default'
  if (projectsToken(spec)) return { name, mounted: true }
  const automount = spec.automountServiceAccountToken
  const mounted =
    typeof automount === 'boolean' ? automount : (mountsByAccount.get(`${namespace}/${name}`) ?? true)
  return { name, mounted }
}

function projectsToken(spec: Fields): boolean {
  return listOf(spec.volumes).some((volume) =>
    listOf(fieldsOf(fieldsOf(volume).projected).sources).some(
      (source) => fieldsOf(source).serviceAccountToken !== undefined,
    ),
  )
}

/** `SYS_ADMIN` also when written `CAP_SYS_ADMIN`, as some runtimes take it. */
function capabilitiesOf(security: Fields): Set<string> {
  return new Set(
    listOf(fieldsOf(security.capabilities).add).map((name) =>
      String(name).toUpperCase().replace(/^CAP_/, ''),
    ),
  )
}

function containersOf(spec: Fields): Fields[] {
  return [spec.containers, spec.initContainers, spec.ephemeralContainers].flatMap((list) =>
    listOf(list).map(fieldsOf),
  )
}

function hostPathsOf(spec: Fields): Map<string, string> {
  const paths = new Map<string, string>()
  for (const volume of listOf(spec.volumes).map(fieldsOf)) {
    const { path } = fieldsOf(volume.hostPath)
    if (typeof path === 'string') paths.set(String(volume.name), withoutTrailingSlashes(path) || '/')
  }
  return paths
}

/** Whether a path is a folder or lies within it. */
function within(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`)
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
