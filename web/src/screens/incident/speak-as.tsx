import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { Inert } from '../../parts/inert.tsx'
import styles from './incident.module.css'
import { useTalk } from './talk.ts'

/** Whose word it will be. Where nobody signs in people say who they are. */
export function SpeakAs() {
  const { speaker } = useTalk()
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const { change } = speaker
  return (
    <span className={styles.speak}>
      <span>
        you speak as @<Inert text={speaker.name} />
      </span>
      {change !== undefined &&
        (open ? (
          <form
            aria-label="Speak as"
            onSubmit={(event) => {
              event.preventDefault()
              if (name.trim() === '') return
              change(name)
              setOpen(false)
            }}
          >
            <input
              aria-label="Your name"
              placeholder="@anna"
              value={name}
              autoFocus
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setName(event.target.value)}
            />
            <Button type="submit">Speak</Button>
          </form>
        ) : (
          <Button kind="quiet" onClick={() => setOpen(true)} aria-label="change who you speak as">
            change
          </Button>
        ))}
    </span>
  )
}
