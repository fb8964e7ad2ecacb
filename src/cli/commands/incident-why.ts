import type { IncidentAnswer, VerdictAnswer } from '../../respond/incidents/answers.ts'
import { AllclearError } from '../../base/errors.ts'
import { incidentOf } from '../client/incident.ts'
import type { Client } from '../client/client.ts'
import type { CommandContext } from '../context.ts'
import { formatTime } from '../output/format.ts'
import { formatProbeResult } from '../output/probe.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import type { OptionValues } from '../spec.ts'
import { timeOf } from './incident-words.ts'

/** `allclear incident why T3|CONDITION` */
export async function run(
  context: CommandContext,
  [asked]: string[],
  options: OptionValues,
): Promise<number> {
  const client = await context.client()
  const id = await incidentOf(client, options.incident as string | undefined)
  const path = `/incidents/${encodeURIComponent(id)}`
  const answer = await client.get<VerdictAnswer>(`${path}/verdict`, {
    question: await questionOf(client, path, asked),
    atMs: options.at === undefined ? undefined : timeOf(options.at as string, context.io.clock.nowMs(), -1),
  })
  await print(context, {
    value: answer,
    names: () => [answer.result.verdict],
    table: (wide) =>
      formatProbeResult(answer.result, context, wide) +
      (answer.history.length < 2
        ? ''
        : `\n${context.terminal.bold('Before')}\n${formatTable(
            [
              { title: 'from', value: (row) => formatTime(row.fromMs) },
              { title: 'until', value: (row) => formatTime(row.untilMs) },
              { title: 'verdict', value: (row) => row.verdict },
              { title: 'why', value: (row) => row.reason, flexible: true },
            ],
            answer.history,
            context.terminal,
            wide,
          )}`),
  })
  return 0
}

/** The question behind an item; what has a dot is a question itself. */
async function questionOf(client: Client, path: string, asked: string): Promise<string> {
  if (asked.includes('.')) return asked
  const incident = await client.get<IncidentAnswer>(path)
  const item = incident.stages
    .flatMap(({ pauses }) => pauses.flatMap(({ items }) => items))
    .find(({ id }) => id.toLowerCase() === asked.toLowerCase())
  if (item?.question != null) return item.question
  throw new AllclearError('not-found', {
    message: item === undefined ? `There is no item \`${asked}\`.` : `${item.id} asks nothing of the fleet.`,
    next: '`allclear incident show -o wide` lists items and what they ask.',
  })
}
