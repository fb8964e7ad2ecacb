import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { ImageSummary, UnreadImages } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import { Asked } from '../parts/asked.tsx'
import { Button } from '../parts/button.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Filter } from '../parts/filter.tsx'
import { Inert } from '../parts/inert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Time } from '../parts/time.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import { ImageName } from './names.tsx'

const route = getRouteApi('/images')

const columns: readonly Column<ImageSummary>[] = [
  {
    title: 'Image',
    phone: 'line',
    cell: (row) => <ImageName {...row} />,
  },
  { title: 'Critical', number: true, width: '76px', cell: ({ known, critical }) => counted(known, critical) },
  { title: 'High', number: true, width: '76px', cell: ({ known, high }) => counted(known, high) },
  { title: 'Known', number: true, width: '76px', cell: ({ known, affected }) => counted(known, affected) },
  { title: 'Fixable', number: true, width: '76px', cell: ({ known, fixable }) => counted(known, fixable) },
  {
    title: 'Packages',
    number: true,
    width: '130px',
    cell: ({ known, packages }) => (known ? grouped(packages) : <Verdict kind="unknown">no SBOM</Verdict>),
  },
  { title: 'Workloads', number: true, width: '90px', cell: ({ workloads }) => grouped(workloads) },
  { title: 'Pods', number: true, width: '76px', cell: ({ pods }) => grouped(pods) },
  {
    title: 'Seen',
    width: '130px',
    cell: ({ running, lastSeenAtMs }) =>
      running ? 'running' : <Time atMs={lastSeenAtMs} absent="not seen running" />,
  },
]

/** A number only where the contents are known; unknown is never 0. */
function counted(known: boolean, count: number) {
  return known ? grouped(count) : <span className="soft">?</span>
}

export function ImagesScreen() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { q, sort } = search
  const result = useQuery(queries.images({ q, sort }))
  const filter = (text: string): void => void navigate(pb.images({ q: text || undefined, sort }))
  return (
    <>
      <PageHead title="Images" facts={['those that run and are worst first']} />
      <Unread />
      <Filter label="Name or digest" value={q ?? ''} onFilter={filter} />
      <Asked result={result} what="the images">
        {({ total }) =>
          total > 0 ? (
            <DataTable
              key={`${q} ${sort}`}
              caption="Images, running and worst first"
              keyOf={({ id }) => id}
              columns={columns}
              windows={{ total, question: (offset) => queries.images({ q, sort }, offset) }}
            />
          ) : q === undefined ? (
            <Empty kind="yet" title="No image is known yet">
              <p>
                A cluster or a folder of SBOMs brings them in: <Link {...pb.start()}>First steps</Link>.
              </p>
            </Empty>
          ) : (
            <Empty kind="matches" title="Nothing matches">
              <p>
                No image is called <Inert text={q} max={200} />.
              </p>
              <Button onClick={() => filter('')}>Clear the filter</Button>
            </Empty>
          )
        }
      </Asked>
    </>
  )
}

/** Running images that nobody could read from their layers, each with the reason of the last try. */
function Unread() {
  const rows = useQuery(queries.unread()).data?.rows ?? []
  if (rows.length === 0) return null
  return (
    <details>
      <summary>
        <Verdict kind="unknown">
          {plural(rows.length, 'running image')} could not be read from {rows.length === 1 ? 'its' : 'their'}{' '}
          layers
        </Verdict>
      </summary>
      <DataTable
        caption="Images that could not be read"
        rows={rows.slice(0, unreadShown)}
        keyOf={({ id }) => id}
        columns={unreadColumns}
      />
      {rows.length > unreadShown && (
        <p className="meta">
          The first {grouped(unreadShown)}; <code>allclear image unread</code> lists all of them.
        </p>
      )}
    </details>
  )
}

const unreadShown = 100

const unreadColumns: readonly Column<UnreadImages['rows'][number]>[] = [
  { title: 'Image', phone: 'line', cell: (row) => <ImageName {...row} digest={null} /> },
  { title: 'Reason', phone: 'line', cell: ({ reason }) => <Inert text={reason} max={400} /> },
  { title: 'Tried', cell: ({ triedAtMs }) => <Time atMs={triedAtMs} /> },
  { title: 'Attempts', number: true, cell: ({ attempts }) => grouped(attempts) },
]
