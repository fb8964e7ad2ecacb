import type { TimelineRow } from '../../respond/incidents/answers.ts'
import { incidentOf } from '../client/incident.ts'
import type { CommandContext } from '../context.ts'
import { formatTime } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear incident timeline` */
export async function run(
  context: CommandContext,
  [named]: string[],
  options: OptionValues,
): Promise<number> {
  const client = await context.client()
  const id = await incidentOf(client, named)
  const answer = await client.get<{ total: number; rows: TimelineRow[] }>(
    `/incidents/${encodeURIComponent(id)}/timeline`,
    { after: options.after as string | undefined, limit: options.limit as string | undefined },
  )
  await print(context, {
    value: answer,
    names: () => answer.rows.map(({ seq }) => String(seq)),
    table: (wide) =>
      formatTable(
        [
          { title: 'seq', value: (row) => row.seq },
          { title: 'at', value: (row) => formatTime(row.atMs) },
          { title: 'who', value: (row) => row.actor },
          { title: 'what', value: (row) => row.text, flexible: true },
          { title: 'kind', value: (row) => row.kind, wide: true },
          { title: 'hash', value: (row) => row.hash.slice(0, 16), wide: true },
        ],
        answer.rows,
        context.terminal,
        wide,
      ),
  })
  return 0
}
