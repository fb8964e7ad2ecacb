import type { Session, Store } from '../../base/store/index.ts'
import type { ChecklistVersionRow, VersionSource, VersionState } from './answers.ts'

interface Row {
  id: string
  version: string
  text: string
  source: string
  state: string
  author: string
  reason: string
  stored_at: number
  decided_by: string | null
  decision_reason: string | null
  decided_at: number | null
}

export interface StoredVersion extends ChecklistVersionRow {
  text: string
}

const columns = ['id', 'version', 'text', 'source', 'state', 'author', 'reason', 'stored_at']

export async function listStored(store: Pick<Session, 'prepare'>): Promise<StoredVersion[]> {
  const rows = await store.prepare<Row>('select * from checklist_version order by id, stored_at, version').all()
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    text: row.text,
    source: row.source as VersionSource,
    state: row.state as VersionState,
    author: row.author,
    reason: row.reason,
    storedAtMs: Number(row.stored_at),
    decision:
      row.decided_by === null
        ? null
        : { by: row.decided_by, reason: row.decision_reason ?? '', atMs: Number(row.decided_at) },
  }))
}

/** Adds a version; `check` sees what is stored, and nobody else writes until it is done. */
export async function addVersion(
  store: Store,
  check: (stored: StoredVersion[]) => Promise<StoredVersion | null>,
): Promise<void> {
  await store.transaction(
    async (transaction) => {
      const row = await check(await listStored(transaction))
      if (row === null) return
      const { id, version, text, source, state, author, reason, storedAtMs } = row
      await transaction.insert('checklist_version', columns, [
        [id, version, text, source, state, author, reason, storedAtMs],
      ])
      // A copy of what was in force anyway is no news.
      if (source === 'built-in' || source === 'folder') return
      await transaction.insert(
        'change',
        ['at', 'kind', 'subject', 'text'],
        [[storedAtMs, `checklist.${state}`, `checklist:${id}`, `${id} ${version} by ${author}: ${reason}`]],
      )
    },
    { mode: 'full' },
  )
}

/** Writes the decision about a version that waits. False when it does not wait, or no more. */
export async function decideVersion(
  store: Store,
  { id, version }: { id: string; version: string },
  { state, by, reason, atMs }: { state: 'stored' | 'refused'; by: string; reason: string; atMs: number },
): Promise<boolean> {
  return store.transaction(
    async (transaction) => {
      const changed = await transaction
        .prepare(
          `update checklist_version set state = ?, decided_by = ?, decision_reason = ?, decided_at = ?
           where id = ? and version = ? and state = 'waiting'`,
        )
        .run(state, by, reason, atMs, id, version)
      if (changed === 0) return false
      const word = state === 'stored' ? 'accepted' : 'refused'
      await transaction.insert(
        'change',
        ['at', 'kind', 'subject', 'text'],
        [[atMs, `checklist.${word}`, `checklist:${id}`, `${id} ${version} ${word} by ${by}: ${reason}`]],
      )
      return true
    },
    { mode: 'full' },
  )
}
