import type { Workload } from './types.ts'

/** Network plug-ins by the workload that runs them on nodes, and whether they enforce NetworkPolicies. */
const plugins: readonly { name: string; pattern: RegExp; enforces: boolean }[] = [
  { name: 'Calico', pattern: /^(?:calico-node|canal)/, enforces: true },
  { name: 'Cilium', pattern: /^cilium(?:-agent)?$/, enforces: true },
  { name: 'Antrea', pattern: /^antrea-agent/, enforces: true },
  { name: 'OVN-Kubernetes', pattern: /^ovnkube-node/, enforces: true },
  { name: 'kube-router', pattern: /^kube-router/, enforces: true },
  { name: 'kube-network-policies', pattern: /^kube-network-policies/, enforces: true },
  { name: 'kindnet', pattern: /^kindnet/, enforces: true },
  { name: 'flannel', pattern: /^kube-flannel/, enforces: false },
]

/**
 * What is known of the enforcement of stored policies: the API server stores them whether or not anything enforces them
 * (NetworkPolicy, "Prerequisites").
 */
export function enforcementNote(workloads: readonly Workload[], policies: number): string | null {
  if (policies === 0) return null
  const found = plugins.filter(({ pattern }) =>
    workloads.some(({ kind, name }) => kind === 'DaemonSet' && pattern.test(name)),
  )
  if (found.some(({ enforces }) => enforces)) return null
  const [other] = found
  return other === undefined
    ? 'No network plug-in that enforces policies is among the objects: whether these policies hold is not known'
    : `${other.name} enforces no policies, and nothing else that does is among the objects: these policies may have no effect`
}
