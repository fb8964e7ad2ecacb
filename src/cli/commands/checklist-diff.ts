import type { ChecklistDiffAnswer, ChecklistDraft } from '../../prepare/checklists/index.ts'
import { AllclearError } from '../../base/errors.ts'
import { readText } from '../checklist-text.ts'
import type { Client } from '../client/client.ts'
import type { CommandContext } from '../context.ts'
import { formatChanges } from '../output/checklists.ts'
import { print } from '../output/print.ts'

/** `allclear checklist diff ID FROM [TO]`: versions, or a file held against the version in force. */
export async function run(context: CommandContext, [id, from, to]: string[]): Promise<number> {
  const client = await context.client()
  const answer = /^\d+\.\d+\.\d+$/.test(from)
    ? await client.get<ChecklistDiffAnswer>(`/checklists/${encodeURIComponent(id)}/diff`, { from, to })
    : await diffOfFile(context, client, id, from)
  await print(context, {
    value: answer,
    names: () => answer.changes.map(({ item, pause }) => item ?? pause ?? 'list'),
    table: () =>
      `${answer.id} ${answer.from} → ${answer.to}${answer.step === null ? '' : `: a ${answer.step} version`}\n${formatChanges(answer.changes, context.terminal)}`,
  })
  return 0
}

async function diffOfFile(
  context: CommandContext,
  client: Client,
  id: string,
  path: string,
): Promise<ChecklistDiffAnswer> {
  const text = await readText(context.io, path)
  const draft = await client.send<ChecklistDraft>('POST', '/checklist-drafts', { text })
  const { checklist, problems, follows, changes, step } = draft
  if (checklist === null)
    throw new AllclearError('checklist.invalid', {
      message: `${path} is no checklist: ${problems[0].message}`,
      next: `\`allclear checklist lint ${path}\` names everything that is wrong with it.`,
      where: `line ${problems[0].line}, column ${problems[0].column}`,
    })
  if (checklist.id !== id)
    throw new AllclearError('usage', {
      message: `${path} is the checklist ${checklist.id}, and not ${id}.`,
      next: `Write \`allclear checklist diff ${checklist.id} ${path}\`.`,
    })
  return { id, from: follows ?? 'nothing', to: `${checklist.version} (${path})`, changes, step }
}
