import { Link } from '@tanstack/react-router'
import type { AffectedImage, AffectedWorkload, PlacedWorkload } from '../api/schema.generated.ts'
import { grouped } from '../format.ts'
import { Second, type Column } from '../parts/data-table.tsx'
import { Inert } from '../parts/inert.tsx'
import { Time } from '../parts/time.tsx'
import { Claim, FindingVerdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import { ImageName } from './names.tsx'
import { PlaceCell } from './place.tsx'

/** The columns of every list of workloads; with claim and verdict where a vulnerability was asked about. */
const workload: readonly Column<AffectedWorkload>[] = [
  {
    title: 'Workload',
    phone: 'line',
    cell: ({ kind, cluster, namespace, name }) => (
      <>
        <Link {...pb.workload({ cluster, namespace, kind, name })}>
          <b>
            <Inert text={`${namespace}/${name}`} max={160} />
          </b>
        </Link>
        <Second>
          <Inert text={`${cluster}, ${kind}`} max={160} />
        </Second>
      </>
    ),
  },
  {
    title: 'Owner',
    width: '150px',
    cell: ({ owner }) =>
      owner === null ? <span className="soft">nobody named</span> : <Inert text={owner} max={120} />,
  },
  {
    title: 'Images',
    phone: 'line',
    cell: ({ images }) => (
      <span className="soft">
        <Inert
          text={images.map((image) => image.replace(/^.*\//, '').split('@', 1)[0]).join(', ')}
          max={160}
        />
      </span>
    ),
  },
  { title: 'Pods', number: true, width: '76px', cell: ({ pods }) => grouped(pods) },
  { title: 'Nodes', number: true, width: '76px', cell: ({ nodes }) => grouped(nodes) },
  {
    title: 'Seen',
    width: '130px',
    cell: ({ running, firstSeenAtMs, lastSeenAtMs }) => (
      <>
        {running ? 'running' : <Time atMs={lastSeenAtMs} absent="not seen running" />}
        {firstSeenAtMs !== null && (
          <Second>
            first <Time atMs={firstSeenAtMs} />
          </Second>
        )}
      </>
    ),
  },
]

export const workloadColumns = workload

export const judgedWorkloadColumns: readonly Column<PlacedWorkload>[] = [
  ...workload.filter(({ title }) => title !== 'Nodes'),
  {
    title: 'Reach, privilege',
    width: '140px',
    cell: ({ place }) =>
      place === null ? <span className="soft">not asked</span> : <PlaceCell {...place} />,
  },
  {
    title: 'Claim',
    width: '150px',
    phone: 'half',
    cell: ({ claim }) => <Claim text={claim} />,
  },
  { title: 'Verdict', width: '150px', seam: true, cell: ({ state }) => <FindingVerdict state={state} /> },
]

/** The columns of every list of images that contain what was asked about. */
export const affectedImageColumns: readonly Column<AffectedImage>[] = [
  {
    title: 'Image',
    phone: 'line',
    cell: ({ reference, digest }) => (
      <ImageName id={digest ?? `name:${reference}`} reference={reference} digest={digest} />
    ),
  },
  {
    title: 'Package',
    cell: ({ packages }) => (
      <>
        {packages.slice(0, 3).map(({ purl, name, version }) => (
          <div key={`${purl} ${version}`}>
            <Inert text={name.replace(/^.*:/, '')} max={80} />{' '}
            <code>
              <Inert text={version} max={60} />
            </code>
          </div>
        ))}
        {packages.length > 3 && <Second>and {grouped(packages.length - 3)} more</Second>}
      </>
    ),
  },
  {
    title: 'Fixed in',
    width: '160px',
    cell: ({ packages }) => {
      const fixes = [...new Set(packages.map(({ fixedIn }) => fixedIn).filter((version) => version !== ''))]
      return fixes.length === 0 ? (
        <span className="soft">no fix named</span>
      ) : (
        <code>
          <Inert text={fixes.join(', ')} max={120} />
        </code>
      )
    },
  },
  { title: 'Workloads', number: true, width: '90px', cell: ({ workloads }) => grouped(workloads) },
  { title: 'Pods', number: true, width: '76px', cell: ({ pods }) => grouped(pods) },
  { title: 'Clusters', number: true, width: '80px', cell: ({ clusters }) => grouped(clusters) },
  {
    title: 'Seen',
    width: '130px',
    cell: ({ running, lastSeenAtMs }) =>
      running ? 'running' : <Time atMs={lastSeenAtMs} absent="not seen running" />,
  },
]
