import { useState } from 'react'
import type { Incident } from '../../api/schema.generated.ts'
import { duration, utc } from '../../format.ts'
import { Button } from '../../parts/button.tsx'
import { Inert } from '../../parts/inert.tsx'
import { useNow } from '../../parts/time.tsx'
import { SayForm } from './say-form.tsx'
import styles from './side.module.css'
import { useTalk } from './talk.ts'

type Clock = Incident['clocks'][number]
type Regime = Incident['regimes'][number]

/** What runs, and until when; and which duties nobody has decided about yet. */
export function Clocks() {
  const { incident } = useTalk()
  const now = Math.max(useNow(), incident.atMs)
  const [own, setOwn] = useState(false)
  const { clocks, regimes, score } = incident
  return (
    <section className={styles.section} id="clocks" aria-labelledby="clocks-title">
      <h2 id="clocks-title">Clocks</h2>
      <ul className={styles.rows}>
        <li>
          <div>
            Heard <small>{utc(incident.openedAtMs)}</small>
          </div>
          <span className="number">{duration(now - incident.openedAtMs)}</span>
        </li>
        {score?.dueAtMs != null && (
          <li>
            <div>
              Fix due <small>{score.decision ?? 'by the decision table'}</small>
            </div>
            <Left dueAtMs={score.dueAtMs} nowMs={now} />
          </li>
        )}
        {clocks.map((clock) => (
          <ClockRow key={clock.id} clock={clock} nowMs={now} />
        ))}
        {regimes.map((regime) => (
          <RegimeRow key={regime.id} regime={regime} />
        ))}
      </ul>
      {own ? (
        <SayForm
          label="Start a clock of our own"
          fields={[
            { name: 'title', label: 'What is due' },
            { name: 'due', label: 'Due', type: 'date' },
            { name: 'source', label: 'Where that is written', optional: true },
          ]}
          verb="Start the clock"
          wordsOf={({ title, due, source }) => ({
            do: 'clock-start',
            regime: regimeName(title),
            title: title.trim(),
            dueAtMs: Date.parse(`${due}T00:00:00Z`) || undefined,
            ...(source.trim() === '' ? {} : { source: source.trim() }),
          })}
          onDone={() => setOwn(false)}
          onCancel={() => setOwn(false)}
        />
      ) : (
        <Button kind="quiet" onClick={() => setOwn(true)}>
          Start a clock of our own
        </Button>
      )}
    </section>
  )
}

/** `Tell ACME` → `tell-acme`: a clock of one's own is known by a short name. */
function regimeName(title: string): string {
  const name = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return name === '' ? 'own' : name.slice(0, 60)
}

/** Time that is left; past it is said in words, and without red: red means contradicted. */
function Left({ dueAtMs, nowMs }: { dueAtMs: number; nowMs: number }) {
  const past = dueAtMs <= nowMs
  return (
    <time className="number" dateTime={new Date(dueAtMs).toISOString()} title={utc(dueAtMs)}>
      {past ? `${duration(nowMs - dueAtMs)} past` : duration(dueAtMs - nowMs)}
    </time>
  )
}

function ClockRow({ clock, nowMs }: { clock: Clock; nowMs: number }) {
  const [open, setOpen] = useState(false)
  const { id, title, source, owner, stops, state, dueAtMs, stopped } = clock
  return (
    <li>
      <div>
        <Inert text={`${title[0].toUpperCase()}${title.slice(1)}`} max={120} />{' '}
        <small>
          {id}, @<Inert text={owner} />, <Inert text={source} max={120} />
        </small>
        {stopped === null ? (
          <Button kind="quiet" onClick={() => setOpen(!open)} aria-expanded={open}>
            Stop {id}
          </Button>
        ) : (
          <small>
            {state === 'met' ? 'stopped' : 'ruled out'}: <Inert text={stopped.reason} max={120} />
          </small>
        )}
      </div>
      {stopped === null ? (
        <div className={styles.value}>
          <Left dueAtMs={dueAtMs} nowMs={nowMs} />
          {state === 'warning' && <small>warning</small>}
        </div>
      ) : (
        <span className="soft">{state === 'met' ? 'met' : '–'}</span>
      )}
      {open && stopped === null && (
        <div className={styles.wide}>
          <SayForm
            label={`Stop ${id}`}
            fields={[{ name: 'reason', label: `What was done (it stops ${stops})` }]}
            verb={`Stop ${id}`}
            wordsOf={({ reason }) => ({ do: 'clock-stop', clock: id, reason: reason.trim() })}
            onDone={() => setOpen(false)}
            onCancel={() => setOpen(false)}
          />
        </div>
      )}
    </li>
  )
}

function RegimeRow({ regime: { id, title, applies, ruledOut } }: { regime: Regime }) {
  const [open, setOpen] = useState<'starts' | 'ruled-out' | null>(null)
  const close = (): void => setOpen(null)
  return (
    <li>
      <div>
        <Inert text={title} max={80} />{' '}
        <small>{ruledOut === null ? applies : `does not apply: ${ruledOut.reason} (@${ruledOut.by})`}</small>
        {open === null && ruledOut === null && (
          <span className={styles.buttons}>
            <Button kind="quiet" onClick={() => setOpen('starts')} aria-label={`${title} applies`}>
              Applies
            </Button>
            <Button kind="quiet" onClick={() => setOpen('ruled-out')} aria-label={`${title} does not apply`}>
              Does not apply
            </Button>
          </span>
        )}
      </div>
      <span className="soft">{ruledOut === null ? 'undecided' : '–'}</span>
      {open === 'starts' && (
        <div className={styles.wide}>
          <SayForm
            label={`Start the clocks of ${title}`}
            fields={[
              { name: 'owner', label: 'Who sees to it', optional: true, hint: 'You, when it stays empty.' },
            ]}
            verb="Start its clocks"
            wordsOf={({ owner }) => ({
              do: 'clock-start',
              regime: id,
              ...(owner.trim() === '' ? {} : { owner: owner.trim() }),
            })}
            onDone={close}
            onCancel={close}
          />
        </div>
      )}
      {open === 'ruled-out' && (
        <div className={styles.wide}>
          <SayForm
            label={`Rule out ${title}`}
            fields={[{ name: 'reason', label: 'Why it does not apply' }]}
            verb="Rule it out"
            wordsOf={({ reason }) => ({ do: 'clock-rule-out', regime: id, reason: reason.trim() })}
            onDone={close}
            onCancel={close}
          />
        </div>
      )}
    </li>
  )
}
