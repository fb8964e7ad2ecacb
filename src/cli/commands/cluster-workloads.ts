import type { Page } from '../../know/answers.ts'
import type { ClusterWorkloadRow } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { formatSection } from '../output/answer.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear cluster workloads NAME` */
export async function run(context: CommandContext, [name]: string[], options: OptionValues): Promise<number> {
  const client = await context.client()
  const { query: q, limit, offset } = options as Record<string, string | undefined>
  const found = await client.get<Page<ClusterWorkloadRow>>(
    `/clusters/${encodeURIComponent(name)}/workloads`,
    { q, limit, offset },
  )
  await print(context, {
    value: found,
    names: () => found.rows.map((row) => row.id),
    table(wide) {
      if (found.total === 0) return 'No workload is known there.\n'
      return formatSection(
        'Workloads',
        found,
        [
          { title: 'workload', value: (row) => `${row.namespace}/${row.kind}/${row.name}`, flexible: true },
          { title: 'critical', value: (row) => row.critical },
          { title: 'high', value: (row) => row.high },
          { title: 'affected', value: (row) => row.affected },
          // A number beside images that nobody knows is a lower bound, so these stand next to it.
          { title: 'images', value: (row) => row.images },
          { title: 'not known', value: (row) => row.imagesUnknown },
          { title: 'pods', value: (row) => row.pods },
          { title: 'owner', value: (row) => row.owner ?? '-' },
        ],
        context.terminal,
        wide,
      )
    },
  })
  return 0
}
