import { Autocomplete } from '@base-ui/react/autocomplete'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useDeferredValue, useEffect, useRef, useState, type ReactNode } from 'react'
import { queries } from '../api/queries.ts'
import { grouped, percent } from '../format.ts'
import { shellWord } from '../parts/cli.tsx'
import { Chip } from '../parts/chip.tsx'
import { Inert } from '../parts/inert.tsx'
import { Severity } from '../parts/severity.tsx'
import { pb } from '../paths.ts'
import { forgetHistory, history, remember } from './history.ts'
import styles from './question-box.module.css'
import { canonicalId, questionOf, recognise, type Recognised } from './recognise.ts'

/** Something that Enter does. */
interface Choice {
  id: string
  title: string
  hint?: string
  run: () => void
}

const examples = ['CVE-2021-44228', 'log4j-core@<2.17.1', 'pkg:deb/debian/openssl']
/** A closed list has nothing to choose from. */
const nothing: readonly Choice[] = []
/** Shorter texts mean too much. */
const askedMin = 3
/** Typing rests for so long before a question is sent. */
const restMs = 120

/**
 * "Did you hear about…?": recognises what is typed, answers below it before anything is opened, and offers what can be
 * done next. Nothing that is typed leaves the installation. `compact` is the one in the top bar.
 */
export function QuestionBox({ compact }: { compact?: boolean }) {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const asked = useRested(text.trim())
  const kind = recognise(text)
  const choices = useChoices(text.trim(), asked)

  const choose = (choice: Choice): void => {
    setOpen(false)
    setText('')
    input.current?.blur()
    choice.run()
  }
  const openQuestion = (question: string): void => {
    remember(question)
    void navigate(pathOfQuestion(question))
  }
  return (
    <form
      role="search"
      className={compact ? styles.compact : styles.large}
      onSubmit={(event) => event.preventDefault()}
    >
      <Autocomplete.Root
        items={open ? choices : nothing}
        mode="none"
        // Not the library's popup: it would hide the rest of the page from assistive technology.
        inline
        value={text}
        onValueChange={(value, { reason }) => {
          if (reason === 'item-press') return
          setText(value)
          setOpen(true)
        }}
        open={open}
        autoHighlight="always"
        itemToStringValue={({ title }) => title}
      >
        {!compact && (
          <label className={styles.label} htmlFor="question">
            Did you hear about…?
          </label>
        )}
        <div
          className={styles.field}
          onBlur={({ currentTarget, relatedTarget }) => {
            if (!currentTarget.contains(relatedTarget)) setOpen(false)
          }}
        >
          <Autocomplete.Input
            id="question"
            ref={input}
            onFocus={() => setOpen(true)}
            onClick={() => setOpen(true)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') {
                setOpen(false)
                setText('')
                event.currentTarget.blur()
              }
            }}
            className={styles.input}
            aria-label="Did you hear about…?"
            aria-keyshortcuts="/ Control+K"
            // Inline lists count as open for the library; ours opens and closes.
            aria-expanded={open}
            aria-controls={open ? 'question-choices' : 'question-popup'}
            placeholder={
              compact
                ? 'Did you hear about…? CVE, package@range, digest, workload, file'
                : 'CVE, package@range, digest, image, workload or file'
            }
            autoComplete="off"
            spellCheck={false}
          />
          {text === '' && <kbd aria-hidden="true">/</kbd>}
          {!compact && (
            <p className={styles.hints}>
              {examples.map((example) => (
                <button key={example} type="button" onClick={() => openQuestion(example)}>
                  <code>{example}</code>
                </button>
              ))}
              <span>Nothing typed leaves this installation.</span>
            </p>
          )}
          <div id="question-popup" className={styles.popup} hidden={!open}>
            {open && (
              <>
                {text.trim() !== '' && <Found text={text.trim()} asked={asked} kind={kind} />}
                <Autocomplete.List
                  id="question-choices"
                  className={styles.list}
                  aria-label="What can be done"
                >
                  {(choice: Choice) => (
                    <Autocomplete.Item
                      key={choice.id}
                      value={choice}
                      className={styles.item}
                      // The field keeps the focus, or the list would close before it is pressed.
                      onPointerDown={(event) => event.preventDefault()}
                      onClick={() => choose(choice)}
                    >
                      <span>
                        <Inert text={choice.title} max={120} />
                      </span>
                      {choice.hint && <span className={styles.hint}>{choice.hint}</span>}
                      <kbd aria-hidden="true">enter</kbd>
                    </Autocomplete.Item>
                  )}
                </Autocomplete.List>
              </>
            )}
          </div>
        </div>
      </Autocomplete.Root>
    </form>
  )
}

/** Where a question leads: its own page for an id or a digest, else the answer of Where. */
function pathOfQuestion(text: string) {
  const kind = recognise(text)
  if (kind === 'vulnerability') return pb.cve(canonicalId(text))
  if (kind === 'digest') return pb.image(text.trim())
  return pb.where({ q: questionOf(text) })
}

function useChoices(text: string, asked: string): Choice[] {
  const navigate = useNavigate()
  const past = history.use()
  const found = useFound(asked)
  const go = (to: ReturnType<typeof pathOfQuestion>, question?: string) => () => {
    if (question !== undefined) remember(question)
    void navigate(to)
  }
  if (text === '')
    return [
      ...past.map((question) => ({
        id: `past ${question}`,
        title: question,
        hint: 'asked before',
        run: go(pathOfQuestion(question), question),
      })),
      ...(past.length > 0
        ? [{ id: 'forget', title: 'Forget these questions', run: forgetHistory }]
        : examples.map((example) => ({
            id: example,
            title: example,
            hint: 'example',
            run: go(pathOfQuestion(example), example),
          }))),
    ]
  const kind = recognise(text)
  const unknown = asked === text && found?.known === false
  const command =
    kind === 'vulnerability'
      ? `allclear cve ${canonicalId(text)}`
      : `allclear where ${shellWord(questionOf(text))}`
  return [
    ...(unknown
      ? [
          {
            id: 'describe',
            title: `Describe ${canonicalId(text)}`,
            run: go(pb.advisoryNew({ id: canonicalId(text) }) as never, text),
          },
        ]
      : []),
    {
      id: 'open',
      title: kind === 'digest' ? 'Open the image' : 'Open the answer',
      run: go(pathOfQuestion(text), text),
    },
    ...(kind === 'vulnerability' && !unknown
      ? [{ id: 'where', title: 'Where, last 30 days', run: go(pb.where({ q: canonicalId(text) }), text) }]
      : []),
    ...(/^sha256:[0-9a-f]{64}$/i.test(text)
      ? [
          {
            id: 'file',
            title: 'Where is a file with this SHA-256?',
            run: go(pb.where({ q: `sha256-of-a-file:${text.slice('sha256:'.length)}` }), text),
          },
        ]
      : []),
    {
      id: 'copy',
      title: 'Copy as a command',
      hint: command,
      run: () => void navigator.clipboard?.writeText(command),
    },
  ]
}

interface FoundAnswer {
  known: boolean
  sentence: string
  head?: ReactNode
  meta?: string
}

/** The answer to what has been typed, from the fleet index; null while there is none. */
function useFound(asked: string): FoundAnswer | null {
  const kind = recognise(asked)
  const cve = useQuery({
    ...queries.cve(canonicalId(asked)),
    enabled: kind === 'vulnerability',
  })
  const where = useQuery({
    ...queries.where(questionOf(asked)),
    enabled: kind !== 'vulnerability' && kind !== 'digest' && asked.length >= askedMin,
  })
  if (kind === 'vulnerability') {
    if (cve.data === undefined) return null
    if ('known' in cve.data) return { known: false, sentence: cve.data.sentence }
    const { sentence, severity, title, coverage } = cve.data
    return {
      known: true,
      sentence,
      head: (
        <>
          <Severity value={severity} />{' '}
          <span className="meta">
            <Inert text={title} max={160} />
          </span>
        </>
      ),
      meta: coverageLine(coverage),
    }
  }
  if (where.error !== null) return { known: true, sentence: where.error.message }
  if (where.data === undefined) return null
  return {
    known: true,
    sentence: where.data.sentence,
    head: (
      <span className="meta">
        <Inert text={where.data.understoodAs} max={160} />
      </span>
    ),
    meta: coverageLine(where.data.coverage),
  }
}

function coverageLine({
  images,
  clusters,
}: {
  images: { running: number; known: number }
  clusters: { notSeen: { name: string }[] }
}): string {
  if (images.running === 0) return 'No running image is known yet.'
  const silent = clusters.notSeen.length
  return `${percent(images.known / images.running)} of ${grouped(images.running)} running images checked${silent === 0 ? '.' : `; ${grouped(silent)} ${silent === 1 ? 'cluster is' : 'clusters are'} not seen now.`}`
}

function Found({ text, asked, kind }: { text: string; asked: string; kind: Recognised }) {
  const found = useFound(asked)
  return (
    <div className={styles.found}>
      <p className={styles.foundHead}>
        {kind !== 'text' && <Chip>{kind}</Chip>}{' '}
        <b>
          <Inert text={text} max={120} />
        </b>{' '}
        {asked === text && found?.head}
      </p>
      <Autocomplete.Status className={styles.foundAnswer}>
        {asked === text && found !== null ? (
          <Inert text={found.sentence} />
        ) : kind === 'digest' ? (
          'A digest leads to its image.'
        ) : text.length < askedMin ? (
          'Go on typing.'
        ) : (
          'Asking the fleet …'
        )}
      </Autocomplete.Status>
      {asked === text && found?.meta !== undefined && <p className="meta">{found.meta}</p>}
    </div>
  )
}

/** The value once it has rested. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(value), restMs)
    return () => window.clearTimeout(timer)
  }, [value])
  return useDeferredValue(rested)
}
