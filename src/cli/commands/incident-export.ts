import type { IncidentAnswer, IncidentExport, TimelineRow } from '../../respond/incidents/answers.ts'
import { toHtml } from '../../respond/incidents/export/html.ts'
import { toMarkdown } from '../../respond/incidents/export/markdown.ts'
import { incidentOf } from '../client/incident.ts'
import type { CommandContext } from '../context.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear incident export`: to stdout. */
export async function run(
  context: CommandContext,
  [named]: string[],
  options: OptionValues,
): Promise<number> {
  const client = await context.client()
  const path = `/incidents/${encodeURIComponent(await incidentOf(client, named))}`
  if (options.format === 'md' || options.format === 'html') {
    const incident = await client.get<IncidentAnswer>(path)
    const { rows } = await client.get<{ rows: TimelineRow[] }>(`${path}/timeline`)
    await context.io.write(options.format === 'md' ? toMarkdown(incident, rows) : toHtml(incident, rows))
    return 0
  }
  const document = await client.get<IncidentExport>(`${path}/export`)
  await context.io.write(`${JSON.stringify(document, null, 1)}\n`)
  return 0
}
