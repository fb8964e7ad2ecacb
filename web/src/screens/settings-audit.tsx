import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import type { AuditEntry, Me } from '../api/schema.generated.ts'
import { grouped, utc } from '../format.ts'
import { Asked } from '../parts/asked.tsx'
import { Cli } from '../parts/cli.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Inert } from '../parts/inert.tsx'
import { Verdict } from '../parts/verdict.tsx'

const columns: readonly Column<AuditEntry>[] = [
  { title: 'When', width: '190px', cell: ({ atMs }) => <span className="number">{utc(atMs)}</span> },
  {
    title: 'Who',
    phone: 'line',
    cell: ({ actor, through, via, address }) => (
      <>
        <Inert text={actor} />
        <Second>
          {through ?? via}, from {address}
        </Second>
      </>
    ),
  },
  { title: 'Did', cell: ({ action }) => <code>{action}</code> },
  { title: 'To', cell: ({ subject }) => <Inert text={subject ?? ''} max={200} /> },
  { title: 'Outcome', cell: ({ outcome }) => outcome },
]

/** What people and tokens did, the newest first, and whether the trail is whole. */
export function Audit({ me }: { me: Me }) {
  const may = me.role === 'administrator'
  const result = useQuery({ ...queries.audit(), enabled: may })
  const check = useQuery({ ...queries.auditCheck(), enabled: may })
  if (!may)
    return (
      <Empty kind="visible" title="An administrator sees the trail">
        <p>What is done in an incident stands in its own timeline.</p>
      </Empty>
    )
  return (
    <>
      <Asked result={check} what="the check of the trail">
        {({ entries, head, break: broken }) => (
          <p>
            {broken === null ? (
              <>
                <Verdict kind="confirmed">whole</Verdict> {grouped(entries)} entries, each with the hash of
                the one before.
              </>
            ) : (
              <>
                <Verdict kind="contradicted">does not hold</Verdict> Entry {broken.seq} is {broken.kind}.
              </>
            )}{' '}
            {head !== null && <code>{`${head.seq}:${head.hash.slice(0, 16)}…`}</code>}
          </p>
        )}
      </Asked>
      <Asked result={result} what="the trail">
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty kind="yet" title="Nothing has been done yet" />
          ) : (
            <DataTable
              caption="What was done"
              keyOf={({ seq }) => String(seq)}
              columns={columns}
              rows={rows}
            />
          )
        }
      </Asked>
      <Cli line="allclear audit --check" />
    </>
  )
}
