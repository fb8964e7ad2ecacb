import type { Workload } from './types.ts'

/** Network plug-ins by the workload that runs them on nodes, and whether they enforce NetworkPolicies. */
const plugins: readonly { name: string; pattern: RegExp; enforces: boolean }[] = [
  { name: 'GKE Dataplane V2', pattern: /^anetd/, enforces: true },
  { name: 'Kube-OVN', pattern: /^kube-ovn-cni/, enforces: true },
  { name: 'Weave Net', pattern: /^weave-net/, enforces: true },
  { name: 'Azure NPM', pattern: /^azure-npm/, enforces: true },
  { name: 'Calico', pattern: /^(?:calico-node|canal)/, enforces: true },
  { name: 'Cilium', pattern: /^cilium(?:-agent)?$/, enforces: true },
  { name: 'Antrea', pattern: /^antrea-agent/, enforces: true },
  { name: 'OVN-Kubernetes', pattern: /^ovnkube-node/, enforces: true },
  { name: 'kube-router', pattern: /^kube-router/, enforces: true },
  { name: 'kube-network-policies', pattern: /^kube-network-policies/, enforces: true },
  { name: 'kindnet', pattern: /^kindnet/, enforces: true },
  { name: 'flannel', pattern: /^kube-flannel/, enforces: false },
]

export interface Enforcement {
  /** `unknown`: no network plug-in is recognised among the workloads. */
  state: 'enforced' | 'not-enforced' | 'unknown'
  /** The plug-in that decides, by its name. */
  plugin: string | null
}

/**
 * What is known of the enforcement of stored policies: the API server stores them whether or not anything enforces them
 * (NetworkPolicy, "Prerequisites").
 */
export function enforcementOf(workloads: readonly Workload[]): Enforcement {
  const found = plugins.filter(({ pattern }) =>
    workloads.some(({ kind, name }) => kind === 'DaemonSet' && pattern.test(name)),
  )
  const decides = found.find(({ enforces }) => enforces) ?? found[0]
  if (decides === undefined) return { state: 'unknown', plugin: null }
  return { state: decides.enforces ? 'enforced' : 'not-enforced', plugin: decides.name }
}

export function enforcementNote({ state, plugin }: Enforcement, policies: number): string | null {
  if (policies === 0 || state === 'enforced') return null
  return state === 'unknown'
    ? 'No network plug-in that enforces policies is among the objects: whether these policies hold is not known'
    : `${plugin} enforces no policies, and nothing else that does is among the objects: these policies may have no effect`
}
