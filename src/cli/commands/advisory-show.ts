import type { CommandContext } from '../context.ts'
import { print } from '../output/print.ts'

/** `allclear advisory show ID`: the record as it came. */
export async function run(context: CommandContext, [id]: string[]): Promise<number> {
  const client = await context.client()
  const record = await client.get<unknown>(`/advisories/${encodeURIComponent(id)}`)
  await print(context, {
    value: record,
    names: () => [id],
    table: () => `${JSON.stringify(record, null, 2)}\n`,
  })
  return 0
}
