import { canonicalJson, type Json } from '../../core/canonical-json.ts'
import type { TimelineBody, TimelineEntry } from '../../core/timeline/index.ts'
import type { Session, Transaction } from '../store/index.ts'

interface Row {
  seq: number
  previous: string
  body: string
  hash: string
  signature: string
}

const columns = ['timeline', 'seq', 'at', 'kind', 'previous', 'body', 'hash', 'signature', 'command']

/** The entries after `seq`, in order. */
export async function readEntries(
  session: Session,
  timeline: string,
  afterSeq = 0,
): Promise<TimelineEntry[]> {
  const rows = await session
    .prepare<Row>(
      'select seq, previous, body, hash, signature from timeline_entry where timeline = ? and seq > ? order by seq',
    )
    .all(timeline, afterSeq)
  return rows.map(({ seq, previous, body, hash, signature }) => ({
    seq,
    previous,
    body: JSON.parse(body) as TimelineBody,
    hash,
    signature,
  }))
}

export async function newestSeq(session: Session, timeline: string): Promise<number> {
  const row = await session
    .prepare<{ seq: number | null }>('select max(seq) as seq from timeline_entry where timeline = ?')
    .get(timeline)
  return Number(row?.seq ?? 0)
}

/** Whether a command was written already. */
export async function hasCommand(session: Session, timeline: string, command: string): Promise<boolean> {
  const row = await session
    .prepare('select 1 as found from timeline_entry where timeline = ? and command = ?')
    .get(timeline, command)
  return row !== undefined
}

/** The first of the entries carries the command. */
export async function insertEntries(
  transaction: Transaction,
  entries: readonly TimelineEntry[],
  command: string | null,
): Promise<void> {
  await transaction.insert(
    'timeline_entry',
    columns,
    entries.map(({ seq, previous, body, hash, signature }, at) => [
      body.timeline,
      seq,
      body.atMs,
      body.kind,
      previous,
      canonicalJson(body as unknown as Json),
      hash,
      signature,
      at === 0 ? command : null,
    ]),
  )
}
