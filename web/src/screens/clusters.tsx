import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import type { ClusterSummary } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Figure } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { WaysToAdd } from './add-cluster.tsx'
import { clusterColumns } from './cluster-columns.tsx'

export function ClustersScreen() {
  const result = useQuery(queries.clusters())
  return (
    <>
      <PageHead
        title="Clusters"
        facts={['how each is seen, how current that is, and what it hides from us']}
      />
      <Asked result={result} what="the clusters">
        {({ rows }) =>
          rows.length === 0 ? (
            <>
              <Empty kind="yet" title="No cluster yet">
                <p>Any of these brings one in; Allclear gets rights to read, and no others.</p>
              </Empty>
              <WaysToAdd />
            </>
          ) : (
            <>
              <AnswerLine {...answerOf(rows)} />
              <Figure title="Clusters" note="by name">
                <DataTable
                  caption="Clusters"
                  rows={rows}
                  keyOf={({ name }) => name}
                  columns={clusterColumns}
                />
              </Figure>
              <Figure title="Add a cluster" note="Allclear gets rights to read, and no others">
                <WaysToAdd />
              </Figure>
            </>
          )
        }
      </Asked>
    </>
  )
}

/** How many are watched, and what of them is not seen. */
function answerOf(rows: readonly ClusterSummary[]): { word: string; sentence: string } {
  const watched = rows.flatMap(({ watch }) => (watch === null ? [] : [watch]))
  const seen = watched.filter(({ sight }) => sight === 'seen').length
  const hiding = watched.filter(({ missing }) => missing > 0).length
  const manifests = rows.length - watched.length
  const parts: string[] = []
  if (watched.length > 0)
    parts.push(
      `${grouped(seen)} of ${plural(watched.length, 'watched cluster')} ${seen === 1 ? 'is' : 'are'} seen whole now`,
      hiding === 0
        ? 'no right is missing'
        : `rights are missing in ${grouped(hiding)}, so that something of ${hiding === 1 ? 'it' : 'them'} is unknown`,
    )
  if (manifests > 0)
    parts.push(
      `${plural(manifests, 'cluster')} ${manifests === 1 ? 'is' : 'are'} known from manifests, as of when they were read`,
    )
  const sentence = parts.join('; ')
  return {
    word: watched.length === 0 ? 'As read.' : seen === watched.length && hiding === 0 ? 'Seen.' : 'In part.',
    sentence: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
  }
}
