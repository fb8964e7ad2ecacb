import type { CommandContext } from '../context.ts'
import { answersInPlace, readLines } from '../lines.ts'

/** `allclear purl parse|build`: one line for each, in their order. */
export async function run(context: CommandContext, args: string[]): Promise<number> {
  const route = context.path === 'purl parse' ? '/purls/parse' : '/purls/build'
  const client = await context.client()
  for await (const lines of readLines(context.io, args)) {
    const results = await answersInPlace(
      lines,
      async (readable) =>
        (await client.send<{ results: string[] }>('POST', route, { lines: readable })).results,
      (reason) => `error: ${reason}`,
    )
    await context.io.write(`${results.join('\n')}\n`)
  }
  return 0
}
