import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { ask } from '../api/client.ts'
import { refreshAll } from '../api/live.ts'
import { queries } from '../api/queries.ts'
import type {
  ClusterDetail,
  ClusterDoctor,
  ClusterNodes,
  ClusterSummary,
  ClusterWorkloads,
} from '../api/schema.generated.ts'
import { grouped, percent, plural, utc } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { Button } from '../parts/button.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Filter } from '../parts/filter.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { Time } from '../parts/time.tsx'
import { Verdict, type VerdictKind } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import { clusterTabs } from '../routes.ts'
import { AgentLines, WaysToAdd } from './add-cluster.tsx'
import styles from './cluster.module.css'
import { Sight, wayOf } from './sight.tsx'

const route = getRouteApi('/clusters/$cluster')

export function ClusterScreen() {
  const { cluster: name } = route.useParams()
  const result = useQuery(queries.clusters())
  return (
    <Asked result={result} what={`the cluster ${name}`}>
      {({ rows }) => {
        const cluster = rows.find((row) => row.name === name)
        return cluster === undefined ? <NoCluster name={name} /> : <Cluster cluster={cluster} />
      }}
    </Asked>
  )
}

function NoCluster({ name }: { name: string }) {
  return (
    <>
      <PageHead title={name} heading={<Inert text={name} max={120} />} />
      <Empty kind="yet" title="No cluster of this name is known">
        <p>
          <Link {...pb.clusters()}>All clusters</Link>, or bring it in:
        </p>
      </Empty>
      <WaysToAdd name={name} />
    </>
  )
}

function Cluster({ cluster }: { cluster: ClusterSummary }) {
  const { name, watch, nodes, pods } = cluster
  const { tab = 'workloads' } = route.useSearch()
  const counts = { workloads: cluster.workloads, nodes, sight: watch?.resources }
  const titles = { workloads: 'Workloads', nodes: 'Nodes', sight: 'What we see' }
  return (
    <>
      <PageHead
        title={name}
        heading={<Inert text={name} max={120} />}
        aside={<Sight {...cluster} />}
        facts={[
          <>
            {watch === null ? 'known from' : 'seen by'} <Inert key="way" text={wayOf(cluster)} max={160} />
          </>,
          plural(nodes, 'node'),
          plural(pods, 'pod'),
        ]}
        actions={
          <CopyButton
            text={`allclear cluster ${watch === null ? 'workloads' : 'show'} ${shellWord(name)}`}
            label="Copy as a command"
            name="Copy as a command"
          />
        }
      />
      <AnswerLine {...answerOf(cluster)}>
        {watch !== null && watch.reason !== null && (
          <p className="soft">
            <Inert text={watch.reason} max={300} />
          </p>
        )}
      </AnswerLine>
      {watch !== null && <Live name={name} />}
      <Tabs
        label="Parts of the cluster"
        tabs={clusterTabs.map((part) => ({
          title: titles[part],
          to: pb.cluster(name, { tab: part }),
          count: counts[part],
          current: part === tab,
        }))}
      />
      {tab === 'workloads' && <Workloads cluster={cluster} />}
      {tab === 'nodes' && <Nodes cluster={cluster} />}
      {tab === 'sight' && (watch === null ? <FromManifests cluster={cluster} /> : <Watched name={name} />)}
    </>
  )
}

function answerOf({ watch, workloads, affectedWorkloads, images, imagesKnown }: ClusterSummary): {
  word: string
  sentence: string
} {
  const word =
    watch === null
      ? 'As read.'
      : watch.sight === 'seen'
        ? watch.missing === 0
          ? 'Seen.'
          : 'In part.'
        : { starting: 'Starting.', partly: 'In part.', lost: 'Lost.', unwatched: 'Not watched.' }[watch.sight]
  const known =
    images === 0
      ? 'it runs no image'
      : `the contents of ${grouped(imagesKnown)} of ${plural(images, 'image')} (${percent(imagesKnown / images)}) are known`
  const hidden =
    watch !== null && watch.missing > 0
      ? `; ${plural(watch.missing, 'resource')} of ${grouped(watch.resources)} ${watch.missing === 1 ? 'is' : 'are'} not seen`
      : ''
  return {
    word,
    sentence: `${grouped(affectedWorkloads)} of ${plural(workloads, 'workload')} ${affectedWorkloads === 1 ? 'has' : 'have'} findings; ${known}${hidden}.`,
  }
}

/** How a live cluster is reached, and what it lets us see. */
function Live({ name }: { name: string }) {
  const result = useQuery(queries.cluster(name))
  const rights = useQuery(queries.doctor(name))
  return (
    <Ledger>
      <Section title="Connection" note="how we reach it">
        <Asked result={result} what="how it is reached">
          {(detail) => <Connection detail={detail} />}
        </Asked>
      </Section>
      <Section title="What we may do" note="asked of the cluster itself">
        <Asked result={rights} what="what we may do there">
          {(doctor) => <Rights doctor={doctor} />}
        </Asked>
      </Section>
    </Ledger>
  )
}

function Connection({
  detail: { server, kind, context, file, state, addedAtMs, addedBy },
}: {
  detail: ClusterDetail
}) {
  return (
    <>
      <p>
        {kind === 'agent' ? (
          'Its agent tells of it.'
        ) : (
          <>
            <code>
              <Inert text={server ?? 'unknown address'} max={200} />
            </code>
            , {kind === 'in-cluster' && 'by the service account of this server’s pod'}
            {kind === 'copy' && (
              <>
                by a copy of context <Inert text={context ?? ''} max={120} />
              </>
            )}
            {kind === 'kubeconfig' && (
              <>
                by context <Inert text={context ?? ''} max={120} /> of{' '}
                <code>
                  <Inert text={file ?? ''} max={200} />
                </code>
                , read again at each connection
              </>
            )}
            .
          </>
        )}{' '}
        Kubernetes <Inert text={state.serverVersion ?? 'of unknown version'} max={60} />.
      </p>
      <p className="meta">
        Whole and current: <Time atMs={state.seenAtMs} absent="never yet" />
        {state.seenAtMs !== null && ` (${utc(state.seenAtMs)})`}. Added <Time atMs={addedAtMs} /> by{' '}
        <Inert text={addedBy} max={120} />.
      </p>
      {state.problemsTotal > 0 && (
        <details>
          <summary>
            {plural(state.problemsTotal, 'object')} {state.problemsTotal === 1 ? 'was' : 'were'} not believed
            or not read
          </summary>
          <ul>
            {state.problems.slice(0, 20).map(({ resource, object, reason }, at) => (
              // Problems are told apart by their place: the newest first.
              <li key={at}>
                <Inert text={object === null ? resource : `${resource} ${object}`} max={200} />:{' '}
                <Inert text={reason} max={300} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

function Rights({ doctor: { reachable, reason, rows, next } }: { doctor: ClusterDoctor }) {
  const missing = rows.filter(({ unknown }) => unknown !== null)
  if (!reachable)
    return (
      <>
        <Verdict kind="unknown">cannot be asked: it does not answer</Verdict>
        <p className="soft">
          <Inert text={reason ?? ''} max={300} />
        </p>
      </>
    )
  if (missing.length === 0)
    return (
      <p>
        <Verdict kind="confirmed">nothing is missing</Verdict> All {grouped(rows.length)} resources may be
        listed and watched; nothing may be changed.
      </p>
    )
  return (
    <>
      <DataTable
        caption="Rights that are missing"
        rows={missing}
        keyOf={({ resource }) => resource}
        columns={rightColumns}
      />
      <div className={styles.stack}>
        {next.map((line) =>
          /^(?:kubectl|allclear) /.test(line) ? (
            <Cli key={line} line={line} />
          ) : (
            <p key={line}>
              <Inert text={line} max={300} />
            </p>
          ),
        )}
      </div>
    </>
  )
}

const rightColumns: readonly Column<ClusterDoctor['rows'][number]>[] = [
  {
    title: 'Missing',
    phone: 'line',
    cell: ({ resource, list, watch }) => (
      <>
        <code>
          <Inert text={resource} max={120} />
        </code>
        <Second>
          {[list === true ? null : 'list', watch === true ? null : 'watch'].filter(Boolean).join(' and ')}
        </Second>
      </>
    ),
  },
  {
    title: 'Therefore unknown',
    phone: 'line',
    cell: ({ unknown, needed }) => (
      <Verdict kind="unknown">
        <Inert text={unknown ?? ''} max={200} />
        {needed && ' (every answer needs it)'}
      </Verdict>
    ),
  },
  {
    title: 'The cluster says',
    phone: 'line',
    cell: ({ reason }) => (
      <span className="soft">
        <Inert text={reason ?? 'nothing'} max={300} />
      </span>
    ),
  },
]

function Agent({ detail: { name, agent, enrolment } }: { detail: ClusterDetail }) {
  return (
    <div className={styles.stack}>
      {agent === null ? (
        <p>
          <Verdict kind="unknown">no agent enrolled yet</Verdict>
        </p>
      ) : (
        <p>
          <code>
            <Inert text={agent.id} max={60} />
          </code>{' '}
          of version <Inert text={agent.version} max={60} />, enrolled <Time atMs={agent.enrolledAtMs} />; its
          key is of <Time atMs={agent.keyAtMs} />, renewed every week; last message{' '}
          <Time atMs={agent.lastSeenAtMs} />.
        </p>
      )}
      {enrolment !== null && (
        <p className="meta">
          A one-time token of <Time atMs={enrolment.createdAtMs} /> by{' '}
          <Inert text={enrolment.createdBy} max={120} /> can be spent until {utc(enrolment.expiresAtMs)}.
        </p>
      )}
      <Enrol name={name} />
    </div>
  )
}

/** A token is shown once, here; the agent that spends it takes the place of the one before. */
function Enrol({ name }: { name: string }) {
  const client = useQueryClient()
  const example = useQuery(queries.status()).data?.example === true
  const [made, setMade] = useState<{ token: string; expiresAtMs: number } | null>(null)
  const [refused, setRefused] = useState<Error | null>(null)
  const enrol = async (): Promise<void> => {
    setRefused(null)
    try {
      setMade(await ask('POST /api/v1/clusters/{name}/enrolment', { path: { name }, body: {} }))
      void client.invalidateQueries({ queryKey: queries.cluster(name).queryKey })
    } catch (error) {
      setRefused(error as Error)
    }
  }
  return (
    <div className={styles.stack}>
      {made === null ? (
        <Button
          onClick={() => void enrol()}
          disabledReason={example ? 'The example fleet takes no agents.' : undefined}
        >
          Make a one-time token
        </Button>
      ) : (
        <>
          <p>
            Good once until {utc(made.expiresAtMs)}, and shown only now; the agent that spends it takes the
            place of the one before.
          </p>
          <Cli line={`printf %s ${shellWord(made.token)} > token`} />
          <AgentLines name={name} />
        </>
      )}
      {refused && <Failure error={refused} />}
      <Cli line={`allclear cluster enrol ${shellWord(name)} > token`} />
    </div>
  )
}

/** What it does stands there before it is confirmed. */
function Remove({ name }: { name: string }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [asked, setAsked] = useState(false)
  const [refused, setRefused] = useState<Error | null>(null)
  const remove = async (): Promise<void> => {
    setRefused(null)
    try {
      await ask('DELETE /api/v1/clusters/{name}', { path: { name } })
      await navigate(pb.clusters())
      void refreshAll(client)
    } catch (error) {
      setRefused(error as Error)
    }
  }
  return (
    <div className={styles.stack}>
      <p>
        Everything that runs in it counts as ended now, its agent is no longer heard, and our copy of its
        credentials is deleted. Nothing is changed in the cluster.
      </p>
      {asked ? (
        <p>
          <Button onClick={() => void remove()}>
            Stop watching <Inert text={name} max={120} /> now
          </Button>{' '}
          <Button kind="quiet" onClick={() => setAsked(false)}>
            Keep watching
          </Button>
        </p>
      ) : (
        <Button onClick={() => setAsked(true)}>Stop watching …</Button>
      )}
      {refused && <Failure error={refused} />}
      <Cli line={`allclear cluster remove ${shellWord(name)}`} />
    </div>
  )
}

type ClusterResource = ClusterDetail['state']['resources'][number]

const states: Record<ClusterResource['state'], { kind: VerdictKind; word: string }> = {
  starting: { kind: 'unknown', word: 'starting' },
  listing: { kind: 'unknown', word: 'listing' },
  watching: { kind: 'confirmed', word: 'watching' },
  waiting: { kind: 'stale', word: 'waiting to try again' },
  refused: { kind: 'unknown', word: 'refused' },
  'not-served': { kind: 'not-applicable', word: 'not installed' },
  stopped: { kind: 'stale', word: 'stopped' },
}

const resourceColumns: readonly Column<ClusterResource>[] = [
  {
    title: 'Resource',
    phone: 'line',
    cell: ({ id }) => (
      <code>
        <Inert text={id} max={120} />
      </code>
    ),
  },
  { title: 'State', cell: ({ state }) => <Verdict kind={states[state].kind}>{states[state].word}</Verdict> },
  {
    title: 'Objects',
    number: true,
    cell: ({ objects, syncedAtMs }) => (syncedAtMs === null ? '?' : grouped(objects)),
  },
  { title: 'Listed whole', cell: ({ syncedAtMs }) => <Time atMs={syncedAtMs} /> },
  { title: 'Last heard', cell: ({ heardAtMs }) => <Time atMs={heardAtMs} /> },
  { title: 'Not read', number: true, cell: ({ problems }) => grouped(problems) },
  {
    title: 'Unknown without it',
    phone: 'line',
    cell: ({ unknown, reason }) => (
      <>
        {unknown === null ? (
          <span className="soft">nothing is unknown</span>
        ) : (
          <Inert text={unknown} max={200} />
        )}
        {reason !== null && (
          <Second>
            <Inert text={reason} max={300} />
          </Second>
        )}
      </>
    ),
  },
]

/** Each watched resource, the agent that tells of it, and the way to end it. */
function Watched({ name }: { name: string }) {
  const result = useQuery(queries.cluster(name))
  return (
    <Asked result={result} what="what is watched">
      {(detail) => (
        <>
          <Figure title="What we see" note="each watched resource, in the order in which it is asked for">
            {detail.state.resources.length === 0 ? (
              <Empty kind="yet" title="Nothing was listed yet">
                <p>
                  The first lists follow when a server watches it: <code>allclear up</code>.
                </p>
              </Empty>
            ) : (
              <DataTable
                caption="Watched resources"
                rows={detail.state.resources}
                keyOf={({ id }) => id}
                columns={resourceColumns}
              />
            )}
          </Figure>
          <Ledger>
            {(detail.kind === 'agent' || detail.enrolment !== null) && (
              <Section title="Agent" note="dials out only">
                <Agent detail={detail} />
              </Section>
            )}
            <Section title="Stop watching" note="its history stays">
              <Remove name={name} />
            </Section>
          </Ledger>
        </>
      )}
    </Asked>
  )
}

function FromManifests({ cluster: { name, lastSeenAtMs } }: { cluster: ClusterSummary }) {
  return (
    <Figure title="What we see" note="nothing is asked of the cluster itself">
      <Empty kind="yet" title="It is known from manifests only">
        <p>
          What they say was true <Time atMs={lastSeenAtMs} />
          {lastSeenAtMs !== null && <> ({utc(lastSeenAtMs)})</>}; what changed since is unknown. Watched, it
          is current within a second, and its rights, addresses and history are known.
        </p>
      </Empty>
      <WaysToAdd name={name} />
    </Figure>
  )
}

function useTabFilter(name: string, tab: (typeof clusterTabs)[number]) {
  const { q } = route.useSearch()
  const navigate = useNavigate()
  return { q, filter: (text: string) => void navigate(pb.cluster(name, { tab, q: text || undefined })) }
}

function Workloads({ cluster: { name } }: { cluster: ClusterSummary }) {
  const { q, filter } = useTabFilter(name, 'workloads')
  const result = useQuery(queries.clusterWorkloads(name, { q }))
  const columns = useMemo(() => workloadColumnsOf(name), [name])
  return (
    <Figure title="Workloads" note="worst first, those that are there now">
      <Filter label="Part of a name or an owner" value={q ?? ''} onFilter={filter} />
      <Asked result={result} what="its workloads">
        {({ total }) =>
          total === 0 ? (
            <NothingThere q={q} noun="workload" onClear={() => filter('')} />
          ) : (
            <DataTable
              key={q}
              caption="Workloads, worst first"
              keyOf={({ id }) => id}
              columns={columns}
              windows={{ total, question: (offset) => queries.clusterWorkloads(name, { q }, offset) }}
            />
          )
        }
      </Asked>
    </Figure>
  )
}

function Nodes({ cluster: { name } }: { cluster: ClusterSummary }) {
  const { q, filter } = useTabFilter(name, 'nodes')
  const result = useQuery(queries.clusterNodes(name, { q }))
  return (
    <Figure title="Nodes" note="by name, those that are there now">
      <Filter label="Part of a name" value={q ?? ''} onFilter={filter} />
      <Asked result={result} what="its nodes">
        {({ total }) =>
          total === 0 ? (
            <NothingThere q={q} noun="node" onClear={() => filter('')} />
          ) : (
            <DataTable
              key={q}
              caption="Nodes"
              keyOf={({ name: node }) => node}
              columns={nodeColumns}
              windows={{ total, question: (offset) => queries.clusterNodes(name, { q }, offset) }}
            />
          )
        }
      </Asked>
    </Figure>
  )
}

function NothingThere({ q, noun, onClear }: { q: string | undefined; noun: string; onClear: () => void }) {
  return q === undefined ? (
    <Empty kind="yet" title={`No ${noun} is known there`} />
  ) : (
    <Empty kind="matches" title="Nothing matches">
      <Button onClick={onClear}>Clear the filter</Button>
    </Empty>
  )
}

type WorkloadRow = ClusterWorkloads['rows'][number]

/** A count over images of which some are not known is what it is at least. */
const atLeast = (count: number, { images, imagesUnknown }: WorkloadRow) =>
  images > 0 && imagesUnknown === images ? (
    <span className="soft">?</span>
  ) : (
    `${imagesUnknown > 0 ? '≥\u00a0' : ''}${grouped(count)}`
  )

function workloadColumnsOf(cluster: string): readonly Column<WorkloadRow>[] {
  return [
    {
      title: 'Workload',
      phone: 'line',
      cell: (row) => (
        <>
          <Link {...pb.workload({ cluster, ...row })}>
            <b>
              <Inert text={`${row.namespace}/${row.name}`} max={160} />
            </b>
          </Link>
          <Second>{row.kind}</Second>
        </>
      ),
    },
    {
      title: 'Owner',
      width: '150px',
      cell: ({ owner }) =>
        owner === null ? <span className="soft">nobody named</span> : <Inert text={owner} max={120} />,
    },
    { title: 'Critical', number: true, width: '80px', cell: (row) => atLeast(row.critical, row) },
    { title: 'High', number: true, width: '80px', cell: (row) => atLeast(row.high, row) },
    { title: 'Known', number: true, width: '80px', cell: (row) => atLeast(row.affected, row) },
    {
      title: 'Images',
      number: true,
      width: '150px',
      cell: ({ images, imagesUnknown }) =>
        imagesUnknown === 0 ? (
          grouped(images)
        ) : (
          <Verdict kind="unknown">
            {grouped(imagesUnknown)} of {grouped(images)} not known
          </Verdict>
        ),
    },
    { title: 'Pods', number: true, width: '76px', cell: ({ pods }) => grouped(pods) },
  ]
}

const nodeColumns: readonly Column<ClusterNodes['rows'][number]>[] = [
  {
    title: 'Node',
    phone: 'line',
    cell: ({ name }) => (
      <b>
        <Inert text={name} max={160} />
      </b>
    ),
  },
  {
    title: 'System',
    cell: ({ osImage }) =>
      osImage === null ? <span className="soft">not said</span> : <Inert text={osImage} max={120} />,
  },
  {
    title: 'Kubelet',
    width: '130px',
    cell: ({ kubeletVersion }) =>
      kubeletVersion === null ? (
        <span className="soft">not said</span>
      ) : (
        <Inert text={kubeletVersion} max={60} />
      ),
  },
  { title: 'Pods', number: true, width: '90px', cell: ({ pods }) => grouped(pods) },
  { title: 'First seen', width: '130px', cell: ({ firstSeenAtMs }) => <Time atMs={firstSeenAtMs} /> },
]
