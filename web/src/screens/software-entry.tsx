import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { SoftwareDetail } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Facts } from '../parts/facts.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { pb } from '../paths.ts'
import { Doubts } from './attack-path.tsx'
import { privilegeTitles } from './place.tsx'
import { SoftwareDeclared } from './software-declared.tsx'
import { channelTitles, NodesDown, roleTitles, wordOf } from './software-words.tsx'

const route = getRouteApi('/software/$softwareId')

export function SoftwareEntryScreen() {
  const { softwareId } = route.useParams()
  const result = useQuery(queries.softwareEntry(softwareId))
  return (
    <Asked result={result} what={`the software ${softwareId}`}>
      {(found) => <Shown found={found} />}
    </Asked>
  )
}

function Shown({ found }: { found: SoftwareDetail }) {
  const { id, name, supplier, roles, because, impact, versions, webhooks, members, declaration } = found
  return (
    <>
      <PageHead
        title={name}
        heading={<Inert text={name} max={200} />}
        facts={[
          <Inert key="supplier" text={supplier} max={160} />,
          roles.map((role) => roleTitles[role]).join(', '),
          <Inert key="because" text={`here because ${because}`} max={200} />,
        ]}
      />
      <AnswerLine word={wordOf(impact)} sentence={found.sentence}>
        <Doubts said={[]} unknown={found.unknown} />
      </AnswerLine>
      <Ledger>
        <Section title="A bad update" note="the most that it can do">
          <Facts facts={impactFacts(found)} />
        </Section>
        <Section title="Next update" note="who can bring it">
          <p>
            <b>{channelTitles[found.channel]}</b>
          </p>
          <p className="soft">
            <Inert text={found.pushedBy} max={400} />
          </p>
        </Section>
        <Section title="It has" note={`privilege: ${privilegeTitles[found.privilege]}`}>
          {found.privileges.length === 0 ? (
            <p className="soft">Nothing of nodes, of secrets or of the API that leads on is known.</p>
          ) : (
            <ul>
              {found.privileges.map((privilege) => (
                <li key={privilege}>
                  <Inert text={privilege} max={300} />
                </li>
              ))}
            </ul>
          )}
        </Section>
        {declaration !== null && <SoftwareDeclared declaration={declaration} />}
      </Ledger>
      <Figure title="Versions" note="most nodes first">
        {versions.length === 0 ? (
          <Empty kind="matches" title="Nobody said which version runs" />
        ) : (
          <DataTable
            caption="Versions"
            rows={versions}
            keyOf={({ reference, version }) => `${reference} ${version}`}
            columns={versionColumns}
          />
        )}
      </Figure>
      {webhooks.length > 0 && (
        <Figure title="Webhooks" note="what it is asked before objects are written">
          <DataTable
            caption="Webhooks"
            rows={webhooks}
            keyOf={({ cluster, name: webhook, kind }) => `${cluster} ${kind} ${webhook}`}
            columns={webhookColumns}
          />
        </Figure>
      )}
      {members.length > 0 && (
        <Figure title="Workloads" note="what of it runs in clusters">
          <DataTable
            caption="Workloads of it"
            rows={members}
            keyOf={({ id: member }) => member}
            columns={memberColumns}
          />
        </Figure>
      )}
      <Ledger>
        <Section title="In a terminal">
          <Cli line={`allclear software show ${shellWord(id)}`} />
        </Section>
      </Ledger>
    </>
  )
}

function impactFacts({ impact: { takesDown, reads, blocks }, nodes, pods, clusters }: SoftwareDetail) {
  return [
    {
      term: 'Takes down',
      value: (
        <>
          <NodesDown takesDown={takesDown} /> {takesDown.nodes === 1 ? 'node' : 'nodes'}
        </>
      ),
      note: `with ${plural(takesDown.workloads, 'workload')}`,
    },
    {
      term: 'Keeps from starting',
      value: plural(blocks.workloads, 'workload'),
      note: 'whose new pods it is asked about',
    },
    {
      term: 'Reads',
      value:
        reads.secretNamespaces === 0
          ? 'no secrets'
          : `secrets of ${plural(reads.secretNamespaces, 'namespace')}`,
      note: `and what is on ${plural(reads.nodes, 'node')}`,
    },
    {
      term: 'Runs on',
      value: plural(nodes, 'node'),
      note: `${plural(pods, 'pod')} in ${plural(clusters.length, 'cluster')}`,
    },
  ]
}

const versionColumns: readonly Column<SoftwareDetail['versions'][number]>[] = [
  {
    title: 'Version',
    phone: 'line',
    cell: ({ version, reference }) => (
      <>
        <code>
          <Inert text={version} max={120} />
        </code>
        <Second>
          <Inert text={reference} max={200} />
        </Second>
      </>
    ),
  },
  { title: 'How the next one comes', phone: 'line', cell: ({ channel }) => channelTitles[channel] },
  { title: 'Nodes', number: true, cell: ({ nodes }) => grouped(nodes) },
  { title: 'Workloads', number: true, cell: ({ workloads }) => grouped(workloads) },
  { title: 'Pods', number: true, cell: ({ pods }) => grouped(pods) },
  { title: 'Clusters', number: true, cell: ({ clusters }) => grouped(clusters) },
]

const webhookColumns: readonly Column<SoftwareDetail['webhooks'][number]>[] = [
  {
    title: 'Webhook',
    phone: 'line',
    cell: ({ name, cluster, kind }) => (
      <>
        <b>
          <Inert text={name} max={200} />
        </b>
        <Second>
          {kind}, <Inert text={cluster} max={120} />
        </Second>
      </>
    ),
  },
  {
    title: 'When it does not answer',
    phone: 'line',
    cell: ({ failurePolicy }) =>
      failurePolicy === 'Fail' ? 'what it is asked about is refused' : 'what it is asked about passes',
  },
  { title: 'Asked about', phone: 'line', cell: ({ asks }) => <Inert text={asks.join(', ')} max={300} /> },
  { title: 'Workloads', number: true, cell: ({ workloads }) => grouped(workloads) },
]

const memberColumns: readonly Column<SoftwareDetail['members'][number]>[] = [
  {
    title: 'Workload',
    phone: 'line',
    cell: ({ id }) => {
      const [cluster, namespace, kind, ...name] = id.split('/')
      return (
        <>
          <Link {...pb.workload({ cluster, namespace, kind, name: name.join('/') })}>
            <b className="nowrap">
              <Inert text={`${namespace}/${name.join('/')}`} max={160} />
            </b>
          </Link>
          <Second>
            <Inert text={`${kind} in ${cluster}`} max={160} />
          </Second>
        </>
      )
    },
  },
  { title: 'Privilege', cell: ({ privilege }) => privilegeTitles[privilege] },
  {
    title: 'Because',
    phone: 'line',
    cell: ({ reasons }) => <Inert text={reasons.join('; ')} max={400} />,
  },
  { title: 'Nodes', number: true, cell: ({ nodes }) => grouped(nodes) },
  { title: 'Pods', number: true, cell: ({ pods }) => grouped(pods) },
]
