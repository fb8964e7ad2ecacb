import type { AdvisorySummary, Page } from '../../know/answers.ts'
import type { CommandContext } from '../context.ts'
import { formatAge, formatCount, formatDate } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import { paintSeverity } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear advisory list` */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const { query: q, ecosystem, provisional, limit, offset, sort } = options
  const client = await context.client()
  const page = await client.get<Page<AdvisorySummary>>('/advisories', {
    q,
    ecosystem,
    provisional,
    limit,
    offset,
    sort,
  })
  await print(context, {
    value: page,
    names: () => page.rows.map((row) => row.id),
    table(wide) {
      const { terminal, io } = context
      const nowMs = io.clock.nowMs()
      if (page.total === 0)
        return 'No advisory fits. `allclear sync` fetches them; `allclear import advisories` reads them.\n'
      const left = page.total - page.rows.length
      return (
        formatTable(
          [
            { title: 'advisory', value: (row) => row.id },
            {
              title: 'severity',
              value: (row) => row.severity,
              paint: (text, row) => paintSeverity(terminal, row.severity, text),
            },
            { title: 'score', value: (row) => (row.score === null ? '-' : row.score.toFixed(1)), wide: true },
            { title: 'images', value: (row) => row.images },
            { title: 'findings', value: (row) => row.findings },
            { title: 'modified', value: (row) => formatAge(row.modifiedAtMs, nowMs) },
            { title: 'feed', value: (row) => row.feed, wide: true },
            { title: 'names', value: (row) => row.vulnerabilities.join(','), wide: true },
            { title: 'ecosystems', value: (row) => row.ecosystems.join(','), wide: true },
            { title: 'withdrawn', value: (row) => formatDate(row.withdrawnAtMs), wide: true },
            {
              title: 'summary',
              value: (row) => (row.withdrawnAtMs === null ? row.summary : `(withdrawn) ${row.summary}`),
              flexible: true,
            },
          ],
          page.rows,
          terminal,
          wide,
        ) +
        (left > 0
          ? terminal.faint(`… ${formatCount(page.total)} in all; see --limit, --offset and --query\n`)
          : '')
      )
    },
  })
  return 0
}
