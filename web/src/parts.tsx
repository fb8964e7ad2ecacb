import { useEffect, useState, type ReactNode } from 'react'
import type { AnswerBase, Counted as CountedValue, Coverage } from '../../src/know/answers.ts'
import type { Severity as SeverityWord } from '../../src/know/advisories/types.ts'
import type { FindingState } from '../../src/know/matching/types.ts'
import type { Answer, Refused } from './api.ts'
import { ago, grouped, inert, nbsp, percent, utc } from './format.ts'

const severityBars: Record<SeverityWord, number> = {
  critical: 4,
  high: 3,
  medium: 2,
  low: 1,
  none: 0,
  unknown: 0,
}

/** Severity is length: a gauge of four bars and the word. */
export function Severity({ value }: { value: SeverityWord }) {
  const bars = severityBars[value]
  return (
    <span className={`severity severity--${value}`}>
      {bars > 0 && (
        <svg width="16" height="12" viewBox="0 0 16 12" aria-hidden="true">
          {[0, 1, 2, 3].map((bar) => (
            <rect
              key={bar}
              x={bar * 4}
              y={bar < bars ? 9 - bar * 3 : 10}
              width="3"
              height={bar < bars ? 3 + bar * 3 : 2}
              fill="currentColor"
            />
          ))}
        </svg>
      )}
      {value[0].toUpperCase() + value.slice(1)}
    </span>
  )
}

const stateWords: Record<FindingState, string> = {
  affected: 'affected',
  not_affected: 'not affected',
  fixed: 'fixed',
  under_investigation: 'under investigation',
  unknown: 'cannot tell',
}

/** Verdicts are silhouettes: a disc for what is settled, a diamond for affected, a dashed ring for what cannot be told. */
export function State({ value }: { value: FindingState }) {
  return (
    <span className={`state state--${value}`}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        {value === 'affected' ? (
          <>
            <path d="M8 1 15 8 8 15 1 8Z" fill="currentColor" />
            <path d="M5.8 5.8 10.2 10.2M10.2 5.8 5.8 10.2" stroke="var(--bg-1)" strokeWidth="1.6" />
          </>
        ) : value === 'unknown' || value === 'under_investigation' ? (
          <>
            <circle
              cx="8"
              cy="8"
              r="6.2"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.5"
              strokeDasharray="2.6 2.2"
            />
            <path
              d="M6.3 6.6a1.8 1.8 0 1 1 2.5 1.7c-.5.2-.8.5-.8 1.1M8 11.2v.9"
              stroke="currentColor"
              strokeWidth="1.4"
              fill="none"
            />
          </>
        ) : (
          <>
            <circle cx="8" cy="8" r="7" fill="currentColor" />
            <path d="M4.8 8.2 7.1 10.4 11.3 5.8" stroke="var(--bg-1)" strokeWidth="1.7" fill="none" />
          </>
        )}
      </svg>
      {stateWords[value]}
    </span>
  )
}

/** A number that knows its coverage: `≥` when something that could raise it was not seen. */
export function Counted({ value, noun }: { value: CountedValue; noun: string }) {
  return (
    <span className="counted">
      {value.atLeast ? `≥${nbsp}` : ''}
      {grouped(value.value)}
      <span className="meta">
        {nbsp}
        {value.value === 1 ? noun : `${noun}s`}
      </span>
    </span>
  )
}

/** Relative time with the absolute one behind it; ticks once a minute. */
export function Time({ atMs, absent = 'never' }: { atMs: number | null; absent?: string }) {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = window.setInterval(() => tick((count) => count + 1), 60_000)
    return () => window.clearInterval(timer)
  }, [])
  if (atMs === null) return <>{absent}</>
  return (
    <time dateTime={new Date(atMs).toISOString()} title={utc(atMs)}>
      {ago(atMs)}
    </time>
  )
}

export function Inert({ text }: { text: string }) {
  return <span className="mono inert">{inert(text)}</span>
}

/** Label in the margin, evidence beside it: the ledger page. */
export function Section({
  title,
  note,
  wide,
  children,
}: {
  title: string
  note?: ReactNode
  wide?: boolean
  children: ReactNode
}) {
  return (
    <section className={wide ? 'section section--wide' : 'section'}>
      <header>
        <h2>{title}</h2>
        {note !== undefined && <p className="meta">{note}</p>}
      </header>
      <div>{children}</div>
    </section>
  )
}

const verdictWords = { yes: 'Yes.', no: 'No.', unknown: 'Cannot tell.' } as const

/** One word, the sentence, and under it what was not seen. */
export function AnswerLine({ answer }: { answer: Pick<AnswerBase, 'sentence' | 'verdict' | 'coverage'> }) {
  const rest = answer.sentence.replace(/^(?:Yes|No|Cannot tell)[.,:]\s*/, '')
  return (
    <div className="answer">
      <p className="answer-word">{verdictWords[answer.verdict]}</p>
      <div>
        <p className="answer-sentence">{rest[0]?.toUpperCase() + rest.slice(1)}</p>
        <Partial coverage={answer.coverage} />
      </div>
    </div>
  )
}

function Partial({ coverage }: { coverage: Coverage }) {
  const parts: string[] = []
  const silent = coverage.clusters.notSeen
  if (silent.length > 0)
    parts.push(
      `${silent
        .map(({ name }) => name)
        .slice(0, 3)
        .join(', ')} not seen for a day`,
    )
  const blind = coverage.images.running - coverage.images.known
  if (blind > 0)
    parts.push(`${grouped(blind)}${nbsp}running ${blind === 1 ? 'image has' : 'images have'} no SBOM`)
  if (coverage.packages.withoutAdvisorySource > 0)
    parts.push(
      `${grouped(coverage.packages.withoutAdvisorySource)}${nbsp}package versions have no advisory source`,
    )
  if (parts.length === 0) return null
  return (
    <p className="partial">
      <State value="unknown" /> <span>Partial: {parts.join('; ')}.</span>
    </p>
  )
}

/** A ruler of a hundred ticks: full is known, half is known in part, a dot cannot be answered. Unknown is rounded up. */
export function CoverageRuler({ coverage }: { coverage: Coverage }) {
  const { running, known, partly } = coverage.images
  if (running === 0) return <p>No running image is known yet.</p>
  const unknownTicks = known === running ? 0 : Math.max(1, Math.ceil(((running - known) / running) * 100))
  const partTicks =
    partly === 0 ? 0 : Math.min(100 - unknownTicks, Math.max(1, Math.round((partly / running) * 100)))
  const ticks = Array.from({ length: 100 }, (_, at) =>
    at < 100 - unknownTicks - partTicks ? 'full' : at < 100 - unknownTicks ? 'part' : 'none',
  )
  return (
    <div className="coverage">
      <svg
        className="ruler"
        viewBox="0 0 400 16"
        role="img"
        aria-label={`${percent(known / running)} of running images known`}
        preserveAspectRatio="none"
      >
        {ticks.map((kind, at) => (
          <rect
            key={at}
            className={`tick tick--${kind}`}
            x={at * 4}
            width={2.5}
            y={kind === 'full' ? 1 : kind === 'part' ? 6 : 13}
            height={kind === 'full' ? 14 : kind === 'part' ? 9 : 2}
          />
        ))}
      </svg>
      <p>
        <strong>{percent(known / running)}</strong> of {grouped(running)} running images{' '}
        <Time atMs={coverage.atMs} />
      </p>
    </div>
  )
}

/** Rows on a ledger; on the phone each becomes a block with its labels. */
export function Table<T>({
  columns,
  rows,
  keyOf,
  caption,
  total,
}: {
  columns: readonly Column<T>[]
  rows: readonly T[]
  keyOf: (row: T) => string
  caption: string
  total?: number
}) {
  return (
    <div className="table-scroll">
      <table className="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, right }) => (
              <th key={title} scope="col" className={right ? 'right' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, right, cell }) => (
                <td key={title} data-title={title} className={right ? 'right number' : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {total !== undefined && total > rows.length && (
        <p className="meta table-foot">
          {grouped(rows.length)} shown of {grouped(total)}
        </p>
      )}
    </div>
  )
}

export interface Column<T> {
  title: string
  right?: boolean
  cell(row: T): ReactNode
}

/** Previous and next of a list that the server holds. */
export function Pager({
  total,
  offset,
  size,
  pathOf,
}: {
  total: number
  offset: number
  size: number
  pathOf: (offset: number) => string
}) {
  if (total <= size) return null
  return (
    <nav className="pager" aria-label="Pages">
      {offset > 0 && <a href={pathOf(Math.max(0, offset - size))}>Previous</a>}
      <span className="meta">
        {grouped(offset + 1)} to {grouped(Math.min(total, offset + size))} of {grouped(total)}
      </span>
      {offset + size < total && <a href={pathOf(offset + size)}>Next</a>}
    </nav>
  )
}

/** What an answer's request came to: its error, its first loading, or the answer. */
export function Asked<T>({ answer, children }: { answer: Answer<T>; children: (data: T) => ReactNode }) {
  const slow = useLate(answer.loading, 300)
  return (
    <>
      {slow && <div className="loading-bar" role="progressbar" aria-label="Loading" />}
      {answer.error && <Failure refused={answer.error} onAgain={answer.reload} />}
      {answer.data !== null ? (
        children(answer.data)
      ) : answer.loading && slow ? (
        <p className="meta">Loading …</p>
      ) : null}
    </>
  )
}

/** True once a state has lasted for so long. */
function useLate(active: boolean, afterMs: number): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!active) {
      setLate(false)
      return undefined
    }
    const timer = window.setTimeout(() => setLate(true), afterMs)
    return () => window.clearTimeout(timer)
  }, [active, afterMs])
  return late
}

/** Grey, because it is an unknown: what failed, what to do, the code, and a way to try again. */
export function Failure({ refused, onAgain }: { refused: Refused; onAgain?: () => void }) {
  const { error } = refused
  return (
    <div className="failure" role="alert">
      <p>
        <strong>{inert(error.message)}</strong>
      </p>
      <p>{inert(error.next)}</p>
      <p className="meta">
        {error.code}
        {error.requestId ? ` · request ${error.requestId}` : ''}
      </p>
      {onAgain && (
        <button type="button" className="button" onClick={onAgain}>
          Try again
        </button>
      )}
    </div>
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  )
}

/** A command line to paste. */
export function Cli({ line }: { line: string }) {
  const [copied, setCopied] = useState(false)
  return (
    <p className="cli">
      <code>{line}</code>
      <button
        type="button"
        className="button"
        onClick={() => {
          void navigator.clipboard?.writeText(line).then(() => setCopied(true))
        }}
      >
        {copied ? 'Copied' : 'Copy'}
      </button>
    </p>
  )
}
