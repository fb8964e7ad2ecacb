import type { ChangeRow } from '../../know/answers.ts'
import type { CommandContext } from '../context.ts'
import { formatTime } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear changes` */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const { after, limit } = options
  const client = await context.client()
  const { rows } = await client.get<{ rows: ChangeRow[] }>('/changes', { after, limit: limit ?? '50' })
  await print(context, {
    value: { rows },
    names: () => rows.map((row) => String(row.seq)),
    table: (wide) =>
      rows.length === 0
        ? 'Nothing has changed.\n'
        : formatTable(
            [
              { title: 'seq', value: (row) => row.seq },
              { title: 'at', value: (row) => formatTime(row.atMs) },
              { title: 'kind', value: (row) => row.kind },
              { title: 'subject', value: (row) => row.subject, wide: true },
              { title: 'what', value: (row) => row.text, flexible: true },
            ],
            rows,
            context.terminal,
            wide,
          ),
  })
  return 0
}
