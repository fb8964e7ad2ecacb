import { Link } from '@tanstack/react-router'
import { plural } from '../../format.ts'
import { Verdict, type VerdictKind } from '../../parts/verdict.tsx'
import { pb } from '../../paths.ts'
import styles from './stage-rail.module.css'
import { stageTitles } from './stage-titles.ts'
import { useTalk } from './talk.ts'
import type { Stage } from './words.ts'

/** The five stages: how the fleet answers the items of each, which one the incident is in, and which one is shown. */
export function StageRail({ shown }: { shown: string }) {
  const { incident } = useTalk()
  return (
    <nav aria-label="Stages">
      <ol className={styles.stages}>
        {incident.stages.map((stage, at) => {
          const now = stage.stage === incident.stage
          return (
            <li
              key={stage.stage}
              className={stage.done ? styles.done : now ? styles.now : styles.later}
              data-shown={stage.stage === shown ? '' : undefined}
            >
              <Link
                {...pb.incident(incident.id, { stage: now ? undefined : (stage.stage as 'fix') })}
                activeProps={{}}
                resetScroll={false}
                aria-current={stage.stage === shown ? 'page' : undefined}
                aria-keyshortcuts={String(at + 1)}
                data-key={String(at + 1)}
              >
                <span className={styles.name}>
                  <b>{at + 1}</b> <span className={styles.label}>{stageTitles[stage.stage]}</span>
                  {now && <span className={styles.here}> now</span>}
                </span>
                <Tally stage={stage} />
              </Link>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

/** Worst first; what counts nothing is left out. What nothing can look at is unknown, and said so. */
function Tally({ stage }: { stage: Stage }) {
  const counts = new Map<VerdictKind, number>()
  for (const { verdict } of stage.pauses.flatMap(({ items }) => items))
    if (verdict !== null) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  const shown = (['contradicted', 'stale', 'unknown', 'confirmed'] as const).filter((kind) =>
    counts.has(kind),
  )
  return (
    <span className={styles.tally}>
      {shown.map((kind) => (
        <Verdict key={kind} kind={kind}>
          <span className="number">{counts.get(kind)}</span>
          <span className="visually-hidden"> {kind}</span>
        </Verdict>
      ))}
      {shown.length === 0 && plural(stage.pauses.flatMap(({ items }) => items).length, 'item')}
    </span>
  )
}
