import { Link } from '@tanstack/react-router'
import type { ClusterSummary } from '../api/schema.generated.ts'
import { grouped, percent } from '../format.ts'
import type { Column } from '../parts/data-table.tsx'
import { Inert } from '../parts/inert.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import { Sight, wayOf } from './sight.tsx'

/** The columns of every list of clusters. */
export const clusterColumns: readonly Column<ClusterSummary>[] = [
  {
    title: 'Cluster',
    phone: 'line',
    cell: ({ name }) => (
      <Link {...pb.cluster(name)}>
        <b>
          <Inert text={name} max={120} />
        </b>
      </Link>
    ),
  },
  { title: 'Seen', phone: 'line', cell: (row) => <Sight {...row} /> },
  {
    title: 'By',
    phone: 'line',
    cell: (row) => (
      <span className="soft">
        <Inert text={wayOf(row)} max={120} />
      </span>
    ),
  },
  {
    title: 'Missing rights',
    cell: ({ watch }) =>
      watch === null ? (
        <span className="soft">not asked</span>
      ) : watch.missing === 0 ? (
        'none'
      ) : (
        <Verdict kind="unknown">
          {grouped(watch.missing)} of {grouped(watch.resources)}
        </Verdict>
      ),
  },
  { title: 'Nodes', number: true, cell: ({ nodes }) => grouped(nodes) },
  { title: 'Pods', number: true, cell: ({ pods }) => grouped(pods) },
  {
    title: 'Images known',
    number: true,
    cell: ({ images, imagesKnown }) =>
      images === 0 ? 'none run' : `${percent(imagesKnown / images)} of ${grouped(images)}`,
  },
  { title: 'Workloads', number: true, cell: ({ workloads }) => grouped(workloads) },
  { title: 'With findings', number: true, cell: ({ affectedWorkloads }) => grouped(affectedWorkloads) },
]
