import type { ClusterSummary } from '../../know/answers.ts'
import type { CommandContext } from '../context.ts'
import { formatAge } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'

/** `allclear cluster list` */
export async function run(context: CommandContext): Promise<number> {
  const client = await context.client()
  const { rows } = await client.get<{ rows: ClusterSummary[] }>('/clusters')
  await print(context, {
    value: { rows },
    names: () => rows.map((row) => row.name),
    table(wide) {
      if (rows.length === 0)
        return 'No cluster yet. `allclear import manifests PATH --cluster NAME` brings one.\n'
      const nowMs = context.io.clock.nowMs()
      return formatTable(
        [
          { title: 'cluster', value: (row) => row.name, flexible: true },
          { title: 'workloads', value: (row) => row.workloads },
          { title: 'affected', value: (row) => row.affectedWorkloads },
          { title: 'pods', value: (row) => row.pods },
          { title: 'nodes', value: (row) => row.nodes },
          { title: 'images', value: (row) => row.images },
          { title: 'known', value: (row) => row.imagesKnown },
          { title: 'seen', value: (row) => formatAge(row.lastSeenAtMs, nowMs) },
          { title: 'by', value: ({ source, watch }) => watch?.kind ?? source },
          { title: 'sight', value: ({ watch }) => watch?.sight ?? '-', wide: true },
          { title: 'missing', value: ({ watch }) => watch?.missing ?? '-', wide: true },
        ],
        rows,
        context.terminal,
        wide,
      )
    },
  })
  return 0
}
