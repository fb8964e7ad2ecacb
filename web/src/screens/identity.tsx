import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { ClusterPrivileges } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { WayPicture } from '../parts/way-picture.tsx'
import { pb } from '../paths.ts'
import { Doubts, doubtsOf } from './attack-path.tsx'
import { MissingScreen } from './missing.tsx'
import { legsOfWays, stopOf, type Ways } from './ways.ts'

const route = getRouteApi('/identities/$identityId')

export function IdentityScreen() {
  const { identityId } = route.useParams()
  // `CLUSTER/ServiceAccount NAMESPACE/NAME`: no name of a cluster has a space.
  const match = /^(\S+?)\/((?:ServiceAccount|User|Group) .+)$/.exec(identityId)
  if (match === null) return <MissingScreen />
  return <Identity key={identityId} cluster={match[1]} id={match[2]} />
}

function Identity({ cluster, id }: { cluster: string; id: string }) {
  const result = useQuery(queries.privileges({ cluster, identity: id }))
  const { kind, label } = stopOf(id)
  return (
    <>
      <PageHead
        title={label}
        heading={<Inert text={label} max={200} />}
        facts={[
          <>
            {kind} in{' '}
            <Link {...pb.cluster(cluster)}>
              <Inert text={cluster} max={120} />
            </Link>
          </>,
        ]}
      />
      <Asked result={result} what={`what ${label} may do`}>
        {(answer) => <Shown answer={answer} />}
      </Asked>
      <Ledger>
        <Section title="In a terminal">
          <Cli line={`allclear privileges ${shellWord(id)} --cluster ${shellWord(cluster)}`} />
        </Section>
      </Ledger>
    </>
  )
}

function Shown({ answer }: { answer: ClusterPrivileges }) {
  const [identity] = answer.identities
  const legs = legsOfWays(identity.ways)
  const doubts = doubtsOf(undefined, answer)
  return (
    <>
      <AnswerLine {...answerOf(identity, doubts.length > 0)}>
        <Doubts said={[]} unknown={doubts} />
      </AnswerLine>
      <Figure
        title="Shortest ways"
        note="to secrets, nodes and cluster-admin: each step with what allows it and why it escalates"
      >
        {legs.length === 0 ? (
          <Empty
            kind={doubts.length === 0 ? 'proven' : 'matches'}
            title="No way to secrets, nodes or cluster-admin is known"
          />
        ) : (
          <WayPicture label={`Ways of ${stopOf(identity.id).label}`} legs={legs} />
        )}
      </Figure>
      <Figure title="What it may do" note="rules as they add up, each with the binding that gives it">
        {identity.rules.length === 0 ? (
          <Empty kind={doubts.length === 0 ? 'proven' : 'matches'} title="No rule gives it anything" />
        ) : (
          <DataTable
            caption="Rules"
            rows={identity.rules}
            keyOf={(rule) => JSON.stringify(rule)}
            columns={ruleColumns}
          />
        )}
      </Figure>
      <Figure title="Who uses it" note="workloads that run as it">
        {answer.workloads.length === 0 ? (
          <Empty kind="matches" title="No workload runs as it" />
        ) : (
          <DataTable
            caption="Workloads that run as it"
            rows={answer.workloads.map((workload) => ({ ...workload, cluster: answer.cluster }))}
            keyOf={({ id }) => id}
            columns={workloadColumns}
          />
        )}
      </Figure>
    </>
  )
}

function answerOf(
  { ways: { clusterAdmin, nodes, secrets }, rules, workloads }: ClusterPrivileges['identities'][number],
  isOpen: boolean,
): { word: string; sentence: string } {
  const used =
    workloads === 0
      ? 'No workload runs as it.'
      : `${plural(workloads, 'workload')} ${workloads === 1 ? 'runs' : 'run'} as it.`
  const steps = (way: NonNullable<Ways['secrets']>): string => plural(legCount(way), 'step')
  if (clusterAdmin !== null)
    return { word: 'Admin.', sentence: `It can become cluster-admin in ${steps(clusterAdmin)}. ${used}` }
  if (nodes !== null)
    return { word: 'Nodes.', sentence: `It can take over a node in ${steps(nodes)}. ${used}` }
  if (secrets !== null)
    return { word: 'Secrets.', sentence: `It can reach secrets in ${steps(secrets)}. ${used}` }
  return {
    word: isOpen ? 'Cannot tell.' : 'Bounded.',
    sentence: `From its ${plural(rules.length, 'rule')} no way to secrets, nodes or cluster-admin is known. ${used}`,
  }
}

/** Steps that somebody takes. */
function legCount(way: NonNullable<Ways['secrets']>): number {
  return way.filter(({ step }, at) => at === 0 || step !== 'member').length
}

type Rule = ClusterPrivileges['identities'][number]['rules'][number]

const ruleColumns: readonly Column<Rule>[] = [
  {
    title: 'Where',
    phone: 'line',
    cell: ({ namespace }) =>
      namespace === null ? 'the whole cluster' : <Inert text={`namespace ${namespace}`} max={120} />,
  },
  {
    title: 'May',
    phone: 'line',
    cell: ({ verbs }) => (
      <b>
        <Inert text={verbs.map((verb) => (verb === '*' ? 'everything' : verb)).join(', ')} max={200} />
      </b>
    ),
  },
  {
    title: 'With',
    phone: 'line',
    cell: ({ resources, groups, names, urls }) => (
      <>
        <code>
          <Inert text={[...resources, ...urls].join(', ') || 'nothing'} max={400} />
        </code>
        {names.length > 0 && (
          <>
            {' '}
            named{' '}
            <code>
              <Inert text={names.join(', ')} max={300} />
            </code>
          </>
        )}
        {groups.some((group) => group !== '') && (
          <Second>
            of <Inert text={groups.map((group) => group || 'core').join(', ')} max={300} />
          </Second>
        )}
      </>
    ),
  },
  {
    title: 'Given by',
    phone: 'line',
    cell: ({ via }) => (
      <span className="soft">
        <Inert text={via} max={300} />
      </span>
    ),
  },
]

type Used = ClusterPrivileges['workloads'][number] & { cluster: string }

const workloadColumns: readonly Column<Used>[] = [
  {
    title: 'Workload',
    phone: 'line',
    cell: ({ id, cluster }) => <WorkloadLink id={id} cluster={cluster} />,
  },
  {
    title: 'Token',
    cell: ({ tokenMounted }) => (tokenMounted ? 'in its pods' : <span className="soft">not mounted</span>),
  },
  { title: 'Nodes', number: true, cell: ({ nodes }) => grouped(nodes.length) },
  { title: 'Pods', number: true, cell: ({ pods }) => grouped(pods) },
]

/** `shop/cart[Deployment]` leads to the page of the workload. */
export function WorkloadLink({ id, cluster }: { id: string; cluster: string }) {
  const match = /^([^/]+)\/(.+)\[(\w+)\]$/.exec(id)
  if (match === null) return <Inert text={id} max={200} />
  const [, namespace, name, kind] = match
  return (
    <>
      <Link {...pb.workload({ cluster, namespace, kind, name })}>
        <b>
          <Inert text={`${namespace}/${name}`} max={160} />
        </b>
      </Link>
      <Second>{kind}</Second>
    </>
  )
}
