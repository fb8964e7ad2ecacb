import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import type { ChecklistDraft, ChecklistImport, ChecklistVersionRow } from '../../prepare/checklists/index.ts'
import { readText } from '../checklist-text.ts'
import type { Client } from '../client/client.ts'
import type { CommandContext } from '../context.ts'
import { formatProblems, formatStored } from '../output/checklists.ts'
import { print } from '../output/print.ts'
import { inert } from '../output/terminal.ts'
import { spokenAs, spokenPath } from '../client/incident.ts'
import type { OptionValues } from '../spec.ts'

/** A playbook says its commands several times over; a list that is made of it is still one of `checklistBytes`. */
const playbookBytes = 8 * limit('checklistBytes')

/** `allclear checklist import PATH…`: YAML as it is, CACAO 2.0 playbooks by what they mean. */
export async function run(context: CommandContext, paths: string[], options: OptionValues): Promise<number> {
  const { reason, dryRun } = options as { reason?: string; dryRun?: boolean }
  if (reason === undefined && dryRun !== true)
    throw new AllclearError('usage', {
      message: 'A version needs its reason.',
      next: "Add --reason 'from the handbook of last year', or look at it first with --dry-run.",
    })
  const client = await context.client()
  const rows: ChecklistVersionRow[] = []
  for (const path of paths) {
    const text = await textOf(context, client, path)
    const { checklist, problems } = await client.send<ChecklistDraft>('POST', '/checklist-drafts', { text })
    if (problems.length > 0) context.io.writeError(formatProblems(problems, context.terminal))
    if (dryRun === true) await context.io.write(text)
    else if (checklist === null)
      throw new AllclearError('checklist.invalid', {
        message: `${path} is no checklist: ${problems[0].message}`,
        next: 'Correct what is named above.',
      })
    else
      rows.push(
        await client.send(
          'POST',
          spokenPath(`/checklists/${checklist.id}/versions`, spokenAs(context, options)),
          {
            text,
            reason,
            source: 'imported',
          },
        ),
      )
  }
  if (dryRun === true) return 0
  await print(context, {
    value: rows,
    names: () => rows.map(({ id, version }) => `${id} ${version}`),
    table: () => rows.map(formatStored).join(''),
  })
  return 0
}

async function textOf({ io }: CommandContext, client: Client, path: string): Promise<string> {
  const text = await readText(io, path, playbookBytes)
  if (!text.trimStart().startsWith('{')) return text
  let playbook: unknown
  try {
    playbook = JSON.parse(text)
  } catch (error) {
    // Flow YAML begins with a brace, too.
    if (!path.endsWith('.json')) return text
    throw new AllclearError('input.not-json', {
      message: `${path} is not valid JSON: ${(error as Error).message}.`,
      next: 'Export it again.',
      cause: error,
    })
  }
  const {
    text: yaml,
    problems,
    notes,
  } = await client.send<ChecklistImport>('POST', '/checklist-drafts/cacao', {
    playbook,
  })
  for (const { severity, step, message } of problems)
    io.writeError(`${severity}: ${inert(`${step === null ? '' : `${step}: `}${message}`)}\n`)
  for (const note of notes) io.writeError(`note: ${inert(note)}\n`)
  if (yaml !== null) return yaml
  throw new AllclearError('cacao.invalid', {
    message: `${path} is no playbook that could be followed: ${problems[0].message}`,
    next: 'Correct it where it was made; nothing was stored.',
    ...(problems[0].step === null ? {} : { where: problems[0].step }),
  })
}
