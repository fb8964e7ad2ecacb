import type { IncidentAnswer } from '../../respond/incidents/answers.ts'
import { incidentOf } from '../client/incident.ts'
import type { CommandContext } from '../context.ts'
import { formatClocks } from '../output/incident.ts'
import { print } from '../output/print.ts'

/** `allclear incident clock list` */
export async function run(context: CommandContext, [named]: string[]): Promise<number> {
  const client = await context.client()
  const id = await incidentOf(client, named)
  const answer = await client.get<IncidentAnswer>(`/incidents/${encodeURIComponent(id)}`)
  const { clocks, regimes } = answer
  await print(context, {
    value: { clocks, regimes },
    names: () => clocks.map((clock) => clock.id),
    table: (wide) => formatClocks(answer, context, wide),
  })
  return 0
}
