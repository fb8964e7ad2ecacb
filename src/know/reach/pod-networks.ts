import type { AddressRange } from './addresses.ts'
import { compare } from './connection.ts'
import { ReachEngine } from './engine.ts'
import type { HostNetworkRule } from './engine.ts'
import type { ReachModel } from './model.ts'
import type { Network } from './networks.ts'
import type { Workload } from './types.ts'

/** A network on which pods have their first interface, with the workloads that are on it. */
export interface PodNetwork {
  /** `null` is the pod network. */
  network: Network | null
  /** Of the model's workloads, by index; the engine knows them by their place here. */
  members: readonly number[]
  engine: ReachEngine
}

/** One engine for each primary network: the pod network first, then user-defined ones that have pods. */
export function podNetworksOf(
  model: ReachModel,
  { hostNetwork, edges }: { hostNetwork: HostNetworkRule; edges?: readonly AddressRange[] },
): PodNetwork[] {
  const policies = policiesOf(model)
  return [null, ...sortedPrimaries(model.networks)].flatMap((network): PodNetwork[] => {
    const members = [...model.workloads.keys()].filter(
      (index) => model.workloads[index].network === (network?.id ?? null),
    )
    if (network !== null && members.length === 0) return []
    const workloads = members.map((index): Workload => ({ ...model.workloads[index], attachments: [] }))
    const { namespaces } = model
    return [
      {
        network,
        members,
        engine: new ReachEngine({ workloads, namespaces, policies, hostNetwork, edges }),
      },
    ]
  })
}

/** The same pods and namespaces with other policies: what was computed of them stays. */
export function withPoliciesOf(networks: readonly PodNetwork[], model: ReachModel): PodNetwork[] {
  const policies = policiesOf(model)
  return networks.map((one) => ({ ...one, engine: one.engine.withPolicies(policies) }))
}

function policiesOf({ policies }: ReachModel) {
  return policies.filter((policy) => policy.network === null)
}

function sortedPrimaries(networks: readonly Network[]): Network[] {
  const order = (kind: Network['kind']): number => (kind === 'UDN' ? 0 : 1)
  return networks
    .filter(({ primaryFor }) => primaryFor !== null)
    .toSorted((a, b) => order(a.kind) - order(b.kind) || compare(a.name, b.name))
}
