import { useMemo, useState } from 'react'
import type { BlastGraph } from '../api/schema.generated.ts'
import { grouped, inert, plural } from '../format.ts'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Inert } from '../parts/inert.tsx'
import styles from './radius.module.css'

type Node = BlastGraph['columns'][number]['nodes'][number]
interface Placed {
  node: Node
  kind: BlastGraph['columns'][number]['id']
  x: number
  y: number
  width: number
  late: boolean
}

const width = 1054
/** Versions, images, workloads, nodes, clusters: images and workloads have the long names. */
const columnWidths = [176, 226, 204, 140, 124]
const gap = (width - columnWidths.reduce((sum, own) => sum + own, 0)) / (columnWidths.length - 1)
const rowHeight = 30
const boxHeight = 22

/**
 * The layered picture: versions → images → workloads → node pools → clusters. What is drawn and what is folded make the
 * total. A pointer on a box shows what hangs on it. On the phone it is a funnel and a list.
 */
export function BlastRadius({ graph, silent }: { graph: BlastGraph; silent: readonly string[] }) {
  return (
    <>
      <div className={styles.desk}>
        <Picture graph={graph} silent={silent} />
      </div>
      <div className={styles.phone}>
        <Funnel graph={graph} />
      </div>
    </>
  )
}

function Picture({ graph, silent }: { graph: BlastGraph; silent: readonly string[] }) {
  const [at, setAt] = useState<string | null>(null)
  const { placed, height } = useMemo(() => place(graph, new Set(silent)), [graph, silent])
  const hot = useMemo(() => (at === null ? null : connected(graph, at)), [graph, at])
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label="Blast radius, scrolls sideways">
      <div className={styles.sheet}>
        <ol className={styles.heads} aria-hidden="true">
          {graph.columns.map(({ id, title, total }, index) => (
            <li key={id} style={{ width: `${(columnWidths[index] / width) * 100}%` }}>
              <b className="number">{grouped(total)}</b> {title}
              <span>pods</span>
            </li>
          ))}
        </ol>
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={sentenceOf(graph)}>
          {graph.edges.map(({ from, to }) => {
            const start = placed.get(from)
            const end = placed.get(to)
            if (!start || !end) return null
            const x1 = start.x + start.width
            const middle = (x1 + end.x) / 2
            const y1 = start.y + boxHeight / 2
            const y2 = end.y + boxHeight / 2
            const isHot = hot !== null && hot.has(from) && hot.has(to)
            return (
              <path
                key={`${from} ${to}`}
                className={`${styles.edge} ${isHot ? styles.hot : ''} ${start.late || end.late ? styles.inferred : ''}`}
                d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${end.x} ${y2}`}
              />
            )
          })}
          {[...placed.values()].map(({ node, kind, x, y, width: own, late }) => (
            <g
              key={node.id}
              transform={`translate(${x} ${y})`}
              className={[
                styles.node,
                node.folded > 0 ? styles.folded : '',
                late ? styles.late : '',
                hot?.has(node.id) ? styles.hot : '',
              ].join(' ')}
              onPointerEnter={() => setAt(node.id)}
              onPointerLeave={() => setAt(null)}
            >
              <title>{inert(`${node.label} ${node.detail}, ${plural(node.pods, 'pod')}`)}</title>
              <rect x=".5" y=".5" width={own - 1} height={boxHeight - 1} rx="2" />
              <BoxText node={node} kind={kind} width={own - 16} />
              <text x={own - 8} y="15" textAnchor="end" className={styles.pods}>
                {grouped(node.pods)}
              </text>
            </g>
          ))}
        </svg>
      </div>
    </div>
  )
}

/** Mean width of a letter of the 12 px text, px; text in SVG does not wrap by itself. */
const letterPx = 6.4

/** The name, and dim behind it what tells two of one name apart, as far as there is room before the number of pods. */
function BoxText({ node, kind, width: room }: { node: Node; kind: Placed['kind']; width: number }) {
  const letters = Math.floor((room - grouped(node.pods).length * letterPx - 8) / letterPx)
  const label = cut(inert(shortLabel(node.label)), letters)
  const detail =
    kind === 'image' ? node.detail.replace(/^sha256:/, '').slice(0, 4) : kind === 'package' ? '' : node.detail
  const left = letters - label.length - 1
  return (
    <text x="8" y="15">
      {label}
      {left >= 3 && detail !== '' && (
        <tspan dx="5" className={styles.detail}>
          {cut(inert(detail), left)}
        </tspan>
      )}
    </text>
  )
}

function place(graph: BlastGraph, silent: ReadonlySet<string>) {
  const rows = Math.max(1, ...graph.columns.map(({ nodes }) => nodes.length))
  const height = rows * rowHeight
  const placed = new Map<string, Placed>()
  let x = 0
  graph.columns.forEach(({ id, nodes }, column) => {
    // Shorter columns stand spread over the height of the longest, so that edges stay short.
    const step = nodes.length === 0 ? 0 : height / nodes.length
    nodes.forEach((node, row) =>
      placed.set(node.id, {
        node,
        kind: id,
        x,
        y: step * (row + 0.5) - boxHeight / 2,
        width: columnWidths[column],
        late: id === 'cluster' && silent.has(node.label),
      }),
    )
    x += columnWidths[column] + gap
  })
  return { placed, height }
}

/** Everything that leads to a node or follows from it. */
function connected(graph: BlastGraph, id: string): Set<string> {
  const found = new Set([id])
  const walk = (from: 'from' | 'to', to: 'from' | 'to'): void => {
    const front = [id]
    for (let at = front.pop(); at !== undefined; at = front.pop())
      for (const edge of graph.edges)
        if (edge[from] === at && !found.has(edge[to])) {
          found.add(edge[to])
          front.push(edge[to])
        }
  }
  walk('from', 'to')
  walk('to', 'from')
  return found
}

function Funnel({ graph }: { graph: BlastGraph }) {
  const images = graph.columns.find(({ id }) => id === 'image')?.nodes ?? []
  const label = new Map(
    graph.columns.flatMap(({ nodes }) => nodes.map((node) => [node.id, node.label] as const)),
  )
  const names = (ids: readonly string[]): string =>
    ids.map((id) => shortLabel(label.get(id) ?? '')).join(', ')
  return (
    <>
      <p className={styles.funnel}>
        {graph.columns.map(({ id, title, total }, at) => (
          <span key={id}>
            {at > 0 && <span aria-hidden="true">→ </span>}
            <b>{grouped(total)}</b> {title}
          </span>
        ))}
      </p>
      <ul className={styles.images}>
        {images.map((image) => (
          <li key={image.id}>
            <p>
              <b>
                <Inert text={shortLabel(image.label)} max={120} />
              </b>{' '}
              <span className="meta">{plural(image.pods, 'pod')}</span>
            </p>
            <p className="soft">
              <Inert
                text={`${names(graph.edges.filter(({ to }) => to === image.id).map(({ from }) => from))} → ${names(graph.edges.filter(({ from }) => from === image.id).map(({ to }) => to))}`}
                max={240}
              />
            </p>
          </li>
        ))}
      </ul>
    </>
  )
}

interface GraphRow extends Node {
  column: string
}

const graphColumns: readonly Column<GraphRow>[] = [
  { title: 'Name', phone: 'line', cell: ({ label }) => <Inert text={label} max={200} /> },
  { title: 'What', cell: ({ column }) => <span className="soft">{column}</span> },
  { title: 'Detail', cell: ({ detail }) => <Inert text={detail} max={160} /> },
  { title: 'Pods', number: true, cell: ({ pods }) => grouped(pods) },
]

/** The same data as the picture. */
export function GraphTable({ graph }: { graph: BlastGraph }) {
  const rows = graph.columns.flatMap(({ title, nodes }) => nodes.map((node) => ({ ...node, column: title })))
  return (
    <DataTable caption="The picture as a table" rows={rows} keyOf={({ id }) => id} columns={graphColumns} />
  )
}

export function sentenceOf(graph: BlastGraph): string {
  return `Blast radius: ${graph.columns.map(({ total, title }) => `${grouped(total)} ${title}`).join(', ')}.`
}

/** The last parts of a reference say most. */
function shortLabel(label: string): string {
  const parts = label.split('@', 1)[0].split('/')
  return parts.length > 2 ? parts.slice(-2).join('/') : parts.join('/')
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(1, length - 1))}…`
}
