import type { ImageSummary, Page } from '../../know/answers.ts'
import type { CommandContext } from '../context.ts'
import { formatAge, formatCount, shortDigest } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear image list` */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const { query: q, running, limit, offset, sort } = options
  const client = await context.client()
  const page = await client.get<Page<ImageSummary>>('/images', { q, running, limit, offset, sort })
  await print(context, {
    value: page,
    names: () => page.rows.map((row) => row.id),
    table(wide) {
      const { terminal, io } = context
      const nowMs = io.clock.nowMs()
      if (page.total === 0)
        return 'No image fits. `allclear import sbom DIR` and `allclear import manifests DIR --cluster NAME` bring some.\n'
      const left = page.total - page.rows.length
      return (
        formatTable(
          [
            { title: 'image', value: (row) => row.reference || row.id, flexible: true },
            {
              title: 'contents',
              value: (row) => (row.known ? `${formatCount(row.packages)} packages` : 'unknown'),
            },
            { title: 'affected', value: (row) => (row.known ? row.affected : '?') },
            { title: 'critical', value: (row) => (row.known ? row.critical : '?') },
            { title: 'high', value: (row) => (row.known ? row.high : '?') },
            { title: 'fixable', value: (row) => (row.known ? row.fixable : '?') },
            { title: 'unknown', value: (row) => (row.known ? row.unknown : '?') },
            { title: 'workloads', value: (row) => row.workloads },
            { title: 'pods', value: (row) => row.pods },
            { title: 'seen', value: (row) => (row.running ? 'running' : formatAge(row.lastSeenAtMs, nowMs)) },
            { title: 'clusters', value: (row) => row.clusters, wide: true },
            {
              title: 'digest',
              value: (row) => (wide ? (row.digest ?? '-') : shortDigest(row.digest)),
              wide: true,
            },
          ],
          page.rows,
          terminal,
          wide,
        ) +
        (left > 0 ? terminal.faint(`… ${formatCount(page.total)} in all; see --limit and --offset\n`) : '')
      )
    },
  })
  return 0
}
