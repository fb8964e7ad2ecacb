import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { queries } from '../api/queries.ts'
import type { CveAnswer, UnknownVulnerability } from '../api/schema.generated.ts'
import { day, grouped, percent, plural } from '../format.ts'
import { AnswerLine, splitSentence } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { buttonClass } from '../parts/button.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { CoverageRow } from '../parts/coverage-row.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Facts } from '../parts/facts.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Partial } from '../parts/partial.tsx'
import { Severity } from '../parts/severity.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { Time } from '../parts/time.tsx'
import { pb } from '../paths.ts'
import { cveTabs } from '../routes.ts'
import { affectedImageColumns, judgedWorkloadColumns } from './affected-columns.tsx'
import { CveDue, CveExposure } from './cve-exposure.tsx'
import { BlastRadius, GraphTable, sentenceOf } from './radius.tsx'

const route = getRouteApi('/cve/$vulnerabilityId')
type Tab = (typeof cveTabs)[number]

export function CveScreen() {
  const { vulnerabilityId } = route.useParams()
  const result = useQuery(queries.cve(vulnerabilityId))
  return (
    <Asked result={result} what={`the answer for ${vulnerabilityId}`}>
      {(found) => ('known' in found ? <Unknown found={found} /> : <Known found={found} />)}
    </Asked>
  )
}

const feedColumns: readonly Column<UnknownVulnerability['feeds'][number]>[] = [
  { title: 'Feed', cell: ({ id }) => <Inert text={id} max={80} /> },
  { title: 'Records', number: true, cell: ({ records }) => grouped(records) },
  {
    title: 'Newest record',
    cell: ({ newestRecordAtMs }) => <Time atMs={newestRecordAtMs} absent="no date" />,
  },
  { title: 'Fetched', cell: ({ fetchedAtMs }) => <Time atMs={fetchedAtMs} /> },
]

/** No feed knows the id: how old each feed is, and the ten seconds that give an answer anyway. */
function Unknown({ found }: { found: UnknownVulnerability }) {
  return (
    <>
      <PageHead
        title={found.id}
        heading={<Inert text={found.id} max={120} />}
        actions={
          <Link {...pb.advisoryNew({ id: found.id })} className={buttonClass('primary')} data-next="">
            Describe it <kbd>n</kbd>
          </Link>
        }
      />
      <AnswerLine word="Not known." sentence={found.sentence}>
        <p className="soft">
          Describe it: which package, which versions. You get the blast radius now, and the difference when a
          feed publishes it.
        </p>
      </AnswerLine>
      <Ledger>
        <Section title="Feeds" note="how old each is">
          {found.feeds.length === 0 ? (
            <Empty kind="yet" title="No feed yet">
              <p>
                <code>allclear sync</code> fetches them: <Link {...pb.start()}>First steps</Link>.
              </p>
            </Empty>
          ) : (
            <DataTable
              caption="Advisory feeds"
              rows={found.feeds}
              keyOf={({ id }) => id}
              columns={feedColumns}
            />
          )}
        </Section>
        <Section title="In a terminal">
          <Cli line={found.next} />
        </Section>
      </Ledger>
    </>
  )
}

function Known({ found }: { found: CveAnswer }) {
  const { tab = 'radius' } = route.useSearch()
  const counts: { [Name in Tab]?: number } = {
    workloads: found.workloads.total,
    images: found.images.total,
    fixes: found.fixes.length,
    advisory: found.advisories.length,
    history: found.history.length,
  }
  return (
    <>
      <PageHead
        title={found.id}
        heading={<Inert text={found.id} max={120} />}
        aside={
          <>
            <Severity value={found.severity} />
            <span className="soft">
              <Inert text={found.title} max={200} />
            </span>
          </>
        }
        facts={factsOf(found)}
        actions={
          <>
            <DeclareLink id={found.id} />
            <CopyButton
              text={`allclear cve ${shellWord(found.id)}`}
              label="Copy as a command"
              name="Copy as a command"
            />
          </>
        }
      />
      <AnswerLine {...splitSentence(found)}>
        {found.notAffected.workloads > 0 && (
          <p className="soft">
            {plural(found.notAffected.workloads, 'more workload')}{' '}
            {found.notAffected.workloads === 1 ? 'has' : 'have'} it and{' '}
            {found.notAffected.workloads === 1 ? 'is' : 'are'} said not to be affected.
          </p>
        )}
        <Partial coverage={found.coverage} />
      </AnswerLine>
      <Ledger>
        <Section title="Coverage">
          <CoverageRow coverage={found.coverage} />
        </Section>
        <Section title="Urgency" note="what is known of it">
          <Facts facts={urgencyOf(found)} />
        </Section>
        {found.workloads.total > 0 && <CveDue id={found.id} />}
        {found.reconciliation && <Reconciled of={found.reconciliation} />}
      </Ledger>
      <Tabs
        label="Parts of the answer"
        tabs={cveTabs.map((name) => ({
          title: `${name[0].toUpperCase()}${name.slice(1)}`,
          to: pb.cve(found.id, { tab: name }),
          count: counts[name],
          current: name === tab,
        }))}
      />
      <Part key={tab} tab={tab} found={found} />
    </>
  )
}

/** The next step from an answer: an incident, or the one that is open for it. */
function DeclareLink({ id }: { id: string }) {
  const rows = useQuery(queries.liveIncidents()).data?.rows
  if (rows === undefined) return null
  const open = rows.find(({ advisory }) => advisory === id)
  return open === undefined ? (
    <Link {...pb.incidentNew({ advisory: id })} className={buttonClass('primary')} data-next="">
      Declare incident <kbd>n</kbd>
    </Link>
  ) : (
    <Link {...pb.incident(open.id)} className={buttonClass('primary')} data-next="">
      Open the incident <kbd>n</kbd>
    </Link>
  )
}

function factsOf(found: CveAnswer): ReactNode[] {
  const names = [
    ...new Set(found.ranges.map(({ name, ecosystem }) => `${name.replace(/^.*:/, '')} (${ecosystem})`)),
  ]
  return [
    ...(names.length === 0
      ? []
      : [
          <Inert
            key="names"
            text={`${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`}
            max={200}
          />,
        ]),
    ...(found.score === null ? [] : [`CVSS ${found.score.toFixed(1)}`]),
    ...(found.publishedAtMs === null ? [] : [`published ${day(found.publishedAtMs)}`]),
    ...found.aliases.slice(0, 6).map((alias) => <Inert key={alias} text={alias} max={80} />),
    ...(found.aliases.length > 6 ? [`and ${found.aliases.length - 6} more names`] : []),
  ]
}

function urgencyOf({ kev, epss, ssvc, fixes, radius }: CveAnswer) {
  const fixable = fixes.filter(({ fixState }) => fixState === 'fixed-in')
  return [
    kev === null
      ? { term: 'Exploited', value: 'not known', note: 'not on the list of known exploited vulnerabilities' }
      : {
          term: 'Exploited',
          value: 'in the wild',
          note: `listed ${day(kev.addedAtMs)}${kev.ransomware ? ', by ransomware' : ''}${kev.dueAtMs === null ? '' : `, due ${day(kev.dueAtMs)}`}`,
        },
    epss === null
      ? { term: 'Likely in 30 days', value: 'not known', note: 'no EPSS score' }
      : {
          term: 'Likely in 30 days',
          value: percent(epss.score),
          note: `EPSS, higher than ${percent(epss.percentile)} of all`,
        },
    ssvc === null
      ? { term: 'Automatable', value: 'not known', note: 'no SSVC decision' }
      : {
          term: 'Automatable',
          value: ssvc.automatable,
          note: `SSVC: exploitation ${ssvc.exploitation}, impact ${ssvc.technicalImpact}`,
        },
    {
      term: 'Fix',
      value: fixable.length === 0 ? 'none named' : 'ready',
      note:
        fixable.length === 0
          ? radius.images.value === 0
            ? 'nothing here needs one'
            : 'no record names a fixed version'
          : `${fixable[0].package.replace(/^.*:/, '')} ${fixable[0].fixedIn}${fixable.length > 1 ? ` and ${fixable.length - 1} more` : ''}`,
    },
  ]
}

function Reconciled({ of }: { of: NonNullable<CveAnswer['reconciliation']> }) {
  return (
    <Section title="Reconciled" note="typed here, then published">
      <p>
        <Inert text={of.provisional} max={80} /> was typed here; <Inert text={of.record} max={80} /> was
        published
        {of.same ? ' and says the same.' : ' and differs:'}
      </p>
      {!of.same && (
        <ul>
          {of.differences.map((difference) => (
            <li key={difference}>
              <Inert text={difference} max={400} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Part({ tab, found }: { tab: Tab; found: CveAnswer }) {
  const { view } = route.useSearch()
  const { id } = found
  const workloads = (
    <DataTable
      caption="Workloads, running and largest first"
      keyOf={(row) => row.id}
      columns={judgedWorkloadColumns}
      windows={{
        total: found.workloads.total,
        question: (offset) => ({
          ...queries.cveWithPlaces(id, offset),
          select: (answer: CveAnswer) => answer.workloads,
        }),
      }}
    />
  )
  switch (tab) {
    case 'radius':
      return (
        <>
          <Figure
            title="Blast radius"
            note={
              found.radius.images.value > 0 && (
                <Link
                  {...pb.cve(id, { view: view === 'table' ? undefined : 'table' })}
                  resetScroll={false}
                  data-view=""
                >
                  <kbd>v</kbd> {view === 'table' ? 'as a picture' : 'as a table'}
                </Link>
              )
            }
          >
            {found.radius.images.value === 0 ? (
              <Empty kind={found.verdict === 'no' ? 'proven' : 'matches'} title="No image contains it">
                <p>
                  <Inert text={found.sentence} />
                </p>
              </Empty>
            ) : view === 'table' ? (
              <GraphTable graph={found.graph} />
            ) : (
              <BlastRadius
                graph={found.graph}
                silent={found.coverage.clusters.notSeen.map(({ name }) => name)}
              />
            )}
            {found.radius.images.value > 0 && <p className="visually-hidden">{sentenceOf(found.graph)}</p>}
          </Figure>
          {found.workloads.total > 0 && <CveExposure id={id} />}
        </>
      )
    case 'workloads':
      return (
        <Figure title="Workloads" note="Claim: what people say. Verdict: what the fleet says.">
          {found.workloads.total === 0 ? (
            <Empty kind={found.verdict === 'no' ? 'proven' : 'matches'} title="No workload runs it">
              <p>
                <Inert text={found.sentence} />
              </p>
            </Empty>
          ) : (
            workloads
          )}
        </Figure>
      )
    case 'images':
      return (
        <Figure title="Images">
          {found.images.total === 0 ? (
            <Empty kind={found.verdict === 'no' ? 'proven' : 'matches'} title="No image contains it" />
          ) : (
            <DataTable
              caption="Images, running and largest first"
              keyOf={({ digest, reference }) => digest ?? reference}
              columns={affectedImageColumns}
              windows={{
                total: found.images.total,
                question: (offset) => ({
                  ...queries.cve(id, offset),
                  select: (answer: CveAnswer) => answer.images,
                }),
              }}
            />
          )}
        </Figure>
      )
    case 'fixes':
      return (
        <Figure title="What fixes it" note="largest group first">
          {found.fixes.length === 0 ? (
            <Empty kind="matches" title="Nothing here needs a fix for it" />
          ) : (
            <DataTable
              caption="What fixes it"
              rows={found.fixes}
              keyOf={(fix) => `${fix.ecosystem} ${fix.package} ${fix.fixedIn}`}
              columns={fixColumns}
            />
          )}
        </Figure>
      )
    case 'advisory':
      return (
        <>
          <Figure title="Records" note="who says so">
            <DataTable
              caption="Records about it"
              rows={found.advisories}
              keyOf={({ id: record }) => record}
              columns={recordColumns}
            />
          </Figure>
          <Figure title="Affected versions" note="as the records say">
            <DataTable
              caption="What the records say is affected"
              rows={found.ranges}
              keyOf={({ advisory, ecosystem, name, text }) => `${advisory} ${ecosystem} ${name} ${text}`}
              columns={rangeColumns}
            />
          </Figure>
        </>
      )
    case 'history':
      return (
        <Figure title="History" note="what changed about it here">
          {found.history.length === 0 ? (
            <Empty kind="yet" title="Nothing has changed about it here" />
          ) : (
            <DataTable
              caption="What changed about it"
              rows={found.history}
              keyOf={({ seq }) => String(seq)}
              columns={historyColumns}
            />
          )}
        </Figure>
      )
  }
}

const fixColumns: readonly Column<CveAnswer['fixes'][number]>[] = [
  {
    title: 'Package',
    phone: 'line',
    cell: (fix) => (
      <b>
        <Inert text={fix.package} max={160} />
      </b>
    ),
  },
  { title: 'Ecosystem', cell: ({ ecosystem }) => <Inert text={ecosystem} max={60} /> },
  {
    title: 'Fixed in',
    cell: ({ fixedIn, fixState }) =>
      fixedIn === '' ? (
        <span className="soft">{fixState.replaceAll('-', ' ')}</span>
      ) : (
        <code>
          <Inert text={fixedIn} max={100} />
        </code>
      ),
  },
  { title: 'Images', number: true, cell: ({ images }) => grouped(images) },
  { title: 'Workloads', number: true, cell: ({ workloads }) => grouped(workloads) },
]

const recordColumns: readonly Column<CveAnswer['advisories'][number]>[] = [
  { title: 'Severity', cell: ({ severity }) => <Severity value={severity} /> },
  {
    title: 'Record',
    phone: 'line',
    cell: ({ id, summary }) => (
      <>
        <Link {...pb.advisory(id)}>
          <Inert text={id} max={80} />
        </Link>
        <Second>
          <Inert text={summary} max={200} />
        </Second>
      </>
    ),
  },
  { title: 'Feed', cell: ({ feed }) => <Inert text={feed} max={60} /> },
  { title: 'Changed', cell: ({ modifiedAtMs }) => <Time atMs={modifiedAtMs} absent="no date" /> },
  { title: 'Images', number: true, cell: ({ images }) => grouped(images) },
]

const rangeColumns: readonly Column<CveAnswer['ranges'][number]>[] = [
  {
    title: 'Affected',
    phone: 'line',
    cell: ({ name }) => (
      <b>
        <Inert text={name} max={160} />
      </b>
    ),
  },
  { title: 'In', cell: ({ ecosystem }) => <Inert text={ecosystem} max={60} /> },
  {
    title: 'Range',
    phone: 'line',
    cell: ({ text }) => (
      <code>
        <Inert text={text} max={400} />
      </code>
    ),
  },
  { title: 'Says', cell: ({ advisory }) => <Inert text={advisory} max={80} /> },
]

const historyColumns: readonly Column<CveAnswer['history'][number]>[] = [
  { title: 'When', cell: ({ atMs }) => <Time atMs={atMs} /> },
  { title: 'What', cell: ({ kind }) => kind.replace('.', ' ') },
  { title: 'Of', phone: 'line', cell: ({ text }) => <Inert text={text} max={300} /> },
]
