import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { plural, utc } from '../../format.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Inert } from '../../parts/inert.tsx'
import { Verdict } from '../../parts/verdict.tsx'
import { pb } from '../../paths.ts'
import styles from './record.module.css'
import { SayButton, SayForm } from './say-form.tsx'
import { useTalk } from './talk.ts'
import type { Hypothesis } from './words.ts'

const kinds: Readonly<Record<Hypothesis['kind'], string>> = {
  attack: 'it is abused',
  benign: 'it is there, not abused',
  detector: 'we see wrongly',
}

/** Rival explanations; the one with the least against it stands first, and none is ever true. `h` adds one. */
export function Hypotheses({ writing, onWriting }: { writing: boolean; onWriting: (open: boolean) => void }) {
  const { incident } = useTalk()
  return (
    <div id="hypotheses">
      {writing ? (
        <SayForm
          label="Add a hypothesis"
          fields={[
            { name: 'statement', label: 'What else could explain it' },
            { name: 'kind', label: 'Kind', choices: kinds, initial: 'attack' },
            {
              name: 'probe',
              label: 'Probe that can refute it',
              optional: true,
              hint: 'As in know.coverage.',
            },
            {
              name: 'refutedBy',
              label: 'It is refuted when the probe says',
              choices: { confirmed: 'confirmed', contradicted: 'contradicted' },
              initial: 'contradicted',
            },
          ]}
          verb="Add the hypothesis"
          wordsOf={({ statement, kind, probe, refutedBy }) => ({
            do: 'hypothesis',
            statement: statement.trim(),
            kind: kind as Hypothesis['kind'],
            predictions:
              probe.trim() === ''
                ? []
                : [
                    {
                      text: `${probe.trim()} is ${refutedBy}.`,
                      probe: probe.trim(),
                      refutedBy: refutedBy as 'confirmed',
                    },
                  ],
          })}
          onDone={() => onWriting(false)}
          onCancel={() => onWriting(false)}
        />
      ) : (
        <p className={styles.actions}>
          <Button onClick={() => onWriting(true)}>
            Hypothesis <kbd>h</kbd>
          </Button>
        </p>
      )}
      <ol className={styles.list} aria-label="Hypotheses, least inconsistent first">
        {incident.hypotheses.map((hypothesis) => (
          <Row key={hypothesis.id} hypothesis={hypothesis} />
        ))}
      </ol>
      <p className="meta">
        The least inconsistent stands first. A hypothesis is never true, only not yet refuted; what an
        attacker could have forged weighs nothing.
      </p>
    </div>
  )
}

function Row({ hypothesis }: { hypothesis: Hypothesis }) {
  const { incident } = useTalk()
  const [open, setOpen] = useState(false)
  const { id, kind, statement, predictions, tests, state, against } = hypothesis
  const refuting = tests.findLast(({ result, forgeable }) => result === 'refuted' && !forgeable)
  return (
    <li>
      <p>
        <b>{id}</b> <Inert text={statement} max={400} /> <Chip>{kinds[kind]}</Chip>
      </p>
      <p className={styles.state}>
        {refuting === undefined ? (
          'Not yet refuted'
        ) : (
          <>
            Refuted by: <Inert text={refuting.evidence} max={300} />
          </>
        )}
        {against > 1 && <>, {plural(against, 'piece')} of evidence against it</>}
      </p>
      {predictions.length > 0 && (
        <ul className={styles.predictions} aria-label={`Predictions of ${id}`}>
          {predictions.map(({ text, probe, refutedBy, verdict }) => (
            <li key={`${probe} ${text}`}>
              <Inert text={text} max={200} />{' '}
              <Link {...pb.why(probe, { incident: incident.id })} aria-label={`Why ${probe} is ${verdict}`}>
                <Verdict kind={verdict} />
              </Link>{' '}
              <span className="meta">
                refuted when <code>{probe}</code> is {refutedBy}
              </span>
            </li>
          ))}
        </ul>
      )}
      {tests.map(({ by, atMs, result, evidence, forgeable }) => (
        <p key={`${atMs} ${evidence}`} className="meta">
          {utc(atMs)}, @<Inert text={by} />: {result === 'refuted' ? 'against it' : 'it held'},{' '}
          <Inert text={evidence} max={300} />
          {forgeable && ' (an attacker could have forged this)'}
        </p>
      ))}
      {state === 'not yet refuted' && (
        <div className={styles.buttons}>
          {predictions.length > 0 && (
            <SayButton
              kind="quiet"
              words={{ do: 'test', hypothesis: id }}
            >{`Test ${id} by its probes`}</SayButton>
          )}
          <Button kind="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            Add evidence to {id}
          </Button>
        </div>
      )}
      {open && (
        <SayForm
          label={`Evidence about ${id}`}
          fields={[
            { name: 'evidence', label: 'What was found' },
            {
              name: 'result',
              label: 'It speaks',
              choices: { held: 'for it: it held', refuted: 'against it' },
              initial: 'held',
            },
            {
              name: 'forgeable',
              label: 'Could an attacker have forged it?',
              choices: { yes: 'yes, or nobody knows', no: 'no' },
              initial: 'yes',
            },
          ]}
          verb="Add the evidence"
          wordsOf={({ evidence, result, forgeable }) => ({
            do: 'test',
            hypothesis: id,
            result: result as 'held',
            evidence: evidence.trim(),
            forgeable: forgeable === 'yes',
          })}
          onDone={() => setOpen(false)}
          onCancel={() => setOpen(false)}
        />
      )}
    </li>
  )
}
