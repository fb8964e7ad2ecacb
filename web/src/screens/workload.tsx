import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { Workload } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Id } from '../parts/id.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Time } from '../parts/time.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import { DeclareFacts } from './declare-facts.tsx'
import { WorkloadConnections } from './workload-connections.tsx'
import { WorkloadExposure } from './workload-exposure.tsx'
import { factRowsOf, type FactSaid, type FactOfWorkload } from './workload-facts.ts'
import { WorkloadPrivileges } from './workload-privileges.tsx'

const route = getRouteApi('/clusters/$cluster/workloads/$namespace/$kind/$name')

export function WorkloadScreen() {
  const { cluster, namespace, kind, name } = route.useParams()
  const id = `${cluster}/${namespace}/${kind}/${name}`
  const result = useQuery(queries.workload(id))
  return (
    <Asked result={result} what={`the workload ${id}`}>
      {(workload) => <Shown workload={workload} />}
    </Asked>
  )
}

type Run = Workload['runs'][number]

function Shown({ workload }: { workload: Workload }) {
  const { id, cluster, namespace, kind, name, owner, serviceAccount, replicas, runs, pods } = workload
  const running = runs.filter(({ lastSeenAtMs }) => lastSeenAtMs === null)
  const ended = runs.filter(({ lastSeenAtMs }) => lastSeenAtMs !== null)
  return (
    <>
      <PageHead
        title={`${namespace}/${name}`}
        heading={<Inert text={`${namespace}/${name}`} max={200} />}
        facts={[
          <>
            <Inert key="kind" text={kind} max={60} /> in{' '}
            <Link {...pb.cluster(cluster)}>
              <Inert text={cluster} max={120} />
            </Link>
          </>,
          owner === null ? 'nobody is named as its owner' : <Inert key="owner" text={owner} max={120} />,
          <>
            service account <Inert key="account" text={serviceAccount ?? 'default'} max={120} />
          </>,
          replicas === null ? 'no number of replicas is declared' : `${plural(replicas, 'replica')} declared`,
        ]}
        actions={
          <>
            <Link {...pb.where({ q: id })}>Where it runs</Link>
            <CopyButton
              text={`allclear workload show ${shellWord(id)}`}
              label="Copy as a command"
              name="Copy as a command"
            />
          </>
        }
      />
      <AnswerLine {...answerOf(workload, running)}>
        <p className="soft">
          First seen <Time atMs={workload.firstSeenAtMs} />
          {workload.lastSeenAtMs !== null && (
            <>
              , last <Time atMs={workload.lastSeenAtMs} />
            </>
          )}
          .
        </p>
      </AnswerLine>
      <Figure title="What runs" note="each container with the digest that its pods report">
        {running.length === 0 ? (
          <Empty kind="matches" title="It runs nothing now" />
        ) : (
          <DataTable caption="Containers that run now" rows={running} keyOf={keyOfRun} columns={runColumns} />
        )}
      </Figure>
      {workload.lastSeenAtMs === null && (
        <>
          <WorkloadExposure workload={workload} />
          <WorkloadPrivileges workload={workload} />
          <WorkloadConnections workload={workload} />
          <Ledger>
            <Section title="In a terminal">
              <Cli line={`allclear reach --from internet --to ${shellWord(id)}`} />
              <Cli line={`allclear privileges --workload ${shellWord(id)}`} />
            </Section>
          </Ledger>
        </>
      )}
      <Figure title="What is known of it" note="what people declared beside what labels and annotations say">
        <DataTable
          caption="Declared and observed facts"
          rows={factRowsOf(workload.facts)}
          keyOf={({ fact }) => fact}
          columns={factColumns}
        />
        <DeclareFacts key={id} workload={workload} />
      </Figure>
      <Figure
        title="History"
        note="the newest first, as long as the retention reaches (30 days unless configured)"
      >
        {ended.length === 0 ? (
          <Empty kind="matches" title="Nothing else ran in it within that time" />
        ) : (
          <DataTable caption="What it ran before" rows={ended} keyOf={keyOfRun} columns={endedColumns} />
        )}
        {workload.runsTotal > runs.length && (
          <p className="meta">
            The newest {grouped(runs.length)} of {grouped(workload.runsTotal)} runs.
          </p>
        )}
      </Figure>
      <Figure
        title="Pods"
        note={
          workload.podsTotal > pods.length
            ? `the newest ${grouped(pods.length)} of ${grouped(workload.podsTotal)}, those that are there before`
            : 'those that are there first, then the newest'
        }
      >
        {pods.length === 0 ? (
          <Empty kind="matches" title="No pod of it was seen" />
        ) : (
          <DataTable
            caption="Pods and their addresses"
            rows={pods}
            keyOf={({ uid }) => uid}
            columns={podColumns}
          />
        )}
      </Figure>
    </>
  )
}

function answerOf(
  { lastSeenAtMs, pods, podsTotal }: Workload,
  running: readonly Run[],
): { word: string; sentence: string } {
  if (lastSeenAtMs !== null) return { word: 'Gone.', sentence: 'It is no longer there.' }
  const images = new Map(running.map((run) => [run.image ?? run.reference, run]))
  const known = [...images.values()].flatMap(({ findings }) => (findings === null ? [] : [findings]))
  const sum = (of: (findings: NonNullable<Run['findings']>) => number): number =>
    known.reduce((total, findings) => total + of(findings), 0)
  const blind = images.size - known.length
  const affected = sum((findings) => findings.affected)
  const there = pods.filter((pod) => pod.lastSeenAtMs === null).length
  // The list of pods is cut; those that are there come first, so only a full list hides some.
  const podWords =
    there === 0
      ? ''
      : `${there === pods.length && podsTotal > there ? 'at least ' : ''}${plural(there, 'pod')} of it ${there === 1 ? 'is' : 'are'} there. `
  const unknown = blind === 0 ? '' : ` The contents of ${plural(blind, 'image')} are unknown.`
  if (known.length === 0)
    return {
      word: images.size === 0 ? 'Idle.' : 'Cannot tell.',
      sentence:
        images.size === 0 ? 'No container of it runs now.' : `${podWords}What is in its images is unknown.`,
    }
  if (affected === 0)
    return {
      word: blind === 0 ? 'Nothing.' : 'Cannot tell.',
      sentence: `${podWords}No record names a package that is known of its ${images.size === 1 ? 'image' : plural(images.size, 'image')}.${unknown}`,
    }
  return {
    word: sum(({ fixable }) => fixable) > 0 ? 'Fixable.' : 'Affected.',
    sentence: `${podWords}${images.size === 1 ? 'Its image has' : `Its ${plural(images.size, 'image')} have`} ${blind > 0 ? 'at least ' : ''}${plural(affected, 'known vulnerability', 'known vulnerabilities')}: ${grouped(sum(({ critical }) => critical))} critical, ${grouped(sum(({ high }) => high))} high; ${grouped(sum(({ fixable }) => fixable))} can be fixed.${unknown}`,
  }
}

const keyOfRun = ({ container, reference, digest, firstSeenAtMs }: Run): string =>
  `${container} ${reference} ${digest} ${firstSeenAtMs}`

const containerColumn: Column<Run> = {
  title: 'Container',
  phone: 'line',
  cell: ({ container, kind }) => (
    <>
      <b>
        <Inert text={container} max={120} />
      </b>
      {kind !== 'main' && <Second>{kind}</Second>}
    </>
  ),
}

const imageColumn: Column<Run> = {
  title: 'Image',
  phone: 'line',
  cell: ({ reference, digest, image }) => (
    <>
      {image === null ? (
        <Inert text={reference} max={200} />
      ) : (
        <Link {...pb.image(image)}>
          <Inert text={reference} max={200} />
        </Link>
      )}
      <Second>
        <Id value={digest} absent="no digest is known" />
      </Second>
    </>
  ),
}

const findingsColumn: Column<Run> = {
  title: 'Findings',
  phone: 'line',
  cell: ({ findings }) =>
    findings === null ? (
      <Verdict kind="unknown">contents not known</Verdict>
    ) : findings.affected === 0 ? (
      <span className="soft">none known</span>
    ) : (
      <>
        {grouped(findings.critical)} critical, {grouped(findings.high)} high
        <Second>
          {grouped(findings.affected)} in all, {grouped(findings.fixable)} fixable
        </Second>
      </>
    ),
}

const runColumns: readonly Column<Run>[] = [
  containerColumn,
  imageColumn,
  findingsColumn,
  { title: 'Pods', number: true, cell: ({ pods }) => grouped(pods) },
  { title: 'Since', cell: ({ firstSeenAtMs }) => <Time atMs={firstSeenAtMs} /> },
]

const endedColumns: readonly Column<Run>[] = [
  containerColumn,
  imageColumn,
  findingsColumn,
  { title: 'First seen', cell: ({ firstSeenAtMs }) => <Time atMs={firstSeenAtMs} /> },
  { title: 'Last seen', cell: ({ lastSeenAtMs }) => <Time atMs={lastSeenAtMs} /> },
]

const podColumns: readonly Column<Workload['pods'][number]>[] = [
  {
    title: 'Pod',
    phone: 'line',
    cell: ({ name, uid }) => (
      <>
        <Inert text={name} max={160} />
        <Second>
          <code>
            <Inert text={uid} max={60} />
          </code>
        </Second>
      </>
    ),
  },
  {
    title: 'Node',
    phone: 'line',
    cell: ({ node }) =>
      node === null ? <span className="soft">none is known</span> : <Inert text={node} max={120} />,
  },
  { title: 'Phase', cell: ({ phase }) => <Inert text={phase} max={40} /> },
  {
    title: 'Addresses',
    phone: 'line',
    cell: ({ addresses }) =>
      addresses.length === 0 ? (
        <span className="soft">none was told</span>
      ) : (
        <ul>
          {addresses.map(({ address, firstSeenAtMs, lastSeenAtMs }) => (
            <li key={`${address} ${firstSeenAtMs}`}>
              <code>
                <Inert text={address} max={64} />
              </code>
              {lastSeenAtMs !== null && (
                <>
                  {' '}
                  until <Time atMs={lastSeenAtMs} />
                </>
              )}
            </li>
          ))}
        </ul>
      ),
  },
  { title: 'First seen', cell: ({ firstSeenAtMs }) => <Time atMs={firstSeenAtMs} /> },
  { title: 'Last seen', cell: ({ lastSeenAtMs }) => <Time atMs={lastSeenAtMs} absent="is there" /> },
]

const inherited = { workload: '', namespace: 'of its namespace', cluster: 'of its cluster' } as const

function Said({ said, absent }: { said: readonly FactSaid[]; absent: string }) {
  if (said.length === 0) return <span className="soft">{absent}</span>
  return (
    <ul>
      {said.map(({ value, source, from }) => (
        <li key={`${source} ${from}`}>
          <Inert text={value} max={120} />{' '}
          <span className="meta">
            <Inert text={source} max={160} /> {inherited[from]}
          </span>
        </li>
      ))}
    </ul>
  )
}

const factColumns: readonly Column<FactOfWorkload>[] = [
  { title: 'Fact', phone: 'line', cell: ({ title }) => <b>{title}</b> },
  {
    title: 'Declared',
    phone: 'line',
    cell: ({ declared }) => <Said said={declared} absent="nobody declared it" />,
  },
  {
    title: 'Observed',
    phone: 'line',
    cell: ({ observed }) => <Said said={observed} absent="no label says it" />,
  },
  {
    title: 'What counts',
    phone: 'line',
    seam: true,
    cell: ({ counts }) =>
      counts === null ? (
        <Verdict kind="unknown">not known</Verdict>
      ) : (
        <>
          <b>
            <Inert text={counts.value} max={120} />
          </b>
          <Second>
            {counts.from === 'workload' ? 'said of itself' : `inherited from its ${counts.from}`}
          </Second>
        </>
      ),
  },
]
