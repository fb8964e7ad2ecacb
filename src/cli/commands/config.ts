import { AllclearError } from '../../base/errors.ts'
import type { CommandContext } from '../context.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'

interface LimitRow {
  name: string
  value: number
  unit: string
  default: number
  source: string
  variable: string
  why: string
}

/** `allclear config limits|show` */
export async function run(context: CommandContext): Promise<number> {
  if (context.path === 'config limits') return listLimits(context)
  if (context.path === 'config show') return showConfig(context)
  throw new AllclearError('usage', {
    message: `There is no \`${context.path}\`.`,
    next: 'See `allclear config --help`.',
  })
}

async function listLimits(context: CommandContext): Promise<number> {
  const client = await context.client()
  const { rows } = await client.get<{ rows: LimitRow[] }>('/config/limits')
  await print(context, {
    value: { rows },
    names: () => rows.map((row) => row.name),
    table: (wide) =>
      formatTable(
        [
          { title: 'limit', value: (row) => row.name },
          { title: 'value', value: (row) => row.value },
          { title: 'unit', value: (row) => row.unit },
          { title: 'source', value: (row) => row.source },
          { title: 'variable', value: (row) => row.variable, wide: true },
          { title: 'why', value: (row) => row.why, flexible: true },
        ],
        rows,
        context.terminal,
        wide,
      ),
  })
  return 0
}

async function showConfig(context: CommandContext): Promise<number> {
  const { location, io } = context
  const { findServerOf } = await import('../client/connect.ts')
  const found = await findServerOf(location)
  const value = {
    version: context.version,
    dataDirectory: location.dataDirectory,
    decidedBy: location.decidedBy,
    example: location.example,
    server: found,
    node: process.version,
    colour: io.colour,
  }
  await print(context, {
    value,
    names: () => [value.dataDirectory],
    table: (wide) =>
      formatTable(
        [
          { title: 'what', value: (row) => row[0] },
          { title: 'value', value: (row) => row[1] },
        ],
        [
          ['version', value.version],
          ['node', value.node],
          ['data directory', value.dataDirectory],
          ['decided by', value.decidedBy],
          ['server', found ?? 'none; commands answer in their own process'],
        ] as [string, string][],
        context.terminal,
        wide,
      ),
  })
  return 0
}
