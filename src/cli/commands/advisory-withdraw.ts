import type { CommandContext } from '../context.ts'
import { print } from '../output/print.ts'

/** `allclear advisory withdraw ID` */
export async function run(context: CommandContext, [id]: string[]): Promise<number> {
  const client = await context.client()
  await client.send('DELETE', `/advisories/provisional/${encodeURIComponent(id)}`)
  await print(context, {
    value: { id, withdrawn: true },
    names: () => [id],
    table: () => `Withdrew ${id}; its findings went with it.\n`,
  })
  return 0
}
