import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { ask } from '../api/client.ts'
import { refreshAll } from '../api/live.ts'
import { queries } from '../api/queries.ts'
import type { ChecklistDraft } from '../api/schema.generated.ts'
import { plural } from '../format.ts'
import { Asked } from '../parts/asked.tsx'
import { Button } from '../parts/button.tsx'
import { Cli } from '../parts/cli.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { pb } from '../paths.ts'
import { ChecklistChanges, changesAnswer } from './checklist-changes.tsx'
import { ChecklistProblems } from './checklist-problems.tsx'
import styles from './checklist.module.css'

/** A pause in typing after which the text is judged, ms: shorter than a glance to the side takes. */
const judgedAfterMs = 250
const linesAbove = 5

/**
 * The text of a list beside what it would be as the next version: lint, changes, number. Nothing is kept until it is
 * stored; what is refused stays in the box.
 */
export function ChecklistEditor({
  before,
  base,
  source,
  command,
}: {
  /** The text that one begins with. */
  before: string
  /** The version that it is of; absent for a list that is new. */
  base?: string
  source: 'edited' | 'imported'
  /** The same at the command line. */
  command: string
}) {
  const [text, setText] = useState(before)
  const [reason, setReason] = useState('')
  const area = useRef<HTMLTextAreaElement>(null)
  const navigate = useNavigate()
  const client = useQueryClient()
  const settled = useSettled(text, judgedAfterMs)
  const draft = useQuery({ ...queries.checklistDraft(settled), gcTime: 0, placeholderData: keepPreviousData })
  const store = useMutation({
    mutationFn: () =>
      ask('POST /api/v1/checklists/{id}/versions', {
        path: { id: draft.data?.checklist?.id ?? '' },
        body: { text, reason: reason.trim(), base, source },
      }),
    async onSuccess({ id, version }) {
      void refreshAll(client)
      await navigate(pb.checklistVersion(id, version))
    },
  })
  /** Whether what is shown is about the text as it stands. */
  const current = settled === text && !draft.isPlaceholderData
  const missing = store.isPending
    ? 'It is being sent.'
    : missingOf(draft.data, current, base !== undefined && text === before, reason)
  const goTo = (line: number, column: number): void => {
    const at =
      text
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length +
      (line > 1 ? 1 : 0) +
      column -
      1
    if (area.current === null) return
    area.current.focus()
    area.current.setSelectionRange(at, at)
    // Browsers do not agree on whether the caret comes into sight; a few lines above it are worth seeing, too.
    const linePx = area.current.scrollHeight / text.split('\n').length
    area.current.scrollTop = Math.max(0, (line - linesAbove) * linePx)
  }
  return (
    <div className={styles.editor}>
      <div className={styles.text}>
        <label htmlFor="checklist-text">The list, as YAML</label>
        <textarea
          id="checklist-text"
          ref={area}
          value={text}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          wrap="off"
          rows={Math.min(40, before.split('\n').length + 4)}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className={styles.judged}>
        <Asked result={draft} what="what the lint says">
          {(judged) => (
            <Judged
              draft={judged}
              current={current}
              base={base}
              onPlace={goTo}
              onVersion={(next) => setText(withVersion(text, next))}
            />
          )}
        </Asked>
        <form
          className={styles.store}
          onSubmit={(event) => {
            event.preventDefault()
            if (missing === undefined) store.mutate()
          }}
        >
          <label htmlFor="checklist-reason">Why do you change it?</label>
          <input
            id="checklist-reason"
            value={reason}
            autoComplete="off"
            onChange={(event) => setReason(event.target.value)}
          />
          <Button type="submit" kind="primary" disabledReason={missing}>
            {draft.data?.needsSecondPerson === true ? 'Store it for a second person' : 'Store the version'}
          </Button>
          {store.error !== null && <Failure error={store.error} />}
        </form>
        <Cli line={command} />
      </div>
    </div>
  )
}

function Judged({
  draft: { problems, changes, errors, warnings, checklist, nextVersion },
  current,
  base,
  onPlace,
  onVersion,
}: {
  draft: ChecklistDraft
  current: boolean
  base: string | undefined
  onPlace: (line: number, column: number) => void
  onVersion: (next: string) => void
}) {
  const { word, sentence } =
    base === undefined && changes.length === 0
      ? { word: 'A new list.', sentence: '' }
      : changesAnswer(changes)
  return (
    <>
      <section aria-label="Lint" aria-busy={!current}>
        <h2>
          Lint{' '}
          <span className="meta" role="status">
            {problems.length === 0 ? 'clean' : `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`}
          </span>
        </h2>
        {checklist?.version === base && nextVersion !== null && (
          <p>
            What you changed asks for another number.{' '}
            <Button onClick={() => onVersion(nextVersion)}>Call it {nextVersion}</Button>
          </p>
        )}
        {problems.length > 0 && <ChecklistProblems problems={problems} onPlace={onPlace} />}
      </section>
      <section aria-label="Changes" aria-busy={!current}>
        <h2>
          {word} <span className="meta">{sentence}</span>
        </h2>
        {changes.length > 0 ? (
          <ChecklistChanges changes={changes} />
        ) : (
          checklist === null && <Empty kind="visible" title="Changes are shown once it is a list again" />
        )}
      </section>
    </>
  )
}

/** Why it cannot be stored yet; absent when it can. */
function missingOf(
  draft: ChecklistDraft | undefined,
  current: boolean,
  same: boolean,
  reason: string,
): string | undefined {
  if (same) return 'Nothing changed yet.'
  if (draft === undefined || !current) return 'It is being judged.'
  if (draft.errors > 0) return `The lint has ${plural(draft.errors, 'error')}.`
  return reason.trim() === '' ? 'A version needs its reason.' : undefined
}

/** The text with another version number; the first line of the metadata that has one. */
function withVersion(text: string, version: string): string {
  return text.replace(/^([ \t]+version:[ \t]*)(["']?)[\d.]+\2[ \t]*$/m, `$1${version}`)
}

/** A value once it has not changed for a while. */
function useSettled<Value>(value: Value, afterMs: number): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), afterMs)
    return () => window.clearTimeout(timer)
  }, [value, afterMs])
  return settled
}
