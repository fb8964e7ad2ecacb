import type { FactRow } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { formatFacts } from '../output/facts.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear fact list` */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const client = await context.client()
  const { cluster, limit, offset } = options as Record<string, string | undefined>
  const answer = await client.get<{ total: number; rows: FactRow[] }>('/facts', { cluster, limit, offset })
  await print(context, {
    value: answer,
    names: () => answer.rows.map(({ scope, fact }) => `${scope} ${fact}`),
    table: (wide) => formatFacts(answer.rows, context, wide),
  })
  return 0
}
