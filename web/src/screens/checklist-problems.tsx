import type { ChecklistProblem } from '../api/schema.generated.ts'
import { Button } from '../parts/button.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Inert } from '../parts/inert.tsx'
import { Verdict } from '../parts/verdict.tsx'

/** What the lint says, errors first; `onPlace` goes to the line in the text. */
export function ChecklistProblems({
  problems,
  onPlace,
}: {
  problems: readonly ChecklistProblem[]
  onPlace?: (line: number, column: number) => void
}) {
  const columns: readonly Column<ChecklistProblem>[] = [
    {
      title: 'Lint',
      width: '110px',
      phone: 'half',
      cell: ({ severity }) => (
        <Verdict kind={severity === 'error' ? 'contradicted' : 'stale'}>{severity}</Verdict>
      ),
    },
    {
      title: 'Place',
      width: '80px',
      phone: 'half',
      cell: ({ line, column }) =>
        line === null ? (
          ''
        ) : onPlace === undefined ? (
          `${line}:${column}`
        ) : (
          <Button
            kind="quiet"
            aria-label={`${line}:${column}, go there`}
            onClick={() => onPlace(line, column ?? 1)}
          >
            {line}:{column}
          </Button>
        ),
    },
    {
      title: 'What is wrong',
      phone: 'line',
      cell: ({ message, rule }) => (
        <>
          <Inert text={message} max={400} />{' '}
          <code className="soft">
            <Inert text={rule} max={60} />
          </code>
        </>
      ),
    },
  ]
  return (
    <DataTable
      caption="What the lint says"
      rows={problems}
      keyOf={({ rule, path, message }) => JSON.stringify([rule, path, message])}
      columns={columns}
    />
  )
}
