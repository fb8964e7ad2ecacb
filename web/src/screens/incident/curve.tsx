import type { Incident } from '../../api/schema.generated.ts'
import { grouped, nbsp, percent, plural, time, utc } from '../../format.ts'
import { useNow } from '../../parts/time.tsx'
import styles from './curve.module.css'

/** Bands from the bottom up. Only the first counts for the all clear; what is not known is drawn as what it is. */
const bands = [
  { key: 'fixed', title: 'run the fix' },
  { key: 'dormant', title: 'dormant' },
  { key: 'vulnerable', title: 'vulnerable' },
  { key: 'unknown', title: 'unknown' },
] as const
type Band = (typeof bands)[number]['key']

interface Point {
  atMs: number
  counts: Record<Band, number>
}

/** Size of the picture, px; the plot ends where the names of the bands begin. */
const width = 468
const height = 170
const plot = { left: 32, right: 330, top: 8, bottom: 146 }
/** Names of bands that would touch are moved apart by this, px. */
const nameLinePx = 15

/** The share of affected workloads that run the fix, over time, with the unknown share drawn; a sentence and a table too. */
export function CoverageCurve({ incident }: { incident: Incident }) {
  const { fleet, coverage } = incident
  const nowMs = Math.max(useNow(), incident.atMs)
  if (fleet.affected === 0)
    return (
      <section className={styles.curve} aria-labelledby="coverage-curve">
        <h2 id="coverage-curve">Coverage</h2>
        <p className="soft">Nothing in the fleet has or had it, so there is nothing to fix.</p>
      </section>
    )
  const last: Point = { atMs: nowMs, counts: countsOf(fleet) }
  const points = [...coverage.map((point) => ({ atMs: point.atMs, counts: countsOf(point) })), last]
  return (
    <section className={styles.curve} aria-labelledby="coverage-curve">
      <header>
        <h2 id="coverage-curve">
          Coverage <span className="meta">share of {plural(fleet.affected, 'affected workload')}, %</span>
        </h2>
      </header>
      <Picture points={points} sentence={sentenceOf(fleet)} />
      <p className="soft">{sentenceOf(fleet)}</p>
      {fleet.unseen > 0 && (
        <p className="meta">
          {plural(fleet.unseen, 'of them is', 'of them are')} in clusters that do not answer now.
        </p>
      )}
      <details className={styles.table}>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">When, UTC</th>
              {bands.map(({ key, title }) => (
                <th key={key} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.toReversed().map(({ atMs, counts }, at) => (
              <tr key={at}>
                <th scope="row">{utc(atMs).replace(' UTC', '')}</th>
                {bands.map(({ key }) => (
                  <td key={key} className="number">
                    {grouped(counts[key])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}

function countsOf({ fixed, dormant, vulnerable, unknown }: Record<Band, number>): Record<Band, number> {
  return { fixed, dormant, vulnerable, unknown }
}

function sentenceOf({ affected, fixed, vulnerable, dormant, unknown }: Incident['fleet']): string {
  const rest = [
    ...(vulnerable > 0
      ? [`${grouped(vulnerable)} still ${vulnerable === 1 ? 'runs' : 'run'} a vulnerable image`]
      : []),
    ...(dormant > 0
      ? [`${grouped(dormant)} would bring it back when ${dormant === 1 ? 'it starts' : 'they start'}`]
      : []),
    ...(unknown > 0
      ? [`${grouped(unknown)} cannot be told and ${unknown === 1 ? 'counts' : 'count'} as vulnerable`]
      : []),
  ]
  return `${grouped(fixed)} of ${plural(affected, 'affected workload')} ${fixed === 1 ? 'runs' : 'run'} the fix by digest (${percent(fixed / affected)})${rest.length === 0 ? '' : `; ${rest.join(', ')}`}.`
}

function Picture({ points, sentence }: { points: readonly Point[]; sentence: string }) {
  const first = points[0].atMs
  const last = points.at(-1) as Point
  const spanMs = Math.max(1, last.atMs - first)
  const x = (atMs: number): number => plot.left + ((atMs - first) / spanMs) * (plot.right - plot.left)
  const y = (share: number): number => plot.bottom - share * (plot.bottom - plot.top)
  const edges = points.map(({ counts }) => edgesOf(counts))
  const names = namesOf(last.counts, y)
  return (
    <svg className={styles.picture} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={sentence}>
      <defs>
        <pattern id="curve-dots" width="7" height="7" patternUnits="userSpaceOnUse">
          <rect className={styles.ground} width="7" height="7" />
          <circle className={styles.dot} cx="3.5" cy="3.5" r="1" />
        </pattern>
        <pattern
          id="curve-hatch"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect className={styles.ground} width="6" height="6" />
          <path className={styles.line} d="M0 0V6" />
        </pattern>
      </defs>
      {bands.map(({ key }, at) => (
        <path
          key={key}
          className={styles[key]}
          d={bandPath(
            points.map(({ atMs }, index) => ({
              x: x(atMs),
              low: y(edges[index][at]),
              high: y(edges[index][at + 1]),
            })),
          )}
        />
      ))}
      {[0, 0.5, 1].map((share) => (
        <text key={share} className={styles.dim} x={plot.left - 6} y={y(share) + 4} textAnchor="end">
          {share * 100}
        </text>
      ))}
      <path className={styles.axis} d={`M${plot.left} ${plot.bottom + 0.5}H${plot.right}`} />
      <text className={styles.dim} x={plot.left} y={height - 6}>
        {time(first)}
      </text>
      <text className={styles.dim} x={plot.right} y={height - 6} textAnchor="end">
        {time(last.atMs)}
        {nbsp}UTC
      </text>
      {names.map(({ key, title, count, atY }) => (
        <g key={key}>
          <text className={styles.count} x={plot.right + 34} y={atY + 4} textAnchor="end">
            {grouped(count)}
          </text>
          <text className={styles.title} x={plot.right + 40} y={atY + 4}>
            {title}
          </text>
        </g>
      ))}
    </svg>
  )
}

/** Lower edge of each band and the upper one of the last, as shares. */
function edgesOf(counts: Record<Band, number>): number[] {
  const total = Math.max(
    1,
    bands.reduce((sum, { key }) => sum + counts[key], 0),
  )
  let sum = 0
  return [0, ...bands.map(({ key }) => (sum += counts[key]) / total)]
}

/** Steps: a count holds until the next one was measured. Along the upper edge there, along the lower one back. */
function bandPath(corners: readonly { x: number; low: number; high: number }[]): string {
  const there = corners.map(({ x, high }, at) => (at === 0 ? `M${x} ${high}` : `H${x}V${high}`))
  const back = corners.toReversed().map(({ x, low }, at) => (at === 0 ? `V${low}` : `V${low}H${x}`))
  return `${there.join('')}${back.join('')}Z`
}

/** Names stand beside their band as it is now; bands of nothing have none. */
function namesOf(counts: Record<Band, number>, y: (share: number) => number) {
  const edges = edgesOf(counts)
  const named = bands
    .map(({ key, title }, at) => ({
      key,
      title,
      count: counts[key],
      atY: y((edges[at] + edges[at + 1]) / 2),
    }))
    .filter(({ count }) => count > 0)
  let floor = plot.bottom + nameLinePx / 2
  return named.map((name) => {
    const atY = Math.min(name.atY, floor - nameLinePx / 2)
    floor = atY - nameLinePx / 2
    return { ...name, atY }
  })
}
