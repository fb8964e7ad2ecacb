import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useMemo, useState, type ReactNode } from 'react'
import { useIncidentLive } from '../../api/incident-live.ts'
import { queries } from '../../api/queries.ts'
import type { Incident } from '../../api/schema.generated.ts'
import { useSpeaker, type Speaker } from '../../api/speaker.ts'
import { duration, utc } from '../../format.ts'
import { Asked } from '../../parts/asked.tsx'
import { buttonClass } from '../../parts/button.tsx'
import { Changed } from '../../parts/changed.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Inert } from '../../parts/inert.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Severity } from '../../parts/severity.tsx'
import { useNow } from '../../parts/time.tsx'
import { pb } from '../../paths.ts'
import { AllClear } from './all-clear.tsx'
import { Checklist } from './checklist.tsx'
import { Clocks } from './clocks.tsx'
import { CoverageCurve } from './curve.tsx'
import styles from './incident.module.css'
import { NextBar } from './next-bar.tsx'
import { Practice } from './practice.tsx'
import { Record } from './record.tsx'
import { Roles } from './roles.tsx'
import { SpeakAs } from './speak-as.tsx'
import { StageRail } from './stage-rail.tsx'
import { TalkProvider, useSay, useTalk } from './talk.ts'

const route = getRouteApi('/incidents/$incidentId')

/** Where are we, is it true, what do I do now? */
export function IncidentScreen() {
  const { incidentId } = route.useParams()
  const speaker = useSpeaker()
  const result = useQuery(queries.incident(incidentId, speaker.as))
  useIncidentLive(incidentId)
  return (
    <>
      {result.data === undefined && <PageHead title={incidentId} />}
      <Asked result={result} what={`the incident ${incidentId}`}>
        {(incident) => <Loaded incident={incident} speaker={speaker} />}
      </Asked>
    </>
  )
}

function Loaded({ incident, speaker }: { incident: Incident; speaker: Speaker }) {
  const say = useSay(incident.id, speaker.as)
  const talk = useMemo(() => ({ incident, speaker, say }), [incident, speaker, say])
  return (
    <TalkProvider value={talk}>
      <Console />
    </TalkProvider>
  )
}

function Console() {
  const { incident } = useTalk()
  const { stage: asked, tab = 'timeline', item } = route.useSearch()
  const navigate = useNavigate()
  const example = useQuery(queries.status()).data?.example === true
  const stage = incident.stages.find((one) => one.stage === (asked ?? incident.stage)) ?? incident.stages[0]
  const shown = { stage: asked, tab, item }
  return (
    <>
      <Head />
      <Changed value={incident.sentence}>
        <p className={styles.sentence}>
          <Inert text={incident.sentence} />
        </p>
      </Changed>
      <Reopened />
      <NextBar />
      {example && <Practice />}
      <StageRail shown={stage.stage} />
      <div className={styles.three}>
        <Checklist
          stage={stage}
          openItem={item}
          onOpenItem={(next) =>
            void navigate({
              ...pb.incident(incident.id, { ...shown, item: next }),
              replace: true,
              resetScroll: false,
            })
          }
        />
        <div className={styles.centre}>
          <CoverageCurve incident={incident} />
          <Record tab={tab} shown={shown} />
        </div>
        <aside className={styles.side} aria-label="State">
          <AllClear />
          <Clocks />
          <Roles />
        </aside>
      </div>
    </>
  )
}

const statusWords: Readonly<globalThis.Record<Incident['status'], string>> = {
  open: 'open',
  clear: 'all clear, watched',
  closed: 'closed',
  dismissed: 'dismissed, watched',
}

function Head() {
  const { incident } = useTalk()
  const cve = useQuery(queries.cveHead(incident.advisory)).data
  const now = Math.max(useNow(), incident.atMs)
  const severity = cve === undefined || 'known' in cve ? undefined : cve.severity
  const commander = incident.roles.find(({ role }) => role === 'incident-commander')?.person ?? null
  const title = incident.title === '' ? incident.advisory : incident.title
  const facts: ReactNode[] = [
    <code key="id">{incident.id}</code>,
    <Link key="cve" {...pb.cve(incident.advisory)}>
      <Inert text={incident.advisory} max={80} />
    </Link>,
    commander === null ? (
      'nobody commands yet'
    ) : (
      <span key="commander">
        commander @<Inert text={commander} />
      </span>
    ),
    <span key="age" title={utc(incident.openedAtMs)}>
      running for {duration(now - incident.openedAtMs)}
    </span>,
    ...(incident.source === null
      ? []
      : [<Inert key="source" text={`heard from ${incident.source}`} max={120} />]),
    <SpeakAs key="speaker" />,
  ]
  return (
    <PageHead
      // The title of a tab is read over shoulders and by whoever the screen is shared with.
      title={`${incident.codeWord ?? incident.id}: ${statusWords[incident.status]}`}
      heading={<Inert text={title} max={160} />}
      aside={
        <>
          {severity !== undefined && <Severity value={severity} />}
          <Chip>{statusWords[incident.status]}</Chip>
        </>
      }
      facts={facts}
      actions={
        <a
          className={buttonClass()}
          href={`/api/v1/incidents/${encodeURIComponent(incident.id)}/export`}
          download={`${incident.id}.json`}
        >
          Export
        </a>
      }
    />
  )
}

/** An all clear that no longer stands is said once more than anything else. */
function Reopened() {
  const { incident } = useTalk()
  const [hidden, setHidden] = useState(0)
  const last = incident.reopenings.at(-1)
  if (last === undefined || incident.status !== 'open' || hidden === last.atMs) return null
  return (
    <div className={styles.reopened} role="status">
      <p>
        <b>Opened again</b> at {utc(last.atMs)}, lap {incident.lap}: <Inert text={last.because} max={300} />{' '}
        {last.condition !== null && <Link {...pb.why(last.condition, { incident: incident.id })}>Why</Link>}
      </p>
      <button type="button" className={styles.hide} onClick={() => setHidden(last.atMs)}>
        Understood
      </button>
    </div>
  )
}
