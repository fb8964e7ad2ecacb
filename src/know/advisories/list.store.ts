import type { ExploitationFacts } from '../scoring/index.ts'
import { inflateRawSync } from 'node:zlib'
import type { Store } from '../../base/store/index.ts'
import { loadAdvisoryFacts, type AdvisoryFactsRow } from './facts.store.ts'
import type { Relation } from './types.ts'

export interface AdvisoryQuery {
  q?: string
  ecosystem?: string
  provisional?: boolean
  limit: number
  offset: number
}

/** Advisories, newest first; `q` is a part of the id or of the summary. */
export async function listAdvisories(
  store: Store,
  { q, ecosystem, provisional, limit, offset }: AdvisoryQuery,
): Promise<{ total: number; rows: AdvisoryFactsRow[] }> {
  let query = store.db.selectFrom('advisory')
  if (q) {
    const pattern = `%${q.replace(/[\\%_]/g, (character) => `\\${character}`)}%`
    query = query.where(({ eb, or }) =>
      or([
        eb('id', 'like', pattern),
        eb('summary', 'like', pattern),
        eb(
          'no',
          'in',
          eb.selectFrom('advisory_link').select('advisory_no').where('vulnerability', '=', q.toUpperCase()),
        ),
      ]),
    )
  }
  if (ecosystem) query = query.where('ecosystems', 'like', `%"${ecosystem.replace(/[\\%_]/g, '')}%`)
  if (provisional !== undefined) query = query.where('provisional', '=', provisional ? 1 : 0)
  const { total } = await query
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await query
    .select('no')
    .orderBy('modified_at', 'desc')
    .orderBy('no')
    .limit(limit)
    .offset(offset)
    .execute()
  return {
    total: Number(total),
    rows: await loadAdvisoryFacts(
      store,
      rows.map(({ no }) => no),
    ),
  }
}

/** The record as it came, parsed; `null` when there is none of that id. */
export async function rawRecord(store: Store, id: string): Promise<unknown> {
  const row = await store
    .prepare<{ raw: Uint8Array; raw_bytes: number }>('select raw, raw_bytes from advisory where id = ?')
    .get(id)
  return row
    ? JSON.parse(inflateRawSync(row.raw, { maxOutputLength: row.raw_bytes + 1 }).toString('utf8'))
    : null
}

export interface VulnerabilityRecords {
  /** Ids that name the same vulnerability, the one asked for included. */
  ids: Set<string>
  records: { no: number; relation: Relation }[]
}

/** How many ids one vulnerability may have; alias cycles end by themselves, runaway chains here. */
const aliasesMax = 200

/**
 * Every record about a vulnerability: those that carry the id as their own or as an alias (and, through them, its other
 * names), and errata that were derived from it or relate to it. Only own ids and aliases are identity.
 */
export async function recordsOfVulnerability(store: Store, id: string): Promise<VulnerabilityRecords> {
  const byId = store.prepare<{ advisory_no: number; relation: Relation }>(
    'select advisory_no, relation from advisory_link where vulnerability = ?',
  )
  const byRecord = store.prepare<{ vulnerability: string; relation: Relation }>(
    'select vulnerability, relation from advisory_link where advisory_no = ?',
  )
  const ids = new Set([id])
  const relations = new Map<number, Relation>()
  const queue = [id]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const { advisory_no, relation } of await byId.all(next)) {
      const identity = relation === 'self' || relation === 'alias'
      const known = relations.get(advisory_no)
      if (known === undefined || (identity && known !== 'self' && known !== 'alias'))
        relations.set(advisory_no, relation)
      if (!identity) {
        // A distribution's record for exactly this vulnerability (UBUNTU-CVE-…, ALPINE-CVE-…) is no name of it.
        continue
      }
      for (const link of await byRecord.all(advisory_no)) {
        if (
          (link.relation !== 'self' && link.relation !== 'alias') ||
          ids.has(link.vulnerability) ||
          ids.size >= aliasesMax
        )
          continue
        ids.add(link.vulnerability)
        queue.push(link.vulnerability)
      }
    }
  }
  return { ids, records: [...relations].map(([no, relation]) => ({ no, relation })) }
}

export async function factsOfVulnerability(store: Store, ids: readonly string[]) {
  const first = async <Row>(table: 'kev' | 'epss' | 'ssvc'): Promise<Row | undefined> => {
    const statement = store.prepare<Row>(`select * from ${table} where vulnerability = ?`)
    for (const id of ids) {
      const row = await statement.get(id)
      if (row !== undefined) return row
    }
    return undefined
  }
  const kev = await first<{ added_at: number; due_at: number | null; ransomware: number }>('kev')
  const epss = await first<{ score: number; percentile: number; scored_at: number | null }>('epss')
  const ssvc = await first<StoredSsvc>('ssvc')
  return {
    kev: kev ? { addedAtMs: kev.added_at, dueAtMs: kev.due_at, ransomware: kev.ransomware === 1 } : null,
    epss: epss ? { score: epss.score, percentile: epss.percentile, atMs: epss.scored_at } : null,
    ssvc: ssvc
      ? {
          exploitation: ssvc.exploitation,
          automatable: ssvc.automatable,
          technicalImpact: ssvc.technical_impact,
          atMs: ssvc.decided_at,
        }
      : null,
  }
}

interface StoredSsvc {
  exploitation: string
  automatable: string
  technical_impact: string
  decided_at: number | null
}

/** KEV says nothing of a vulnerability before a catalogue was imported. */
export async function exploitationFacts(store: Store, id: string): Promise<ExploitationFacts> {
  const { kev, ssvc } = await factsOfVulnerability(store, [id])
  const catalogue = await store.prepare('select 1 as found from kev limit 1').get()
  return { kev: catalogue === undefined ? null : kev !== null, ssvc }
}

/** Ids of records by number, with the vulnerability each is about. */
export async function advisoryNumbers(
  store: Store,
  numbers: readonly number[],
): Promise<Map<number, { id: string; vulnerability: string }>> {
  const facts = await loadAdvisoryFacts(store, [...new Set(numbers)].slice(0, 1000))
  return new Map(
    facts.map(({ no, id, links }) => {
      const cve = id.startsWith('CVE-')
        ? id
        : links.find(
            ({ vulnerability, relation }) => relation !== 'related' && vulnerability.startsWith('CVE-'),
          )?.vulnerability
      return [no, { id, vulnerability: cve ?? id }]
    }),
  )
}
