import type { ChecklistAnswer } from '../../prepare/checklists/index.ts'
import type { CommandContext } from '../context.ts'
import { formatChecklist } from '../output/checklists.ts'
import { print } from '../output/print.ts'

/** `allclear checklist show ID` */
export async function run(context: CommandContext, [id, version]: string[]): Promise<number> {
  const client = await context.client()
  const answer = await client.get<ChecklistAnswer>(`/checklists/${encodeURIComponent(id)}`, {
    version,
  })
  await print(context, {
    value: answer,
    names: () => answer.checklist.items.map((item) => item.id),
    table: (wide) => formatChecklist(answer, context.terminal, context.io.clock.nowMs(), wide),
  })
  return 0
}
