import type { AffectedImage, AffectedWorkload, Page } from '../../../src/know/answers.ts'
import { grouped, inert, shortDigest } from '../format.ts'
import { Empty, State, Table, Time } from '../parts.tsx'
import { pb } from '../paths.ts'

export function WorkloadTable({ page, states }: { page: Page<AffectedWorkload>; states: boolean }) {
  if (page.total === 0) return <Empty title="No workload runs it" />
  return (
    <Table
      caption="Workloads, running and largest first"
      rows={page.rows}
      total={page.total}
      keyOf={({ id }) => id}
      columns={[
        {
          title: 'Workload',
          cell: ({ id, kind, cluster, namespace, name, claim }) => (
            <>
              <a href={pb.where({ q: id })}>{inert(`${namespace}/${name}`)}</a>
              <span className="second">
                {kind} in {inert(cluster)}
                {claim ? ` · ${inert(claim)}` : ''}
              </span>
            </>
          ),
        },
        { title: 'Owner', cell: ({ owner }) => (owner === null ? 'nobody named' : inert(owner)) },
        ...(states
          ? [{ title: 'Verdict', cell: ({ state }: AffectedWorkload) => <State value={state} /> }]
          : []),
        {
          title: 'Images',
          cell: ({ images }) => images.map((image) => inert(image.replace(/^.*\//, ''))).join(', '),
        },
        { title: 'Pods', right: true, cell: ({ pods }) => grouped(pods) },
        { title: 'Nodes', right: true, cell: ({ nodes }) => grouped(nodes) },
        { title: 'First seen', cell: ({ firstSeenAtMs }) => <Time atMs={firstSeenAtMs} /> },
        {
          title: 'Last seen',
          cell: ({ running, lastSeenAtMs }) => (running ? 'running' : <Time atMs={lastSeenAtMs} />),
        },
      ]}
    />
  )
}

export function ImageTable({ page }: { page: Page<AffectedImage> }) {
  if (page.total === 0) return <Empty title="No image contains it" />
  return (
    <Table
      caption="Images, running and largest first"
      rows={page.rows}
      total={page.total}
      keyOf={({ digest, reference }) => digest ?? reference}
      columns={[
        {
          title: 'Image',
          cell: ({ reference, digest }) => (
            <>
              <a href={pb.image(digest ?? reference)}>{inert(reference)}</a>
              <span className="second mono">{shortDigest(digest)}</span>
            </>
          ),
        },
        {
          title: 'Package',
          cell: ({ packages }) => (
            <>
              {packages.slice(0, 3).map(({ purl, name, version }) => (
                <span key={purl} className="second-first">
                  {inert(`${name} ${version}`)}
                </span>
              ))}
              {packages.length > 3 && <span className="second">and {packages.length - 3} more</span>}
            </>
          ),
        },
        {
          title: 'Fixed in',
          cell: ({ packages }) =>
            inert(
              [...new Set(packages.map(({ fixedIn }) => fixedIn).filter((version) => version !== ''))].join(
                ', ',
              ) || 'no fix named',
            ),
        },
        { title: 'Workloads', right: true, cell: ({ workloads }) => grouped(workloads) },
        { title: 'Pods', right: true, cell: ({ pods }) => grouped(pods) },
        {
          title: 'Last seen',
          cell: ({ running, lastSeenAtMs }) =>
            running ? 'running' : <Time atMs={lastSeenAtMs} absent="not seen running" />,
        },
      ]}
    />
  )
}
