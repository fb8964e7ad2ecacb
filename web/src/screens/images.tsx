import { useState } from 'react'
import type { ImageSummary, Page } from '../../../src/know/answers.ts'
import { useAnswer } from '../api.ts'
import { grouped, inert, shortDigest } from '../format.ts'
import { go } from '../navigation.ts'
import { Asked, Empty, Pager, Table, Time } from '../parts.tsx'
import { pb } from '../paths.ts'

const rowsShown = 100

export function ImagesScreen({ search }: { search: URLSearchParams }) {
  const q = search.get('q') ?? ''
  const offset = Number(search.get('offset') ?? 0) || 0
  const [text, setText] = useState(q)
  const answer = useAnswer<Page<ImageSummary>>(
    `/images?limit=${rowsShown}&offset=${offset}&q=${encodeURIComponent(q)}`,
  )
  return (
    <>
      <h1>Images</h1>
      <form
        className="filter"
        onSubmit={(event) => {
          event.preventDefault()
          go(pb.images({ q: text }))
        }}
      >
        <label htmlFor="images-q">Name or digest</label>
        <input
          id="images-q"
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
            <Empty title={q === '' ? 'No image is known yet' : `No image is called ${inert(q)}`}>
              <p>
                {q === '' ? (
                  <a href={pb.start()}>Add SBOMs or a cluster</a>
                ) : (
                  <a href={pb.images()}>Clear the filter</a>
                )}
              </p>
            </Empty>
          ) : (
            <>
              <Table
                caption="Images, running and worst first"
                rows={page.rows}
                keyOf={({ id }) => id}
                columns={[
                  {
                    title: 'Image',
                    cell: ({ id, reference, digest }) => (
                      <>
                        <a href={pb.image(id)}>{inert(reference)}</a>
                        <span className="second mono">{shortDigest(digest)}</span>
                      </>
                    ),
                  },
                  {
                    title: 'Critical',
                    right: true,
                    cell: ({ known, critical }) => (known ? grouped(critical) : '?'),
                  },
                  { title: 'High', right: true, cell: ({ known, high }) => (known ? grouped(high) : '?') },
                  {
                    title: 'Records',
                    right: true,
                    cell: ({ known, affected }) => (known ? grouped(affected) : '?'),
                  },
                  {
                    title: 'Packages',
                    right: true,
                    cell: ({ known, packages }) => (known ? grouped(packages) : 'no SBOM'),
                  },
                  { title: 'Workloads', right: true, cell: ({ workloads }) => grouped(workloads) },
                  { title: 'Pods', right: true, cell: ({ pods }) => grouped(pods) },
                  {
                    title: 'Last seen',
                    cell: ({ running, lastSeenAtMs }) =>
                      running ? 'running' : <Time atMs={lastSeenAtMs} absent="not seen running" />,
                  },
                ]}
              />
              <Pager
                total={page.total}
                offset={offset}
                size={rowsShown}
                pathOf={(next) => pb.images({ q, offset: next })}
              />
            </>
          )
        }
      </Asked>
    </>
  )
}
