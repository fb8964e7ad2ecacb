import type { UnreadImageRow } from '../../know/catalog/types.ts'
import type { CommandContext } from '../context.ts'
import { formatAge } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'

/** `allclear image unread`: exit code 3 when there are some, for answers about their contents are partial. */
export async function run(context: CommandContext): Promise<number> {
  const { io, terminal } = context
  const client = await context.client()
  const { rows } = await client.get<{ rows: UnreadImageRow[] }>('/images-unread')
  await print(context, {
    value: { rows },
    names: () => rows.map(({ reference }) => reference),
    table: (wide) =>
      rows.length === 0
        ? 'Every running image that was tried could be read.\n'
        : formatTable(
            [
              { title: 'image', value: (row) => row.reference, flexible: true },
              { title: 'because', value: (row) => row.reason, flexible: true },
              { title: 'tried', value: (row) => formatAge(row.triedAtMs, io.clock.nowMs()) },
              { title: 'attempts', value: (row) => row.attempts, right: true },
              { title: 'code', value: (row) => row.code, wide: true },
              { title: 'id', value: (row) => row.id, wide: true },
            ],
            rows,
            terminal,
            wide,
          ),
  })
  return rows.length === 0 ? 0 : 3
}
