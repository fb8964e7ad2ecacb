import { AllclearError } from '../../base/errors.ts'
import type { ChecklistVersionRow } from '../../prepare/checklists/index.ts'
import type { CommandContext } from '../context.ts'
import { formatStored } from '../output/checklists.ts'
import { print } from '../output/print.ts'
import { spokenAs, spokenPath } from '../client/incident.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear checklist accept|refuse ID VERSION`: the word of a second person. */
export async function run(
  context: CommandContext,
  [id, version]: string[],
  options: OptionValues,
): Promise<number> {
  const { reason } = options as { reason?: string }
  if (reason === undefined)
    throw new AllclearError('usage', {
      message: 'A decision needs its reason.',
      next: "Add --reason 'agreed in the review'.",
    })
  const client = await context.client()
  const row = await client.send<ChecklistVersionRow>(
    'POST',
    spokenPath(
      `/checklists/${encodeURIComponent(id)}/versions/${encodeURIComponent(version)}/decision`,
      spokenAs(context, options),
    ),
    { accept: context.path === 'checklist accept', reason },
  )
  await print(context, {
    value: row,
    names: () => [`${row.id} ${row.version}`],
    table: () => formatStored(row),
  })
  return 0
}
