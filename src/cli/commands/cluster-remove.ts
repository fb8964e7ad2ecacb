import type { CommandContext } from '../context.ts'

/** `allclear cluster remove NAME` */
export async function run(context: CommandContext, [name]: string[]): Promise<number> {
  const client = await context.client()
  await client.send('DELETE', `/clusters/${encodeURIComponent(name)}`)
  await context.io.write(`Removed ${name}; what it ran counts as ended now, and its history stays.\n`)
  return 0
}
