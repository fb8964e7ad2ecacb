import type { IncidentSummary } from '../../respond/incidents/answers.ts'
import type { CommandContext } from '../context.ts'
import { formatAge } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear incident list` */
export async function run(context: CommandContext, _args: string[], { live }: OptionValues): Promise<number> {
  const client = await context.client()
  const { rows } = await client.get<{ rows: IncidentSummary[] }>('/incidents', {
    status: live === true ? 'live' : 'all',
  })
  await print(context, {
    value: { rows },
    names: () => rows.map(({ id }) => id),
    table(wide) {
      if (rows.length === 0) return 'No incident. `allclear incident open CVE-…` opens one.\n'
      const nowMs = context.io.clock.nowMs()
      return formatTable(
        [
          { title: 'incident', value: (row) => row.id },
          { title: 'vulnerability', value: (row) => row.advisory },
          { title: 'status', value: (row) => row.status },
          { title: 'stage', value: (row) => (row.status === 'open' ? row.stage : '-') },
          { title: 'opened', value: (row) => formatAge(row.openedAtMs, nowMs) },
          { title: 'changed', value: (row) => formatAge(row.changedAtMs, nowMs) },
          {
            title: 'title',
            value: (row) => (row.codeWord === null ? row.title : `EMBARGO ${row.codeWord}: ${row.title}`),
            flexible: true,
          },
        ],
        rows,
        context.terminal,
        wide,
      )
    },
  })
  return 0
}
