import { basename } from 'node:path'
import type { ChecklistProblem } from '../../core/checklist/problem.ts'
import type { ChecklistAnswer, ChecklistDraft, ChecklistList } from '../../prepare/checklists/index.ts'
import { readText } from '../checklist-text.ts'
import type { Client } from '../client/client.ts'
import type { CommandContext } from '../context.ts'
import { formatProblems } from '../output/checklists.ts'
import { plural } from '../output/format.ts'
import { print } from '../output/print.ts'
import { inert } from '../output/terminal.ts'

interface Judged {
  source: string
  errors: number
  warnings: number
  problems: ChecklistProblem[]
}

/** `allclear checklist lint [FILE|ID…]`: exit code 1 when something has an error. */
export async function run(context: CommandContext, words: string[]): Promise<number> {
  const client = await context.client()
  const all =
    words.length > 0 ? words : (await client.get<ChecklistList>('/checklists')).rows.map(({ id }) => id)
  const judged: Judged[] = []
  for (const word of all) judged.push(await judge(context, client, word))
  await print(context, {
    value: judged,
    names: () => judged.filter(({ errors }) => errors > 0).map(({ source }) => source),
    table: () => judged.map((one) => formatJudged(one, context)).join(''),
  })
  return judged.some(({ errors }) => errors > 0) ? 1 : 0
}

async function judge(context: CommandContext, client: Client, word: string): Promise<Judged> {
  // An id has neither a dot nor a slash; a file of a checklist always has one.
  if (word === '-' || /[./\\]/.test(word)) {
    const text = await readText(context.io, word)
    const { errors, warnings, problems } = await client.send<ChecklistDraft>('POST', '/checklist-drafts', {
      text,
    })
    return { source: word === '-' ? 'stdin' : basename(word), errors, warnings, problems }
  }
  const { row, problems } = await client.get<ChecklistAnswer>(`/checklists/${encodeURIComponent(word)}`)
  return { source: word, errors: row.errors, warnings: row.warnings, problems }
}

function formatJudged({ source, errors, warnings, problems }: Judged, { terminal }: CommandContext): string {
  if (problems.length === 0) return `${inert(source)}: clean\n`
  return `${terminal.bold(inert(source))}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}\n${formatProblems(problems, terminal)}`
}
