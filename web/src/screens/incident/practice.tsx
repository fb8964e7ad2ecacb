import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { ask } from '../../api/client.ts'
import { refreshAll } from '../../api/live.ts'
import type { Incident } from '../../api/schema.generated.ts'
import { grouped, nbsp, plural } from '../../format.ts'
import { Button } from '../../parts/button.tsx'
import { Cli, shellWord } from '../../parts/cli.tsx'
import { Failure } from '../../parts/failure.tsx'
import { goTo } from './go-to.ts'
import styles from './practice.module.css'
import { SayButton } from './say-form.tsx'
import { useTalk } from './talk.ts'

/** Somebody to be, when one person practises what needs two. */
const secondPerson = 'ben'

type StepName = 'declare' | 'fix' | 'accept' | 'agree' | 'call' | 'break'

/**
 * On the example fleet only: the short way from here to all clear and back, one step at a time, with a fleet that can be
 * changed from this page. Where the fleet is somebody’s own they change it, and nothing of this is shown.
 */
export function Practice() {
  const { incident } = useTalk()
  const steps = stepsOf(incident)
  const at = steps.findIndex(({ state }) => state === 'now')
  return (
    <section className={styles.practice} aria-labelledby="practice">
      <div>
        <h2 id="practice">Practise on the example fleet</h2>
        <ol>
          {steps.map(({ name, title, state }) => (
            <li key={name} className={styles[state]} aria-current={state === 'now' ? 'step' : undefined}>
              {title}
              {state === 'done' && <span className="meta">, done</span>}
            </li>
          ))}
        </ol>
      </div>
      <div className={styles.do} role="group" aria-label={`Step ${at + 1} of ${steps.length}`}>
        <p>
          <b>
            Step {at + 1} of {steps.length}.
          </b>{' '}
          {steps[at].says}
        </p>
        {doing[steps[at].name]()}
      </div>
    </section>
  )
}

interface PracticeStep {
  name: StepName
  title: string
  /** What it is about, where it is the one to do. */
  says: string
  state: 'done' | 'now' | 'later'
}

/** What the short way asks for, in order; the first that is not done is the one to do. */
function stepsOf(incident: Incident): PracticeStep[] {
  const { fleet, allClear, declared, status, lap } = incident
  const counted = allClear.conditions.filter(({ part }) => part !== 'closed')
  const unanswered = counted.filter(
    ({ standing, verdict }) => standing === 'missing' && verdict !== 'contradicted',
  )
  const proposed = counted.some(({ standing }) => standing === 'proposed')
  const called = status === 'clear' || status === 'closed'
  const steps: (Omit<PracticeStep, 'state'> & { done: boolean })[] = [
    {
      name: 'declare',
      title: 'Declare it',
      says: 'Say that it is an incident. Whoever declares commands, until they hand over.',
      done: declared,
    },
    {
      name: 'fix',
      title: 'Roll the fix out',
      says: `${grouped(fleet.fixed)} of ${plural(fleet.affected, 'workload')} run the fix. Here a button rolls it out; your own fleet is changed by rollouts, and noticed the same way.`,
      done: fleet.vulnerable === 0 && fleet.dormant === 0,
    },
    {
      name: 'accept',
      title: 'Say what you can live with',
      says: 'Nothing here watches traffic, logs or users, so some conditions stay unknown, and unknown is a no. People may live with that, for a reason and until a date.',
      done: unanswered.length === 0,
    },
    {
      name: 'agree',
      title: 'A second person agrees',
      says: 'What one person would live with counts once another one agrees.',
      done: unanswered.length === 0 && !proposed,
    },
    {
      name: 'call',
      title: 'Call the all clear',
      says: 'Every condition holds or is accepted. The commander calls it; it is signed.',
      done: called,
    },
    {
      name: 'break',
      title: 'Break it',
      says: 'Let a vulnerable image come back, as a rollback does that nobody told of, and see the incident open again by itself.',
      done: lap > 1 && !called,
    },
  ]
  const first = steps.findIndex(({ done }) => !done)
  const now = first < 0 ? steps.length - 1 : first
  return steps.map(({ done, ...step }, at) => ({
    ...step,
    state: at === now ? 'now' : done ? 'done' : 'later',
  }))
}

const doing: Readonly<Record<StepName, () => ReactNode>> = {
  declare: () => <Declare />,
  fix: () => <FixFleet />,
  accept: () => <Button onClick={() => goTo('all-clear')}>Go to the conditions</Button>,
  agree: () => <Agree />,
  call: () => <Call />,
  break: () => <BreakFleet />,
}

/** Without a form: the item of the checklist has one. */
function Declare() {
  const { incident } = useTalk()
  return (
    <SayButton
      words={{
        do: 'decide',
        statement: 'We treat it as an incident.',
        reason: `It runs in ${plural(incident.fleet.affected, 'workload').replace(nbsp, ' ')}.`,
        declare: true,
      }}
    >
      Declare it
    </SayButton>
  )
}

function FixFleet() {
  const { incident } = useTalk()
  return (
    <ExampleButtons
      buttons={[
        { title: 'Fix one workload', send: () => fix(incident.advisory, 1) },
        { title: 'Fix all of them', send: () => fix(incident.advisory) },
      ]}
      line={`allclear example fix ${shellWord(incident.advisory)}`}
    />
  )
}

function BreakFleet() {
  const { incident } = useTalk()
  return (
    <ExampleButtons
      buttons={[
        {
          title: 'Bring a vulnerable image back',
          send: () => ask('POST /api/v1/example/breaks', { body: { vulnerability: incident.advisory } }),
        },
      ]}
      line={`allclear example break ${shellWord(incident.advisory)}`}
    />
  )
}

function fix(vulnerability: string, steps?: number) {
  return ask('POST /api/v1/example/fixes', { body: { vulnerability, steps } })
}

function ExampleButtons({
  buttons,
  line,
}: {
  buttons: readonly { title: string; send: () => Promise<unknown> }[]
  line: string
}) {
  const client = useQueryClient()
  const [sending, setSending] = useState(false)
  const [refused, setRefused] = useState<Error | null>(null)
  const press = async (send: () => Promise<unknown>): Promise<void> => {
    setSending(true)
    setRefused(null)
    try {
      await send()
      await refreshAll(client)
    } catch (error) {
      setRefused(error as Error)
    } finally {
      setSending(false)
    }
  }
  return (
    <>
      <div className={styles.buttons}>
        {buttons.map(({ title, send }) => (
          <Button
            key={title}
            disabledReason={sending ? 'The fleet is being changed.' : undefined}
            onClick={() => void press(send)}
          >
            {title}
          </Button>
        ))}
      </div>
      {refused && <Failure error={refused} />}
      <Cli line={line} />
    </>
  )
}

/** Two people are needed. Where nobody signs in one may be both, which is said in the timeline like everything. */
function Agree() {
  const { incident, speaker } = useTalk()
  const proposed = incident.allClear.conditions.filter(({ standing }) => standing === 'proposed')
  const others = proposed.filter(({ exception }) => exception?.proposedBy !== speaker.name)
  if (others.length > 0)
    return (
      <SayButton words={{ do: 'accept', conditions: others.map(({ probe }) => probe) }}>
        {`Agree as @${speaker.name}`}
      </SayButton>
    )
  if (speaker.change === undefined) return <p>Somebody else who is signed in has to agree.</p>
  const { change } = speaker
  const other = speaker.name === secondPerson ? 'anna' : secondPerson
  return (
    <>
      <p className="soft">
        You proposed it, so you cannot agree to it. Open this page in another browser as somebody else, or:
      </p>
      <Button onClick={() => change(other)}>Speak as @{other}</Button>
    </>
  )
}

function Call() {
  const { incident, speaker } = useTalk()
  const commander = incident.roles.find(({ role }) => role === 'incident-commander')?.person ?? null
  if (commander !== null && commander !== speaker.name && speaker.change !== undefined) {
    const { change } = speaker
    return (
      <>
        <p className="soft">@{commander} commands, and only they can call it.</p>
        <Button onClick={() => change(commander)}>Speak as @{commander}</Button>
      </>
    )
  }
  return <SayButton words={{ do: 'all-clear' }}>Call the all clear now</SayButton>
}
