import type { AddressRange } from './addresses.ts'
import type { Protocol } from './connections.ts'
import type { Labels, Selector } from './selectors.ts'

/** Pods by the labels of their namespace and their own. */
export interface PodsPeer {
  kind: 'pods'
  /** Only this namespace; else the namespaces that `namespaces` selects. */
  namespace: string | null
  namespaces: Selector
  pods: Selector
}

/** Addresses: a CIDR block without some of its parts. */
export interface BlockPeer {
  kind: 'block'
  block: AddressRange
  except: readonly AddressRange[]
}

/** Peers that are known only at run time: nodes by label, and names that resolve to addresses. */
export interface UnresolvedPeer {
  kind: 'nodes' | 'names'
}

export type Peer = PodsPeer | BlockPeer | UnresolvedPeer

/** Ports of a rule. A named port is resolved on the pod that is connected to. */
export type PortRule =
  | { kind: 'ports'; protocol: Protocol; first: number; last: number }
  | { kind: 'named'; protocol: Protocol | null; name: string }

export type Action = 'allow' | 'deny' | 'pass'

export interface Rule {
  action: Action
  /** `null`: whoever it is. */
  peers: readonly Peer[] | null
  /** `null`: all ports of all protocols. */
  ports: readonly PortRule[] | null
}

export type Tier = 'admin' | 'network' | 'baseline'

/**
 * A NetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy, ClusterNetworkPolicy or MultiNetworkPolicy, in one form.
 */
export interface Policy {
  /** `NetworkPolicy shop/default-deny` */
  id: string
  tier: Tier
  /** Lower decides first; of its tier. 0 in the network tier, whose policies add up. */
  priority: number
  subject: PodsPeer
  /** Absent (`null`): the policy says nothing of this direction. */
  ingress: readonly Rule[] | null
  egress: readonly Rule[] | null
  /** The secondary network that it is for; `null` is the pod network. */
  network: string | null
}

export interface ContainerPort {
  name: string | null
  protocol: Protocol
  port: number
  /** Port of the node that leads to it; `null` when there is none. */
  hostPort: number | null
}

/** Pods of one owner that no policy can tell apart: same labels, ports and networks. */
export interface Workload {
  namespace: string
  kind: string
  name: string
  labels: Labels
  ports: readonly ContainerPort[]
  /** Its pods have the addresses of their nodes. */
  hostNetwork: boolean
  /** The network of its first interface: `null` is the pod network. */
  network: string | null
  /** Further networks that it is attached to, with its addresses there. */
  attachments: readonly { network: string; addresses: readonly { family: 4 | 6; value: bigint }[] }[]
  pods: number
}
