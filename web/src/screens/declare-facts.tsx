import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { refreshAll } from '../api/live.ts'
import { queries } from '../api/queries.ts'
import type { Workload } from '../api/schema.generated.ts'
import { plural } from '../format.ts'
import { Button } from '../parts/button.tsx'
import { Chips } from '../parts/chip.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { Failure } from '../parts/failure.tsx'
import { Inert } from '../parts/inert.tsx'
import styles from './declare-facts.module.css'
import { factFields, saidByHand, type FactSaid } from './workload-facts.ts'

type Scope = FactSaid['from']

/**
 * Facts by hand: the fields hold what was said by hand before; what will change stands below them, as words and as the
 * command that does the same, before it is sent.
 */
export function DeclareFacts({ workload }: { workload: Workload }) {
  const [scope, setScope] = useState<Scope>('workload')
  const places: Record<Scope, string> = {
    workload: workload.id,
    namespace: `${workload.cluster}/${workload.namespace}`,
    cluster: workload.cluster,
  }
  return (
    <details className={styles.declare}>
      <summary>Declare facts by hand</summary>
      <Chips
        label="Of what"
        value={scope === 'workload' ? undefined : scope}
        onChange={(value) => setScope(value ?? 'workload')}
        chips={[
          { value: undefined, title: 'This workload' },
          { value: 'namespace', title: 'Its namespace' },
          { value: 'cluster', title: 'Its cluster' },
        ]}
      />
      <FactForm
        // What was said by hand is the form's beginning: another scope, or another answer, is another form.
        key={`${scope} ${JSON.stringify(saidByHand(workload.facts, scope))}`}
        place={places[scope]}
        before={saidByHand(workload.facts, scope)}
      />
    </details>
  )
}

function FactForm({ place, before }: { place: string; before: ReturnType<typeof saidByHand> }) {
  const client = useQueryClient()
  const example = useQuery(queries.status()).data?.example === true
  const [form, setForm] = useState(before)
  const [refused, setRefused] = useState<Error | null>(null)
  const [sending, setSending] = useState(false)
  const changes = factFields.filter(({ fact }) => form[fact].trim() !== before[fact])
  const send = async (): Promise<void> => {
    setSending(true)
    setRefused(null)
    try {
      await ask('POST /api/v1/facts', {
        body: {
          scope: place,
          facts: Object.fromEntries(changes.map(({ fact }) => [fact, form[fact].trim()])),
        },
      })
      await refreshAll(client)
    } catch (error) {
      setRefused(error as Error)
    } finally {
      setSending(false)
    }
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      {factFields.map(({ fact, title, hint }) => (
        <div key={fact} className={styles.field}>
          <label htmlFor={`fact-${fact}`}>{title}</label>
          <input
            id={`fact-${fact}`}
            value={form[fact]}
            aria-describedby={`fact-${fact}-hint`}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setForm({ ...form, [fact]: event.target.value })}
          />
          <span className="meta" id={`fact-${fact}-hint`}>
            {hint}
          </span>
        </div>
      ))}
      <div className={styles.plan} aria-label="What will change" role="group">
        {changes.length === 0 ? (
          <p className="soft">
            Nothing changes yet. Emptying a field takes back what was said by hand; files and labels keep
            their word.
          </p>
        ) : (
          <>
            <ul>
              {changes.map(({ fact, title }) => (
                <li key={fact}>
                  <b>{title}</b> of <Inert text={place} max={200} />:{' '}
                  <Inert text={before[fact] || 'nothing by hand'} max={120} /> →{' '}
                  <Inert text={form[fact].trim() || 'taken back'} max={120} />
                </li>
              ))}
            </ul>
            <Cli
              line={`allclear fact set ${shellWord(place)} ${changes
                .map(({ fact }) => shellWord(`${fact}=${form[fact].trim()}`))
                .join(' ')}`}
            />
          </>
        )}
        {refused && <Failure error={refused} />}
        <Button
          type="submit"
          disabledReason={
            example
              ? 'The example fleet is the same for everybody; facts need a fleet of your own.'
              : changes.length === 0
                ? 'Nothing changes yet.'
                : sending
                  ? 'It is being sent.'
                  : undefined
          }
        >
          {changes.length === 0 ? 'Declare' : `Declare ${plural(changes.length, 'fact')}`}
        </Button>
        {example && (
          <p className="meta">
            The example fleet is the same for everybody and takes no facts; a fleet of your own does.
          </p>
        )}
      </div>
    </form>
  )
}
