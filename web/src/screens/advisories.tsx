import { useState } from 'react'
import type { AdvisorySummary, Page } from '../../../src/know/answers.ts'
import { useAnswer } from '../api.ts'
import { grouped, inert } from '../format.ts'
import { go } from '../navigation.ts'
import { Asked, Empty, Pager, Severity, Table, Time } from '../parts.tsx'
import { pb } from '../paths.ts'

const rowsShown = 100

export function AdvisoriesScreen({ search }: { search: URLSearchParams }) {
  const q = search.get('q') ?? ''
  const offset = Number(search.get('offset') ?? 0) || 0
  const [text, setText] = useState(q)
  const answer = useAnswer<Page<AdvisorySummary>>(
    `/advisories?limit=${rowsShown}&offset=${offset}&q=${encodeURIComponent(q)}`,
  )
  return (
    <>
      <header className="title">
        <h1>Advisories</h1>
        <a className="button button--primary" href={pb.advisoryNew()}>
          Describe one
        </a>
      </header>
      <form
        className="filter"
        onSubmit={(event) => {
          event.preventDefault()
          go(pb.advisories({ q: text }))
        }}
      >
        <label htmlFor="advisories-q">Id or words of the title</label>
        <input
          id="advisories-q"
          value={text}
          onChange={(event) => setText(event.target.value)}
          autoComplete="off"
          spellCheck={false}
        />
        <button type="submit" className="button">
          Filter
        </button>
      </form>
      <Asked answer={answer}>
        {(page) =>
          page.total === 0 ? (
            <Empty title={q === '' ? 'No advisory has been imported yet' : 'No record matches'}>
              <p>
                {q === '' ? (
                  <a href={pb.start()}>Fetch the feeds of your ecosystems</a>
                ) : (
                  <a href={pb.advisories()}>Clear the filter</a>
                )}
              </p>
            </Empty>
          ) : (
            <>
              <Table
                caption="Advisory records, newest first"
                rows={page.rows}
                keyOf={({ id }) => id}
                columns={[
                  { title: 'Severity', cell: ({ severity }) => <Severity value={severity} /> },
                  {
                    title: 'Record',
                    cell: ({ id, summary, provisional, withdrawnAtMs }) => (
                      <>
                        <a href={pb.advisory(id)}>{inert(id)}</a>
                        {provisional && <span className="chip">provisional</span>}
                        {withdrawnAtMs !== null && <span className="chip">withdrawn</span>}
                        <span className="second">{inert(summary)}</span>
                      </>
                    ),
                  },
                  {
                    title: 'Ecosystems',
                    cell: ({ ecosystems }) =>
                      inert(
                        ecosystems.length > 3
                          ? `${ecosystems.slice(0, 3).join(', ')} and ${ecosystems.length - 3} more`
                          : ecosystems.join(', '),
                      ),
                  },
                  {
                    title: 'Changed',
                    cell: ({ modifiedAtMs }) => <Time atMs={modifiedAtMs} absent="no date" />,
                  },
                  { title: 'Images', right: true, cell: ({ images }) => grouped(images) },
                ]}
              />
              <Pager
                total={page.total}
                offset={offset}
                size={rowsShown}
                pathOf={(next) => pb.advisories({ q, offset: next })}
              />
            </>
          )
        }
      </Asked>
    </>
  )
}

export function AdvisoryScreen({ id }: { id: string }) {
  const answer = useAnswer<unknown>(`/advisories/${encodeURIComponent(id)}`)
  return (
    <>
      <h1>{inert(id)}</h1>
      <p>
        <a href={pb.cve(id)}>Are we affected?</a>
      </p>
      <Asked answer={answer}>
        {(record) => (
          <pre className="record" tabIndex={0} aria-label="The record as it came">
            {JSON.stringify(record, null, 2).split('\n').map(inert).join('\n')}
          </pre>
        )}
      </Asked>
    </>
  )
}
