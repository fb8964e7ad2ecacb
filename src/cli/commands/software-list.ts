import type { SoftwareAnswer, SoftwareRow } from '../../know/register/index.ts'
import type { CommandContext } from '../context.ts'
import { formatSection } from '../output/answer.ts'
import { print } from '../output/print.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear software list`: exit code 3 when something of an entry is not known. */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const { cluster, role, q, limit, offset } = options
  const client = await context.client()
  const answer = await client.get<SoftwareAnswer>('/software', { cluster, role, q, limit, offset })
  await print(context, {
    value: answer,
    names: () => answer.rows.map(({ id }) => id),
    table: (wide) =>
      `${inert(answer.sentence)}\n` +
      formatSection('Software of others', answer, columns, context.terminal, wide),
  })
  return answer.rows.some(({ unknown }) => unknown.length > 0) ? 3 : 0
}

/** `12+` where some of its clusters have nodes that are not known. */
function nodesDown({ impact }: SoftwareRow): string {
  const { nodes, nodesUnknown } = impact.takesDown
  return nodesUnknown ? `${nodes}+` : String(nodes)
}

const columns = [
  { title: 'name', value: (row: SoftwareRow) => row.name },
  { title: 'supplier', value: (row: SoftwareRow) => row.supplier, flexible: true },
  { title: 'role', value: (row: SoftwareRow) => row.roles.join(', ') },
  {
    title: 'version',
    value: (row: SoftwareRow) => [...new Set(row.versions.map(({ version }) => version))].join(', '),
    flexible: true,
  },
  { title: 'channel', value: (row: SoftwareRow) => row.channel },
  { title: 'may become', value: (row: SoftwareRow) => row.privilege },
  { title: 'nodes down', value: nodesDown },
  { title: 'cannot start', value: (row: SoftwareRow) => row.impact.blocks.workloads },
  { title: 'reads secrets of', value: (row: SoftwareRow) => row.impact.reads.secretNamespaces },
  { title: 'nodes', value: (row: SoftwareRow) => row.nodes },
  { title: 'clusters', value: (row: SoftwareRow) => row.clusters.length },
  { title: 'has', value: (row: SoftwareRow) => row.privileges.join('; '), flexible: true, wide: true },
  { title: 'pushed by', value: (row: SoftwareRow) => row.pushedBy, flexible: true, wide: true },
  { title: 'because', value: (row: SoftwareRow) => row.because, flexible: true, wide: true },
]
