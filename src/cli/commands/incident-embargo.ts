import type { AccessAnswer } from '../../respond/embargo/answers.ts'
import { incidentOf, spokenAs, spokenPath } from '../client/incident.ts'
import type { CommandContext } from '../context.ts'
import { formatAccess } from '../output/access.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'
import { timeOf } from './incident-words.ts'

/** `allclear incident embargo propose|activate|revise|reject|lift` */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const { until, terms, reason } = options
  const client = await context.client()
  const id = await incidentOf(client, options.incident as string | undefined)
  const path = `/incidents/${encodeURIComponent(id)}`
  await client.send('POST', spokenPath(`${path}/commands`, spokenAs(context, options)), {
    do: 'embargo',
    action: context.path.slice('incident embargo '.length),
    ...(until === undefined ? {} : { untilMs: timeOf(until as string, context.io.clock.nowMs()) }),
    ...(terms === undefined ? {} : { terms }),
    ...(reason === undefined ? {} : { reason }),
  })
  const answer = await client.get<AccessAnswer>(`${path}/access`)
  await print(context, {
    value: answer,
    names: () => [answer.codeWord ?? answer.incident],
    table: (wide) => formatAccess(answer, context, wide),
  })
  return 0
}
