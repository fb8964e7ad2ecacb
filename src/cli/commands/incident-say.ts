import type { IncidentAnswer } from '../../respond/incidents/answers.ts'
import { incidentOf, spokenAs, spokenPath } from '../client/incident.ts'
import type { CommandContext } from '../context.ts'
import { formatIncidentShort } from '../output/incident.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'
import { incidentWords, timeOf } from './incident-words.ts'

/** Commands whose only argument is the incident itself. */
const ofTheWhole = new Set(['join', 'all-clear', 'reopen', 'close'])

/** `allclear incident open|join|check|skip|pass|decide|…`: says something, and shows where it stands then. */
export async function run(context: CommandContext, args: string[], options: OptionValues): Promise<number> {
  const word = context.path.slice('incident '.length)
  const as = spokenAs(context, options)
  const client = await context.client()
  if (word === 'open') {
    const { title, source, embargo, until, terms } = options
    const untilMs = until === undefined ? undefined : timeOf(until as string, context.io.clock.nowMs())
    const body = {
      advisory: args[0],
      title,
      source,
      ...(embargo === true ? { embargo: { untilMs, terms } } : {}),
    }
    return show(context, await client.send<IncidentAnswer>('POST', spokenPath('/incidents', as), body))
  }
  const body = incidentWords[word](args, { ...options, as }, context.io.clock.nowMs())
  const named = (options.incident as string | undefined) ?? (ofTheWhole.has(word) ? args[0] : undefined)
  const id = await incidentOf(client, named)
  const path = spokenPath(`/incidents/${encodeURIComponent(id)}/commands`, as)
  return show(context, await client.send<IncidentAnswer>('POST', path, body))
}

async function show(context: CommandContext, answer: IncidentAnswer): Promise<number> {
  await print(context, {
    value: answer,
    names: () => [answer.id],
    table: () => formatIncidentShort(answer, context),
  })
  return 0
}
