import type { ProbeRow } from '../../api/index.ts'
import type { CommandContext } from '../context.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear probe list` */
export async function run(
  context: CommandContext,
  _args: string[],
  { connected }: OptionValues,
): Promise<number> {
  const client = await context.client()
  const all = (await client.get<{ rows: ProbeRow[] }>('/probes')).rows
  const rows = connected === true ? all.filter((row) => row.connected) : all
  await print(context, {
    value: { rows },
    names: () => rows.map(({ id }) => id),
    table: (wide) =>
      `${formatTable(
        [
          { title: 'probe', value: (row) => row.id },
          { title: 'wing', value: (row) => row.wing },
          { title: 'answered', value: (row) => (row.connected ? row.cost : 'not connected') },
          { title: 'question', value: (row) => row.title, flexible: true },
          { title: 'needs', value: (row) => row.needs ?? '', wide: true },
        ],
        rows,
        context.terminal,
        wide,
      )}${context.terminal.faint(`${all.filter((row) => row.connected).length} of ${all.length} are answered; the others are unknown.`)}\n`,
  })
  return 0
}
