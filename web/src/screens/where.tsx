import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { WhereAnswer } from '../api/schema.generated.ts'
import { grouped } from '../format.ts'
import { AnswerLine, splitSentence } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { Counted } from '../parts/counted.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Filter } from '../parts/filter.tsx'
import { Inert } from '../parts/inert.tsx'
import { Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Partial } from '../parts/partial.tsx'
import { CoverageRow } from '../parts/coverage-row.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { Time } from '../parts/time.tsx'
import { FindingVerdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import { questionOf } from '../question/recognise.ts'
import { whereTabs } from '../routes.ts'
import { affectedImageColumns, workloadColumns } from './affected-columns.tsx'
import styles from './where.module.css'
import { PackageName } from './names.tsx'

const route = getRouteApi('/where')

export function WhereScreen() {
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const result = useQuery({
    ...queries.where(q),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <PageHead
        title={q === '' ? 'Where' : `Where ${q.slice(0, 100)}`}
        heading="Where"
        facts={['where does it run, or did within the last 30 days?']}
      />
      <Filter
        label="Package and range, purl, CVE, digest, image, workload or file"
        value={q}
        placeholder="log4j-core@<2.17.1"
        verb="Ask"
        primary
        onFilter={(text) => void navigate(pb.where({ q: questionOf(text) || undefined }))}
      />
      {q === '' ? (
        <Empty kind="yet" title="Nothing asked yet">
          <p>
            Try <Link {...pb.where({ q: 'log4j-core@<2.17.1' })}>log4j-core@&lt;2.17.1</Link>, a digest, part
            of a workload’s name, or a file:{' '}
            <Link {...pb.where({ q: 'file:/usr/lib/libssl.so.3' })}>file:/usr/lib/libssl.so.3</Link>, or{' '}
            <code>sha256-of-a-file:</code> and its SHA-256.
          </p>
        </Empty>
      ) : (
        <Asked result={result} what={`where ${q} runs`}>
          {(found) => <Found found={found} q={q} />}
        </Asked>
      )}
    </>
  )
}

function Found({ found, q }: { found: WhereAnswer; q: string }) {
  const { tab = 'workloads' } = route.useSearch()
  const { radius, coverage } = found
  const totals: Record<(typeof whereTabs)[number], number> = {
    workloads: found.workloads.total,
    images: found.images.total,
    versions: found.packages.total,
    owners: found.owners.total,
    clusters: found.clusters.total,
    nodes: found.nodes.total,
  }
  return (
    <>
      <AnswerLine {...splitSentence(found)}>
        <Partial coverage={coverage} file={found.kind === 'file'} />
      </AnswerLine>
      <Ledger>
        <Section title="Reach" note={<Inert text={found.understoodAs} max={240} />}>
          <p className={styles.counts}>
            <Counted value={radius.packages} noun="version" /> <Counted value={radius.images} noun="image" />{' '}
            <Counted value={radius.workloads} noun="workload" /> <Counted value={radius.pods} noun="pod" />{' '}
            <Counted value={radius.nodes} noun="node" /> <Counted value={radius.clusters} noun="cluster" />{' '}
            <Counted value={radius.owners} noun="owner" />
          </p>
          <p className="meta">
            Within 30 days, with what no longer runs: {grouped(radius.seen.images)} images,{' '}
            {grouped(radius.seen.workloads)} workloads, {grouped(radius.seen.clusters)} clusters.
          </p>
        </Section>
        <Section title="Coverage">
          <CoverageRow coverage={coverage} />
        </Section>
      </Ledger>
      <Tabs
        label="Parts of the answer"
        tabs={whereTabs.map((name) => ({
          title: `${name[0].toUpperCase()}${name.slice(1)}`,
          to: pb.where({ q, tab: name }),
          count: totals[name],
          current: name === tab,
        }))}
      />
      <div className={styles.list}>
        {totals[tab] === 0 ? (
          <Empty
            kind={found.verdict === 'no' ? 'proven' : 'matches'}
            title={`No ${tab === 'versions' ? 'package versions' : tab} to show`}
          >
            <p>
              <Inert text={found.sentence} />
            </p>
          </Empty>
        ) : (
          <List key={tab} found={found} q={q} tab={tab} />
        )}
      </div>
      <Ledger>
        <Section title="In a terminal">
          <Cli line={`allclear where ${shellWord(q)}`} />
        </Section>
      </Ledger>
    </>
  )
}

function List({ found, q, tab }: { found: WhereAnswer; q: string; tab: (typeof whereTabs)[number] }) {
  switch (tab) {
    case 'workloads':
      return (
        <DataTable
          caption="Workloads, running and largest first"
          keyOf={({ id }) => id}
          columns={workloadColumns}
          windows={{
            total: found.workloads.total,
            question: (offset) => ({ ...queries.where(q, offset), select: ({ workloads }) => workloads }),
          }}
        />
      )
    case 'images':
      return (
        <DataTable
          caption="Images, running and largest first"
          keyOf={({ digest, reference }) => digest ?? reference}
          columns={affectedImageColumns}
          windows={{
            total: found.images.total,
            question: (offset) => ({ ...queries.where(q, offset), select: ({ images }) => images }),
          }}
        />
      )
    case 'versions':
      return (
        <DataTable
          caption="Package versions"
          keyOf={({ purl, ecosystem }) => `${purl} ${ecosystem}`}
          columns={versionColumns}
          windows={{
            total: found.packages.total,
            question: (offset) => ({ ...queries.where(q, offset), select: ({ packages }) => packages }),
          }}
        />
      )
    case 'owners':
      return (
        <DataTable
          caption="Owners"
          rows={found.owners.rows}
          keyOf={({ name }) => name}
          columns={ownerColumns}
        />
      )
    case 'clusters':
      return (
        <DataTable
          caption="Clusters"
          rows={found.clusters.rows}
          keyOf={({ name }) => name}
          columns={reachedClusterColumns}
        />
      )
    case 'nodes':
      return (
        <DataTable
          caption="Nodes, most pods first"
          keyOf={({ cluster, name }) => `${cluster}/${name}`}
          columns={nodeColumns}
          windows={{
            total: found.nodes.total,
            question: (offset) => ({ ...queries.where(q, offset), select: ({ nodes }) => nodes }),
          }}
        />
      )
  }
}

const versionColumns: readonly Column<WhereAnswer['packages']['rows'][number]>[] = [
  {
    title: 'Package',
    phone: 'line',
    cell: (row) => <PackageName {...row} />,
  },
  { title: 'Ecosystem', width: '160px', cell: ({ ecosystem }) => <Inert text={ecosystem} max={60} /> },
  { title: 'Verdict', width: '180px', cell: ({ state }) => <FindingVerdict state={state} /> },
  { title: 'Images', number: true, width: '90px', cell: ({ images }) => grouped(images) },
  { title: 'Pods', number: true, width: '90px', cell: ({ pods }) => grouped(pods) },
]

const ownerColumns: readonly Column<WhereAnswer['owners']['rows'][number]>[] = [
  {
    title: 'Owner',
    cell: ({ name }) => (
      <b>
        <Inert text={name} max={120} />
      </b>
    ),
  },
  { title: 'Workloads', number: true, cell: ({ workloads }) => grouped(workloads) },
  { title: 'Pods', number: true, cell: ({ pods }) => grouped(pods) },
  { title: 'Clusters', number: true, cell: ({ clusters }) => grouped(clusters) },
]

const reachedClusterColumns: readonly Column<WhereAnswer['clusters']['rows'][number]>[] = [
  {
    title: 'Cluster',
    cell: ({ name }) => (
      <Link {...pb.cluster(name)}>
        <b>
          <Inert text={name} max={120} />
        </b>
      </Link>
    ),
  },
  { title: 'Seen', cell: ({ lastSeenAtMs }) => <Time atMs={lastSeenAtMs} /> },
  { title: 'Images', number: true, cell: ({ images }) => grouped(images) },
  { title: 'Workloads', number: true, cell: ({ workloads }) => grouped(workloads) },
  { title: 'Pods', number: true, cell: ({ pods }) => grouped(pods) },
  { title: 'Nodes', number: true, cell: ({ nodes }) => grouped(nodes) },
]

const nodeColumns: readonly Column<WhereAnswer['nodes']['rows'][number]>[] = [
  {
    title: 'Node',
    cell: ({ name }) => (
      <b>
        <Inert text={name} max={120} />
      </b>
    ),
  },
  { title: 'Cluster', cell: ({ cluster }) => <Inert text={cluster} max={120} /> },
  { title: 'Workloads', number: true, width: '100px', cell: ({ workloads }) => grouped(workloads) },
  { title: 'Pods', number: true, width: '100px', cell: ({ pods }) => grouped(pods) },
]
