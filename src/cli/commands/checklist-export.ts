import type { CommandContext } from '../context.ts'

/** `allclear checklist export ID`, and `print`, which is its page for paper. */
export async function run(context: CommandContext, [id, version]: string[]): Promise<number> {
  const client = await context.client()
  const form = context.path === 'checklist print' ? 'html' : context.form
  await context.io.write(await client.bytes(`/checklists/${encodeURIComponent(id)}/text`, { form, version }))
  return 0
}
