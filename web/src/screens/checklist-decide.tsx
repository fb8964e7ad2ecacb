import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { refreshAll } from '../api/live.ts'
import { queries } from '../api/queries.ts'
import type { Checklist, ChecklistVersion } from '../api/schema.generated.ts'
import { Asked } from '../parts/asked.tsx'
import { Button } from '../parts/button.tsx'
import { Failure } from '../parts/failure.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure } from '../parts/ledger.tsx'
import { ChecklistChanges } from './checklist-changes.tsx'
import styles from './checklist.module.css'

/** A version that loosens something waits for a second person, who sees what it loosens and says why they agree. */
export function DecideVersion({
  list,
  waiting,
  inForce,
}: {
  list: Checklist
  waiting: ChecklistVersion
  inForce: string
}) {
  const changes = useQuery(queries.checklistDiff(list.id, inForce, waiting.version))
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const { mutate, error, isPending } = useMutation({
    mutationFn: (accept: boolean) =>
      ask('POST /api/v1/checklists/{id}/versions/{version}/decision', {
        path: { id: list.id, version: waiting.version },
        body: { accept, reason: reason.trim() },
      }),
    onSuccess: () => refreshAll(client),
  })
  const missing = isPending
    ? 'It is being sent.'
    : reason.trim() === ''
      ? 'A decision needs its reason.'
      : undefined
  return (
    <Figure
      title={`Version ${waiting.version} waits for a second person`}
      note={<Inert text={`${waiting.author}: ${waiting.reason}`} max={300} />}
    >
      <Asked result={changes} what="what it changes">
        {(diff) => <ChecklistChanges changes={diff.changes} />}
      </Asked>
      <div className={styles.decide}>
        <label htmlFor="decision-reason">Your reason</label>
        <input
          id="decision-reason"
          value={reason}
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
        />
        <Button disabledReason={missing} onClick={() => mutate(true)}>
          Accept it
        </Button>
        <Button disabledReason={missing} onClick={() => mutate(false)}>
          Refuse it
        </Button>
      </div>
      {error !== null && <Failure error={error} />}
    </Figure>
  )
}
