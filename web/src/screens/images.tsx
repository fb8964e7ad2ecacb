import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { ImageSummary } from '../api/schema.generated.ts'
import { grouped } from '../format.ts'
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
