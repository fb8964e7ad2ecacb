import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { queries } from '../api/queries.ts'
import type { ExposureAnswer } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { Button } from '../parts/button.tsx'
import { Chips } from '../parts/chip.tsx'
import { Cli } from '../parts/cli.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Facts } from '../parts/facts.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb, type ExposureSearch } from '../paths.ts'
import { dueInWords, outcomeInWords } from './due.tsx'
import { ExposureFilter } from './exposure-filter.tsx'
import { exposureLine } from './exposure-line.ts'
import { askedOf, ExposureList, OnlyCell } from './exposure-list.tsx'
import { ExposureMatrix } from './exposure-matrix.tsx'
import styles from './exposure.module.css'

const route = getRouteApi('/exposure')

export function ExposureScreen() {
  const search: ExposureSearch = route.useSearch()
  const navigate = route.useNavigate()
  const result = useQuery(queries.exposure(askedOf(search)))
  const { q, cve, owner, cluster } = search
  return (
    <>
      <PageHead
        title="Exposure"
        facts={[
          'what to fix first: by deadline, priority, reach, exploitation, privilege and score, in this order',
        ]}
      />
      <ExposureFilter
        key={JSON.stringify([q, cve, owner, cluster])}
        search={search}
        onFilter={(narrowed) => void navigate(pb.exposure({ group: search.group, ...narrowed }))}
      />
      <Asked result={result} what="what to fix first">
        {(answer) => <Shown answer={answer} search={search} />}
      </Asked>
    </>
  )
}

function Shown({ answer, search }: { answer: ExposureAnswer; search: ExposureSearch }) {
  const { matrix, deadlines } = answer
  const judged = matrix.reduce((sum, { workloads }) => sum + workloads, 0)
  if (judged === 0) return <Nothing answer={answer} search={search} />
  return (
    <>
      <AnswerLine
        word={deadlines[0].outcome === 'fix on system upgrade' ? 'Later.' : 'Due.'}
        sentence={answer.sentence}
      >
        <UnseenClusters clusters={answer.unseen.clusters} />
      </AnswerLine>
      <Ledger>
        <Section title="Due" note="by BOD 26-04">
          <Facts
            facts={deadlines.slice(0, 4).map(({ outcome, workloads }) => ({
              term: outcomeInWords(outcome),
              value: plural(workloads, 'workload'),
            }))}
          />
        </Section>
      </Ledger>
      <Figure
        title="Reach and privilege"
        note="From where a workload can be connected to, and what whoever runs code in it can become. A cell narrows the order."
      >
        <ExposureMatrix
          matrix={matrix}
          shown={search}
          to={(cell) =>
            pb.exposure({
              ...search,
              group: undefined,
              why: undefined,
              reach: undefined,
              privilege: undefined,
              ...cell,
            })
          }
        />
      </Figure>
      <Order answer={answer} search={search} />
      <Ledger>
        <Section title="In a terminal">
          <Cli line={exposureLine(search)} />
        </Section>
      </Ledger>
    </>
  )
}

function Order({ answer, search }: { answer: ExposureAnswer; search: ExposureSearch }) {
  const navigate = route.useNavigate()
  const onWhy = useCallback(
    (id: string) =>
      void navigate({
        search: (before) => ({ ...before, why: before.why === id ? undefined : id }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  const { group } = search
  return (
    <Figure title="What to fix first" note="Why, what would change it, and the ways in and on: open a row.">
      <div className={styles.list}>
        <Chips
          label="Rows of the order"
          value={group}
          onChange={(value) =>
            void navigate({ ...pb.exposure({ ...search, why: undefined, group: value }), resetScroll: false })
          }
          chips={[
            { value: undefined, title: 'Workloads' },
            { value: 'team', title: 'Teams' },
            { value: 'cluster', title: 'Clusters' },
          ]}
        />
      </div>
      <OnlyCell
        {...search}
        all={pb.exposure({ ...search, why: undefined, reach: undefined, privilege: undefined })}
      />
      {group === undefined ? (
        answer.workloads.total === 0 ? (
          <Empty kind="matches" title="No workload matches">
            <Button
              onClick={() =>
                void navigate(
                  pb.exposure({ ...search, q: undefined, reach: undefined, privilege: undefined }),
                )
              }
            >
              Show all
            </Button>
          </Empty>
        ) : (
          <ExposureList
            key={JSON.stringify(askedOf(search))}
            search={search}
            total={answer.workloads.total}
            onWhy={onWhy}
          />
        )
      ) : (
        <Groups key={group} answer={answer} search={search} group={group} />
      )}
    </Figure>
  )
}

type Group = ExposureAnswer['groups']['rows'][number]

function Groups({
  answer,
  search,
  group,
}: {
  answer: ExposureAnswer
  search: ExposureSearch
  group: 'team' | 'cluster'
}) {
  return (
    <DataTable
      caption={group === 'team' ? 'Teams, by their first workload' : 'Clusters, by their first workload'}
      keyOf={({ name }) => name ?? ''}
      columns={groupColumns[group]}
      windows={{
        total: answer.groups.total,
        question: (offset) => ({
          ...queries.exposure(askedOf(search), offset),
          select: ({ groups }: ExposureAnswer) => groups,
        }),
      }}
    />
  )
}

function columnsOf(group: 'team' | 'cluster'): readonly Column<Group>[] {
  return [
    {
      title: '#',
      width: '40px',
      phone: 'none',
      cell: ({ rank }) => <span className="number">{grouped(rank)}</span>,
    },
    {
      title: group === 'team' ? 'Team' : 'Cluster',
      width: '190px',
      phone: 'line',
      cell: ({ name }) =>
        name === null ? (
          <span className="soft">nobody named</span>
        ) : (
          <Link {...pb.exposure(group === 'team' ? { owner: name } : { cluster: name })}>
            <b>
              <Inert text={name} max={120} />
            </b>
          </Link>
        ),
    },
    {
      title: 'Fix due',
      width: '240px',
      phone: 'line',
      cell: ({ deadlines }) => (
        <ul>
          {deadlines.map(({ outcome, workloads }) => (
            <li key={outcome}>
              <b className="number">{grouped(workloads)}</b> {dueInWords(outcome)}
            </li>
          ))}
        </ul>
      ),
    },
    {
      title: 'Begin with',
      phone: 'line',
      cell: ({ first: { cluster, namespace, kind, name, vulnerability, sentence } }) => (
        <>
          <Link {...pb.workload({ cluster, namespace, kind, name })}>
            <Inert text={`${namespace}/${name}`} max={160} />
          </Link>{' '}
          <span className="soft">
            <Inert text={`${vulnerability}, ${cluster}`} max={160} />
          </span>
          <Second>
            <Inert text={sentence} max={400} />
          </Second>
        </>
      ),
    },
    { title: 'Workloads', number: true, width: '90px', cell: ({ workloads }) => grouped(workloads) },
    { title: 'Pods', number: true, width: '70px', cell: ({ pods }) => grouped(pods) },
  ]
}

const groupColumns = { team: columnsOf('team'), cluster: columnsOf('cluster') }

export function UnseenClusters({ clusters }: { clusters: readonly string[] }) {
  if (clusters.length === 0) return null
  return (
    <p>
      <Verdict kind="stale">partial</Verdict> <Inert text={clusters.slice(0, 3).join(', ')} max={300} />
      {clusters.length > 3 && ` and ${grouped(clusters.length - 3)} more`}{' '}
      {clusters.length === 1 ? 'is' : 'are'} not seen now: what runs there is as of when it was.
    </p>
  )
}

/** Which nothing it is: no fleet yet, a filter that nothing fits, proven, or not known. */
function Nothing({ answer, search }: { answer: ExposureAnswer; search: ExposureSearch }) {
  const navigate = route.useNavigate()
  const clusters = useQuery(queries.clusters()).data?.rows
  const { cve, cluster, owner } = search
  const isNarrowed = cluster !== undefined || owner !== undefined
  const isSeen = answer.unseen.images === 0 && answer.unseen.clusters.length === 0
  if (clusters?.length === 0)
    return (
      <Empty kind="yet" title="No fleet yet">
        <p>
          The order comes from what runs, what is known of it, and who reaches it:{' '}
          <Link {...pb.start()}>First steps</Link>.
        </p>
      </Empty>
    )
  return (
    <>
      <AnswerLine word={isSeen ? 'Nothing.' : 'Cannot tell.'} sentence={answer.sentence}>
        <UnseenClusters clusters={answer.unseen.clusters} />
      </AnswerLine>
      <Empty
        kind={isNarrowed || !isSeen ? 'matches' : 'proven'}
        title={isNarrowed ? 'Nothing here matches' : 'Nothing that is known has to be fixed'}
      >
        {isNarrowed && (
          <Button onClick={() => void navigate(pb.exposure({ cve }))}>Show every team and cluster</Button>
        )}
      </Empty>
    </>
  )
}
