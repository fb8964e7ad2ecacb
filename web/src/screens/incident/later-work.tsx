import { useState } from 'react'
import { day } from '../../format.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Inert } from '../../parts/inert.tsx'
import styles from './record.module.css'
import { SayButton, SayForm } from './say-form.tsx'
import { useTalk } from './talk.ts'

/** What is done after the incident, each with an owner and a date. */
export function LaterWork() {
  const { incident } = useTalk()
  const [writing, setWriting] = useState(false)
  return (
    <div id="work">
      {writing ? (
        <SayForm
          label="Add later work"
          fields={[
            { name: 'text', label: 'What has to be done' },
            { name: 'owner', label: 'Who', hint: 'As in @anna.' },
            { name: 'due', label: 'Until', type: 'date' },
          ]}
          verb="Add it"
          wordsOf={({ text, owner, due }) => ({
            do: 'follow-up',
            text: text.trim(),
            owner: owner.trim(),
            dueAtMs: Date.parse(`${due}T00:00:00Z`) || 0,
          })}
          onDone={() => setWriting(false)}
          onCancel={() => setWriting(false)}
        />
      ) : (
        <p className={styles.actions}>
          <Button onClick={() => setWriting(true)}>Add later work</Button>
        </p>
      )}
      {incident.followUps.length === 0 ? (
        <Empty kind="yet" title="No later work yet">
          <p>The long-term fix, the guard against the class of bug: each with an owner and a date.</p>
        </Empty>
      ) : (
        <ol className={styles.list} aria-label="Later work">
          {incident.followUps.map(({ id, text, owner, dueAtMs, doneAtMs }) => (
            <li key={id}>
              <p>
                <b>{id}</b> <Inert text={text} max={400} />
              </p>
              <div className={styles.buttons}>
                <span className="meta">
                  @<Inert text={owner} />,{' '}
                  {doneAtMs === null ? `due ${day(dueAtMs)}` : `done ${day(doneAtMs)}`}
                </span>
                {doneAtMs === null && (
                  <SayButton kind="quiet" words={{ do: 'follow-up-done', id }}>{`${id} is done`}</SayButton>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
