import type { Store, Transaction } from '../base/store/index.ts'
import type { Severity } from './advisories/index.ts'
import type { ChangeRow, Coverage, StatusAnswer } from './answers.ts'

export async function countEverything(store: Store): Promise<StatusAnswer['counts']> {
  const count = async (sql: string): Promise<number> =>
    Number((await store.prepare<{ n: number }>(sql).get())?.n ?? 0)
  return {
    clusters: await count('select count(*) as n from cluster'),
    nodes: await count('select count(*) as n from node where last_seen_at is null'),
    namespaces: await count('select count(*) as n from namespace'),
    workloads: await count('select count(*) as n from workload where last_seen_at is null'),
    pods: await count('select count(*) as n from pod where last_seen_at is null'),
    images: await count('select count(*) as n from image'),
    imagesKnown: await count('select count(distinct image_no) as n from sbom where current = 1'),
    packageVersions: await count('select count(*) as n from package_version'),
    advisories: await count('select count(*) as n from advisory'),
    findings: await count('select count(*) as n from finding'),
    vulnerabilities: await count('select count(distinct advisory_no) as n from finding'),
  }
}

/** Advisory feeds and fact feeds, with their age. */
export async function listFeeds(store: Store): Promise<Coverage['feeds']> {
  const rows = await store
    .prepare<{
      id: string
      records: number
      newest_record_at: number | null
      fetched_at: number | null
    }>('select id, records, newest_record_at, fetched_at from feed order by id')
    .all()
  return rows.map(({ id, records, newest_record_at, fetched_at }) => ({
    id,
    records,
    newestRecordAtMs: newest_record_at,
    fetchedAtMs: fetched_at,
  }))
}

export async function recordChanges(
  transaction: Transaction,
  atMs: number,
  rows: readonly { kind: string; subject: string; text: string }[],
): Promise<void> {
  await transaction.insert(
    'change',
    ['at', 'kind', 'subject', 'text'],
    rows.map(({ kind, subject, text }) => [atMs, kind, subject, text]),
  )
}

export async function listChanges(
  store: Store,
  { afterSeq, limit, subject }: { afterSeq?: number; limit: number; subject?: string },
): Promise<ChangeRow[]> {
  const conditions: string[] = []
  const values: (string | number)[] = []
  if (subject !== undefined) {
    conditions.push('subject = ?')
    values.push(subject)
  }
  if (afterSeq !== undefined) {
    conditions.push('seq > ?')
    values.push(afterSeq)
  }
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
  const order = afterSeq === undefined ? 'desc' : 'asc'
  const rows = await store
    .prepare<StoredChange>(
      `select seq, at, kind, subject, text from change ${where} order by seq ${order} limit ?`,
    )
    .all(...values, limit)
  return rows.map(({ at, ...row }) => ({ ...row, atMs: at }))
}

interface StoredChange {
  seq: number
  at: number
  kind: string
  subject: string
  text: string
}

/** Severity and score of the records that have a finding in the fleet, by number. */
export async function severitiesOfFindings(
  store: Store,
): Promise<Map<number, { severity: Severity; score: number }>> {
  const severities = new Map<number, { severity: Severity; score: number }>()
  for await (const batch of store.batches<{ no: number; severity: Severity; score: number | null }>(
    'select no, severity, score from advisory where withdrawn_at is null and exists (select 1 from finding where finding.advisory_no = advisory.no)',
  ))
    for (const { no, severity, score } of batch) severities.set(no, { severity, score: score ?? 0 })
  return severities
}
