import { useEffect } from 'react'
import type { CveAnswer, UnknownVulnerability } from '../../../src/know/answers.ts'
import { useAnswer } from '../api.ts'
import { day, grouped, inert, percent } from '../format.ts'
import { go } from '../navigation.ts'
import {
  AnswerLine,
  Asked,
  Cli,
  CoverageRuler,
  Empty,
  Pager,
  Section,
  Severity,
  Table,
  Time,
} from '../parts.tsx'
import { pb } from '../paths.ts'
import { ImageTable, WorkloadTable } from './lists.tsx'
import { BlastRadius, sentenceOf } from './radius.tsx'

const rowsShown = 100
const tabs = ['radius', 'workloads', 'images', 'fixes', 'advisory', 'history'] as const
type Tab = (typeof tabs)[number]

export function CveScreen({ id, search }: { id: string; search: URLSearchParams }) {
  const offset = Number(search.get('offset') ?? 0) || 0
  const answer = useAnswer<CveAnswer | UnknownVulnerability>(
    `/cve/${encodeURIComponent(id)}?limit=${rowsShown}&offset=${offset}`,
  )
  return (
    <Asked answer={answer}>
      {(found) =>
        'known' in found ? <Unknown found={found} /> : <Known found={found} search={search} offset={offset} />
      }
    </Asked>
  )
}

function Unknown({ found }: { found: UnknownVulnerability }) {
  return (
    <>
      <h1>{inert(found.id)}</h1>
      <div className="answer">
        <p className="answer-word">Not known.</p>
        <div>
          <p className="answer-sentence">{found.sentence}</p>
          <p>
            Describe it yourself: which package, which versions. You get the blast radius now, and the
            difference when a feed publishes it.
          </p>
          <p>
            <a className="button button--primary" href={pb.advisoryNew({ id: found.id })}>
              Describe it
            </a>
          </p>
        </div>
      </div>
      <Section title="Feeds" note="how old each is">
        <Table
          caption="Advisory feeds"
          rows={found.feeds}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Feed', cell: (feed) => inert(feed.id) },
            { title: 'Records', right: true, cell: ({ records }) => grouped(records) },
            {
              title: 'Newest record',
              cell: ({ newestRecordAtMs }) => <Time atMs={newestRecordAtMs} absent="no date" />,
            },
            { title: 'Fetched', cell: ({ fetchedAtMs }) => <Time atMs={fetchedAtMs} /> },
          ]}
        />
        <Cli line={found.next} />
      </Section>
    </>
  )
}

function Known({ found, search, offset }: { found: CveAnswer; search: URLSearchParams; offset: number }) {
  const asked = search.get('tab')
  const asTable = asked === 'table'
  const tab: Tab = (tabs as readonly string[]).includes(asked ?? '') ? (asked as Tab) : 'radius'
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (
        event.key === 'v' &&
        !/^(?:INPUT|TEXTAREA|SELECT)$/.test((event.target as HTMLElement).tagName) &&
        !event.ctrlKey &&
        !event.metaKey
      )
        go(pb.cve(found.id, { tab: asTable ? undefined : 'table' }), { replace: true })
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [found.id, asTable])
  const counts: Partial<Record<Tab, number>> = {
    workloads: found.workloads.total,
    images: found.images.total,
    fixes: found.fixes.length,
    advisory: found.advisories.length,
  }
  return (
    <>
      <header className="title">
        <div>
          <h1>
            {inert(found.id)} <Severity value={found.severity} />
          </h1>
          <p>{inert(found.title)}</p>
          <p className="meta">
            {[
              found.score === null ? null : `CVSS ${found.score.toFixed(1)}`,
              found.kev
                ? `exploited in the wild since ${day(found.kev.addedAtMs)}${found.kev.ransomware ? ', by ransomware' : ''}`
                : 'not on the list of known exploited vulnerabilities',
              found.epss ? `EPSS ${percent(found.epss.score)}` : null,
              found.ssvc
                ? `SSVC exploitation ${found.ssvc.exploitation}, automatable ${found.ssvc.automatable}, impact ${found.ssvc.technicalImpact}`
                : null,
              found.publishedAtMs === null ? null : `published ${day(found.publishedAtMs)}`,
              ...found.aliases,
            ]
              .filter((part) => part !== null)
              .join(' · ')}
          </p>
        </div>
      </header>
      <AnswerLine answer={found} />
      <Section title="Coverage">
        <CoverageRuler coverage={found.coverage} />
      </Section>
      {found.reconciliation && (
        <Section title="Reconciled">
          <p>
            {found.reconciliation.provisional} was typed here; {found.reconciliation.record} was published
            {found.reconciliation.same ? ' and says the same.' : ' and differs:'}
          </p>
          {!found.reconciliation.same && (
            <ul className="bullets">
              {found.reconciliation.differences.map((difference) => (
                <li key={difference}>{inert(difference)}</li>
              ))}
            </ul>
          )}
        </Section>
      )}
      <nav className="tabs" aria-label="Parts of the answer">
        {tabs.map((name) => (
          <a
            key={name}
            href={pb.cve(found.id, { tab: name === 'radius' ? undefined : name })}
            aria-current={name === tab ? 'page' : undefined}
          >
            {name[0].toUpperCase() + name.slice(1)}{' '}
            {counts[name] !== undefined && <span className="number">{grouped(counts[name])}</span>}
          </a>
        ))}
      </nav>
      {tab === 'radius' && (
        <section aria-labelledby="radius-title">
          <h2 id="radius-title" className="figure-title">
            Blast radius{' '}
            <a className="meta" href={pb.cve(found.id, { tab: asTable ? undefined : 'table' })}>
              <kbd>v</kbd> {asTable ? 'as a picture' : 'as a table'}
            </a>
          </h2>
          {found.radius.images.value === 0 ? (
            <Empty title="Nothing to draw: no image contains it" />
          ) : (
            <BlastRadius graph={found.graph} asTable={asTable} />
          )}
          {found.radius.images.value > 0 && (
            <p className="meta">{sentenceOf(found.graph)} Numbers are pods.</p>
          )}
          <WorkloadTable
            page={{ total: found.workloads.total, rows: found.workloads.rows.slice(0, 12) }}
            states
          />
        </section>
      )}
      {tab === 'workloads' && (
        <>
          <WorkloadTable page={found.workloads} states />
          <Pager
            total={found.workloads.total}
            offset={offset}
            size={rowsShown}
            pathOf={(next) => pb.cve(found.id, { tab, offset: next })}
          />
        </>
      )}
      {tab === 'images' && (
        <>
          <ImageTable page={found.images} />
          <Pager
            total={found.images.total}
            offset={offset}
            size={rowsShown}
            pathOf={(next) => pb.cve(found.id, { tab, offset: next })}
          />
        </>
      )}
      {tab === 'fixes' && (
        <Table
          caption="What fixes it"
          rows={found.fixes}
          keyOf={(fix) => `${fix.ecosystem} ${fix.package} ${fix.fixedIn}`}
          columns={[
            { title: 'Package', cell: (fix) => inert(fix.package) },
            { title: 'Ecosystem', cell: ({ ecosystem }) => inert(ecosystem) },
            {
              title: 'Fixed in',
              cell: ({ fixedIn, fixState }) => inert(fixedIn || fixState.replaceAll('-', ' ')),
            },
            { title: 'Images', right: true, cell: ({ images }) => grouped(images) },
            { title: 'Workloads', right: true, cell: ({ workloads }) => grouped(workloads) },
          ]}
        />
      )}
      {tab === 'advisory' && (
        <>
          <Table
            caption="Records about it"
            rows={found.advisories}
            keyOf={({ id }) => id}
            columns={[
              {
                title: 'Record',
                cell: ({ id, summary }) => (
                  <>
                    <a href={pb.advisory(id)}>{inert(id)}</a>
                    <span className="second">{inert(summary)}</span>
                  </>
                ),
              },
              { title: 'Feed', cell: ({ feed }) => inert(feed) },
              { title: 'Severity', cell: ({ severity }) => <Severity value={severity} /> },
              { title: 'Changed', cell: ({ modifiedAtMs }) => <Time atMs={modifiedAtMs} absent="no date" /> },
              { title: 'Images', right: true, cell: ({ images }) => grouped(images) },
            ]}
          />
          <Table
            caption="What the records say is affected"
            rows={found.ranges}
            keyOf={({ advisory, ecosystem, name, text }) => `${advisory} ${ecosystem} ${name} ${text}`}
            columns={[
              { title: 'Affected', cell: ({ name }) => inert(name) },
              { title: 'In', cell: ({ ecosystem }) => inert(ecosystem) },
              { title: 'Range', cell: ({ text }) => <span className="mono">{inert(text)}</span> },
              { title: 'Says', cell: ({ advisory }) => inert(advisory) },
            ]}
          />
        </>
      )}
      {tab === 'history' &&
        (found.history.length === 0 ? (
          <Empty title="Nothing has changed about it here" />
        ) : (
          <Table
            caption="What changed about it"
            rows={found.history}
            keyOf={({ seq }) => String(seq)}
            columns={[
              { title: 'When', cell: ({ atMs }) => <Time atMs={atMs} /> },
              { title: 'What', cell: ({ text }) => inert(text) },
            ]}
          />
        ))}
      <Section title="In a terminal">
        <Cli line={`allclear cve ${found.id}`} />
      </Section>
    </>
  )
}
