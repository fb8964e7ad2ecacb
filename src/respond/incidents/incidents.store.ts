import { isSealed } from '../../base/envelope/index.ts'
import type { Session, Transaction } from '../../base/store/index.ts'
import type { Sealer } from '../../base/timeline/index.ts'
import type { IncidentSummary } from './answers.ts'

/** As the store has it: of an embargoed incident, what tells what it is about is encrypted. */
export interface IncidentRow extends Omit<IncidentSummary, 'codeWord'> {
  embargoed: boolean
}

interface Row {
  id: string
  advisory: string
  title: string
  status: string
  stage: string
  opened_at: number
  changed_at: number
  embargoed: number
}

const columns = ['id', 'advisory', 'title', 'status', 'stage', 'opened_at', 'changed_at', 'head', 'embargoed']

/** Newest first. Encrypted texts are left as they are. */
export async function listIncidents(session: Session): Promise<IncidentRow[]> {
  const rows = await session.prepare<Row>('select * from incident order by opened_at desc, id').all()
  return rows.map(({ id, advisory, title, status, stage, opened_at, changed_at, embargoed }) => ({
    id,
    advisory,
    title,
    status: status as IncidentSummary['status'],
    stage: stage as IncidentSummary['stage'],
    openedAtMs: Number(opened_at),
    changedAtMs: Number(changed_at),
    embargoed: Number(embargoed) !== 0 || isSealed(title),
  }))
}

/** The row of the list, written with the entries that changed it. With a `sealer` it says nothing of what it is about. */
export async function saveSummary(
  transaction: Transaction,
  { id, advisory, title, status, stage, openedAtMs, changedAtMs }: Omit<IncidentSummary, 'codeWord'>,
  head: number,
  sealer: Sealer | null,
): Promise<void> {
  const shown = (column: string, text: string) => (sealer === null ? text : sealer(`row ${column}`, text))
  await transaction.insert(
    'incident',
    columns,
    [
      [
        id,
        shown('advisory', advisory),
        shown('title', title),
        status,
        stage,
        openedAtMs,
        changedAtMs,
        head,
        sealer === null ? 0 : 1,
      ],
    ],
    {
      onConflict: {
        target: ['id'],
        update: ['advisory', 'title', 'status', 'stage', 'changed_at', 'head', 'embargoed'],
      },
    },
  )
}

/** Whether it was free, and is this incident's now. */
export async function takeCodeWord(
  transaction: Transaction,
  word: string,
  incident: string,
): Promise<boolean> {
  await transaction.insert('code_word', ['word', 'incident'], [[word, incident]], { onConflict: 'ignore' })
  const row = await transaction
    .prepare<{ incident: string }>('select incident from code_word where word = ?')
    .get(word)
  return row?.incident === incident
}

export async function codeWords(session: Session): Promise<string[]> {
  return (await session.prepare<{ word: string }>('select word from code_word').all()).map(({ word }) => word)
}
