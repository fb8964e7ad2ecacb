import { useQueries, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { Incident } from '../api/schema.generated.ts'
import { useSpeaker } from '../api/speaker.ts'
import { duration, grouped, percent, utc } from '../format.ts'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Inert } from '../parts/inert.tsx'
import { Section } from '../parts/ledger.tsx'
import { useNow } from '../parts/time.tsx'
import { pb } from '../paths.ts'
import { stageTitles } from './incident/stage-titles.ts'

/** More incidents than this at once are looked at in their list. */
const shownMax = 10

/** On the first screen: what waits for whoever looks, and how far each open incident is. Nothing where nothing is open. */
export function HomeIncidents() {
  const speaker = useSpeaker()
  const live = useQuery(queries.liveIncidents())
  const rows = live.data?.rows ?? []
  const asked = useQueries({
    queries: rows.slice(0, shownMax).map(({ id }) => queries.incident(id, speaker.as)),
  })
  const incidents = asked.flatMap(({ data }) => (data === undefined ? [] : [data]))
  if (incidents.length === 0) return null
  const waiting = incidents.filter(({ nextForYou, status }) => nextForYou !== null && status === 'open')
  return (
    <>
      {waiting.length > 0 && (
        <Section title="Needs you" note={`you are @${speaker.name}`}>
          <ul>
            {waiting.map(({ id, title, advisory, nextForYou }) => (
              <li key={id} style={{ padding: '6px 0' }}>
                <Link {...pb.incident(id)}>
                  <Inert text={title === '' ? advisory : title} max={120} />
                </Link>{' '}
                <Inert text={nextForYou?.text ?? ''} max={200} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section
        title="Incidents"
        note={
          rows.length > shownMax ? `${shownMax} of ${grouped(rows.length)}` : 'open, or clear and watched'
        }
      >
        <DataTable caption="Open incidents" rows={incidents} keyOf={({ id }) => id} columns={columns} />
      </Section>
    </>
  )
}

const columns: readonly Column<Incident>[] = [
  {
    title: 'Incident',
    phone: 'line',
    cell: ({ id, title, advisory }) => (
      <>
        <Link {...pb.incident(id)}>
          <Inert text={title === '' ? advisory : title} max={120} />
        </Link>
        <Second>
          {id}, <Inert text={advisory} max={80} />
        </Second>
      </>
    ),
  },
  {
    title: 'Stage',
    cell: ({ stage, status }) => (status === 'open' ? stageTitles[stage] : 'all clear, watched'),
  },
  {
    title: 'Run the fix',
    number: true,
    cell: ({ fleet: { fixed, affected, unknown } }) => (
      <>
        {grouped(fixed)} of {grouped(affected)}
        <Second>
          {affected === 0 ? 'nothing affected' : percent(fixed / affected)}
          {unknown > 0 && `, ${grouped(unknown)} unknown`}
        </Second>
      </>
    ),
  },
  {
    title: 'All clear',
    number: true,
    cell: ({ allClear: { holds, of } }) => `${holds} of ${of}`,
  },
  { title: 'Next deadline', cell: (incident) => <Deadline incident={incident} /> },
  { title: 'Running for', number: true, cell: ({ openedAtMs, atMs }) => duration(atMs - openedAtMs) },
]

function Deadline({ incident: { clocks, score, atMs } }: { incident: Incident }) {
  const now = Math.max(useNow(), atMs)
  const due = [
    ...clocks.filter(({ stopped }) => stopped === null).map(({ title, dueAtMs }) => ({ title, dueAtMs })),
    ...(score?.dueAtMs == null ? [] : [{ title: 'fix due', dueAtMs: score.dueAtMs }]),
  ].toSorted((a, b) => a.dueAtMs - b.dueAtMs)[0]
  if (due === undefined) return <span className="soft">no clock runs</span>
  return (
    <span title={utc(due.dueAtMs)}>
      {due.dueAtMs > now ? duration(due.dueAtMs - now) : `${duration(now - due.dueAtMs)} past`}
      <Second>
        <Inert text={due.title} max={80} />
      </Second>
    </span>
  )
}
