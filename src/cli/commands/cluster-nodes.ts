import type { Page } from '../../know/answers.ts'
import type { ClusterNodeRow } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { formatAge } from '../output/format.ts'
import { formatSection } from '../output/answer.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear cluster nodes NAME` */
export async function run(context: CommandContext, [name]: string[], options: OptionValues): Promise<number> {
  const client = await context.client()
  const { query: q, limit, offset } = options as Record<string, string | undefined>
  const found = await client.get<Page<ClusterNodeRow>>(`/clusters/${encodeURIComponent(name)}/nodes`, {
    q,
    limit,
    offset,
  })
  await print(context, {
    value: found,
    names: () => found.rows.map((row) => row.name),
    table(wide) {
      if (found.total === 0) return 'No node is known there.\n'
      const nowMs = context.io.clock.nowMs()
      return formatSection(
        'Nodes',
        found,
        [
          { title: 'node', value: (row) => row.name, flexible: true },
          { title: 'system', value: (row) => row.osImage ?? 'not said', flexible: true },
          { title: 'kubelet', value: (row) => row.kubeletVersion ?? 'not said' },
          { title: 'pods', value: (row) => row.pods },
          { title: 'first seen', value: (row) => formatAge(row.firstSeenAtMs, nowMs) },
        ],
        context.terminal,
        wide,
      )
    },
  })
  return 0
}
