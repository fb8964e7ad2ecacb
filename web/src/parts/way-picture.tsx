import { useMemo } from 'react'
import { inert } from '../format.ts'
import { Inert } from './inert.tsx'
import styles from './way-picture.module.css'

/** A place on a way: `kind` says what it is, `label` which one; there are places with one of their kind, which is ''. */
export interface Stop {
  id: string
  label: string
  kind: string
}

/** One step between two stops. */
export interface Leg {
  from: Stop
  to: Stop
  /** What whoever takes it does: `reads secrets by name`. */
  what: string
  /** What allows it, and why it matters. */
  notes: readonly string[]
}

interface Placed {
  stop: Stop
  x: number
  y: number
  role: 'start' | 'end' | 'between'
}

const boxHeight = 42
const rowHeight = 60
const gap = 44
/** As wide as fits under a row of a page of 1280 px; where columns need more, they scroll. */
const widthMax = 980
const boxWidthMin = 124
const boxWidthMax = 196
/** Mean width of a letter of the 12 px text, px; text in SVG does not wrap by itself. */
const letterPx = 6.5

/**
 * Ways from stop to stop, drawn in layered columns, each step with the number under which the list below says it in
 * words. The list is the same data; on the phone it stands alone.
 */
export function WayPicture({ label, legs }: { label: string; legs: readonly Leg[] }) {
  const { placed, width, height, boxWidth } = useMemo(() => place(legs), [legs])
  return (
    <figure>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={`${label}, scrolls sideways`}>
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
          {legs.map(({ from, to }, at) => (
            <Edge
              key={`${from.id} ${to.id}`}
              from={placed.get(from.id)!}
              to={placed.get(to.id)!}
              boxWidth={boxWidth}
              number={at + 1}
            />
          ))}
          {[...placed.values()].map(({ stop, x, y, role }) => (
            <g
              key={stop.id}
              transform={`translate(${x} ${y})`}
              className={`${styles.node} ${role === 'between' ? '' : styles[role]}`}
            >
              <title>{inert(`${stop.kind} ${stop.label}`)}</title>
              <rect x=".75" y=".75" width={boxWidth - 1.5} height={boxHeight - 1.5} rx="2" />
              <text x="8" y={stop.kind === '' ? 25 : 17}>
                {cut(inert(stop.label), Math.floor((boxWidth - 14) / letterPx))}
              </text>
              <text x="8" y="33" className={styles.kind}>
                {cut(inert(stop.kind), Math.floor((boxWidth - 14) / letterPx))}
              </text>
            </g>
          ))}
        </svg>
      </div>
      <ol className={styles.steps}>
        {legs.map(({ from, to, what, notes }) => (
          <li key={`${from.id} ${to.id}`}>
            <span>
              <Name stop={from} /> <Inert text={what} max={200} /> → <Name stop={to} />
              {notes.map((note) => (
                <span key={note} className="meta">
                  {' '}
                  <Inert text={note} max={300} />
                </span>
              ))}
            </span>
          </li>
        ))}
      </ol>
    </figure>
  )
}

function Name({ stop: { label, kind } }: { stop: Stop }) {
  return (
    <>
      {kind !== '' && <span className="soft">{kind} </span>}
      <b>
        <Inert text={label} max={160} />
      </b>
    </>
  )
}

function Edge({
  from,
  to,
  boxWidth,
  number,
}: {
  from: Placed
  to: Placed
  boxWidth: number
  number: number
}) {
  const x1 = from.x + boxWidth
  const y1 = from.y + boxHeight / 2
  const x2 = to.x
  const y2 = to.y + boxHeight / 2
  const middle = x2 - gap / 2
  return (
    <g>
      <path className={styles.edge} d={`M${x1} ${y1}C${middle} ${y1} ${middle - 8} ${y2} ${x2 - 6} ${y2}`} />
      <path className={styles.head} d={`M${x2} ${y2}l-7 -4v8Z`} />
      <circle className={styles.badge} cx={x2 - 20} cy={y2} r="9" />
      <text className={styles.number} x={x2 - 20} y={y2 + 4} textAnchor="middle">
        {number}
      </text>
    </g>
  )
}

function place(legs: readonly Leg[]) {
  const stops = new Map(legs.flatMap(({ from, to }) => [[from.id, from] as const, [to.id, to] as const]))
  const columnOf = columnsOf(stops, legs)
  const columns: Stop[][] = []
  for (const stop of stops.values()) (columns[columnOf.get(stop.id)!] ??= []).push(stop)
  const count = Math.max(1, columns.length)
  const boxWidth = Math.max(boxWidthMin, Math.min(boxWidthMax, (widthMax - gap * (count - 1)) / count))
  const height = Math.max(1, ...columns.map((column) => column.length)) * rowHeight
  const placed = new Map<string, Placed>()
  columns.forEach((column, at) => {
    const step = height / column.length
    column.forEach((stop, row) =>
      placed.set(stop.id, {
        stop,
        x: at * (boxWidth + gap),
        y: step * (row + 0.5) - boxHeight / 2,
        role: legs.every(({ to }) => to.id !== stop.id)
          ? 'start'
          : legs.every(({ from }) => from.id !== stop.id)
            ? 'end'
            : 'between',
      }),
    )
  })
  return { placed, height, boxWidth, width: count * boxWidth + (count - 1) * gap }
}

/** A stop stands one column after the last of those that lead to it. A circle ends where it began. */
function columnsOf(stops: ReadonlyMap<string, Stop>, legs: readonly Leg[]): Map<string, number> {
  const column = new Map([...stops.keys()].map((id) => [id, 0]))
  for (let round = 0; round < stops.size; round++) {
    let moved = false
    for (const { from, to } of legs) {
      const wanted = column.get(from.id)! + 1
      if (wanted <= column.get(to.id)! || wanted >= stops.size) continue
      column.set(to.id, wanted)
      moved = true
    }
    if (!moved) break
  }
  return column
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(1, length - 1))}…`
}
