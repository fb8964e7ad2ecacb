import type { ProbeResult } from '../../core/probe/index.ts'
import type { Session, Store } from '../store/index.ts'

interface Row {
  first_at: number
  last_at: number
  fresh_until: number
  result: string
}

/** An answer and the time over which it was the same. */
export interface KeptAnswer {
  result: ProbeResult
  firstAtMs: number
  lastAtMs: number
}

const columns = ['question', 'first_at', 'last_at', 'fresh_until', 'verdict', 'result']

export interface AnswerToKeep {
  key: string
  result: ProbeResult
  /** When the same answer was given first. */
  firstAtMs: number
}

/** Writes answers; the same answer again makes its interval longer. May lose the last ones on power loss: they are asked again. */
export async function keepAnswers(store: Store, answers: readonly AnswerToKeep[]): Promise<void> {
  await store.transaction(
    (transaction) =>
      transaction.insert(
        'probe_answer',
        columns,
        answers.map(({ key, result, firstAtMs }) => [
          key,
          firstAtMs,
          result.atMs,
          result.freshUntilMs,
          result.verdict,
          JSON.stringify(result),
        ]),
        { onConflict: { target: ['question', 'first_at'], update: ['last_at', 'fresh_until', 'result'] } },
      ),
    { mode: 'bulk' },
  )
}

/** The newest answer that was given at a time or before; null when there was none. */
export async function answerAt(session: Session, key: string, atMs: number): Promise<KeptAnswer | null> {
  const row = await session
    .prepare<Row>(
      'select first_at, last_at, fresh_until, result from probe_answer where question = ? and first_at <= ? order by first_at desc limit 1',
    )
    .get(key, atMs)
  return row === undefined ? null : answerOf(row)
}

/** Newest first. */
export async function answersOf(session: Session, key: string, limit: number): Promise<KeptAnswer[]> {
  const rows = await session
    .prepare<Row>(
      'select first_at, last_at, fresh_until, result from probe_answer where question = ? order by first_at desc limit ?',
    )
    .all(key, limit)
  return rows.map(answerOf)
}

export async function forgetAnswers(store: Store, beforeMs: number): Promise<void> {
  await store.transaction(
    (transaction) => transaction.prepare('delete from probe_answer where last_at < ?').run(beforeMs),
    { mode: 'bulk' },
  )
}

function answerOf({ first_at, last_at, result }: Row): KeptAnswer {
  return { result: JSON.parse(result) as ProbeResult, firstAtMs: first_at, lastAtMs: last_at }
}
