import type { BlastGraph } from '../../../src/know/answers.ts'
import { grouped, inert } from '../format.ts'
import { Table } from '../parts.tsx'

const width = 1040
const columnWidth = 164
const rowHeight = 26
const top = 56

/** The layered picture: versions, images, workloads, node pools, clusters. Drawn and folded make the total. */
export function BlastRadius({ graph, asTable }: { graph: BlastGraph; asTable: boolean }) {
  if (asTable) return <GraphTable graph={graph} />
  const gap = (width - columnWidth * graph.columns.length) / (graph.columns.length - 1)
  const rows = Math.max(1, ...graph.columns.map(({ nodes }) => nodes.length))
  const height = top + rows * rowHeight + 8
  const places = new Map<string, { x: number; y: number }>()
  graph.columns.forEach((column, at) => {
    const offset = ((rows - column.nodes.length) * rowHeight) / 2
    column.nodes.forEach((node, row) =>
      places.set(node.id, { x: at * (columnWidth + gap), y: top + Math.min(offset, 40) + row * rowHeight }),
    )
  })
  const heaviest = Math.max(1, ...graph.edges.map(({ weight }) => weight))
  return (
    <div className="picture" tabIndex={0} role="region" aria-label="Blast radius, scrolls sideways">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={sentenceOf(graph)}
      >
        {graph.edges.map(({ from, to, weight }) => {
          const start = places.get(from)
          const end = places.get(to)
          if (!start || !end) return null
          const x1 = start.x + columnWidth
          const y1 = start.y + 11
          const y2 = end.y + 11
          const middle = (x1 + end.x) / 2
          return (
            <path
              key={`${from} ${to}`}
              className="edge"
              d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${end.x} ${y2}`}
              strokeWidth={1 + (weight / heaviest) * 2.5}
            />
          )
        })}
        {graph.columns.map((column, at) => (
          <g key={column.id} transform={`translate(${at * (columnWidth + gap)} 0)`}>
            <text className="column-total" y="18">
              {grouped(column.total)}
            </text>
            <text className="column-title" y="38">
              {column.title}
            </text>
          </g>
        ))}
        {graph.columns.flatMap(({ nodes }) =>
          nodes.map((node) => {
            const place = places.get(node.id)
            return (
              <g
                key={node.id}
                transform={`translate(${place?.x ?? 0} ${place?.y ?? 0})`}
                className={node.folded > 0 ? 'node node--folded' : 'node'}
              >
                <title>{inert(`${node.label} ${node.detail}, ${grouped(node.pods)} pods`)}</title>
                <rect width={columnWidth} height="22" rx="2" />
                <text x="6" y="15">
                  {cut(inert(shortLabel(node.label)), 19)}
                </text>
                <text x={columnWidth - 6} y="15" textAnchor="end" className="count">
                  {grouped(node.pods)}
                </text>
              </g>
            )
          }),
        )}
      </svg>
    </div>
  )
}

function GraphTable({ graph }: { graph: BlastGraph }) {
  const rows = graph.columns.flatMap((column) =>
    column.nodes.map((node) => ({ ...node, column: column.title })),
  )
  return (
    <Table
      caption="The picture as a table"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { title: 'Column', cell: ({ column }) => column },
        { title: 'Name', cell: ({ label }) => inert(label) },
        { title: 'Detail', cell: ({ detail }) => inert(detail) },
        { title: 'Pods', right: true, cell: ({ pods }) => grouped(pods) },
      ]}
    />
  )
}

export function sentenceOf(graph: BlastGraph): string {
  return `Blast radius: ${graph.columns.map(({ total, title }) => `${grouped(total)} ${title}`).join(', ')}.`
}

/** The last part of a reference says most. */
function shortLabel(label: string): string {
  const parts = label.split('@', 1)[0].split('/')
  return parts.length > 2 ? parts.slice(-2).join('/') : parts.join('/')
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
