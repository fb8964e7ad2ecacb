import { Refused } from '../api/client.ts'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import styles from './failure.module.css'
import { Inert } from './inert.tsx'
import { Verdict } from './verdict.tsx'

/** What failed, what to do, the code, and a way to try again. Grey, because it is an unknown; never red. */
export function Failure({ error, onAgain }: { error: Error; onAgain?: () => void }) {
  const problem =
    error instanceof Refused
      ? error.problem
      : { code: 'internal', message: error.message, next: 'Load the page again.', requestId: undefined }
  return (
    <div className={styles.failure} role="alert">
      <Verdict kind="unknown">not loaded</Verdict>
      <p className={styles.text}>
        <strong>
          <Inert text={problem.message} />
        </strong>{' '}
        <Inert text={problem.next} />{' '}
        <span className={styles.code}>
          {problem.code}
          {problem.requestId === undefined ? '' : ` request ${problem.requestId}`}
        </span>
      </p>
      <div className={styles.actions}>
        {onAgain && <Button onClick={onAgain}>Try again</Button>}
        <CopyButton
          text={`${problem.code}: ${problem.message} ${problem.requestId ?? ''}`.trim()}
          label="Copy details"
          name="Copy details"
        />
      </div>
    </div>
  )
}
