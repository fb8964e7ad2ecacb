import type { AccessAnswer, CompartmentNote } from '../../respond/embargo/answers.ts'
import { incidentOf, spokenAs, spokenPath } from '../client/incident.ts'
import type { CommandContext } from '../context.ts'
import { formatAccess } from '../output/access.ts'
import { formatTime } from '../output/format.ts'
import { print } from '../output/print.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'
import { timeOf } from './incident-words.ts'

/** `allclear incident access …` and `allclear incident compartment …` */
export async function run(context: CommandContext, args: string[], options: OptionValues): Promise<number> {
  const [, what, word] = context.path.split(' ')
  if (word === 'ask' || word === 'break-glass') return ask(context, args[0], word, options)
  const client = await context.client()
  const named = options.incident as string | undefined
  const id = await incidentOf(client, named ?? (word === 'list' || word === 'accept' ? args[0] : undefined))
  const path = `/incidents/${encodeURIComponent(id)}`
  if (what === 'compartment')
    return compartment(context, `${path}/compartments/${args[0]}`, word === 'add' ? args[1] : null)
  const said = spokenPath(`${path}/commands`, spokenAs(context, options))
  if (word === 'accept') await client.send('POST', `${path}/terms`, {})
  if (word === 'grant')
    await client.send('POST', said, {
      do: 'grant',
      person: args[0],
      compartments: ['facts', ...((options.to as string[] | undefined) ?? [])],
      ...(options.until === undefined
        ? {}
        : { endsAtMs: timeOf(options.until as string, context.io.clock.nowMs()) }),
    })
  if (word === 'revoke')
    await client.send('POST', said, { do: 'revoke', person: args[0], reason: options.reason })
  const answer = await client.get<AccessAnswer>(`${path}/access`)
  await print(context, {
    value: answer,
    names: () => answer.people.map((one) => one.person),
    table: (wide) => formatAccess(answer, context, wide),
  })
  return 0
}

async function ask(
  context: CommandContext,
  id: string,
  word: string,
  options: OptionValues,
): Promise<number> {
  const client = await context.client()
  const to = word === 'ask' ? 'access-requests' : 'break-glass'
  const answer = await client.send<{ said: string }>('POST', `/incidents/${encodeURIComponent(id)}/${to}`, {
    reason: options.reason,
    for: options.for,
  })
  await print(context, { value: answer, names: () => [id], table: () => `${answer.said}\n` })
  return 0
}

async function compartment(context: CommandContext, path: string, text: string | null): Promise<number> {
  const client = await context.client()
  const answer =
    text === null
      ? await client.get<{ rows: CompartmentNote[] }>(path)
      : await client.send<{ rows: CompartmentNote[] }>('POST', path, {
          text: text === '-' ? await whole(context.io.stdin) : text,
        })
  await print(context, {
    value: answer,
    names: () => answer.rows.map(({ id }) => id),
    table: () =>
      answer.rows.length === 0
        ? 'Nothing is in it yet.\n'
        : answer.rows
            .map((note) => `${formatTime(note.atMs)}  @${note.by}\n${inert(note.text)}\n`)
            .join('\n'),
  })
  return 0
}

async function whole(stdin: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stdin) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8').trim()
}
