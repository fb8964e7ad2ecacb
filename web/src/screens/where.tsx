import { useState } from 'react'
import type { WhereAnswer } from '../../../src/know/answers.ts'
import { useAnswer } from '../api.ts'
import { grouped, inert } from '../format.ts'
import { go } from '../navigation.ts'
import { AnswerLine, Asked, Cli, Counted, CoverageRuler, Pager, Section, Table, Time } from '../parts.tsx'
import { pb } from '../paths.ts'
import { ImageTable, WorkloadTable } from './lists.tsx'

const rowsShown = 100

export function WhereScreen({ search }: { search: URLSearchParams }) {
  const q = search.get('q') ?? ''
  const offset = Number(search.get('offset') ?? 0) || 0
  const [text, setText] = useState(q)
  const answer = useAnswer<WhereAnswer>(
    q === '' ? null : `/where?limit=${rowsShown}&offset=${offset}&q=${encodeURIComponent(q)}`,
  )
  return (
    <>
      <h1>Where</h1>
      <form
        className="filter"
        onSubmit={(event) => {
          event.preventDefault()
          go(pb.where({ q: text }))
        }}
      >
        <label htmlFor="where-q">Package and range, purl, CVE, digest, image or workload</label>
        <input
          id="where-q"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="log4j-core@<2.17.1"
          autoComplete="off"
          spellCheck={false}
        />
        <button type="submit" className="button button--primary">
          Ask
        </button>
      </form>
      {q === '' ? (
        <p className="soft">Ask where something runs, or ran within the last 30 days.</p>
      ) : (
        <Asked answer={answer}>
          {(found) => (
            <>
              <AnswerLine answer={found} />
              <Section title="Reach" note={inert(found.understoodAs)}>
                <p className="counts">
                  <Counted value={found.radius.packages} noun="version" />{' '}
                  <Counted value={found.radius.images} noun="image" />{' '}
                  <Counted value={found.radius.workloads} noun="workload" />{' '}
                  <Counted value={found.radius.pods} noun="pod" />{' '}
                  <Counted value={found.radius.nodes} noun="node" />{' '}
                  <Counted value={found.radius.clusters} noun="cluster" />{' '}
                  <Counted value={found.radius.owners} noun="owner" />
                </p>
                <p className="meta">
                  Within 30 days: {grouped(found.radius.seen.images)} images,{' '}
                  {grouped(found.radius.seen.workloads)} workloads, {grouped(found.radius.seen.clusters)}{' '}
                  clusters.
                </p>
              </Section>
              <Section title="Coverage">
                <CoverageRuler coverage={found.coverage} />
              </Section>
              <Section title="Workloads" wide>
                <WorkloadTable page={found.workloads} states={false} />
              </Section>
              <Section title="Images" wide>
                <ImageTable page={found.images} />
              </Section>
              <Pager
                total={Math.max(found.workloads.total, found.images.total)}
                offset={offset}
                size={rowsShown}
                pathOf={(next) => pb.where({ q, offset: next })}
              />
              {found.owners.total > 0 && (
                <Section title="Owners">
                  <Table
                    caption="Owners"
                    rows={found.owners.rows}
                    total={found.owners.total}
                    keyOf={({ name }) => name}
                    columns={[
                      { title: 'Owner', cell: ({ name }) => inert(name) },
                      { title: 'Workloads', right: true, cell: ({ workloads }) => grouped(workloads) },
                      { title: 'Pods', right: true, cell: ({ pods }) => grouped(pods) },
                      { title: 'Clusters', right: true, cell: ({ clusters }) => grouped(clusters) },
                    ]}
                  />
                </Section>
              )}
              {found.clusters.total > 0 && (
                <Section title="Clusters">
                  <Table
                    caption="Clusters"
                    rows={found.clusters.rows}
                    total={found.clusters.total}
                    keyOf={({ name }) => name}
                    columns={[
                      { title: 'Cluster', cell: ({ name }) => inert(name) },
                      { title: 'Workloads', right: true, cell: ({ workloads }) => grouped(workloads) },
                      { title: 'Pods', right: true, cell: ({ pods }) => grouped(pods) },
                      { title: 'Nodes', right: true, cell: ({ nodes }) => grouped(nodes) },
                      { title: 'Seen', cell: ({ lastSeenAtMs }) => <Time atMs={lastSeenAtMs} /> },
                    ]}
                  />
                </Section>
              )}
              <Section title="In a terminal">
                <Cli line={`allclear where '${q.replaceAll("'", "'\\''")}'`} />
              </Section>
            </>
          )}
        </Asked>
      )}
    </>
  )
}
