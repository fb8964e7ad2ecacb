import { AllclearError } from '../../base/errors.ts'
import type { CommandContext } from '../context.ts'
import { readLines } from '../lines.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear version compare --scheme S A B` or `-`: one of `< = > ?` for each pair, in their order. */
export async function run(context: CommandContext, args: string[], options: OptionValues): Promise<number> {
  const scheme = options.scheme as string | undefined
  if (!scheme) {
    throw new AllclearError('usage', {
      message: 'Which version order?',
      next: 'Name it: `--scheme deb`, maven, npm, pypi, rpm …',
    })
  }
  const fromStdin = args.length === 1 && args[0] === '-'
  if (!fromStdin && args.length !== 2) {
    throw new AllclearError('usage', {
      message: `Two versions are compared; ${args.length} ${args.length === 1 ? 'was' : 'were'} given.`,
      next: 'Write `allclear version compare --scheme deb A B`, or give lines `A<TAB>B` on stdin with `-`.',
    })
  }
  const client = await context.client()
  for await (const lines of readLines(context.io, fromStdin ? args : [args.join('\t')])) {
    // What cannot be read or has no tab is no pair: it is answered `?` like everything else that cannot be ordered.
    const pairs: [string, string][] = []
    const results: string[] = []
    const places: number[] = []
    lines.forEach((line, index) => {
      const tab = line.ok ? line.value.indexOf('\t') : -1
      results.push('?')
      if (!line.ok || tab < 0) return
      places.push(index)
      pairs.push([line.value.slice(0, tab), line.value.slice(tab + 1)])
    })
    const answer = await client.send<{ results: string[] }>('POST', '/versions/compare', { scheme, pairs })
    answer.results.forEach((result, index) => {
      results[places[index]] = result
    })
    await context.io.write(`${results.join('\n')}\n`)
  }
  return 0
}
