import type { RefusedLine } from '../../api/score-lines.ts'
import type { DecidedLine } from '../../api/ssvc-lines.ts'
import type { Decision } from '../../know/scoring/index.ts'
import type { CommandContext } from '../context.ts'
import { answersInPlace, readLines } from '../lines.ts'
import type { OptionValues } from '../spec.ts'

/**
 * `allclear ssvc CVE|ANSWERS…` or `-`: a line for each, in their order. Exit code 2 when an argument is refused, 3 when a
 * decision on one of the arguments stays open because an answer is missing.
 */
export async function run(context: CommandContext, args: string[], options: OptionValues): Promise<number> {
  const client = await context.client()
  const batch = args.length === 1 && args[0] === '-'
  let refused = 0
  let open = 0
  for await (const lines of readLines(context.io, args)) {
    const results = await answersInPlace<DecidedLine | RefusedLine>(
      lines,
      async (readable) =>
        (
          await client.send<{ results: (DecidedLine | RefusedLine)[] }>('POST', '/ssvc', {
            lines: readable,
            facts: options.facts,
            workload: options.workload,
          })
        ).results,
      (reason) => ({ error: reason }),
    )
    const texts = results.map((result) => {
      if ('error' in result) {
        refused++
        return context.form === 'json' ? JSON.stringify(result) : `error: ${result.error}`
      }
      const decisions = result.decisions.filter(({ table }) => !options.tree || table === options.tree)
      if (decisions.some(({ outcome }) => outcome === null)) open++
      return context.form === 'json'
        ? JSON.stringify({ ...result, decisions })
        : inWords({ ...result, decisions }, !batch)
    })
    await context.io.write(`${texts.join('\n')}\n`)
  }
  if (batch) return 0
  return refused > 0 ? 2 : open > 0 ? 3 : 0
}

/** `deployer immediate<TAB>supplier …`; a person who asks for one gets the reasons below it. */
function inWords({ vulnerability, answers, reasons, decisions }: DecidedLine, explain: boolean): string {
  const line = [vulnerability ?? answers, ...decisions.map(decisionInWords)].join('\t')
  if (!explain || reasons.length === 0) return line
  return [line, ...reasons.map((reason) => `  ${reason}`)].join('\n')
}

function decisionInWords({ table, outcome, between, missing }: Decision): string {
  if (outcome !== null) return `${table}: ${outcome}`
  return `${table}: unknown (${between.join(' or ')}; needs ${missing.join(', ')})`
}
