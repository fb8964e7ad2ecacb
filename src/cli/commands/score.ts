import type { RefusedLine, ScoredLine } from '../../api/score-lines.ts'
import type { CommandContext } from '../context.ts'
import { answersInPlace, readLines } from '../lines.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear score VECTOR…` or `-`: a line for each, in their order. Exit code 2 when an argument is no vector. */
export async function run(context: CommandContext, args: string[], options: OptionValues): Promise<number> {
  const client = await context.client(options.workload === undefined ? 'nothing' : undefined)
  let refused = 0
  for await (const lines of readLines(context.io, args)) {
    const results = await answersInPlace<ScoredLine | RefusedLine>(
      lines,
      async (readable) =>
        (
          await client.send<{ results: (ScoredLine | RefusedLine)[] }>('POST', '/scores', {
            lines: readable,
            env: options.env,
            workload: options.workload,
          })
        ).results,
      (reason) => ({ error: reason }),
    )
    for (const result of results) if ('error' in result) refused++
    const texts = results.map((result) =>
      context.form === 'json' ? JSON.stringify(result) : inWords(result),
    )
    await context.io.write(`${texts.join('\n')}\n`)
  }
  // A batch is answered when every line is; a vector on the command line was meant to be one.
  return refused > 0 && args[0] !== '-' ? 2 : 0
}

/** `9.3<TAB>critical<TAB>CVSS-BT<TAB>base 10.0<TAB>…` */
function inWords(result: ScoredLine | RefusedLine): string {
  if ('error' in result) return `error: ${result.error}`
  const { version, score, severity, base, temporal, environmental, nomenclature, proposed = [] } = result
  const parts = [score.toFixed(1), severity, nomenclature ?? `CVSS ${version}`, `base ${base.toFixed(1)}`]
  if (temporal !== null) parts.push(`${version === '4.0' ? 'threat' : 'temporal'} ${temporal.toFixed(1)}`)
  if (environmental !== null) parts.push(`environmental ${environmental.toFixed(1)}`)
  return [parts.join('\t'), ...proposed.map(({ metric, reason }) => `  ${metric}: ${inert(reason)}`)].join(
    '\n',
  )
}
