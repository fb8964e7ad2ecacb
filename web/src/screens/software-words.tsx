import type { SoftwareAnswer } from '../api/schema.generated.ts'
import { grouped, nbsp } from '../format.ts'
import { Verdict } from '../parts/verdict.tsx'

export type SoftwareRow = SoftwareAnswer['rows'][number]
type Channel = SoftwareRow['channel']

/** How the next version comes, beside a version. */
export const channelTitles: Record<Channel, string> = {
  pinned: 'pinned by digest',
  tag: 'a version tag',
  floating: 'a moving tag',
  unknown: 'channel not known',
}

/** What software is there for. */
export const roleTitles: Record<SoftwareRow['roles'][number], string> = {
  network: 'network',
  storage: 'storage',
  webhook: 'webhook',
  operator: 'operator',
  agent: 'agent',
  workload: 'workload',
  host: 'on hosts',
}

/** The worst that a bad update can do, as the word of an answer. */
export function wordOf({ takesDown, reads, blocks }: SoftwareRow['impact']): string {
  if (takesDown.nodes > 0 || takesDown.nodesUnknown) return 'Nodes.'
  if (blocks.workloads > 0) return 'Starts.'
  if (reads.nodes > 0 || reads.secretNamespaces > 0) return 'Reads.'
  return takesDown.workloads > 0 ? 'Workloads.' : 'Itself.'
}

/** Nodes that a bad update can take down; where nodes of a cluster are not known there are more. */
export function NodesDown({
  takesDown: { nodes, nodesUnknown },
}: {
  takesDown: SoftwareRow['impact']['takesDown']
}) {
  if (!nodesUnknown) return <>{grouped(nodes)}</>
  return <Verdict kind="unknown">{nodes === 0 ? 'not known' : `≥${nbsp}${grouped(nodes)}`}</Verdict>
}
