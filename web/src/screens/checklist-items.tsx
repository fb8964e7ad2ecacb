import { useMutation, useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Checklist, ChecklistAnswer } from '../api/schema.generated.ts'
import { Button } from '../parts/button.tsx'
import { Chip } from '../parts/chip.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Inert } from '../parts/inert.tsx'
import { Verdict } from '../parts/verdict.tsx'
import styles from './checklist.module.css'
import { duration, roleTitle } from './checklist-words.ts'

type Item = Checklist['items'][number]
type ProbeFacts = ChecklistAnswer['probes'][number]

interface Shown {
  item: Item
  facts: ProbeFacts | undefined
}

/** Items of a pause point: what a person does, then the double rule, then what the fleet is asked. */
export function ChecklistItems({
  caption,
  items,
  facts,
}: {
  caption: string
  items: readonly Item[]
  facts: readonly ProbeFacts[]
}) {
  const known = new Map(facts.map((probe) => [probe.id, probe]))
  return (
    <DataTable
      caption={caption}
      rows={items.map((item) => ({
        item,
        facts: item.probe === null ? undefined : known.get(item.probe.id),
      }))}
      keyOf={({ item }) => item.id}
      columns={columns}
    />
  )
}

const columns: readonly Column<Shown>[] = [
  {
    title: 'Item',
    width: '56px',
    phone: 'half',
    cell: ({ item }) => <strong>{item.id}</strong>,
  },
  {
    title: 'Do',
    phone: 'line',
    cell: ({ item: { text, why, tier, applies } }) => (
      <>
        <span className={tier === 'killer' ? styles.killer : undefined}>
          <Inert text={text} max={400} />
        </span>{' '}
        {tier === 'extended' && <Chip>extended</Chip>}
        <Second>
          <Inert text={why} max={400} />
          {applies !== null && (
            <>
              {' '}
              Only where: <Inert text={applies} max={200} />
            </>
          )}
        </Second>
      </>
    ),
  },
  {
    title: 'Role',
    width: '130px',
    phone: 'half',
    cell: ({ item: { role, after } }) => (
      <>
        {roleTitle(role)}
        {after.length > 0 && <Second>after {after.join(', ')}</Second>}
      </>
    ),
  },
  { title: 'Asks the fleet', width: '34%', phone: 'line', seam: true, cell: (row) => <Question {...row} /> },
]

function Question({ item: { probe, noProbe, signal, proof }, facts }: Shown) {
  const { data } = useQuery(queries.probes())
  const answering = data?.rows.find(({ id }) => id === probe?.id)
  if (probe === null)
    return (
      <>
        <Verdict kind="not-applicable">nothing checks it</Verdict>
        {noProbe !== null && (
          <Second>
            <Inert text={noProbe} max={300} />
          </Second>
        )}
      </>
    )
  const parameters = Object.entries(probe.params).map(([name, value]) => `${name}=${String(value)}`)
  return (
    <>
      <code>
        <Inert text={[probe.id, ...parameters].join(' ')} max={200} />
      </code>
      <Second>
        {facts !== undefined && <Inert text={`${facts.title} ${facts.rule}`} max={400} />} At most{' '}
        {duration(probe.freshnessMs)} old.
        {signal !== null && (
          <>
            {' '}
            Forces: <Inert text={signal.forcedAct} max={200} />
            {proof !== null && (
              <>
                {' '}
                (drill <Inert text={proof.drill} max={40} />)
              </>
            )}
            .
          </>
        )}
      </Second>
      {answering !== undefined &&
        (answering.connected ? (
          <AskNow probe={probe} />
        ) : (
          <Verdict kind="unknown">
            not connected: <Inert text={answering.needs ?? ''} max={200} />
          </Verdict>
        ))}
    </>
  )
}

/** Tries the question on the live fleet; nothing is changed by it. */
function AskNow({ probe }: { probe: NonNullable<Item['probe']> }) {
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () =>
      ask('POST /api/v1/probes/{id}/runs', {
        path: { id: probe.id },
        body: {
          params: probe.params,
          minCoverage: probe.minCoverage,
          maxContradicted: probe.maxContradicted,
        },
      }),
  })
  return (
    <div className={styles.now} aria-live="polite">
      <Button disabledReason={isPending ? 'It is being asked.' : undefined} onClick={() => mutate()}>
        Ask now
      </Button>
      {data !== undefined && (
        <Verdict kind={data.verdict}>
          {data.verdict}: <Inert text={data.reason} max={300} />
        </Verdict>
      )}
      {error !== null && (
        <Verdict kind="unknown">
          <Inert text={error.message} max={300} />
        </Verdict>
      )}
    </div>
  )
}
