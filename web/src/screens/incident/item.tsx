import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Disclose } from '../../parts/disclose.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Cli } from '../../parts/cli.tsx'
import { Button } from '../../parts/button.tsx'
import { Inert } from '../../parts/inert.tsx'
import { Time } from '../../parts/time.tsx'
import { Verdict } from '../../parts/verdict.tsx'
import { pb } from '../../paths.ts'
import styles from './item.module.css'
import { DeclareForm } from './declare-form.tsx'
import { SayForm } from './say-form.tsx'
import { ScoreForm } from './score-form.tsx'
import { useTalk } from './talk.ts'
import { Tick } from './tick.tsx'
import { lineOf, roleTitles, type Item } from './words.ts'

/** Items that are done elsewhere on the page, by their question: the panel, and what it is called. */
const doneElsewhere: Readonly<
  Record<string, { title: string; panel?: string; tab?: 'decisions' | 'hypotheses' | 'work' }>
> = {
  'roles.assigned': { title: 'Roles', panel: 'roles' },
  'clocks.registered': { title: 'Clocks', panel: 'clocks' },
  'hypotheses.tested': { title: 'Hypotheses', tab: 'hypotheses' },
  'incident.record(part=decisions)': { title: 'Decisions', tab: 'decisions' },
  'followup.owned': { title: 'Later work', tab: 'work' },
}
/** Items whose tick alone says too little: they have a form of their own until the fleet confirms them. */
const ownForms: Readonly<Record<string, (props: { onDone: () => void }) => React.ReactNode>> = {
  'incident.decision': DeclareForm,
  'score.deadline': ScoreForm,
}

/**
 * One line of a checklist: on the left what a person said, right of the seam what the fleet says. A tick against the
 * fleet stays ticked and shows that it is contradicted.
 */
export function ChecklistItem({ item, open, onToggle }: { item: Item; open: boolean; onToggle: () => void }) {
  const { incident, say } = useTalk()
  const [refused, setRefused] = useState<Error | null>(null)
  const ownForm = item.verdict === 'confirmed' ? undefined : ownForms[item.question ?? '']
  const press = (): void => {
    setRefused(null)
    // What was said is taken back with a reason, and some lines ask for more than a tick.
    if (item.claim !== null || item.skip !== null || ownForm !== undefined) {
      if (!open) onToggle()
      return
    }
    void say({ do: 'check', item: item.id }).catch((error: Error) => setRefused(error))
  }
  return (
    <li
      id={`item-${item.id}`}
      className={`${styles.item} ${item.verdict === 'contradicted' && item.claim !== null ? styles.disputed : ''}`}
      data-state={item.state}
    >
      <Tick item={item} onPress={press} />
      <div className={styles.said}>
        <p>
          <Inert text={item.text} />
        </p>
        <p className={styles.meta}>
          <Disclose open={open} onToggle={onToggle} name={`${item.id}: more`}>
            {item.id}
          </Disclose>{' '}
          <Said item={item} />
        </p>
      </div>
      <div className={styles.seen}>
        <Seen item={item} incident={incident.id} />
      </div>
      {refused && (
        <div className={styles.more}>
          <Failure error={refused} />
        </div>
      )}
      {open && (
        <div className={styles.more}>
          <More item={item} ownForm={ownForm} onDone={onToggle} />
        </div>
      )}
    </li>
  )
}

function Said({ item: { claim, skip, state, role, blockedBy } }: { item: Item }) {
  if (skip !== null)
    return (
      <>
        skipped by @<Inert text={skip.by} />, <Time atMs={skip.atMs} />:{' '}
        <Inert text={skip.reason} max={300} />
      </>
    )
  if (claim === null)
    return (
      <>
        {state === 'offered' ? 'not ticked yet' : 'no claim'}, {roleTitles[role] ?? role}
        {blockedBy.length > 0 && `, after ${blockedBy.join(', ')}`}
      </>
    )
  return (
    <>
      {state === 'claimed' ? 'claimed only, ' : ''}@<Inert text={claim.by} />, <Time atMs={claim.atMs} />
      {claim.value !== null && <>: {claim.value}</>}
      {claim.note !== null && (
        <>
          : <Inert text={claim.note} max={300} />
        </>
      )}
    </>
  )
}

const notConnected = /^Not connected: /

/** The verdict with its reason; that nothing can look is said in one word, and in full on the page of the verdict. */
function Seen({ item: { verdict, reason, question, state }, incident }: { item: Item; incident: string }) {
  if (verdict === null)
    return (
      <>
        <Verdict kind="not-applicable">no check</Verdict>
        <p className={styles.meta}>{reason ?? 'The word of a person is all there is.'}</p>
      </>
    )
  const blind = reason !== null && notConnected.test(reason)
  return (
    <>
      <Verdict kind={verdict}>{state === 'disputed' ? 'contradicted' : undefined}</Verdict>
      <p className={styles.meta}>
        {blind ? (
          <>Nothing here can look. </>
        ) : (
          reason !== null && (
            <>
              <Inert text={reason} max={160} />{' '}
            </>
          )
        )}
        {question !== null && (
          <Link {...pb.why(question, { incident })} aria-label={`Why ${verdict}: ${question}`}>
            Why
          </Link>
        )}
      </p>
    </>
  )
}

function More({
  item,
  ownForm: OwnForm,
  onDone,
}: {
  item: Item
  ownForm: ((props: { onDone: () => void }) => React.ReactNode) | undefined
  onDone: () => void
}) {
  const { incident, speaker } = useTalk()
  const [skipping, setSkipping] = useState(false)
  const elsewhere = doneElsewhere[item.question ?? '']
  return (
    <>
      <p className="prose">
        <Inert text={item.why} />
      </p>
      {elsewhere !== undefined && (
        <p>
          This is done under{' '}
          {elsewhere.tab === undefined ? (
            <a href={`#${elsewhere.panel}`}>{elsewhere.title}</a>
          ) : (
            <Link {...pb.incident(incident.id, { tab: elsewhere.tab, item: item.id })} resetScroll={false}>
              {elsewhere.title}
            </Link>
          )}
          .
        </p>
      )}
      {OwnForm !== undefined && <OwnForm onDone={onDone} />}
      {item.claim !== null || item.skip !== null ? (
        <SayForm
          label={`Take back ${item.id}`}
          fields={[{ name: 'reason', label: 'Why it is taken back' }]}
          verb={`Take back ${item.id}`}
          wordsOf={({ reason }) => ({ do: 'check', item: item.id, undo: true, reason: reason.trim() })}
          onDone={onDone}
        />
      ) : (
        <>
          {OwnForm === undefined && <NoteForm item={item} onDone={onDone} />}
          {skipping ? (
            <SayForm
              label={`Skip ${item.id}`}
              fields={[{ name: 'reason', label: 'Why it is left out' }]}
              verb={`Skip ${item.id}`}
              wordsOf={({ reason }) => ({ do: 'skip', item: item.id, reason: reason.trim() })}
              onDone={onDone}
              onCancel={() => setSkipping(false)}
            />
          ) : (
            <p>
              <Button kind="quiet" onClick={() => setSkipping(true)}>
                Leave it out, for a reason
              </Button>
            </p>
          )}
        </>
      )}
      {OwnForm === undefined && item.claim === null && !skipping && (
        <Cli line={lineOf({ do: 'check', item: item.id }, incident.id, speaker.as)} />
      )}
    </>
  )
}

function NoteForm({ item, onDone }: { item: Item; onDone: () => void }) {
  return (
    <SayForm
      label={`Tick ${item.id} with a note`}
      fields={[{ name: 'note', label: 'Note beside the tick' }]}
      verb={`Tick ${item.id} with the note`}
      wordsOf={({ note }) => ({ do: 'check', item: item.id, note: note.trim() })}
      onDone={onDone}
    />
  )
}
