import { inflateRawSync } from 'node:zlib'
import type { Clock } from '../../base/clock.ts'
import { limit } from '../../base/limits.ts'
import type { Store, Transaction, Value } from '../../base/store/index.ts'
import { takeTurn } from '../../base/turn.ts'
import { inOrderOrHere, taskBeside, type WorkPool } from '../../base/work/index.ts'
import type { ImportReport } from '../answers.ts'
import type { ImportOptions, Input } from '../knowledge.ts'
import { batchesOf } from './batches.ts'
import { parseOsv } from './osv.ts'
import { entriesWithout, entryOf, joinEntries } from './packed.ts'
import { idsOf, unpackRecords, type ReadRecord } from './packed-records.ts'
import { readRecords, type ReadBatch, type RecordBatch } from './read-records.ts'

/** What an import of advisories changed, for the findings that depend on it. */
export interface TouchedAdvisories {
  /** Package names by ecosystem (with release) whose advisories changed. */
  names: Map<string, Set<string>>
  added: string[]
  changed: string[]
  withdrawn: string[]
}

export interface AdvisoryImport {
  report: ImportReport
  touched: TouchedAdvisories
}

/**
 * Imports OSV records. Each archive (or folder) is one transaction: a kill in its middle leaves nothing of it. Records
 * are read in threads and written here. A record that is stored already with the same content costs one look-up; a
 * refused record is listed and the rest go on.
 *
 * Of two records with one id the one modified later holds. Where that does not tell (the same time, or none: the Go
 * database of 2026 names year 1), a later import replaces an earlier one, but within one import the first holds: in a
 * folder `all.zip` comes before `previous-2026-06-30.zip`, and an older snapshot beside the export must not undo it.
 */
export async function importAdvisories(
  store: Store,
  inputs: AsyncIterable<Input>,
  options: ImportOptions & { feed?: string; clock: Clock; work?: WorkPool },
): Promise<AdvisoryImport> {
  const startedMs = options.clock.nowMs()
  const report = emptyReport('advisories')
  const touched: TouchedAdvisories = { names: new Map(), added: [], changed: [], withdrawn: [] }
  const seen = new Set<number>()
  const batches = inOrderOrHere(options.work, readTask, readRecords, batchesOf(inputs, options), options)
  let next = await batches.next()
  let done = 0
  while (!next.done) {
    const { archive } = next.value.work
    await store.transaction(
      async (transaction) => {
        const writer = new AdvisoryWriter(transaction, options.clock.nowMs(), seen)
        while (!next.done && next.value.work.archive === archive) {
          options.signal?.throwIfAborted()
          const { work: batch, result } = next.value
          for (const error of batch.refused) refuse(report, error.where ?? archive, error.code, error.message)
          if (result.ok) await writeBatch(writer, result.value, report)
          else refuse(report, result.reason.where ?? archive, result.reason.code, result.reason.message)
          done += batch.documents
          options.onProgress?.({ title: 'Importing advisories', done, total: null, unit: 'records' })
          await takeTurn()
          next = await batches.next()
        }
        await writer.finish(report, touched)
      },
      { mode: 'bulk' },
    )
  }
  report.tookMs = options.clock.nowMs() - startedMs
  return { report, touched }
}

const readTask = taskBeside<RecordBatch, ReadBatch>('osv-records', import.meta.url)

async function writeBatch(writer: AdvisoryWriter, batch: ReadBatch, report: ImportReport): Promise<void> {
  report.bytes += batch.bytes
  for (const { source, code, message } of batch.refused) refuse(report, source, code, message)
  writer.begin(idsOf(batch.records))
  for (const record of unpackRecords(batch.records)) await writer.write(record, batch.records.texts, report)
}

interface StoredRecord {
  no: number
  content_hash: string
  modified_at: number | null
}

/** Collects rows and writes them in groups, so that neither memory nor the number of statements grows with the import. */
class AdvisoryWriter {
  readonly #transaction: Transaction
  readonly #nowMs: number
  /** Numbers of the records that this import has met, in this archive or an earlier one. */
  readonly #seen: Set<number>
  readonly #lookUp: { get(id: string): StoredRecord | undefined | Promise<StoredRecord | undefined> }
  #nextNo = 0
  #numbersLeft = 0
  /** Which records of the batch are stored, as they were when it began; null where each is looked up. */
  #stored: Map<string, StoredRecord> | null = null
  /** Ids that were written since, or waited to be: what was looked up does not hold for them. */
  readonly #begun = new Set<string>()
  /** Ids of the rows below, which a look-up does not find yet. */
  readonly #waiting = new Set<string>()
  #advisories: Value[][] = []
  #links: [vulnerability: string, advisoryNo: number, relation: string][] = []
  /** What new records say, by ecosystem and name: number and statement, one after the other. */
  #entries = new Map<string, Map<string, (number | string)[]>>()
  #entriesCharacters = 0
  /** Advisories whose old entries must go. */
  readonly #replaced = new Set<number>()
  readonly #feeds = new Map<string, { newestMs: number | null }>()
  readonly #names: TouchedAdvisories['names'] = new Map()
  readonly #touched = { added: [] as string[], changed: [] as string[], withdrawn: [] as string[] }

  constructor(transaction: Transaction, nowMs: number, seen: Set<number>) {
    this.#transaction = transaction
    this.#nowMs = nowMs
    this.#seen = seen
    const sql = 'select no, content_hash, modified_at from advisory where id = ?'
    this.#lookUp = (transaction.sync ?? transaction).prepare<StoredRecord>(sql)
  }

  /** Looks up all records of a batch at once, where the engine can without waiting: most are new. */
  begin(ids: readonly string[]): void {
    this.#begun.clear()
    for (const id of this.#waiting) this.#begun.add(id)
    if (this.#transaction.sync === undefined) return
    const found = this.#transaction.sync
      .prepare<StoredRecord & { id: string }>(
        `select advisory.id as id, no, content_hash, modified_at
          from json_each(?) as asked cross join advisory on advisory.id = asked.value`,
      )
      .all(JSON.stringify(ids))
    this.#stored = new Map(found.map((row) => [row.id, row]))
  }

  async write(record: ReadRecord, texts: readonly string[], report: ImportReport): Promise<void> {
    this.#noteFeed(record)
    if (this.#waiting.has(record.id)) await this.#flushRecords()
    const stored =
      this.#stored === null || this.#begun.has(record.id)
        ? await this.#lookUp.get(record.id)
        : this.#stored.get(record.id)
    this.#begun.add(record.id)
    if (stored !== undefined && !this.#replaces(record, stored)) {
      this.#seen.add(stored.no)
      report.unchanged++
      return
    }
    let no: number
    if (stored !== undefined) {
      no = stored.no
      await this.#remove(no)
      report.changed++
      ;(record.withdrawnAtMs !== null ? this.#touched.withdrawn : this.#touched.changed).push(record.id)
    } else {
      no = await this.#number()
      report.added++
      this.#touched.added.push(record.id)
    }
    this.#seen.add(no)
    this.#collect(no, record, texts)
    if (this.#advisories.length >= rowsAtOnce) await this.#flushRecords()
    if (this.#entriesCharacters >= entriesCharactersAtOnce) await this.#writePackages()
  }

  /** See `importAdvisories` for the rule. */
  #replaces({ contentHash, modifiedAtMs }: ReadRecord, stored: StoredRecord): boolean {
    if (stored.content_hash === contentHash) return false
    if (modifiedAtMs !== null && stored.modified_at !== null && modifiedAtMs !== stored.modified_at)
      return modifiedAtMs > stored.modified_at
    return !this.#seen.has(stored.no)
  }

  /** Writes what is left, the package rows and the feeds, and adds to the totals. */
  async finish(report: ImportReport, touched: TouchedAdvisories): Promise<void> {
    await this.#flushRecords()
    await this.#flushLinks()
    await this.#writePackages()
    await this.#writeFeeds()
    for (const [ecosystem, names] of this.#names) {
      const all = touched.names.get(ecosystem)
      if (all === undefined) touched.names.set(ecosystem, names)
      else for (const name of names) all.add(name)
    }
    touched.added.push(...this.#touched.added)
    touched.changed.push(...this.#touched.changed)
    touched.withdrawn.push(...this.#touched.withdrawn)
    report.removed += this.#touched.withdrawn.length
  }

  async #number(): Promise<number> {
    if (this.#numbersLeft === 0) {
      this.#nextNo = await this.#transaction.nextNumbers('advisory', numbersAtOnce)
      this.#numbersLeft = numbersAtOnce
    }
    this.#numbersLeft--
    return this.#nextNo++
  }

  /** Takes an older version of a record out; its package entries go when the rows are rewritten. */
  async #remove(no: number): Promise<void> {
    await this.#flushRecords()
    await this.#flushLinks()
    const row = await this.#transaction
      .prepare<{ raw: Uint8Array; raw_bytes: number }>('select raw, raw_bytes from advisory where no = ?')
      .get(no)
    if (row) {
      const old = parseOsv(
        JSON.parse(inflateRawSync(row.raw, { maxOutputLength: row.raw_bytes + 1 }).toString('utf8')),
      )
      if (old.ok)
        for (const { ecosystem, name } of old.value.affected) {
          const entries = this.#entriesOf(ecosystem, name)
          // Of the same archive, and not written yet.
          for (let at = entries.length - 2; at >= 0; at -= 2) if (entries[at] === no) entries.splice(at, 2)
        }
    }
    this.#replaced.add(no)
    await this.#transaction.prepare('delete from advisory where no = ?').run(no)
    await this.#transaction.prepare('delete from advisory_link where advisory_no = ?').run(no)
  }

  #collect(no: number, record: ReadRecord, texts: readonly string[]): void {
    this.#waiting.add(record.id)
    this.#advisories.push([
      no,
      record.id,
      record.feed,
      record.summary,
      record.severity,
      record.vector,
      record.score,
      record.publishedAtMs,
      record.modifiedAtMs,
      record.withdrawnAtMs,
      record.feed === 'provisional' ? 1 : 0,
      record.ecosystems,
      record.linksJson,
      record.contentHash,
      record.raw,
      record.rawBytes,
      this.#nowMs,
    ])
    const { links, statements } = record
    for (let at = 0; at < links.length; at += 2)
      this.#links.push([texts[links[at]], no, texts[links[at + 1]]])
    for (let at = 0; at < statements.length; at += 3) {
      const statement = texts[statements[at + 2]]
      this.#entriesOf(texts[statements[at]], texts[statements[at + 1]]).push(no, statement)
      this.#entriesCharacters += statement.length
    }
  }

  #entriesOf(ecosystem: string, name: string): (number | string)[] {
    let names = this.#entries.get(ecosystem)
    if (!names) this.#entries.set(ecosystem, (names = new Map()))
    let entries = names.get(name)
    if (!entries) names.set(name, (entries = []))
    return entries
  }

  async #flushRecords(): Promise<void> {
    if (this.#advisories.length === 0) return
    await this.#transaction.insert('advisory', advisoryColumns, this.#advisories)
    this.#advisories = []
    this.#waiting.clear()
    if (this.#links.length >= linksAtOnce) await this.#flushLinks()
  }

  /** In the order of the key neighbours are written together. */
  async #flushLinks(): Promise<void> {
    this.#links.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
    await this.#transaction.insert('advisory_link', ['vulnerability', 'advisory_no', 'relation'], this.#links)
    this.#links = []
  }

  /** Adds the entries to the rows of their names. */
  async #writePackages(): Promise<void> {
    const read = (this.#transaction.sync ?? this.#transaction).prepare<{ entries: string }>(
      'select entries from advisory_package where ecosystem = ? and name = ?',
    )
    const write = async (rows: Value[][]) =>
      this.#transaction.insert('advisory_package', ['ecosystem', 'name', 'entries'], rows, {
        onConflict: { target: ['ecosystem', 'name'], update: ['entries'] },
      })
    const remove = this.#transaction.prepare('delete from advisory_package where ecosystem = ? and name = ?')
    for (const [ecosystem, names] of this.#entries) {
      let touchedNames = this.#names.get(ecosystem)
      if (!touchedNames) this.#names.set(ecosystem, (touchedNames = new Set()))
      let rows: Value[][] = []
      // In the order of the key neighbours are written together.
      for (const name of [...names.keys()].sort()) {
        touchedNames.add(name)
        await takeTurn()
        const stored = await read.get(ecosystem, name)
        const entries = stored === undefined ? [] : entriesWithout(stored.entries, this.#replaced)
        const added = names.get(name)!
        for (let at = 0; at < added.length; at += 2)
          entries.push(entryOf(added[at] as number, added[at + 1] as string))
        if (entries.length > 0) rows.push([ecosystem, name, joinEntries(entries)])
        else await remove.run(ecosystem, name)
        if (rows.length < rowsAtOnce) continue
        await write(rows)
        rows = []
      }
      await write(rows)
    }
    this.#entries = new Map()
    this.#entriesCharacters = 0
    this.#replaced.clear()
  }

  #noteFeed({ feed, modifiedAtMs }: ReadRecord): void {
    const noted = this.#feeds.get(feed)
    if (!noted) this.#feeds.set(feed, { newestMs: modifiedAtMs })
    else if (modifiedAtMs !== null && modifiedAtMs > (noted.newestMs ?? 0)) noted.newestMs = modifiedAtMs
  }

  async #writeFeeds(): Promise<void> {
    for (const [feed, { newestMs }] of this.#feeds) {
      const stored = await this.#transaction
        .prepare<{ newest_record_at: number | null }>('select newest_record_at from feed where id = ?')
        .get(feed)
      const row = await this.#transaction
        .prepare<{ records: number }>('select count(*) as records from advisory where feed = ?')
        .get(feed)
      const times = [stored?.newest_record_at, newestMs].filter((at) => at != null)
      await this.#transaction.insert(
        'feed',
        ['id', 'kind', 'fetched_at', 'newest_record_at', 'records'],
        [
          [
            feed,
            feed === 'provisional' ? 'provisional' : 'osv',
            this.#nowMs,
            times.length === 0 ? null : Math.max(...times),
            Number(row?.records ?? 0),
          ],
        ],
        { onConflict: { target: ['id'], update: ['fetched_at', 'newest_record_at', 'records'] } },
      )
    }
  }
}

/** Rows that wait before they are written. */
const rowsAtOnce = 200
/** Links are small and go to all places of their key: the more there are together, the more of them are neighbours. */
const linksAtOnce = 10_000
/** Text of entries that waits: rows of much-named packages are read and written again each time. */
const entriesCharactersAtOnce = 4 * 1024 * 1024
/** Numbers are taken in blocks. */
const numbersAtOnce = 4096

const advisoryColumns = [
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
  'content_hash',
  'raw',
  'raw_bytes',
  'imported_at',
]

export function emptyReport(kind: ImportReport['kind']): ImportReport {
  return {
    kind,
    added: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
    refused: [],
    refusedTotal: 0,
    leftOut: [],
    findingsAdded: 0,
    findingsWithdrawn: 0,
    tookMs: 0,
    bytes: 0,
    notes: [],
  }
}

export function refuse(report: ImportReport, source: string, code: string, reason: string): void {
  report.refusedTotal++
  if (report.refused.length < limit('importErrors')) report.refused.push({ source, code, reason })
}
