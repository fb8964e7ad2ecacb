import type { Session, Transaction } from '../../base/store/index.ts'
import type { IncidentSummary } from './answers.ts'

interface Row {
  id: string
  advisory: string
  title: string
  status: string
  stage: string
  opened_at: number
  changed_at: number
}

const columns = ['id', 'advisory', 'title', 'status', 'stage', 'opened_at', 'changed_at', 'head']

/** Newest first. */
export async function listIncidents(session: Session): Promise<IncidentSummary[]> {
  const rows = await session.prepare<Row>('select * from incident order by opened_at desc, id').all()
  return rows.map(({ id, advisory, title, status, stage, opened_at, changed_at }) => ({
    id,
    advisory,
    title,
    status: status as IncidentSummary['status'],
    stage: stage as IncidentSummary['stage'],
    openedAtMs: opened_at,
    changedAtMs: changed_at,
  }))
}

/** The row of the list, written with the entries that changed it. */
export async function saveSummary(
  transaction: Transaction,
  { id, advisory, title, status, stage, openedAtMs, changedAtMs }: IncidentSummary,
  head: number,
): Promise<void> {
  await transaction.insert(
    'incident',
    columns,
    [[id, advisory, title, status, stage, openedAtMs, changedAtMs, head]],
    { onConflict: { target: ['id'], update: ['title', 'status', 'stage', 'changed_at', 'head'] } },
  )
}
