import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { queries } from '../api/queries.ts'
import type { Change, Coverage, HomeAnswer } from '../api/schema.generated.ts'
import { grouped, percent, plural, time, utc } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Inert } from '../parts/inert.tsx'
import { Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Partial } from '../parts/partial.tsx'
import { RulerRow } from '../parts/ruler.tsx'
import { Severity } from '../parts/severity.tsx'
import { Time } from '../parts/time.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import { QuestionBox } from '../question/question-box.tsx'
import { clusterColumns } from './cluster-columns.tsx'
import { FirstSteps } from './first-steps.tsx'

/** Comes after the first screen: on most days nothing is open. */
const HomeIncidents = lazy(async () => ({ default: (await import('./home-incidents.tsx')).HomeIncidents }))

export function HomeScreen() {
  const result = useQuery(queries.home())
  return (
    <>
      <PageHead title="Home" hidden />
      <QuestionBox />
      <Asked result={result} what="the fleet’s state">
        {(home) => <Home home={home} />}
      </Asked>
    </>
  )
}

function Home({ home: { status, worst, clusters, changes } }: { home: HomeAnswer }) {
  const empty = status.counts.workloads + status.counts.images + status.counts.advisories === 0
  return (
    <>
      <AnswerLine {...answerOf(status.counts, worst, empty)}>
        <p className="soft">
          <Inert text={status.sentence} />
        </p>
        {!empty && <Partial coverage={status.coverage} />}
      </AnswerLine>
      <Ledger>
        <Suspense>
          <HomeIncidents />
        </Suspense>
        {empty && (
          <Section title="First steps" note="each proves itself">
            <FirstSteps status={status} />
          </Section>
        )}
        {worst.length > 0 && (
          <Section title="Worst first" note="exploited, then severity, then reach">
            <DataTable
              caption="The worst vulnerabilities that run now"
              rows={worst}
              keyOf={({ id }) => id}
              columns={worstColumns}
            />
          </Section>
        )}
        {!empty && (
          <Section title="Fleet" note={plural(clusters.length, 'cluster')}>
            {clusters.length === 0 ? (
              <Empty kind="yet" title="No cluster yet">
                <p>
                  One line of kubectl brings one in: <Link {...pb.start()}>First steps</Link>.
                </p>
              </Empty>
            ) : (
              <DataTable
                caption="Clusters"
                rows={clusters}
                keyOf={({ name }) => name}
                columns={clusterColumns}
              />
            )}
          </Section>
        )}
        <div id="coverage">
          <Section title="Coverage" note="can we answer?">
            <CoverageRows coverage={status.coverage} />
          </Section>
        </div>
        <Section title="What changed" note="newest first">
          {changes.length === 0 ? (
            <Empty kind="yet" title="Nothing has changed yet">
              <p>An import, a new advisory or a moved workload shows here.</p>
            </Empty>
          ) : (
            <DataTable
              caption="What changed, newest first"
              rows={changes}
              keyOf={({ seq }) => String(seq)}
              columns={changeColumns}
            />
          )}
        </Section>
      </Ledger>
    </>
  )
}

function answerOf(
  counts: HomeAnswer['status']['counts'],
  worst: HomeAnswer['worst'],
  empty: boolean,
): { word: string; sentence: string } {
  if (empty)
    return { word: 'Empty.', sentence: 'Nothing is in here yet; three steps bring the first answer.' }
  if (worst.length === 0)
    return { word: 'Quiet.', sentence: 'No known vulnerability runs in what can be checked.' }
  const exploited = worst.filter(({ kev }) => kev).length
  // The list is cut: when all of it is exploited there may be more behind.
  const atLeast = exploited === worst.length ? 'at least ' : ''
  return {
    word: 'Not clear.',
    sentence: `${plural(counts.vulnerabilities, 'known vulnerability', 'known vulnerabilities')} ${counts.vulnerabilities === 1 ? 'is' : 'are'} in this fleet; ${exploited === 0 ? 'none of the worst is known to be exploited' : `${atLeast}${grouped(exploited)} of them ${exploited === 1 ? 'is' : 'are'} exploited in the wild`}.`,
  }
}

const worstColumns: readonly Column<HomeAnswer['worst'][number]>[] = [
  { title: 'Severity', cell: ({ severity }) => <Severity value={severity} /> },
  {
    title: 'Vulnerability',
    phone: 'line',
    cell: ({ id, title }) => (
      <>
        <Link {...pb.cve(id)}>
          <Inert text={id} max={80} />
        </Link>
        <Second>
          <Inert text={title} max={140} />
        </Second>
      </>
    ),
  },
  {
    title: 'Exploited',
    cell: ({ kev, epss }) =>
      kev ? (
        <Verdict kind="confirmed">in the wild</Verdict>
      ) : (
        <span className="soft">{epss === null ? 'not known' : `${percent(epss)} likely in 30 days`}</span>
      ),
  },
  { title: 'Workloads', number: true, cell: ({ workloads }) => grouped(workloads) },
  { title: 'Pods', number: true, cell: ({ pods }) => grouped(pods) },
  { title: 'Clusters', number: true, cell: ({ clusters }) => grouped(clusters) },
  { title: 'Fix', cell: ({ fixable }) => (fixable ? 'ready' : <span className="soft">none yet</span>) },
]

function CoverageRows({ coverage: { images, packages, clusters, feeds } }: { coverage: Coverage }) {
  const blind = packages.withoutAdvisorySource + packages.unorderable
  const dated = feeds.filter(({ newestRecordAtMs }) => newestRecordAtMs !== null)
  const newest =
    dated.length === 0 ? null : Math.max(...dated.map(({ newestRecordAtMs }) => newestRecordAtMs ?? 0))
  return (
    <>
      <RulerRow
        title="Running images with known content"
        share={{
          full: images.known - images.partly,
          half: images.partly,
          none: images.running - images.known,
        }}
        of="images"
        note={images.partly > 0 ? `${grouped(images.partly)} in part` : undefined}
      />
      <RulerRow
        title="Package versions that can be judged"
        share={{ full: packages.total - blind, half: 0, none: blind }}
        of="versions"
      />
      <RulerRow
        title="Clusters seen now"
        share={{ full: clusters.total - clusters.notSeen.length, half: clusters.notSeen.length, none: 0 }}
        of="clusters"
      />
      <p className="meta" style={{ paddingTop: 8 }}>
        One tick is one per cent. Full: known now. Half: in part, or last seen earlier. Dot: cannot be
        answered, never counted as clean. {plural(feeds.length, 'advisory feed')}
        {newest !== null && <>, newest record {utc(newest)}</>}.
      </p>
    </>
  )
}

const changeColumns: readonly Column<Change>[] = [
  {
    title: 'When',
    cell: ({ atMs }) => (
      <span className="number nowrap" title={utc(atMs)}>
        {time(atMs)}{' '}
        <Second>
          <Time atMs={atMs} />
        </Second>
      </span>
    ),
  },
  { title: 'What', cell: ({ kind }) => <span className="nowrap">{kind.replace('.', ' ')}</span> },
  { title: 'Of', phone: 'line', cell: ({ text }) => <Inert text={text} max={240} /> },
]
