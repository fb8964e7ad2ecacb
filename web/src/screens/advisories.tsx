import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { AdvisorySummary } from '../api/schema.generated.ts'
import { grouped } from '../format.ts'
import { Asked } from '../parts/asked.tsx'
import { Button, buttonClass } from '../parts/button.tsx'
import { Chip } from '../parts/chip.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Filter } from '../parts/filter.tsx'
import { Inert } from '../parts/inert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Severity } from '../parts/severity.tsx'
import { Time } from '../parts/time.tsx'
import { pb } from '../paths.ts'

const route = getRouteApi('/advisories')

const columns: readonly Column<AdvisorySummary>[] = [
  { title: 'Severity', width: '110px', cell: ({ severity }) => <Severity value={severity} /> },
  {
    title: 'Record',
    phone: 'line',
    cell: ({ id, summary, provisional, withdrawnAtMs }) => (
      <>
        <Link {...pb.advisory(id)}>
          <Inert text={id} max={80} />
        </Link>{' '}
        {provisional && <Chip>provisional</Chip>} {withdrawnAtMs !== null && <Chip>withdrawn</Chip>}
        <Second>
          <Inert text={summary} max={200} />
        </Second>
      </>
    ),
  },
  {
    title: 'Ecosystems',
    width: '200px',
    cell: ({ ecosystems }) => (
      <span className="soft">
        <Inert
          text={
            ecosystems.length > 3
              ? `${ecosystems.slice(0, 3).join(', ')} and ${ecosystems.length - 3} more`
              : ecosystems.join(', ')
          }
          max={120}
        />
      </span>
    ),
  },
  {
    title: 'Changed',
    width: '120px',
    cell: ({ modifiedAtMs }) => <Time atMs={modifiedAtMs} absent="no date" />,
  },
  { title: 'Images', number: true, width: '80px', cell: ({ images }) => grouped(images) },
]

export function AdvisoriesScreen() {
  const { q } = route.useSearch()
  const navigate = route.useNavigate()
  const result = useQuery(queries.advisories({ q }))
  const filter = (text: string): void => void navigate(pb.advisories({ q: text || undefined }))
  return (
    <>
      <PageHead
        title="Advisories"
        facts={['records of the feeds and those typed here, newest first']}
        actions={
          <Link {...pb.advisoryNew()} className={buttonClass('primary')} data-next="">
            Describe one <kbd>n</kbd>
          </Link>
        }
      />
      <Filter label="Id or words of the title" value={q ?? ''} onFilter={filter} />
      <Asked result={result} what="the advisories">
        {({ total }) =>
          total > 0 ? (
            <DataTable
              key={q}
              caption="Advisory records, newest first"
              keyOf={({ id, feed }) => `${feed} ${id}`}
              columns={columns}
              windows={{ total, question: (offset) => queries.advisories({ q }, offset) }}
            />
          ) : q === undefined ? (
            <Empty kind="yet" title="No advisory yet">
              <p>
                <code>allclear sync</code> fetches the feeds of your ecosystems:{' '}
                <Link {...pb.start()}>First steps</Link>.
              </p>
            </Empty>
          ) : (
            <Empty kind="matches" title="Nothing matches">
              <p>
                No record has “<Inert text={q} max={200} />” in its id or title.
              </p>
              <Button onClick={() => filter('')}>Clear the filter</Button>
            </Empty>
          )
        }
      </Asked>
    </>
  )
}
