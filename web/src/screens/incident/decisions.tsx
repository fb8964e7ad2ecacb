import { utc } from '../../format.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Inert } from '../../parts/inert.tsx'
import styles from './record.module.css'
import { SayForm } from './say-form.tsx'
import { useTalk } from './talk.ts'

/** What was decided, why, and what else there was. `d` writes one down. */
export function Decisions({ writing, onWriting }: { writing: boolean; onWriting: (open: boolean) => void }) {
  const { incident } = useTalk()
  return (
    <div id="decisions">
      {writing ? (
        <SayForm
          label="Write a decision down"
          fields={[
            { name: 'statement', label: 'What is decided' },
            { name: 'reason', label: 'Because', long: true },
            { name: 'others', label: 'What else there was', long: true, optional: true, hint: 'One a line.' },
          ]}
          verb="Write the decision down"
          wordsOf={({ statement, reason, others }) => ({
            do: 'decide',
            statement: statement.trim(),
            reason: reason.trim(),
            alternatives: others
              .split('\n')
              .map((text) => text.trim())
              .filter((text) => text !== ''),
          })}
          onDone={() => onWriting(false)}
          onCancel={() => onWriting(false)}
        />
      ) : (
        <p className={styles.actions}>
          <Button onClick={() => onWriting(true)}>
            Decision <kbd>d</kbd>
          </Button>
        </p>
      )}
      {incident.decisions.length === 0 ? (
        <Empty kind="yet" title="No decision yet">
          <p>
            A decision has a reason and, better, what else there was. Passing what holds becomes one by
            itself.
          </p>
        </Empty>
      ) : (
        <ol className={styles.list} aria-label="Decisions">
          {incident.decisions.toReversed().map(({ id, statement, reason, alternatives, by, atMs }) => (
            <li key={id}>
              <p>
                <b>{id}</b> <Inert text={statement} max={600} />
              </p>
              <p className="soft">
                Because: <Inert text={reason} max={600} />
              </p>
              {alternatives.length > 0 && (
                <p className="soft">
                  Instead of: <Inert text={alternatives.join('; ')} max={600} />
                </p>
              )}
              <p className="meta">
                @<Inert text={by} />, {utc(atMs)}
              </p>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
