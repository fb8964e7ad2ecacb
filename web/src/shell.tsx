import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { CveAnswer, StatusAnswer, UnknownVulnerability, WhereAnswer } from '../../src/know/answers.ts'
import { liveness, request, useAnswer } from './api.ts'
import { ago } from './format.ts'
import { go } from './navigation.ts'
import { pathOfQuestion, pb, recognise, type Place } from './paths.ts'
import { shortcuts, useShortcuts } from './shortcuts.ts'

const entries: readonly (readonly [title: string, path: string, screens: readonly Place['screen'][]])[] = [
  ['Where', pb.where(), ['where', 'cve']],
  ['Images', pb.images(), ['images', 'image']],
  ['Clusters', pb.clusters(), ['clusters']],
  ['Advisories', pb.advisories(), ['advisories', 'advisory', 'advisoryNew']],
]

export function Shell({ place, children }: { place: Place; children: ReactNode }) {
  const status = useAnswer<StatusAnswer>('/status')
  const [sheet, setSheet] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const focusBox = (): void =>
    ((document.getElementById('question') as HTMLInputElement | null) ?? box.current)?.focus()
  useShortcuts({ box: focusBox, help: () => setSheet((open) => !open), close: () => setSheet(false) })
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the answer
      </a>
      <header className="top-bar">
        <a className="brand plain" href={pb.home()}>
          <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
            <circle
              cx="9"
              cy="9"
              r="6.5"
              fill="none"
              stroke="currentColor"
              strokeWidth="3"
              strokeDasharray="34 7"
            />
          </svg>
          Allclear
        </a>
        {place.screen !== 'home' && <QuestionBox id="question" compact />}
        <div className="top-meta">
          <Live />
          <Theme />
          <button type="button" className="button" onClick={() => setSheet(true)} aria-haspopup="dialog">
            Keys <kbd>?</kbd>
          </button>
        </div>
      </header>
      <nav className="side" aria-label="Main">
        <a href={pb.home()} aria-current={place.screen === 'home' ? 'page' : undefined}>
          Home
        </a>
        <p className="meta" id="wing-know">
          Know
        </p>
        <ul aria-labelledby="wing-know">
          {entries.map(([title, path, screens]) => (
            <li key={title}>
              <a href={path} aria-current={screens.includes(place.screen) ? 'page' : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ul>
        <p className="meta">Help</p>
        <a href={pb.start()} aria-current={place.screen === 'start' ? 'page' : undefined}>
          First steps
        </a>
      </nav>
      <div className="page">
        <NotLive />
        {status.data?.example && (
          <p className="banner banner--example">
            <strong>Example fleet.</strong> Nothing here is yours.{' '}
            <a href={pb.start()}>Bring your own fleet</a>
          </p>
        )}
        {children}
      </div>
      {sheet && <KeySheet onClose={() => setSheet(false)} />}
    </div>
  )
}

/** The one box: recognises what is typed, and answers below it before anything is opened. */
export function QuestionBox({ id, compact }: { id: string; compact?: boolean }) {
  const [text, setText] = useState('')
  const [answer, setAnswer] = useState<{ text: string; sentence: string; known: boolean } | null>(null)
  const kind = text.trim() === '' ? null : recognise(text)
  useEffect(() => {
    const asked = text.trim()
    if (asked.length < 3) {
      setAnswer(null)
      return undefined
    }
    const abort = new AbortController()
    const timer = window.setTimeout(() => {
      const path =
        recognise(asked) === 'vulnerability'
          ? `/cve/${encodeURIComponent(asked)}?limit=1`
          : `/where?limit=1&q=${encodeURIComponent(asked)}`
      request<CveAnswer | UnknownVulnerability | WhereAnswer>(path, { signal: abort.signal })
        .then((found) => setAnswer({ text: asked, sentence: found.sentence, known: !('known' in found) }))
        .catch(() => setAnswer(null))
    }, 150)
    return () => {
      window.clearTimeout(timer)
      abort.abort()
    }
  }, [text])
  return (
    <form
      className={compact ? 'question question--compact' : 'question'}
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '') go(pathOfQuestion(text))
      }}
    >
      <div className="question-field">
        <label className="visually-hidden" htmlFor={id}>
          Did you hear about…?
        </label>
        <input
          id={id}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={
            compact
              ? 'Did you hear about…? CVE, package@range, digest, image, workload'
              : 'CVE, package@range, digest, image or workload'
          }
          autoComplete="off"
          spellCheck={false}
          aria-describedby={answer ? `${id}-answer` : undefined}
        />
        {kind && kind !== 'text' && <span className="chip">{kind}</span>}
        <kbd aria-hidden="true">/</kbd>
      </div>
      {answer && answer.text === text.trim() && (
        <p className="question-answer" id={`${id}-answer`} role="status">
          <strong>Answer</strong> {answer.sentence} <kbd>enter</kbd>{' '}
          {answer.known ? 'opens it' : 'describes it'}
        </p>
      )}
    </form>
  )
}

function Live() {
  const { state, sinceMs } = liveness.use()
  return (
    <span className="live">
      {state === 'live' ? 'Live' : state === 'reconnecting' ? 'Reconnecting' : `Not live, ${ago(sinceMs)}`}
    </span>
  )
}

function NotLive() {
  const { state, sinceMs } = liveness.use()
  if (state !== 'lost') return null
  return (
    <p className="banner banner--stale" role="alert">
      <strong>Not live.</strong> The server has not answered since {ago(sinceMs)}. What you see is from then.
    </p>
  )
}

const themes = ['system', 'light', 'dark'] as const

function Theme() {
  const [theme, setTheme] = useState<(typeof themes)[number]>(() => {
    const kept = localStorage.getItem('theme')
    return kept === 'light' || kept === 'dark' ? kept : 'system'
  })
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
    localStorage.setItem('theme', theme)
  }, [theme])
  return (
    <button
      type="button"
      className="button"
      onClick={() => setTheme(themes[(themes.indexOf(theme) + 1) % themes.length])}
    >
      Theme: {theme}
    </button>
  )
}

function KeySheet({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="sheet" aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {shortcuts.map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  )
}
