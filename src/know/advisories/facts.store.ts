import type { Database, Store } from '../../base/store/index.ts'
import { decodeEntries, type PackedEntry } from './packed.ts'
import type { Advisory, Severity, VexStatement, VexStatus } from './types.ts'

/** What a finding needs to know of an advisory record. */
export interface AdvisoryFactsRow {
  no: number
  id: string
  feed: string
  summary: string
  severity: Severity
  vector: string | null
  score: number | null
  publishedAtMs: number | null
  modifiedAtMs: number | null
  withdrawnAtMs: number | null
  provisional: boolean
  ecosystems: string[]
  links: Advisory['links']
}

/** The decoded rows of these package names; names without a row are absent. */
export async function loadPackageEntries(
  store: Store,
  ecosystem: string,
  names: readonly string[],
): Promise<Map<string, PackedEntry[]>> {
  const found = new Map<string, PackedEntry[]>()
  if (store.sync) {
    // One call for all of them: most names have no row, and a call costs more than a look-up.
    const statement = store.sync.prepare<{ name: string; entries: string }>(
      `select stored.name as name, stored.entries as entries from json_each(?) as asked
        cross join advisory_package as stored on stored.ecosystem = ? and stored.name = asked.value`,
    )
    for (const { name, entries } of statement.all(JSON.stringify(names), ecosystem))
      found.set(name, decodeEntries(entries))
    return found
  }
  const rows = await store.db
    .selectFrom('advisory_package')
    .select(['name', 'entries'])
    .where('ecosystem', '=', ecosystem)
    .where('name', 'in', names.length > 0 ? [...names] : [''])
    .execute()
  for (const { name, entries } of rows) found.set(name, decodeEntries(entries))
  return found
}

/** Ecosystems (with release) that some advisory names. */
export async function coveredEcosystems(store: Store): Promise<Set<string>> {
  // Skips from one ecosystem to the next along the key: there are a hundred of them and many thousand rows.
  const covered = new Set<string>()
  const next = store.prepare<{ ecosystem: string | null }>(
    'select min(ecosystem) as ecosystem from advisory_package where ecosystem > ?',
  )
  for (let row = await next.get(''); row?.ecosystem != null; row = await next.get(row.ecosystem))
    covered.add(row.ecosystem)
  return covered
}

const factColumns = [
  'no',
  'id',
  'feed',
  'summary',
  'severity',
  'vector',
  'score',
  'published_at',
  'modified_at',
  'withdrawn_at',
  'provisional',
  'ecosystems',
  'links',
] as const
type StoredAdvisory = Pick<Database['advisory'], (typeof factColumns)[number]>

export async function loadAdvisoryFacts(
  store: Store,
  numbers: readonly number[],
): Promise<AdvisoryFactsRow[]> {
  const sql = `select ${factColumns.join(', ')} from advisory where no = ?`
  const facts: AdvisoryFactsRow[] = []
  if (store.sync) {
    const statement = store.sync.prepare<StoredAdvisory>(sql)
    for (const no of numbers) {
      const row = statement.get(no)
      if (row) facts.push(factsOf(row))
    }
    return facts
  }
  for (let at = 0; at < numbers.length; at += 5000) {
    const rows = await store.db
      .selectFrom('advisory')
      .select(factColumns)
      .where('no', 'in', numbers.slice(at, at + 5000))
      .execute()
    facts.push(...rows.map(factsOf))
  }
  return facts
}

/** What findings say of these records: a third of what is known of them, for a scan reads thousands. */
export async function loadFindingFacts(
  store: Store,
  numbers: readonly number[],
): Promise<Pick<AdvisoryFactsRow, FindingFact>[]> {
  if (!store.sync) return loadAdvisoryFacts(store, numbers)
  const statement = store.sync.prepare<StoredAdvisory>(
    `select advisory.no, advisory.id, summary, severity, score, withdrawn_at, links
      from json_each(?) as asked cross join advisory on advisory.no = asked.value`,
  )
  return statement.all(JSON.stringify(numbers)).map((row) => ({
    no: row.no,
    id: row.id,
    summary: row.summary,
    severity: row.severity as Severity,
    score: row.score,
    withdrawnAtMs: row.withdrawn_at,
    links: JSON.parse(row.links) as Advisory['links'],
  }))
}

type FindingFact = 'no' | 'id' | 'summary' | 'severity' | 'score' | 'withdrawnAtMs' | 'links'

function factsOf(row: StoredAdvisory): AdvisoryFactsRow {
  return {
    no: row.no,
    id: row.id,
    feed: row.feed,
    summary: row.summary,
    severity: row.severity as Severity,
    vector: row.vector,
    score: row.score,
    publishedAtMs: row.published_at,
    modifiedAtMs: row.modified_at,
    withdrawnAtMs: row.withdrawn_at,
    provisional: row.provisional === 1,
    ecosystems: JSON.parse(row.ecosystems) as string[],
    links: JSON.parse(row.links) as Advisory['links'],
  }
}

/** KEV, EPSS and VEX of vulnerability ids, ready to be asked without waiting. */
export async function loadVulnerabilityFacts(store: Store, ids: Iterable<string>) {
  const asked = [...new Set(ids)]
  const exploited = new Set(
    (await store.prepare<{ vulnerability: string }>('select vulnerability from kev').all()).map(
      ({ vulnerability }) => vulnerability,
    ),
  )
  const scores = new Map<string, number>()
  if (await hasRows(store, 'epss')) {
    const statement = store.prepare<{ score: number }>('select score from epss where vulnerability = ?')
    for (const id of asked) {
      const row = await statement.get(id)
      if (row) scores.set(id, row.score)
    }
  }
  const statements = new Map<string, VexStatement[]>()
  if (await hasRows(store, 'vex_statement'))
    for (const id of asked) {
      const found = await statementsOf(store, id)
      if (found.length > 0) statements.set(id, found)
    }
  return {
    isKnownExploited: (vulnerability: string) => exploited.has(vulnerability),
    epss: (vulnerability: string) => scores.get(vulnerability) ?? null,
    statements: (vulnerability: string): readonly VexStatement[] => statements.get(vulnerability) ?? [],
  }
}

async function hasRows(store: Store, table: 'epss' | 'vex_statement'): Promise<boolean> {
  return (await store.prepare(`select 1 as found from ${table} limit 1`).get()) !== undefined
}

/** VEX statements about one vulnerability id, oldest first. */
export async function statementsOf(store: Store, vulnerability: string): Promise<VexStatement[]> {
  const rows = await store
    .prepare<StoredVexStatement>('select * from vex_statement where vulnerability = ? order by at')
    .all(vulnerability)
  return rows.map((row) => ({
    documentId: row.document_id,
    author: row.author,
    format: row.format as VexStatement['format'],
    vulnerability: row.vulnerability,
    aliases: JSON.parse(row.aliases) as string[],
    product: row.product,
    subcomponent: row.subcomponent,
    status: row.status as VexStatus,
    justification: row.justification,
    statement: row.statement,
    atMs: row.at,
  }))
}

interface StoredVexStatement {
  document_id: string
  author: string
  format: string
  vulnerability: string
  aliases: string
  product: string
  subcomponent: string | null
  status: string
  justification: string | null
  statement: string | null
  at: number | null
}
