import { AttackPath } from './attack-path.tsx'
import { ruleTitles, outcomeInWords } from './due.tsx'
import styles from './exposure-list.module.css'
import type { ExposureRow } from './place.tsx'
import { Inert } from '../parts/inert.tsx'
import { Time } from '../parts/time.tsx'
import { Verdict } from '../parts/verdict.tsx'

/** Why a workload stands where it does, what would put it elsewhere, and by which rules; then the ways to and from it. */
export function ExposureReasons({ row }: { row: ExposureRow }) {
  return (
    <>
      <div className={styles.parts}>
        <div>
          <h3>Why it stands here</h3>
          <ul>
            {row.reasons.map(({ kind, text }) => (
              <li key={text}>
                {kind === 'unknown' ? (
                  <Verdict kind="unknown">
                    <Inert text={text} max={300} />
                  </Verdict>
                ) : (
                  <Inert text={text} max={300} />
                )}
              </li>
            ))}
          </ul>
        </div>
        <div>
          <h3>What would change it</h3>
          <ul>
            {row.changes.length === 0 && <li className="soft">No single fact would.</li>}
            {row.changes.map(({ fact, effect }) => (
              <li key={fact}>
                <Inert text={fact} max={200} />
                <small>
                  <Inert text={effect} max={200} />
                </small>
              </li>
            ))}
          </ul>
        </div>
        <div>
          <h3>By which rules</h3>
          <Rules row={row} />
        </div>
      </div>
      <AttackPath id={row.id} />
    </>
  )
}

/** The rules of deadline and priority with their outcomes, and the score in this place. */
function Rules({ row: { deadline, priority, environment, score } }: { row: ExposureRow }) {
  return (
    <ul>
      {[deadline, priority].map(({ rule, outcome, between, missing }) => (
        <li key={rule}>
          {rule === deadline.rule ? 'Fix due' : 'Priority'}: <b>{outcomeInWords(outcome)}</b>
          {between.length > 1 && ` or ${between.slice(0, -1).map(outcomeInWords).join(', ')}`}
          <small>
            {ruleTitles[rule] ?? rule}
            {missing.length > 0 && `; not known: ${missing.join(', ')}`}
            {rule === deadline.rule && (
              <>
                {'; here since '}
                <Time atMs={deadline.sinceMs} absent="no known time" />
              </>
            )}
          </small>
        </li>
      ))}
      <li>
        Score:{' '}
        {environment === null ? (
          <>
            <b>{score === null ? 'none given' : score.toFixed(1)}</b>
            <small>this place proposes no other</small>
          </>
        ) : (
          <>
            <b>{environment.score.toFixed(1)}</b> here, {environment.base.toFixed(1)} by itself
            {environment.metrics.map(({ metric, reason }) => (
              <small key={metric}>
                <code>{metric}</code> {reason}
              </small>
            ))}
          </>
        )}
      </li>
    </ul>
  )
}
