import type { FactRow } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { formatAge } from './format.ts'
import { formatTable } from './table.ts'

export function formatFacts(
  rows: readonly FactRow[],
  { io, terminal }: CommandContext,
  wide: boolean,
): string {
  if (rows.length === 0)
    return 'Nothing is declared. `allclear fact set CLUSTER/NAMESPACE/KIND/NAME criticality=high` does.\n'
  const nowMs = io.clock.nowMs()
  return formatTable(
    [
      { title: 'of', value: (row: FactRow) => row.scope, flexible: true },
      { title: 'fact', value: (row) => row.fact },
      { title: 'value', value: (row) => row.value, flexible: true },
      { title: 'source', value: (row) => row.source },
      { title: 'said', value: (row) => formatAge(row.declaredAtMs, nowMs) },
    ],
    rows,
    terminal,
    wide,
  )
}
