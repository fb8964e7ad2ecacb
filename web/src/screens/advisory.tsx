import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { day, inert } from '../format.ts'
import { Asked } from '../parts/asked.tsx'
import { buttonClass } from '../parts/button.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { pb } from '../paths.ts'
import styles from './advisory.module.css'

const route = getRouteApi('/advisories/$advisoryId')

export function AdvisoryScreen() {
  const { advisoryId } = route.useParams()
  const result = useQuery(queries.advisory(advisoryId))
  return (
    <Asked result={result} what={`the record ${advisoryId}`}>
      {(record) => <Advisory id={advisoryId} record={readable(record)} raw={record} />}
    </Asked>
  )
}

/** What is read of a record; it comes from outside, so that every field may be missing or something else. */
interface Readable {
  summary: string
  details: string
  names: string[]
  dates: string[]
  affected: { name: string; ecosystem: string; ranges: string; fixed: string }[]
  references: { type: string; url: string }[]
}

type Loose = Record<string, unknown>
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const listOf = (value: unknown): Loose[] =>
  Array.isArray(value) ? value.filter((item): item is Loose => typeof item === 'object' && item !== null) : []
const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
const objectOf = (value: unknown): Loose =>
  typeof value === 'object' && value !== null ? (value as Loose) : {}

/** The fields of an OSV record that a person reads (OSV schema 1.7). */
function readable(record: Loose): Readable {
  const date = (name: string): string[] => {
    const atMs = Date.parse(textOf(record[name]))
    return Number.isNaN(atMs) ? [] : [`${name} ${day(atMs)}`]
  }
  return {
    summary: textOf(record.summary),
    details: textOf(record.details),
    names: [...textsOf(record.aliases), ...textsOf(record.upstream), ...textsOf(record.related)],
    dates: [...date('published'), ...date('modified'), ...date('withdrawn')],
    affected: listOf(record.affected).map((affected) => {
      const subject = objectOf(affected.package)
      const events = listOf(affected.ranges).flatMap(({ events: own }) => listOf(own))
      return {
        name: textOf(subject.name) || 'a repository',
        ecosystem: textOf(subject.ecosystem),
        ranges: events
          .flatMap((event) => Object.entries(event).map(([kind, version]) => `${kind} ${String(version)}`))
          .join(', '),
        fixed: events
          .map(({ fixed }) => textOf(fixed))
          .filter((version) => version !== '')
          .join(', '),
      }
    }),
    references: listOf(record.references).map(({ type, url }) => ({ type: textOf(type), url: textOf(url) })),
  }
}

const affectedColumns: readonly Column<Readable['affected'][number]>[] = [
  {
    title: 'Package',
    phone: 'line',
    cell: ({ name }) => (
      <b>
        <Inert text={name} max={160} />
      </b>
    ),
  },
  { title: 'Ecosystem', cell: ({ ecosystem }) => <Inert text={ecosystem} max={80} /> },
  {
    title: 'Range',
    phone: 'line',
    cell: ({ ranges }) => (
      <code>
        <Inert text={ranges || 'listed versions'} max={300} />
      </code>
    ),
  },
  {
    title: 'Fixed in',
    cell: ({ fixed }) =>
      fixed === '' ? (
        <span className="soft">not named</span>
      ) : (
        <code>
          <Inert text={fixed} max={120} />
        </code>
      ),
  },
]

/** Records name up to thousands of packages; the record itself has them all. */
const affectedShown = 100

function Advisory({ id, record, raw }: { id: string; record: Readable; raw: unknown }) {
  const text = JSON.stringify(raw, null, 2)
  return (
    <>
      <PageHead
        title={id}
        heading={<Inert text={id} max={120} />}
        aside={
          <span className="soft">
            <Inert text={record.summary} max={300} />
          </span>
        }
        facts={[
          ...record.dates,
          ...record.names.slice(0, 6).map((name) => <Inert key={name} text={name} max={80} />),
        ]}
        actions={
          <Link {...pb.cve(id)} className={buttonClass('primary')} data-next="">
            Are we affected? <kbd>n</kbd>
          </Link>
        }
      />
      <div className={styles.rule} />
      <Ledger>
        {record.details !== '' && (
          <Section title="Details" note="as the record says">
            <div className={styles.details}>
              {record.details
                .slice(0, 20_000)
                .split(/\r?\n/)
                .map((line, at) => (
                  // Lines of one text never move.
                  <p key={at}>
                    <Inert text={line} />
                  </p>
                ))}
            </div>
          </Section>
        )}
        {record.references.length > 0 && (
          // Addresses from outside are text to copy, never links: the console sends nobody anywhere.
          <Section title="References" note="text, not links">
            <ul>
              {record.references.slice(0, 40).map(({ type, url }) => (
                <li key={url}>
                  <span className="meta">
                    <Inert text={type.toLowerCase()} max={40} />
                  </span>{' '}
                  <code>
                    <Inert text={url} max={400} />
                  </code>
                </li>
              ))}
            </ul>
          </Section>
        )}
      </Ledger>
      {record.affected.length > 0 && (
        <Figure
          title="Affected"
          note={
            record.affected.length > affectedShown
              ? `${affectedShown} shown of ${record.affected.length}`
              : undefined
          }
        >
          <DataTable
            caption="What the record says is affected"
            rows={record.affected.slice(0, affectedShown)}
            keyOf={({ name, ecosystem, ranges }) => `${ecosystem} ${name} ${ranges}`}
            columns={affectedColumns}
          />
        </Figure>
      )}
      <Figure title="Record" note={<CopyButton text={text} label="Copy the record" name="Copy the record" />}>
        <pre className={styles.record} tabIndex={0} role="region" aria-label="The record as it came">
          {text.slice(0, 200_000).split('\n').map(inert).join('\n')}
        </pre>
      </Figure>
    </>
  )
}
