import { Link } from '@tanstack/react-router'
import type { ClusterSummary } from '../api/schema.generated.ts'
import { grouped, percent } from '../format.ts'
import type { Column } from '../parts/data-table.tsx'
import { Inert } from '../parts/inert.tsx'
import { Time, useNow } from '../parts/time.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'

/** A cluster that has been silent for longer is shown as last seen. */
const staleAfterMs = 24 * 3600 * 1000

/** The columns of every list of clusters. */
export const clusterColumns: readonly Column<ClusterSummary>[] = [
  {
    title: 'Cluster',
    cell: ({ name }) => (
      <Link {...pb.where({ q: name })}>
        <b>
          <Inert text={name} max={120} />
        </b>
      </Link>
    ),
  },
  { title: 'Seen', cell: ({ lastSeenAtMs }) => <Seen atMs={lastSeenAtMs} /> },
  { title: 'From', cell: ({ source }) => <span className="soft">{source}</span> },
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

function Seen({ atMs }: { atMs: number }) {
  const stale = useNow() - atMs > staleAfterMs
  return (
    <Verdict kind={stale ? 'stale' : 'confirmed'} age={<Time atMs={atMs} />}>
      {stale ? 'silent' : 'seen'}
    </Verdict>
  )
}
