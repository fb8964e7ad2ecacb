import type { HomeAnswer } from '../../../src/know/answers.ts'
import { useAnswer } from '../api.ts'
import { grouped, inert, percent } from '../format.ts'
import { Asked, CoverageRuler, Empty, Section, Severity, Table, Time } from '../parts.tsx'
import { pb } from '../paths.ts'
import { QuestionBox } from '../shell.tsx'
import { FirstSteps } from './start.tsx'

export function HomeScreen() {
  const answer = useAnswer<HomeAnswer>('/home')
  return (
    <>
      <div className="hero">
        <h1>Did you hear about…?</h1>
        <div>
          <QuestionBox id="question" />
          <p className="meta examples">
            <a href={pb.cve('CVE-2021-44228')}>CVE-2021-44228</a>{' '}
            <a href={pb.where({ q: 'log4j-core@<2.17.1' })}>log4j-core@&lt;2.17.1</a>{' '}
            <a href={pb.where({ q: 'pkg:deb/debian/openssl' })}>pkg:deb/debian/openssl</a>
            <span>Nothing typed leaves this installation.</span>
          </p>
        </div>
      </div>
      <Asked answer={answer}>{(home) => <Home home={home} />}</Asked>
    </>
  )
}

function Home({ home }: { home: HomeAnswer }) {
  const { status, worst, clusters, changes } = home
  const exploited = worst.filter(({ kev }) => kev)
  return (
    <>
      <div className="answer">
        <p className="answer-word">{worst.length === 0 ? 'Quiet.' : 'Not clear.'}</p>
        <div>
          <p className="answer-sentence">
            {worst.length === 0
              ? status.sentence
              : `${grouped(status.counts.vulnerabilities)} known vulnerabilities run here; ${exploited.length === worst.length ? 'at least ' : ''}${grouped(exploited.length)} of the worst are exploited in the wild.`}
          </p>
          {worst.length > 0 && <p className="soft">{status.sentence}</p>}
        </div>
      </div>
      {status.counts.workloads + status.counts.images === 0 && (
        <Section title="First steps">
          <FirstSteps next={status.next} />
        </Section>
      )}
      {worst.length > 0 && (
        <Section title="Worst first" note="exploited, then severity, then reach">
          <Table
            caption="The worst vulnerabilities that run now"
            rows={worst}
            keyOf={({ id }) => id}
            columns={[
              { title: 'Severity', cell: ({ severity }) => <Severity value={severity} /> },
              {
                title: 'Vulnerability',
                cell: ({ id, title }) => (
                  <>
                    <a href={pb.cve(id)}>{id}</a>
                    <span className="second">{inert(title)}</span>
                  </>
                ),
              },
              {
                title: 'Exploited',
                cell: ({ kev, epss }) =>
                  kev ? 'in the wild' : epss === null ? 'not known' : `${percent(epss)} likely`,
              },
              { title: 'Workloads', right: true, cell: ({ workloads }) => grouped(workloads) },
              { title: 'Pods', right: true, cell: ({ pods }) => grouped(pods) },
              { title: 'Clusters', right: true, cell: (row) => grouped(row.clusters) },
              { title: 'Fix', cell: ({ fixable }) => (fixable ? 'ready' : 'none yet') },
            ]}
          />
        </Section>
      )}
      <Section title="Fleet" note={`${grouped(clusters.length)} clusters`}>
        {clusters.length === 0 ? (
          <Empty title="No cluster yet">
            <p>
              <a href={pb.start()}>Add one</a> with a line of kubectl.
            </p>
          </Empty>
        ) : (
          <Table
            caption="Clusters"
            rows={clusters}
            keyOf={({ name }) => name}
            columns={[
              { title: 'Cluster', cell: ({ name }) => <a href={pb.clusters()}>{inert(name)}</a> },
              { title: 'Seen', cell: ({ lastSeenAtMs }) => <Time atMs={lastSeenAtMs} /> },
              { title: 'Nodes', right: true, cell: ({ nodes }) => grouped(nodes) },
              { title: 'Workloads', right: true, cell: ({ workloads }) => grouped(workloads) },
              { title: 'Affected', right: true, cell: ({ affectedWorkloads }) => grouped(affectedWorkloads) },
              { title: 'Pods', right: true, cell: ({ pods }) => grouped(pods) },
              {
                title: 'Images known',
                right: true,
                cell: ({ images, imagesKnown }) => `${grouped(imagesKnown)} of ${grouped(images)}`,
              },
            ]}
          />
        )}
      </Section>
      <Section title="Coverage" note="can we answer?">
        <CoverageRuler coverage={status.coverage} />
        <p className="meta">
          One tick is one per cent. Full: known. Half: known in part. Dot: cannot be answered.
        </p>
      </Section>
      <Section title="What changed">
        {changes.length === 0 ? (
          <Empty title="Nothing has changed yet" />
        ) : (
          <Table
            caption="What changed, newest first"
            rows={changes}
            keyOf={({ seq }) => String(seq)}
            columns={[
              { title: 'When', cell: ({ atMs }) => <Time atMs={atMs} /> },
              { title: 'What', cell: ({ kind }) => kind.replace('.', ' ') },
              { title: 'Of', cell: ({ text }) => inert(text) },
            ]}
          />
        )}
      </Section>
    </>
  )
}
