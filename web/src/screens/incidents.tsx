import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { IncidentSummary } from '../api/schema.generated.ts'
import { plural } from '../format.ts'
import { Asked } from '../parts/asked.tsx'
import { buttonClass } from '../parts/button.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Inert } from '../parts/inert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Time } from '../parts/time.tsx'
import { pb } from '../paths.ts'
import { stageTitles } from './incident/stage-titles.ts'

const statusWords: Readonly<Record<IncidentSummary['status'], string>> = {
  open: 'open',
  clear: 'all clear',
  closed: 'closed',
  dismissed: 'dismissed',
}

/** Incidents, newest first; what is over stays, because it can come back. */
export function IncidentsScreen() {
  const result = useQuery(queries.incidents())
  return (
    <>
      <PageHead
        title="Incidents"
        actions={
          <Link {...pb.incidentNew()} className={buttonClass('primary')} data-next="">
            Declare incident <kbd>n</kbd>
          </Link>
        }
      />
      <Asked result={result} what="the incidents">
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty kind="yet" title="No incident yet">
              <p>
                An incident begins with a vulnerability: <Link {...pb.home()}>ask for it</Link>, then declare.
                From then on what people say and what the fleet says stand side by side until the all clear.
              </p>
            </Empty>
          ) : (
            <>
              <p className="soft">
                {plural(rows.filter(({ status }) => status === 'open').length, 'open incident')},{' '}
                {rows.length} in all.
              </p>
              <DataTable
                caption="Incidents, newest first"
                rows={rows}
                keyOf={({ id }) => id}
                columns={columns}
              />
            </>
          )
        }
      </Asked>
    </>
  )
}

const columns: readonly Column<IncidentSummary>[] = [
  {
    title: 'Incident',
    phone: 'line',
    cell: ({ id, title, advisory }) => (
      <>
        <Link {...pb.incident(id)}>
          <Inert text={title === '' ? advisory : title} max={160} />
        </Link>
        <Second>
          {id}, <Inert text={advisory} max={80} />
        </Second>
      </>
    ),
  },
  { title: 'State', cell: ({ status }) => statusWords[status] },
  {
    title: 'Stage',
    cell: ({ stage, status }) => (status === 'open' ? stageTitles[stage] : <span className="soft">–</span>),
  },
  { title: 'Opened', cell: ({ openedAtMs }) => <Time atMs={openedAtMs} /> },
  { title: 'Last entry', cell: ({ changedAtMs }) => <Time atMs={changedAtMs} /> },
]
