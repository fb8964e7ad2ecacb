import { useQuery } from '@tanstack/react-query'
import { Link, type LinkOptions } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { queries } from '../../api/queries.ts'
import type { TimelineRow } from '../../api/schema.generated.ts'
import { day, time, utc } from '../../format.ts'
import { Asked } from '../../parts/asked.tsx'
import { Button } from '../../parts/button.tsx'
import { Inert } from '../../parts/inert.tsx'
import { pb } from '../../paths.ts'
import { SayForm } from './say-form.tsx'
import { useTalk } from './talk.ts'
import styles from './timeline.module.css'

/** Height of an entry before it has been measured, px: two lines and the padding. */
const rowHeightPx = 50
/** A timeline this short stands in the document as a whole, so that it can be searched and printed. */
const wholeRowsMax = 200

/** What happened, newest first; it writes itself. `t` adds an entry. */
export function Timeline({ writing, onWriting }: { writing: boolean; onWriting: (open: boolean) => void }) {
  const { incident } = useTalk()
  const result = useQuery(queries.timeline(incident.id))
  return (
    <>
      <div className={styles.write}>
        <Button onClick={() => onWriting(!writing)} aria-expanded={writing} aria-keyshortcuts="t">
          Entry <kbd>t</kbd>
        </Button>
        <span className="meta">UTC, newest first</span>
      </div>
      {writing && (
        <SayForm
          label="Write an entry"
          fields={[{ name: 'text', label: 'What happened', long: true }]}
          verb="Write it down"
          wordsOf={({ text }) => ({ do: 'note', text: text.trim() })}
          onDone={() => onWriting(false)}
          onCancel={() => onWriting(false)}
        />
      )}
      <Asked result={result} what="the timeline">
        {({ rows }) => <Entries rows={rows} />}
      </Asked>
    </>
  )
}

/** Entries that come while somebody reads the list wait above it, counted, so that no line moves under the eyes. */
function Entries({ rows }: { rows: readonly TimelineRow[] }) {
  const list = useRef<HTMLDivElement>(null)
  const last = rows.at(-1)?.seq ?? 0
  const [heldAt, setHeldAt] = useState<number | null>(null)
  const shown = (heldAt === null ? rows : rows.filter(({ seq }) => seq <= heldAt)).toReversed()
  const waiting = rows.length - shown.length
  const hold = (): void => setHeldAt((held) => held ?? last)
  return (
    <div
      ref={list}
      onMouseEnter={hold}
      onMouseLeave={() => setHeldAt(null)}
      onFocus={hold}
      onBlur={({ relatedTarget }) => {
        if (!list.current?.contains(relatedTarget)) setHeldAt(null)
      }}
    >
      {waiting > 0 && (
        <p className={styles.waiting}>
          <Button kind="quiet" onClick={() => setHeldAt(last)}>
            {waiting === 1 ? '1 new entry' : `${waiting} new entries`}
          </Button>
        </p>
      )}
      <EntryList rows={shown} />
    </div>
  )
}

interface Entry {
  row: TimelineRow
  /** Entries of the same kind by the same actor right before it, newest first. */
  alike: readonly TimelineRow[]
}

/** A run of at least so many entries of one kind is told by its newest one. */
const foldedMin = 3

/** Runs of entries of one kind become one entry; those that somebody opened stay apart. */
function folded(rows: readonly TimelineRow[], opened: ReadonlySet<number>): Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < rows.length;) {
    const { kind, actor } = rows[at]
    let end = at + 1
    while (end < rows.length && rows[end].kind === kind && rows[end].actor === actor) end++
    const run = rows.slice(at, end)
    // The oldest entry names a run: newer ones join it without closing what was opened.
    if (run.length < foldedMin || opened.has(run[run.length - 1].seq))
      entries.push(...run.map((row) => ({ row, alike: [] })))
    else entries.push({ row: run[0], alike: run.slice(1) })
    at = end
  }
  return entries
}

function EntryList({ rows }: { rows: readonly TimelineRow[] }) {
  const { incident } = useTalk()
  const list = useRef<HTMLOListElement>(null)
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set())
  const [startPx, setStartPx] = useState(0)
  const entries = folded(rows, opened)
  const virtualizer = useWindowVirtualizer({
    count: entries.length,
    estimateSize: () => rowHeightPx,
    overscan: entries.length <= wholeRowsMax ? entries.length : 20,
    scrollMargin: startPx,
    getItemKey: (index) => entries[index].row.seq,
  })
  useLayoutEffect(() => {
    const top =
      list.current === null ? 0 : Math.round(list.current.getBoundingClientRect().top + window.scrollY)
    if (!virtualizer.isScrolling && top !== startPx) setStartPx(top)
  })
  const items = virtualizer.getVirtualItems()
  const before = (items[0]?.start ?? startPx) - startPx
  const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? startPx) - startPx)
  return (
    <ol
      ref={list}
      className={styles.timeline}
      aria-label="Timeline"
      style={{ paddingTop: Math.max(0, before), paddingBottom: Math.max(0, after) }}
    >
      {items.map(({ index, key }) => {
        const { row, alike } = entries[index]
        const older = entries[index + 1]?.row
        const newDay = older === undefined || day(older.atMs) !== day(row.atMs)
        return (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            aria-setsize={entries.length}
            aria-posinset={index + 1}
          >
            <time dateTime={new Date(row.atMs).toISOString()} title={utc(row.atMs)} className="number">
              {time(row.atMs)}
              {newDay && <span className={styles.day}>{day(row.atMs)}</span>}
            </time>
            <Mark row={row} />
            <p>
              <span className={styles.kind}>{row.actor === itself ? 'Fleet' : `@${row.actor}`}</span>{' '}
              <EntryText text={row.text} /> <EntryLink row={row} incident={incident.id} />{' '}
              {alike.length > 0 && (
                <Button
                  kind="quiet"
                  onClick={() => setOpened(new Set([...opened, alike[alike.length - 1].seq]))}
                >
                  and {alike.length} alike
                </Button>
              )}
            </p>
          </li>
        )
      })}
    </ol>
  )
}

/** What one moment turned in many places is told in a word, and in full on request. */
const manyTurned = /^(\d+ verdicts turned): /

function EntryText({ text }: { text: string }) {
  const many = manyTurned.exec(text)
  const [open, setOpen] = useState(false)
  if (many === null) return <Inert text={text} max={420} />
  return (
    <>
      {many[1]}
      {open && (
        <>
          : <Inert text={text.slice(many[0].length)} />
        </>
      )}{' '}
      <Button kind="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'less' : 'which'}
      </Button>
    </>
  )
}

/** Whose word an entry is when nobody said it. */
const itself = 'allclear'

/** People are squares, the fleet is a disc; the all clear is a ring. */
function Mark({ row }: { row: TimelineRow }) {
  return (
    <svg className={styles.mark} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      {row.kind === 'allclear.called' ? (
        <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" strokeWidth="2.6" />
      ) : row.kind === 'incident.reopened' ? (
        <path d="M10.9 2.1A6.5 6.5 0 1 0 14.4 7" fill="none" stroke="currentColor" strokeWidth="2.6" />
      ) : row.actor === itself ? (
        <circle cx="8" cy="8" r="4.5" fill="currentColor" />
      ) : (
        <path d="M4 4h8v8H4Z" fill="currentColor" />
      )}
    </svg>
  )
}

const tabOfKind: Readonly<Record<string, 'decisions' | 'hypotheses' | 'work'>> = {
  'decision.made': 'decisions',
  'hypothesis.added': 'hypotheses',
  'hypothesis.tested': 'hypotheses',
  'followup.added': 'work',
  'followup.done': 'work',
}
/** `rollout.digest-coverage turned confirmed: …` */
const turned = /^(\S+) turned \w+:/

/** Where an entry leads: the page of the verdict that turned, or the list that it is a line of. */
function EntryLink({ row, incident }: { row: TimelineRow; incident: string }) {
  const tab = tabOfKind[row.kind]
  const question = row.kind === 'verdicts.changed' ? turned.exec(row.text)?.[1] : undefined
  const to: LinkOptions | undefined =
    question !== undefined
      ? pb.why(question, { incident, at: String(row.atMs) })
      : tab !== undefined
        ? pb.incident(incident, { tab })
        : undefined
  if (to === undefined) return null
  return (
    <Link
      {...to}
      resetScroll={question !== undefined}
      aria-label={question === undefined ? `Open ${tab}` : `Why ${question}`}
    >
      {question === undefined ? 'open' : 'why'}
    </Link>
  )
}
