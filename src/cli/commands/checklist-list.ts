import type { ChecklistList } from '../../prepare/checklists/index.ts'
import type { CommandContext } from '../context.ts'
import { formatChecklists, formatProblems } from '../output/checklists.ts'
import { print } from '../output/print.ts'
import { inert } from '../output/terminal.ts'

/** `allclear checklist list`: exit code 3 when a file of the folder is not in force. */
export async function run(context: CommandContext): Promise<number> {
  const client = await context.client()
  const answer = await client.get<ChecklistList>('/checklists')
  const problems = answer.folder?.problems ?? []
  await print(context, {
    value: answer,
    names: () => answer.rows.map(({ id }) => id),
    table: (wide) =>
      [
        formatChecklists(answer.rows, context.terminal, wide),
        ...[...Map.groupBy(problems, ({ file }) => file)].map(
          ([file, found]) =>
            `\n${context.terminal.bold(`Not in force: ${inert(file)}`)}\n${formatProblems(
              found.map(({ problem }) => problem),
              context.terminal,
            )}`,
        ),
      ].join(''),
  })
  return problems.length === 0 ? 0 : 3
}
