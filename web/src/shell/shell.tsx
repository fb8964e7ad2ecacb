import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouter, useRouterState, type LinkOptions } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { applyChanges, followEvents } from '../api/live.ts'
import { queries } from '../api/queries.ts'
import { signInNeeded } from '../api/sign-in-needed.ts'
import { pb } from '../paths.ts'
import { QuestionBox } from '../question/question-box.tsx'
import { focusDue } from './focus.ts'
import { KeySheet } from './key-sheet.tsx'
import { LiveState, NotLive, WaitingStatus } from './live-state.tsx'
import { isReading } from './reading.ts'
import { SettledMark } from './settled.tsx'
import styles from './shell.module.css'
import { useShortcuts } from './shortcuts.ts'
import { SignIn } from './sign-in.tsx'
import { ThemeButton } from './theme.tsx'
import { Who } from './who.tsx'

/** The wings and their screens, in the order of the story; `under` are paths that belong to the entry. */
const wings: readonly {
  title: string
  entries: readonly { title: string; to: LinkOptions; under: string[] }[]
}[] = [
  {
    title: 'Know',
    entries: [
      { title: 'Where', to: pb.where(), under: ['/where'] },
      { title: 'Exposure', to: pb.exposure(), under: ['/exposure'] },
      { title: 'Images', to: pb.images(), under: ['/images'] },
      { title: 'Clusters', to: pb.clusters(), under: ['/clusters'] },
      { title: 'Software', to: pb.software(), under: ['/software'] },
      { title: 'Identities', to: pb.identities(), under: ['/identities'] },
      { title: 'Advisories', to: pb.advisories(), under: ['/advisories', '/cve'] },
    ],
  },
  {
    title: 'Prepare',
    entries: [{ title: 'Checklists', to: pb.checklists(), under: ['/checklists'] }],
  },
  {
    title: 'Respond',
    entries: [
      { title: 'Incidents', to: pb.incidents(), under: ['/incidents'] },
      { title: 'Probes', to: pb.probes(), under: ['/probes', '/why'] },
    ],
  },
  {
    title: 'Help',
    entries: [
      { title: 'First steps', to: pb.start(), under: ['/start'] },
      { title: 'Settings', to: pb.settings('me'), under: ['/settings'] },
    ],
  },
]

const incidentPath = /^\/incidents\/(?!new$)[^/]+$/

export function Shell() {
  const client = useQueryClient()
  const router = useRouter()
  const mustSignIn = signInNeeded.use()
  // Three columns need the width: beside an incident the navigation is a spine of words.
  const narrow = useRouterState({ select: ({ location }) => incidentPath.test(location.pathname) })
  const [sheet, setSheet] = useState(false)
  useEffect(() => (mustSignIn ? undefined : followEvents(client, isReading)), [client, mustSignIn])
  useEffect(
    () =>
      router.subscribe('onBeforeNavigate', ({ pathChanged, fromLocation }) => {
        if (fromLocation === undefined || !pathChanged) return
        focusDue()
        // The next page shows what is true now; nothing waits any more.
        applyChanges(client)
      }),
    [client, router],
  )
  useShortcuts(
    useMemo(
      () => ({
        ask: () => document.getElementById('question')?.focus(),
        help: () => setSheet((open) => !open),
        applyChanges: () => applyChanges(client),
      }),
      [client],
    ),
  )
  if (mustSignIn)
    return (
      <SignIn
        onDone={() => {
          signInNeeded.set(false)
          void client.resetQueries()
        }}
      />
    )
  return (
    <div className={`${styles.shell} ${narrow ? styles.spine : ''}`}>
      <a className="skip" href="#main">
        Skip to the answer
      </a>
      <TopBar onKeys={() => setSheet(true)} />
      <div className={styles.page}>
        <NotLive />
        <ExampleBanner />
        <main id="main" className={styles.main}>
          <Outlet />
        </main>
      </div>
      <WaitingStatus />
      <SettledMark />
      <KeySheet open={sheet} onOpenChange={setSheet} />
    </div>
  )
}

function TopBar({ onKeys }: { onKeys: () => void }) {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const [menu, setMenu] = useState(false)
  useEffect(() => setMenu(false), [path])
  return (
    <>
      <header className={styles.top}>
        <Link {...pb.home()} className={styles.brand}>
          <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M10.9 2.1A6.5 6.5 0 1 0 14.4 7" fill="none" stroke="currentColor" strokeWidth="2.6" />
          </svg>
          Allclear
        </Link>
        {/* On the first screen the box is the page's own head. */}
        <div className={styles.ask}>{path !== '/' && <QuestionBox compact />}</div>
        <div className={styles.meta}>
          <LiveState />
          <Who className={styles.plain} />
          <ThemeButton className={`${styles.plain} ${styles.wide}`} />
          <button
            type="button"
            className={`${styles.plain} ${styles.wide}`}
            onClick={onKeys}
            aria-haspopup="dialog"
          >
            Keys <kbd>?</kbd>
          </button>
          <button
            type="button"
            className={`${styles.plain} ${styles.phone}`}
            aria-expanded={menu}
            aria-controls="navigation"
            onClick={() => setMenu(!menu)}
          >
            Menu
          </button>
        </div>
      </header>
      <nav
        id="navigation"
        className={menu ? `${styles.nav} ${styles.navOpen}` : styles.nav}
        aria-label="Main"
      >
        <NavLink title="Home" to={pb.home()} current={path === '/'} />
        {wings.map(({ title, entries }) => (
          <div key={title} role="group" aria-label={title}>
            <p className={styles.wing} aria-hidden="true">
              {title}
            </p>
            <Link {...entries[0].to} className={styles.wingLink} activeProps={{}}>
              {title}
            </Link>
            {entries.map((entry) => (
              <NavLink
                key={entry.title}
                {...entry}
                current={entry.under.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))}
              />
            ))}
          </div>
        ))}
        <ThemeButton className={`${styles.plain} ${styles.phone}`} />
      </nav>
    </>
  )
}

function NavLink({ title, to, current }: { title: string; to: LinkOptions; current: boolean }) {
  return (
    <Link {...to} activeProps={{}} aria-current={current ? 'page' : undefined}>
      {title}
    </Link>
  )
}

function ExampleBanner() {
  const { data } = useQuery(queries.status())
  if (!data?.example) return null
  return (
    <p className={styles.example}>
      <strong>Example fleet.</strong> A web shop that does not exist; nothing here is yours.{' '}
      <Link {...pb.start()}>Bring your own fleet</Link>
    </p>
  )
}
