import { canonicalJson, type Json } from '../../core/canonical-json.ts'
import type { TimelineBody, TimelineEntry } from '../../core/timeline/index.ts'
import { isSealed } from '../envelope/index.ts'
import type { Session, Transaction } from '../store/index.ts'

interface Row {
  seq: number
  previous: string
  body: string
  hash: string
  signature: string
}

const columns = ['timeline', 'seq', 'at', 'kind', 'previous', 'body', 'hash', 'signature', 'command']

/** What encrypts the body of an entry for the store, and what decrypts it; `place` is the entry's own. */
export type Sealer = (place: string, text: string) => string

/** The entries after `seq`, in order. `opener` is asked for when one of them is encrypted. */
export async function readEntries(
  session: Session,
  timeline: string,
  afterSeq: number,
  opener: () => Promise<Sealer>,
): Promise<TimelineEntry[]> {
  const rows = await session
    .prepare<Row>(
      'select seq, previous, body, hash, signature from timeline_entry where timeline = ? and seq > ? order by seq',
    )
    .all(timeline, afterSeq)
  const open = rows.some(({ body }) => isSealed(body)) ? await opener() : null
  return rows.map(({ seq, previous, body, hash, signature }) => ({
    seq,
    previous,
    body: JSON.parse(open !== null && isSealed(body) ? open(placeOf(seq), body) : body) as TimelineBody,
    hash,
    signature,
  }))
}

/** Encrypts what was written before anybody thought of it. */
export async function sealEntries(transaction: Transaction, timeline: string, sealer: Sealer): Promise<void> {
  const rows = await transaction
    .prepare<Pick<Row, 'seq' | 'body'>>('select seq, body from timeline_entry where timeline = ?')
    .all(timeline)
  const update = transaction.prepare('update timeline_entry set body = ? where timeline = ? and seq = ?')
  for (const { seq, body } of rows)
    if (!isSealed(body)) await update.run(sealer(placeOf(seq), body), timeline, seq)
}

function placeOf(seq: number): string {
  return `entry ${seq}`
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

/** The first of the entries carries the command. With a `sealer` the store gets their bodies encrypted. */
export async function insertEntries(
  transaction: Transaction,
  entries: readonly TimelineEntry[],
  command: string | null,
  sealer: Sealer | null,
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
      bodyText(seq, body, sealer),
      hash,
      signature,
      at === 0 ? command : null,
    ]),
  )
}

function bodyText(seq: number, body: TimelineBody, sealer: Sealer | null): string {
  const text = canonicalJson(body as unknown as Json)
  return sealer === null ? text : sealer(placeOf(seq), text)
}
