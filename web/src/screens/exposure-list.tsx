import { Link, type LinkOptions } from '@tanstack/react-router'
import { useMemo } from 'react'
import { queries } from '../api/queries.ts'
import type { ExposureAnswer } from '../api/schema.generated.ts'
import { grouped } from '../format.ts'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Disclose } from '../parts/disclose.tsx'
import { Inert } from '../parts/inert.tsx'
import { Severity } from '../parts/severity.tsx'
import { pb, type ExposureSearch, type PlaceSearch } from '../paths.ts'
import { Due } from './due.tsx'
import styles from './exposure-list.module.css'
import { ExposureReasons } from './exposure-reasons.tsx'
import { PlaceCell, privilegeTitles, reachTitles, type ExposureRow } from './place.tsx'

/** What the API is asked for a search of the console. */
export function askedOf({ cve, group, cluster, owner, reach, privilege, q }: ExposureSearch) {
  return { vulnerability: cve, group, cluster, owner, reach, privilege, q }
}

/** The order in which to fix; the reasons of one row are open below it. */
export function ExposureList({
  search,
  total,
  onWhy,
}: {
  search: ExposureSearch
  total: number
  /** Opens the reasons of a workload, or closes them. */
  onWhy: (id: string) => void
}) {
  const { why, cve } = search
  const columns = useMemo(() => columnsOf({ why, onWhy, one: cve !== undefined }), [why, onWhy, cve])
  return (
    <DataTable
      caption="Workloads, what to fix first"
      keyOf={({ id }) => id}
      columns={columns}
      windows={{
        total,
        question: (offset) => ({
          ...queries.exposure(askedOf(search), offset),
          select: ({ workloads }: ExposureAnswer) => workloads,
        }),
      }}
      detail={{
        openKey: why,
        render: (row) => (
          <section className={styles.detail} aria-label={`Why ${row.id} stands here`}>
            <ExposureReasons row={row} />
          </section>
        ),
      }}
    />
  )
}

function columnsOf({
  why,
  onWhy,
  one,
}: {
  why: string | undefined
  onWhy: (id: string) => void
  one: boolean
}): Column<ExposureRow>[] {
  const vulnerability: Column<ExposureRow> = {
    title: 'Worst finding',
    width: '142px',
    phone: 'line',
    cell: ({ severity, vulnerability: id, findings }) => (
      <>
        <Link {...pb.cve(id)}>
          <Inert text={id} max={80} />
        </Link>
        <Second>
          <Severity value={severity as Parameters<typeof Severity>[0]['value']} />
          {findings !== null && findings > 1 && ` of ${grouped(findings)}`}
        </Second>
      </>
    ),
  }
  return [
    {
      title: '#',
      width: '36px',
      phone: 'none',
      cell: ({ rank }) => <span className="number">{grouped(rank)}</span>,
    },
    {
      title: 'Workload',
      width: '196px',
      phone: 'line',
      cell: ({ cluster, namespace, kind, name, owner }) => (
        <>
          <Link {...pb.workload({ cluster, namespace, kind, name })}>
            <b>
              <Inert text={`${namespace}/${name}`} max={160} />
            </b>
          </Link>
          <Second>
            <Inert text={`${owner ?? 'nobody named'}, ${cluster}`} max={160} />
          </Second>
        </>
      ),
    },
    { title: 'Fix due', width: '130px', cell: ({ deadline }) => <Due deadline={deadline} /> },
    { title: 'Reach, privilege', width: '124px', cell: (row) => <PlaceCell {...row} /> },
    {
      title: 'Why it stands here',
      phone: 'line',
      cell: ({ id, sentence }) => (
        <div className={styles.why}>
          <Disclose open={why === id} onToggle={() => onWhy(id)} name={`Why ${id} stands here`}>
            {null}
          </Disclose>
          <span>
            <Inert text={sentence} max={600} />
          </span>
        </div>
      ),
    },
    ...(one ? [] : [vulnerability]),
    { title: 'Pods', number: true, width: '54px', cell: ({ pods }) => grouped(pods) },
  ]
}

/** Which cell of the matrix is shown, and the way back to all. */
export function OnlyCell({ reach, privilege, all }: PlaceSearch & { all: LinkOptions }) {
  if (reach === undefined && privilege === undefined) return null
  return (
    <p className={styles.only}>
      <span>
        Only what is
        {reach !== undefined && (
          <>
            {' '}
            reached from <b>{reachTitles[reach]}</b>
          </>
        )}
        {privilege !== undefined && (
          <>
            {reach !== undefined && ' and'} of privilege <b>{privilegeTitles[privilege]}</b>
          </>
        )}
        .
      </span>
      <Link {...all} resetScroll={false}>
        Show all
      </Link>
    </p>
  )
}
