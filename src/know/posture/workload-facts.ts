import { limit } from '../../base/limits.ts'
import { stepTitle, type WorkloadPrivileges } from '../privileges/index.ts'
import type { Enforcement, Entry, WorkloadReach } from '../reach/index.ts'
import type { PrivilegeLevel, PrivilegeOrUnknown, ReachOrUnknown } from './types.ts'
import type { Unseen } from './unseen.ts'

/**
 * What of a workload's posture decides its rank, and why in words. A fleet has some thousand different ones: workloads
 * share them.
 */
export interface WorkloadFacts {
  reach: ReachOrUnknown
  /** Why: `reachable from the internet through Ingress shop/web`. */
  reachReasons: readonly string[]
  privilege: PrivilegeOrUnknown
  privilegeReasons: readonly string[]
  /** Declared of it, its namespace or its cluster; null when nobody did. */
  criticality: 'critical' | 'high' | 'medium' | 'low' | null
  data: string | null
  /** What could not be seen. */
  unknown: readonly string[]
}

export type DeclaredPart = Pick<WorkloadFacts, 'criticality' | 'data'>

export const unknownFacts: WorkloadFacts = {
  reach: 'unknown',
  reachReasons: [],
  privilege: 'unknown',
  privilegeReasons: [],
  criticality: null,
  data: null,
  unknown: ['the specification of its pods is not kept: import the cluster again, or watch it'],
}

export function factsOf(
  reach: WorkloadReach | undefined,
  privileges: WorkloadPrivileges | undefined,
  unseen: Unseen,
  enforcement: Enforcement,
  declared: DeclaredPart,
): WorkloadFacts {
  const unknown: string[] = []
  if (unseen.waysIn !== null) unknown.push(`ways in from outside: ${unseen.waysIn}`)
  if (unseen.roles !== null) unknown.push(`rights in the API: ${unseen.roles}`)
  if (unseen.policies !== null) unknown.push(`policies: ${unseen.policies}`)
  return {
    ...reachOf(reach, unseen, enforcement),
    ...privilegesOf(privileges, unseen),
    ...declared,
    unknown,
  }
}

function reachOf(
  reach: WorkloadReach | undefined,
  unseen: Unseen,
  enforcement: Enforcement,
): Pick<WorkloadFacts, 'reach' | 'reachReasons'> {
  if (reach === undefined) return { reach: 'unknown', reachReasons: [] }
  const { level, open, closed } = reach
  const known = level === 'internet' || unseen.waysIn === null
  const reasons = open.slice(0, limit('exposureReasons')).map(wayInWords)
  if (open.length > reasons.length) reasons.push(`and ${open.length - reasons.length} more ways in`)
  if (open.length === 0 && known)
    reasons.push(
      level === 'cluster'
        ? 'reached from its cluster only, as far as is known'
        : `policies let nothing in (${enforcement.plugin} enforces them)`,
    )
  if (closed.length > 0)
    reasons.push(
      enforcement.state === 'enforced'
        ? `policies close ${closed[0].via}`
        : `policies would close ${closed[0].via}, but ${enforcement.plugin === null ? 'no network plug-in that enforces them is known' : `${enforcement.plugin} enforces none`}`,
    )
  return { reach: known ? level : 'unknown', reachReasons: reasons }
}

/** `reachable from the internet through Ingress shop/web` */
function wayInWords({ reach, via }: Entry): string {
  return reach === 'internet'
    ? `reachable from the internet through ${via}`
    : `reachable from the network of its nodes through ${via}`
}

function privilegesOf(
  privileges: WorkloadPrivileges | undefined,
  unseen: Unseen,
): Pick<WorkloadFacts, 'privilege' | 'privilegeReasons'> {
  if (privileges === undefined) return { privilege: 'unknown', privilegeReasons: [] }
  const level = privilegeLevelOf(privileges)
  const reasons: string[] = []
  const { ways, hostAccess, secretsIn, serviceAccount } = privileges
  if (level === 'cluster-admin') reasons.push(`can become cluster-admin: ${inSteps(ways.clusterAdmin!)}`)
  else if (level === 'node') reasons.push(`can take over a node: ${inSteps(ways.nodes!)}`)
  if (secretsIn === null) reasons.push(`can read secrets in every namespace as ${serviceAccount}`)
  else if (secretsIn.length > 0)
    reasons.push(
      `can read secrets in ${secretsIn.length === 1 ? `namespace ${secretsIn[0]}` : `${secretsIn.length} namespaces`} as ${serviceAccount}`,
    )
  else if (level === 'elevated' && ways.secrets !== null)
    reasons.push(`can reach secrets: ${inSteps(ways.secrets)}`)
  const held = [...new Set(hostAccess.map(({ step }) => stepTitle(step)))]
  if (held.length > 0 && level !== 'cluster-admin' && level !== 'node')
    reasons.push(...held.slice(0, limit('exposureReasons')))
  if (level === 'normal' && unseen.roles === null)
    reasons.push('no way to secrets, nodes or cluster-admin is known')
  // What its specification gives it is known, whatever its rights in the API are.
  const known = unseen.roles === null || level === 'cluster-admin' || level === 'node'
  return { privilege: known ? level : 'unknown', privilegeReasons: reasons }
}

export function privilegeLevelOf({ ways, hostAccess, secretsIn }: WorkloadPrivileges): PrivilegeLevel {
  if (ways.clusterAdmin !== null) return 'cluster-admin'
  if (ways.nodes !== null) return 'node'
  if (ways.secrets !== null || secretsIn === null || secretsIn.length > 0) return 'elevated'
  return hostAccess.length > 0 ? 'elevated' : 'normal'
}

/** `mounts the disk of its node, then has the kubelet's identity` */
function inSteps(way: readonly { step: string }[]): string {
  return way
    .map(({ step }) => step)
    .filter((step) => step !== 'member')
    .map(stepTitle)
    .join(', then ')
}
