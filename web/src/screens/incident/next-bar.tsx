import { useNavigate } from '@tanstack/react-router'
import { Button } from '../../parts/button.tsx'
import { Inert } from '../../parts/inert.tsx'
import { pb } from '../../paths.ts'
import { goTo } from './go-to.ts'
import styles from './next-bar.module.css'
import { SayButton } from './say-form.tsx'
import { useTalk } from './talk.ts'
import { roleTitles, type Item, type Step } from './words.ts'

/** The one step that is next for whoever looks: the server says which, `n` goes to it. */
export function NextBar() {
  const { incident } = useTalk()
  const step = incident.nextForYou
  if (step === null) {
    const [other] = incident.next.filter((one) => one !== null)
    return (
      <section className={styles.next} aria-label="Next step">
        <p>
          <b>Nothing waits for you.</b>{' '}
          {other === undefined ? (
            <span className="soft">The incident is {incident.status}.</span>
          ) : (
            <span className="soft">
              {titleOf(other)}, {other.person === null ? 'nobody yet' : `@${other.person}`}:{' '}
              <Inert text={other.text} max={200} />
            </span>
          )}
        </p>
      </section>
    )
  }
  return (
    <section className={styles.next} aria-label="Next step">
      <p>
        <b>Next for you, {titleOf(step)}:</b> <Inert text={step.text} max={300} />{' '}
        <span className={styles.why}>
          <Inert text={step.why} max={200} />
        </span>
      </p>
      <div className={styles.do}>
        <StepButton step={step} />
      </div>
    </section>
  )
}

function titleOf({ role }: Step): string {
  return roleTitles[role] ?? role
}

/** What can be said with one word is a button that says it; everything else leads to where it is done. */
function StepButton({ step: { about } }: { step: Step }) {
  const { incident, speaker } = useTalk()
  const items = incident.stages.flatMap(({ pauses }) => pauses.flatMap((pause) => pause.items))
  if (about.kind === 'all-clear')
    return (
      <SayButton kind="primary" words={{ do: 'all-clear' }} shortcut="n">
        Call the all clear
      </SayButton>
    )
  if (about.kind === 'item') {
    const item = items.find(({ id }) => id === about.id)
    if (item !== undefined && item.state === 'offered')
      return (
        <SayButton kind="primary" words={{ do: 'check', item: item.id }} shortcut="n">
          {`Tick ${item.id}`}
        </SayButton>
      )
    return (
      <GoButton
        title={`Go to ${about.id}`}
        stage={stageOf(incident, item)}
        target={`item-${about.id}`}
        item={about.id ?? undefined}
      />
    )
  }
  if (about.kind === 'pause') {
    const stage = incident.stages.find(({ pauses }) => pauses.some(({ id }) => id === about.id))
    const pause = stage?.pauses.find(({ id }) => id === about.id)
    if (pause !== undefined && pause.heldBy.length === 0)
      return (
        <SayButton kind="primary" words={{ do: 'pass', pause: pause.id }} shortcut="n">
          Pass the pause point
        </SayButton>
      )
    return <GoButton title="Go to the pause point" stage={stage?.stage} target={`pause-${about.id}`} />
  }
  if (about.kind === 'role') {
    const role = incident.roles.find((one) => one.role === about.id)
    if (role !== undefined && (role.offeredTo === speaker.name || role.person === speaker.name))
      return (
        <SayButton kind="primary" words={{ do: 'role', role: role.role, accept: true }} shortcut="n">
          {role.offeredTo === speaker.name ? 'Accept the role' : 'I know that I have it'}
        </SayButton>
      )
    return <GoButton title="Go to the roles" target="roles" />
  }
  if (about.kind === 'clock') return <GoButton title="Go to the clocks" target="clocks" />
  if (about.kind === 'close') return <GoButton title="Go to closing" target="all-clear" />
  return <GoButton title="Go to the conditions" target="all-clear" />
}

function stageOf(
  incident: ReturnType<typeof useTalk>['incident'],
  item: Item | undefined,
): string | undefined {
  return incident.stages.find(({ pauses }) => pauses.some(({ items }) => items.some((one) => one === item)))
    ?.stage
}

function GoButton({
  title,
  stage,
  target,
  item,
}: {
  title: string
  stage?: string
  target: string
  item?: string
}) {
  const { incident } = useTalk()
  const navigate = useNavigate()
  const go = async (): Promise<void> => {
    await navigate({
      ...pb.incident(incident.id, {
        stage: stage === undefined || stage === incident.stage ? undefined : (stage as 'fix'),
        item,
      }),
      resetScroll: false,
    })
    goTo(target)
  }
  return (
    <Button kind="primary" onClick={() => void go()}>
      {title} <kbd>n</kbd>
    </Button>
  )
}
