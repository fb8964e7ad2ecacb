import { AllclearError } from '../../base/errors.ts'
import type { FactRow } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { formatFacts } from '../output/facts.ts'
import { print } from '../output/print.ts'

/** `allclear fact set CLUSTER/NS/KIND/NAME criticality=high …`; `criticality=` takes it back. */
export async function run(context: CommandContext, [scope, ...words]: string[]): Promise<number> {
  const facts: Record<string, string> = {}
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals <= 0) {
      throw new AllclearError('usage', {
        message: `\`${word}\` declares nothing.`,
        next: 'Write NAME=VALUE: criticality=high data=personal users=120000 team=payments.',
      })
    }
    facts[word.slice(0, equals)] = word.slice(equals + 1)
  }
  const client = await context.client()
  const { rows } = await client.send<{ rows: FactRow[] }>('POST', '/facts', { scope, facts })
  await print(context, {
    value: { rows },
    names: () => rows.map(({ fact }) => fact),
    table: (wide) => formatFacts(rows, context, wide),
  })
  return 0
}
