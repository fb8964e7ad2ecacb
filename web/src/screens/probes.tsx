import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { Probe } from '../api/schema.generated.ts'
import { plural } from '../format.ts'
import { Asked } from '../parts/asked.tsx'
import { Chips } from '../parts/chip.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Filter } from '../parts/filter.tsx'
import { Inert } from '../parts/inert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'

const route = getRouteApi('/probes')

/** Every question to the live fleet, and whether anything here can answer it. */
export function ProbesScreen() {
  const { q = '', here } = route.useSearch()
  const navigate = useNavigate()
  const result = useQuery(queries.probes())
  return (
    <>
      <PageHead title="Probes" />
      <p className="prose soft">
        A probe is a question to the live fleet whose answer is confirmed, contradicted, unknown or stale.
        Checklists and the all clear ask them; a tick is never an answer.
      </p>
      <Filter
        label="Words of the question or its name"
        value={q}
        onFilter={(text) => void navigate(pb.probes({ q: text === '' ? undefined : text, here }))}
      >
        <Chips
          label="Which probes"
          value={here}
          onChange={(value) => void navigate(pb.probes({ q: q === '' ? undefined : q, here: value }))}
          chips={[
            { value: undefined, title: 'All' },
            { value: 'connected', title: 'Can be answered here' },
            { value: 'not-connected', title: 'Not connected' },
          ]}
        />
      </Filter>
      <Asked result={result} what="the probes">
        {({ rows }) => <Rows rows={rows.filter((probe) => matches(probe, q, here))} all={rows} />}
      </Asked>
    </>
  )
}

function matches({ id, title, connected }: Probe, q: string, here: string | undefined): boolean {
  if (here !== undefined && connected !== (here === 'connected')) return false
  return `${id} ${title}`.toLowerCase().includes(q.toLowerCase())
}

function Rows({ rows, all }: { rows: readonly Probe[]; all: readonly Probe[] }) {
  const connected = all.filter((probe) => probe.connected).length
  return (
    <>
      <p className="soft">
        {plural(all.length, 'probe')}; {connected} can be answered here, the others say what would connect
        them.
      </p>
      {rows.length === 0 ? (
        <Empty kind="matches" title="No probe has these words">
          <Link {...pb.probes()}>Show all of them</Link>
        </Empty>
      ) : (
        <DataTable caption="Probes" rows={rows} keyOf={({ id }) => id} columns={columns} />
      )}
    </>
  )
}

const columns: readonly Column<Probe>[] = [
  {
    title: 'Question',
    phone: 'line',
    cell: ({ id, title }) => (
      <>
        <Link {...pb.why(id)}>
          <Inert text={title} max={200} />
        </Link>
        <Second>{id}</Second>
      </>
    ),
  },
  { title: 'Wing', cell: ({ wing }) => wing },
  { title: 'Asked', cell: ({ cost }) => (cost === 'demand' ? 'on demand' : cost) },
  {
    title: 'Here',
    phone: 'line',
    cell: ({ connected, needs }) =>
      connected ? (
        'can be answered'
      ) : (
        <>
          <Verdict kind="unknown">not connected</Verdict>
          <Second>
            <Inert text={needs ?? ''} max={200} />
          </Second>
        </>
      ),
  },
]
