import type { ReachLevel } from '../reach/index.ts'

/** From where it can be connected to; `unknown` where nobody can say. See `WorkloadReach`. */
export type ReachOrUnknown = ReachLevel | 'unknown'

/**
 * What whoever runs code in it can become: `cluster-admin`; `node`, a node and all that is on it; `elevated`, secrets,
 * or tokens and traffic of others; `normal`, nothing of these.
 */
export const privilegeLevels = ['cluster-admin', 'node', 'elevated', 'normal'] as const
export type PrivilegeLevel = (typeof privilegeLevels)[number]
export type PrivilegeOrUnknown = PrivilegeLevel | 'unknown'
