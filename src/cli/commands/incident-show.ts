import type { IncidentAnswer } from '../../respond/incidents/answers.ts'
import { incidentOf, spokenAs } from '../client/incident.ts'
import type { CommandContext } from '../context.ts'
import { formatIncident } from '../output/incident.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear incident show`: exit code 3 while it is not all clear. */
export async function run(
  context: CommandContext,
  [named]: string[],
  options: OptionValues,
): Promise<number> {
  const client = await context.client()
  const id = await incidentOf(client, named)
  const answer = await client.get<IncidentAnswer>(`/incidents/${encodeURIComponent(id)}`, {
    as: spokenAs(context, options),
  })
  await print(context, {
    value: answer,
    names: () => [answer.id],
    table: (wide) => formatIncident(answer, context, wide),
  })
  return answer.status === 'open' ? 3 : 0
}
