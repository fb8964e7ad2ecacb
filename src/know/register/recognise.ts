import type { SoftwareRules } from '../../base/config.ts'
import type { Channel, SoftwareRole } from './answers.ts'

/** What is known of a workload that may be somebody else's. */
export interface Candidate {
  namespace: string
  kind: string
  name: string
  owner: string | null
  labels: Readonly<Record<string, string>>
  /** As declared: `quay.io/cilium/cilium:v1.16.4`. */
  references: readonly string[]
  /** A webhook configuration leads to it. */
  isWebhook: boolean
  /** Its service account may write objects of API groups that Kubernetes does not have. */
  ownsResources: boolean
  hasHostAccess: boolean
}

export interface Recognised {
  name: string
  supplier: string
  roles: readonly SoftwareRole[]
  because: string
}

/** Plug-ins of the network, by the DaemonSet that they run. */
const network =
  /^(?:calico-node|canal|cilium|antrea-agent|ovnkube-node|kube-router|kindnet|kube-flannel|weave-net|kube-ovn-cni|azure-npm|azure-cns|aws-node|anetd|kube-proxy)/
const storage = /(?:^|[-/])csi(?:[-:]|$)|node-driver-registrar|external-(?:provisioner|attacher|resizer)/
const operator =
  /(?:^|[-/])(?:operator|controller|manager)(?:[-:@]|$)|-(?:operator|controller|manager)(?:[-:@]|$)/

/**
 * Whether a workload is software of others, and what it is called. It is when nobody in the fleet owns it, or when it is a
 * part of the cluster's own machinery (network, storage, webhooks, operators) from a registry that is not ours. The
 * configured rules go before: what `own` names is never in the register, what `others` names always is.
 */
export function recognise(candidate: Candidate, rules: SoftwareRules): Recognised | null {
  const { owner, references, labels } = candidate
  const isOwn =
    references.length > 0 && references.every((one) => rules.own.some((prefix) => one.startsWith(prefix)))
  const isOthers = references.find((one) => rules.others.some((prefix) => one.startsWith(prefix)))
  const isAllclear = labels['app.kubernetes.io/name'] === 'allclear'
  if (isOwn && isOthers === undefined && !isAllclear) return null
  const roles = rolesOf(candidate)
  const machinery = roles.some(
    (role) => role === 'network' || role === 'storage' || role === 'webhook' || role === 'operator',
  )
  // `part-of` names the product, which is no team.
  const team = owner === null || owner === labels['app.kubernetes.io/part-of'] ? null : owner
  const because =
    isOthers !== undefined
      ? `its image ${isOthers} is configured as software of others`
      : team === null
        ? 'no team of the fleet owns it'
        : machinery
          ? `it is machinery of the cluster (${roles.join(', ')}), owned by ${team}`
          : null
  if (because === null) return null
  return { name: productOf(candidate), supplier: supplierOf(references[0] ?? ''), roles, because }
}

function rolesOf({
  kind,
  name,
  labels,
  references,
  isWebhook,
  ownsResources,
  hasHostAccess,
}: Candidate): SoftwareRole[] {
  const texts = [name, ...references]
  const roles: SoftwareRole[] = []
  if (kind === 'DaemonSet' && network.test(name)) roles.push('network')
  if (texts.some((text) => storage.test(text))) roles.push('storage')
  if (isWebhook) roles.push('webhook')
  if (ownsResources || (kind !== 'DaemonSet' && texts.some((text) => operator.test(text))))
    roles.push('operator')
  const isAgent = kind === 'DaemonSet' || hasHostAccess || labels['app.kubernetes.io/component'] === 'agent'
  if (isAgent) roles.push('agent')
  return roles.length === 0 ? ['workload'] : roles
}

/** By the labels that are recommended for it, by the chart, else by the image. */
function productOf({ labels, references, name }: Candidate): string {
  const chart = labels['helm.sh/chart'] ?? labels.chart
  return (
    labels['app.kubernetes.io/part-of'] ??
    (chart === undefined ? undefined : chartName(chart)) ??
    labels['app.kubernetes.io/name'] ??
    imageName(references[0] ?? '') ??
    name
  )
}

/** Names of images that say nothing without who makes them. */
const plainNames = new Set([
  'operator',
  'controller',
  'manager',
  'agent',
  'server',
  'proxy',
  'webhook',
  'main',
])

function imageName(reference: string): string | undefined {
  const last = repositoryOf(reference).split('/').at(-1)
  return last === undefined || last === '' || plainNames.has(last) ? undefined : last
}

/** `cert-manager-v1.16.2` → `cert-manager` */
function chartName(chart: string): string {
  return chart.replace(/-v?\d[\w.+-]*$/, '')
}

/** Registry and first part of the path: who can push there. `quay.io/cilium`, `docker.io/library`. */
export function supplierOf(reference: string): string {
  const parts = repositoryOf(reference).split('/')
  return parts.length <= 1
    ? (parts[0] ?? '')
    : parts
        .slice(0, 2)
        .slice(0, parts.length > 2 ? 2 : 1)
        .join('/')
}

/** The reference without tag and digest, with the registry that is meant when none is named. */
export function repositoryOf(reference: string): string {
  // Build tools write where an image will come from: `ko://github.com/tektoncd/pipeline/cmd/controller`.
  const bare = reference
    .replace(/^\w+:\/\//, '')
    .replace(/@sha256:[0-9a-f]+$/, '')
    .replace(/:[^:/]+$/, '')
  if (bare === '') return ''
  const first = bare.split('/', 1)[0]
  if (first.includes('.') || first.includes(':') || first === 'localhost') return bare
  return bare.includes('/') ? `docker.io/${bare}` : `docker.io/library/${bare}`
}

/** Tags that are meant to move: `latest`, branches, and versions without their last part. */
const floating =
  /^(?:latest|stable|edge|main|master|dev|nightly|beta|alpha|rc|release|current|lts|v?\d+(?:\.\d+)?(?:-[a-z]+)?)$/i

export function channelOf(reference: string): { channel: Channel; version: string } {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1]
  const tag = /:([^:/@]+)(?:@|$)/.exec(reference.replace(/@sha256:[0-9a-f]+$/, ''))?.[1]
  if (digest !== undefined)
    return { channel: 'pinned', version: tag ?? digest.slice(0, 'sha256:'.length + 12) }
  if (tag === undefined) return { channel: 'floating', version: 'latest' }
  return { channel: floating.test(tag) ? 'floating' : 'tag', version: tag }
}

const channels: readonly Channel[] = ['floating', 'unknown', 'tag', 'pinned']

/** The loosest of several. */
export function loosest(found: readonly Channel[]): Channel {
  return channels.find((channel) => found.includes(channel)) ?? 'unknown'
}

export function pusherOf(channel: Channel, supplier: string): string {
  switch (channel) {
    case 'pinned':
      return 'nobody without a change in the cluster: it is named by digest'
    case 'tag':
      return `whoever can push to ${supplier}: the tag can be moved, and each new pod pulls what it then means`
    case 'floating':
      return `whoever can push to ${supplier}: each new pod pulls what the tag means by then`
    default:
      return 'not known'
  }
}
