import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Asked } from '../parts/asked.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { pb } from '../paths.ts'
import { clusterColumns } from './cluster-columns.tsx'

export function ClustersScreen() {
  const result = useQuery(queries.clusters())
  return (
    <>
      <PageHead
        title="Clusters"
        facts={['what runs, how much of it is known, and when each was last seen']}
      />
      <Asked result={result} what="the clusters">
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty kind="yet" title="No cluster yet">
              <p>
                One line of kubectl brings one in, with read rights only:{' '}
                <Link {...pb.start()}>First steps</Link>.
              </p>
            </Empty>
          ) : (
            <DataTable caption="Clusters" rows={rows} keyOf={({ name }) => name} columns={clusterColumns} />
          )
        }
      </Asked>
    </>
  )
}
