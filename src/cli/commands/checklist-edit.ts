import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AllclearError } from '../../base/errors.ts'
import type { ChecklistAnswer, ChecklistDraft, ChecklistVersionRow } from '../../prepare/checklists/index.ts'
import { readText } from '../checklist-text.ts'
import type { Client } from '../client/client.ts'
import type { CommandContext } from '../context.ts'
import { editFile } from '../editor.ts'
import { formatChanges, formatProblems, formatStored } from '../output/checklists.ts'
import { print } from '../output/print.ts'
import { spokenAs, spokenPath } from '../client/incident.ts'
import type { OptionValues } from '../spec.ts'

interface Written {
  text: string
  reason: string
  /** Where the text stays when it is not stored; null when it came from a file of the person. */
  folder: string | null
}

/** `allclear checklist edit ID`: editor, lint, changes, reason, new version. */
export async function run(context: CommandContext, [id]: string[], options: OptionValues): Promise<number> {
  const { from, reason = '' } = options as { from?: string; reason?: string }
  const client = await context.client()
  const path = `/checklists/${encodeURIComponent(id)}`
  const { checklist, text: before } = await client.get<ChecklistAnswer>(path)
  const written =
    from === undefined
      ? await writeInEditor(context, id, before, reason)
      : { text: await readText(context.io, from), reason, folder: null }
  if (written.text === before) {
    context.io.writeError('Nothing changed.\n')
    return 0
  }
  const { text, draft } = await numbered(client, written.text, checklist.version)
  if (draft.problems.length > 0) context.io.writeError(formatProblems(draft.problems, context.terminal))
  if (draft.errors > 0) throw notStored(written, from, draft.problems[0].message)
  context.io.writeError(formatChanges(draft.changes, context.terminal))
  if (written.reason.trim() === '')
    throw notStored(written, from, 'A change needs its reason: --reason, or the line for it in the text.')
  const row = await client.send<ChecklistVersionRow>(
    'POST',
    spokenPath(`${path}/versions`, spokenAs(context, options)),
    {
      text,
      reason: written.reason.trim(),
      base: checklist.version,
    },
  )
  if (written.folder !== null) await rm(written.folder, { recursive: true })
  await print(context, {
    value: row,
    names: () => [`${row.id} ${row.version}`],
    table: () => formatStored(row),
  })
  return 0
}

const reasonLine = /^# reason:[ \t]*(.*)$/m
const head = `# What do you change, and why? The reason stays with the version; the list is not stored without it.
# reason: `

async function writeInEditor(
  { io }: CommandContext,
  id: string,
  before: string,
  reason: string,
): Promise<Written> {
  const folder = await mkdtemp(join(tmpdir(), 'allclear-checklist-'))
  const file = join(folder, `${id}.yaml`)
  await writeFile(file, `${head}${reason}\n${before}`)
  await editFile(io, file)
  const after = await readFile(file, 'utf8')
  const said = reasonLine.exec(after)?.[1] ?? reason
  // The two lines of the head are no part of the list; people may also have taken them out.
  const text = after
    .split('\n')
    .filter((line) => line !== head.split('\n', 1)[0] && !reasonLine.test(line))
    .join('\n')
  if (text === before) await rm(folder, { recursive: true })
  return { text, reason: said, folder }
}

/** Who forgets the number of the version gets the one that the changes ask for. */
async function numbered(
  client: Client,
  text: string,
  base: string,
): Promise<{ text: string; draft: ChecklistDraft }> {
  const draft = await client.send<ChecklistDraft>('POST', '/checklist-drafts', { text })
  if (draft.checklist?.version !== base || draft.nextVersion === null) return { text, draft }
  const renumbered = text.replace(/^([ \t]+version:[ \t]*)(["']?)[\d.]+\2[ \t]*$/m, `$1${draft.nextVersion}`)
  if (renumbered === text) return { text, draft }
  return {
    text: renumbered,
    draft: await client.send<ChecklistDraft>('POST', '/checklist-drafts', { text: renumbered }),
  }
}

function notStored({ folder }: Written, from: string | undefined, reason: string): AllclearError {
  return new AllclearError('checklist.invalid', {
    message: `Nothing was stored: ${reason}`,
    next:
      folder === null
        ? `Correct ${from ?? 'the text'} and run the command again.`
        : `Your text is in ${folder}; correct it and give it with --from.`,
  })
}
