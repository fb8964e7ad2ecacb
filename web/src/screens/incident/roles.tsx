import { useState } from 'react'
import { duration } from '../../format.ts'
import { Button } from '../../parts/button.tsx'
import { Inert } from '../../parts/inert.tsx'
import { useNow } from '../../parts/time.tsx'
import { SayButton, SayForm } from './say-form.tsx'
import styles from './side.module.css'
import { useTalk } from './talk.ts'
import { roleTitles, type RoleRow } from './words.ts'

/** Who holds what, since when, and whether they know it. A role that nobody acknowledged is nobody’s. */
export function Roles() {
  const { incident } = useTalk()
  const [giving, setGiving] = useState(false)
  return (
    <section className={styles.section} id="roles" aria-labelledby="roles-title">
      <h2 id="roles-title">Roles</h2>
      <ul className={styles.rows}>
        {incident.roles.map((role) => (
          <Role key={role.role} role={role} />
        ))}
      </ul>
      {giving ? (
        <SayForm
          label="Give a role"
          fields={[
            { name: 'role', label: 'Role', choices: roleTitles, initial: 'operations-lead' },
            { name: 'person', label: 'To whom', hint: 'As in @anna.' },
          ]}
          verb="Give the role"
          wordsOf={({ role, person }) => ({ do: 'role', role, person: person.trim() })}
          onDone={() => setGiving(false)}
          onCancel={() => setGiving(false)}
        />
      ) : (
        <Button kind="quiet" onClick={() => setGiving(true)}>
          Give another role
        </Button>
      )}
    </section>
  )
}

function Role({ role }: { role: RoleRow }) {
  const { incident, speaker } = useTalk()
  const now = Math.max(useNow(), incident.atMs)
  const [open, setOpen] = useState<'give' | 'hand-over' | null>(null)
  const close = (): void => setOpen(null)
  const { role: name, title, person, fromMs, acknowledgedAtMs, offeredTo } = role
  const mine = person === speaker.name
  return (
    <li>
      <div>
        {title[0].toUpperCase() + title.slice(1)}
        {offeredTo !== null && (
          <small>
            offered to @<Inert text={offeredTo} />, not accepted yet
          </small>
        )}
        {person !== null && acknowledgedAtMs === null && <small>not acknowledged yet</small>}
        <span className={styles.buttons}>
          {person === null && (
            <SayButton kind="quiet" words={{ do: 'role', role: name }}>{`Be ${title}`}</SayButton>
          )}
          {person === null && (
            <Button kind="quiet" onClick={() => setOpen('give')} aria-label={`Give ${title} to somebody`}>
              Give
            </Button>
          )}
          {(offeredTo === speaker.name || (mine && acknowledgedAtMs === null)) && (
            <SayButton kind="quiet" words={{ do: 'role', role: name, accept: true }}>
              {offeredTo === speaker.name ? `Accept ${title}` : 'I know that I have it'}
            </SayButton>
          )}
          {mine && (
            <Button kind="quiet" onClick={() => setOpen('hand-over')} aria-label={`Hand ${title} over`}>
              Hand over
            </Button>
          )}
        </span>
      </div>
      <div className={styles.value}>
        {person === null ? (
          <span className="soft">open</span>
        ) : (
          <>
            @<Inert text={person} />
            {mine && ', you'}
            {fromMs !== null && <small>{duration(now - fromMs)}</small>}
          </>
        )}
      </div>
      {open === 'give' && (
        <div className={styles.wide}>
          <SayForm
            label={`Give ${title}`}
            fields={[{ name: 'person', label: 'To whom', hint: 'As in @anna. They have to acknowledge it.' }]}
            verb="Give the role"
            wordsOf={({ person: to }) => ({ do: 'role', role: name, person: to.trim() })}
            onDone={close}
            onCancel={close}
          />
        </div>
      )}
      {open === 'hand-over' && (
        <div className={styles.wide}>
          <SayForm
            label={`Hand ${title} over`}
            fields={[
              { name: 'to', label: 'To whom', hint: 'It stays yours until they accept.' },
              { name: 'note', label: 'What they need to know', optional: true },
            ]}
            verb="Offer it"
            wordsOf={({ to, note }) => ({
              do: 'handover',
              role: name,
              to: to.trim(),
              ...(note.trim() === '' ? {} : { note: note.trim() }),
            })}
            onDone={close}
            onCancel={close}
          />
        </div>
      )}
    </li>
  )
}
