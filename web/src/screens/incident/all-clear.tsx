import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { day, plural } from '../../format.ts'
import { Button } from '../../parts/button.tsx'
import { Inert } from '../../parts/inert.tsx'
import { Time } from '../../parts/time.tsx'
import { Verdict } from '../../parts/verdict.tsx'
import { pb } from '../../paths.ts'
import styles from './all-clear.module.css'
import { SayButton, SayForm } from './say-form.tsx'
import { useTalk } from './talk.ts'
import type { Condition } from './words.ts'

const parts = [
  { part: 'fixed', title: 'Fixed' },
  { part: 'clear', title: 'And clear' },
  { part: 'closed', title: 'Before it is closed' },
] as const
const dayMs = 24 * 60 * 60 * 1000
/** How long people live with what cannot be answered unless they say otherwise, days. */
const acceptedDays = 30

/** What the all clear still waits for, computed: unknown and stale are no. Called by people, and only when it is true. */
export function AllClear() {
  const { incident, speaker } = useTalk()
  const { allClear, status } = incident
  const shown = parts.filter(({ part }) => part !== 'closed' || status !== 'open')
  return (
    <section className={styles.allClear} id="all-clear" aria-labelledby="all-clear-title">
      <header>
        <h2 id="all-clear-title">All clear</h2>
        <span>
          <b>
            {allClear.holds} of {allClear.of}
          </b>{' '}
          hold
        </span>
      </header>
      {shown.map(({ part, title }) => (
        <div key={part}>
          <h3 className={styles.part}>{title}</h3>
          <ul>
            {allClear.conditions
              .filter((condition) => condition.part === part)
              .map((condition) => (
                <ConditionRow key={condition.probe} condition={condition} incident={incident.id} />
              ))}
          </ul>
        </div>
      ))}
      <p className={styles.total}>
        {status === 'clear' || status === 'closed'
          ? (allClear.called?.reads ?? allClear.reads)
          : allClear.clear
            ? 'It can be called.'
            : 'Not clear.'}{' '}
        <span className="meta">
          {allClear.called !== null ? (
            <>
              Called by @<Inert text={allClear.called.by} />, <Time atMs={allClear.called.atMs} />.
            </>
          ) : (
            <>{allClear.reads}. All at one instant; unknown and stale count as no.</>
          )}
        </span>
      </p>
      {status === 'open' && <Accepting speaker={speaker.name} />}
      {status === 'open' && allClear.clear && incident.nextForYou?.about.kind !== 'all-clear' && (
        <SayButton words={{ do: 'all-clear' }}>Call the all clear</SayButton>
      )}
      {status !== 'open' && <Ending />}
    </section>
  )
}

const standings: Readonly<Record<Condition['standing'], string>> = {
  holds: 'holds',
  accepted: 'accepted',
  proposed: 'one of two agree',
  'not-applicable': 'nothing there to hold',
  missing: '',
}

function ConditionRow({ condition, incident }: { condition: Condition; incident: string }) {
  const { probe, title, standing, verdict, exception } = condition
  return (
    <li>
      <Verdict kind={standing === 'not-applicable' ? 'not-applicable' : verdict}>
        <span className="visually-hidden">{standing === 'not-applicable' ? 'not applicable' : verdict}</span>
      </Verdict>
      <div>
        <Link {...pb.why(probe, { incident })}>
          <Inert text={title} max={160} />
        </Link>
        {standing !== 'missing' && standing !== 'holds' && (
          <p className="meta">
            {standings[standing]}
            {exception !== null && (
              <>
                {' '}
                until {day(exception.expiresAtMs)}, by @<Inert text={exception.proposedBy} />
                {exception.acceptedBy !== null && (
                  <>
                    {' '}
                    and @<Inert text={exception.acceptedBy} />
                  </>
                )}
                : <Inert text={exception.reason} max={160} />
              </>
            )}
          </p>
        )}
      </div>
    </li>
  )
}

/** What cannot be answered here, two people may live with, for a reason and until a date. */
function Accepting({ speaker }: { speaker: string }) {
  const { incident } = useTalk()
  const [open, setOpen] = useState(false)
  const counted = incident.allClear.conditions.filter(({ part }) => part !== 'closed')
  const unanswered = counted.filter(
    ({ standing, verdict }) => standing === 'missing' && verdict !== 'contradicted',
  )
  const proposed = counted.filter(({ standing }) => standing === 'proposed')
  const byOthers = proposed.filter(({ exception }) => exception?.proposedBy !== speaker)
  return (
    <div className={styles.accepting}>
      {byOthers.length > 0 && (
        <SayButton words={{ do: 'accept', conditions: byOthers.map(({ probe }) => probe) }}>
          {`Agree to live with ${plural(byOthers.length, 'condition')}`}
        </SayButton>
      )}
      {proposed.length > byOthers.length && (
        <p className="meta">
          A second person has to agree to {plural(proposed.length - byOthers.length, 'condition')} that you
          would live with.
        </p>
      )}
      {unanswered.length > 0 &&
        (open ? (
          <AcceptForm conditions={unanswered} nowMs={incident.atMs} onDone={() => setOpen(false)} />
        ) : (
          <Button onClick={() => setOpen(true)}>
            Live with {plural(unanswered.length, 'unanswered condition')}
          </Button>
        ))}
    </div>
  )
}

function AcceptForm({
  conditions,
  nowMs,
  onDone,
}: {
  conditions: readonly Condition[]
  nowMs: number
  onDone: () => void
}) {
  const [left, setLeft] = useState<readonly string[]>([])
  const chosen = conditions.map(({ probe }) => probe).filter((probe) => !left.includes(probe))
  return (
    <>
      <fieldset className={styles.choice}>
        <legend className="meta">
          Nothing can say these are true. Two people may live with them until a date.
        </legend>
        {conditions.map(({ probe, title }) => (
          <label key={probe}>
            <input
              type="checkbox"
              checked={!left.includes(probe)}
              onChange={(event) =>
                setLeft(event.target.checked ? left.filter((one) => one !== probe) : [...left, probe])
              }
            />
            <Inert text={title} max={160} />
          </label>
        ))}
      </fieldset>
      <SayForm
        key={chosen.length === 0 ? 'none' : 'some'}
        label="Live with conditions"
        fields={[
          { name: 'reason', label: 'Why we can live with it' },
          { name: 'until', label: 'Until', type: 'date', initial: day(nowMs + acceptedDays * dayMs) },
        ]}
        verb={`Propose to live with ${plural(chosen.length, 'condition')}`}
        wordsOf={({ reason, until }) => ({
          do: 'accept',
          conditions: chosen,
          reason: reason.trim(),
          expiresAtMs: Date.parse(`${until}T00:00:00Z`) || undefined,
        })}
        onDone={onDone}
        onCancel={onDone}
      />
    </>
  )
}

/** After the all clear: closing, or opening again. */
function Ending() {
  const { incident } = useTalk()
  const [open, setOpen] = useState<'close' | 'reopen' | null>(null)
  if (open === 'close')
    return (
      <SayForm
        label="Close the incident"
        fields={[{ name: 'reason', label: 'Why it is over' }]}
        verb="Close the incident"
        wordsOf={({ reason }) => ({ do: 'close', reason: reason.trim() })}
        onDone={() => setOpen(null)}
        onCancel={() => setOpen(null)}
      />
    )
  if (open === 'reopen')
    return (
      <SayForm
        label="Open the incident again"
        fields={[{ name: 'because', label: 'Because' }]}
        verb="Open it again"
        wordsOf={({ because }) => ({ do: 'reopen', because: because.trim() })}
        onDone={() => setOpen(null)}
        onCancel={() => setOpen(null)}
      />
    )
  return (
    <div className={styles.accepting}>
      {incident.status === 'clear' && <Button onClick={() => setOpen('close')}>Close the incident</Button>}
      <Button kind="quiet" onClick={() => setOpen('reopen')}>
        Open it again
      </Button>
    </div>
  )
}
