import type { ClusterSummary } from '../../../src/know/answers.ts'
import { useAnswer } from '../api.ts'
import { grouped, inert } from '../format.ts'
import { Asked, Empty, Table, Time } from '../parts.tsx'
import { pb } from '../paths.ts'

export function ClustersScreen() {
  const answer = useAnswer<{ rows: ClusterSummary[] }>('/clusters')
  return (
    <>
      <h1>Clusters</h1>
      <Asked answer={answer}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title="No cluster yet">
              <p>
                <a href={pb.start()}>Add one</a> with a line of kubectl.
              </p>
            </Empty>
          ) : (
            <Table
              caption="Clusters"
              rows={rows}
              keyOf={({ name }) => name}
              columns={[
                { title: 'Cluster', cell: ({ name }) => <strong>{inert(name)}</strong> },
                { title: 'From', cell: ({ source }) => source },
                { title: 'Seen', cell: ({ lastSeenAtMs }) => <Time atMs={lastSeenAtMs} /> },
                { title: 'Nodes', right: true, cell: ({ nodes }) => grouped(nodes) },
                { title: 'Workloads', right: true, cell: ({ workloads }) => grouped(workloads) },
                {
                  title: 'With findings',
                  right: true,
                  cell: ({ affectedWorkloads }) => grouped(affectedWorkloads),
                },
                { title: 'Pods', right: true, cell: ({ pods }) => grouped(pods) },
                {
                  title: 'Images known',
                  right: true,
                  cell: ({ images, imagesKnown }) => `${grouped(imagesKnown)} of ${grouped(images)}`,
                },
              ]}
            />
          )
        }
      </Asked>
    </>
  )
}
