import type { WorkloadAnswer } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { formatAge } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'

/** `allclear workload show NAME`: declared facts beside what was observed, and the history. */
export async function run(context: CommandContext, [name]: string[]): Promise<number> {
  const client = await context.client()
  const found = await client.get<WorkloadAnswer>('/workloads', { id: name })
  await print(context, {
    value: found,
    names: () => [found.id],
    table: (wide) => formatWorkload(found, context, wide),
  })
  return 0
}

function formatWorkload(found: WorkloadAnswer, { io, terminal }: CommandContext, wide: boolean): string {
  const nowMs = io.clock.nowMs()
  const seen = ({ firstSeenAtMs, lastSeenAtMs }: { firstSeenAtMs: number; lastSeenAtMs: number | null }) =>
    `${formatAge(firstSeenAtMs, nowMs)} to ${lastSeenAtMs === null ? 'now' : formatAge(lastSeenAtMs, nowMs)}`
  const lines = [
    `${terminal.bold(found.id)}  ${found.lastSeenAtMs === null ? 'is there' : `gone since ${formatAge(found.lastSeenAtMs, nowMs)}`}\n`,
    `  owner            ${found.owner ?? 'nobody is named'}\n`,
    `  service account  ${found.serviceAccount ?? 'default'}\n`,
    `  replicas         ${found.replicas ?? 'not declared'}\n`,
    `  seen             ${seen(found)}\n\n`,
    terminal.bold('Declared'),
    '\n',
  ]
  if (found.facts.length === 0)
    lines.push(`Nothing. \`allclear fact set ${found.id} criticality=high\` declares something.\n`)
  else
    lines.push(
      formatTable(
        [
          { title: 'fact', value: (row) => row.fact },
          { title: 'value', value: (row) => row.value, flexible: true },
          { title: 'source', value: (row) => row.source },
          { title: 'from', value: (row) => row.from },
          {
            title: 'against it',
            value: (row) => row.others.map(({ value, source }) => `${value} (${source})`).join(', '),
            flexible: true,
          },
        ],
        found.facts,
        terminal,
        wide,
      ),
    )
  lines.push(
    `\n${terminal.bold('Ran')}\n`,
    formatTable(
      [
        { title: 'image', value: (row) => row.reference, flexible: true },
        {
          title: 'container',
          value: (row) => `${row.container}${row.kind === 'main' ? '' : ` (${row.kind})`}`,
        },
        { title: 'digest', value: (row) => row.digest?.slice(0, 19) ?? 'unknown' },
        { title: 'pods', value: (row) => row.pods },
        { title: 'seen', value: (row) => seen(row) },
      ],
      found.runs,
      terminal,
      wide,
    ),
  )
  if (found.pods.length > 0)
    lines.push(
      `\n${terminal.bold('Pods')}\n`,
      formatTable(
        [
          { title: 'pod', value: (row) => row.name, flexible: true },
          { title: 'node', value: (row) => row.node ?? '' },
          { title: 'phase', value: (row) => row.phase },
          { title: 'seen', value: (row) => seen(row) },
          { title: 'uid', value: (row) => row.uid, wide: true },
        ],
        found.pods,
        terminal,
        wide,
      ),
    )
  return lines.join('')
}
