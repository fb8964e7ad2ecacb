import { useState } from 'react'
import { ago, plural } from '../../format.ts'
import { Inert } from '../../parts/inert.tsx'
import { Time, useNow } from '../../parts/time.tsx'
import styles from './checklist.module.css'
import { ChecklistItem } from './item.tsx'
import { SayButton, SayForm } from './say-form.tsx'
import { useTalk } from './talk.ts'
import { roleTitles, type Pause, type Stage } from './words.ts'

const modes = {
  'READ-DO': 'read one, do it, tick it',
  'DO-CONFIRM': 'do them, then confirm all',
} as const

/** The checklist of one stage, pause point by pause point. */
export function Checklist({
  stage,
  openItem,
  onOpenItem,
}: {
  stage: Stage
  openItem: string | undefined
  onOpenItem: (item: string | undefined) => void
}) {
  const items = stage.pauses.reduce((sum, pause) => sum + pause.items.length, 0)
  return (
    <section className={styles.checklist} aria-labelledby="checklist">
      <header>
        <h2 id="checklist">
          <Inert text={stage.title} max={120} />
        </h2>
        <span className="meta">
          {plural(items, 'item')}, {modes[stage.mode]}
        </span>
      </header>
      {items === 0 && <p className="soft">This list has no items.</p>}
      {stage.pauses.map((pause, at) => (
        <div key={pause.id}>
          {pause.items.length > 0 && (
            <div className={`${styles.heads} meta`} aria-hidden="true">
              <span>Claim: a person ticked it</span>
              <span>Verdict: the fleet, now</span>
            </div>
          )}
          <ol aria-label={`Items before ${pause.id}`}>
            {pause.items.map((item) => (
              <ChecklistItem
                key={item.id}
                item={item}
                open={openItem === item.id}
                onToggle={() => onOpenItem(openItem === item.id ? undefined : item.id)}
              />
            ))}
          </ol>
          <PausePoint pause={pause} last={at === stage.pauses.length - 1} />
        </div>
      ))}
    </section>
  )
}

/** Where the list stops: the lead’s word that all of it is read. What holds it asks for a reason, which becomes a decision. */
function PausePoint({ pause, last }: { pause: Pause; last: boolean }) {
  const { incident, speaker } = useTalk()
  const [open, setOpen] = useState(false)
  const now = useNow()
  const { id, when, lead, everyMs, passed, proposed, heldBy } = pause
  if (pause.items.length === 0 && passed === null && everyMs === null && !last) return null
  const again = everyMs !== null
  return (
    <div className={styles.pause} id={`pause-${id}`} role="group" aria-label={`Pause point ${id}`}>
      <p>
        <b>Pause.</b> <Inert text={when} max={200} />{' '}
        <span className="meta">{roleTitles[lead] ?? lead}’s word</span>
      </p>
      {passed !== null && (
        <p className="meta">
          Passed by @<Inert text={passed.by} />, {ago(passed.atMs, Math.max(now, passed.atMs))}
          {passed.reason !== null && (
            <>
              , although it held: <Inert text={passed.reason} max={300} />
            </>
          )}
        </p>
      )}
      {proposed !== null && passed === null && (
        <p>
          @<Inert text={proposed.by} /> wants to pass it although it holds, <Time atMs={proposed.atMs} />:{' '}
          <Inert text={proposed.reason} max={300} />{' '}
          {proposed.by !== speaker.name && (
            <SayButton words={{ do: 'pass', pause: id, reason: proposed.reason }}>Agree and pass</SayButton>
          )}
        </p>
      )}
      {(passed === null || again) && incident.status === 'open' && (
        <>
          {heldBy.length > 0 ? (
            open ? (
              <SayForm
                label={`Pass ${id}`}
                fields={[
                  {
                    name: 'reason',
                    label: `Why it may be passed although ${heldBy.join(', ')} hold${heldBy.length === 1 ? 's' : ''}`,
                    hint: 'It becomes a decision in the timeline.',
                  },
                ]}
                verb="Pass it with this reason"
                wordsOf={({ reason }) => ({ do: 'pass', pause: id, reason: reason.trim() })}
                onDone={() => setOpen(false)}
                onCancel={() => setOpen(false)}
              />
            ) : (
              <p className={styles.held}>
                <span className="meta">Held by {heldBy.join(', ')}.</span>{' '}
                <button type="button" className={styles.link} onClick={() => setOpen(true)}>
                  Pass it anyway, with a reason
                </button>
              </p>
            )
          ) : (
            <SayButton words={{ do: 'pass', pause: id }}>
              {passed === null ? 'Pass this pause point' : 'Pass it again'}
            </SayButton>
          )}
        </>
      )}
    </div>
  )
}
