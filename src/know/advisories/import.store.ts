import { hash } from 'node:crypto'
import { setImmediate as giveWay } from 'node:timers/promises'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Clock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import { parseJson } from '../../base/json.ts'
import { limit } from '../../base/limits.ts'
import type { Store, Transaction, Value } from '../../base/store/index.ts'
import type { ImportReport } from '../answers.ts'
import type { ImportOptions, Input } from '../knowledge.ts'
import { parseOsv } from './osv.ts'
import { encodeEntry, entriesWithout, joinEntries } from './packed.ts'
import type { Advisory } from './types.ts'

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

/** One record on its way in. */
export interface IncomingRecord {
  source: string
  bytes: Uint8Array
  /** The same bytes as raw deflate, when they came so. */
  deflated: Uint8Array | null
}

/**
 * Imports OSV records. Each archive (or folder) is one transaction: a kill in its middle leaves nothing of it. A record
 * that is stored already with the same content costs one look-up; one that is older than the stored one is left out; a
 * refused record is listed and the rest go on.
 */
export async function importAdvisories(
  store: Store,
  inputs: AsyncIterable<Input>,
  options: ImportOptions & { feed?: string; clock: Clock },
): Promise<AdvisoryImport> {
  const startedMs = options.clock.nowMs()
  const report = emptyReport('advisories')
  const touched: TouchedAdvisories = { names: new Map(), added: [], changed: [], withdrawn: [] }
  const iterator = inputs[Symbol.asyncIterator]()
  let next = await iterator.next()
  let done = 0
  while (!next.done) {
    const archive = archiveOf(next.value.source)
    await store.transaction(
      async (transaction) => {
        const writer = await AdvisoryWriter.open(transaction, options.clock.nowMs(), options.feed)
        let busySinceMs = performance.now()
        while (!next.done && archiveOf(next.value.source) === archive) {
          options.signal?.throwIfAborted()
          await importOne(writer, next.value, report)
          done++
          options.onProgress?.({ title: 'Importing advisories', done, total: null, unit: 'records' })
          if (performance.now() - busySinceMs > giveWayAfterMs) {
            await giveWay()
            busySinceMs = performance.now()
          }
          next = await iterator.next()
        }
        await writer.finish(report, touched)
      },
      { mode: 'bulk' },
    )
  }
  report.tookMs = options.clock.nowMs() - startedMs
  return { report, touched }
}

/** A server answers others in between. */
const giveWayAfterMs = 15

async function importOne(writer: AdvisoryWriter, input: Input, report: ImportReport): Promise<void> {
  try {
    const deflated = input.rawDeflated?.() ?? null
    const bytes = await input.read()
    report.bytes += bytes.length
    const json = parseJson(bytes, { source: input.source })
    if (Array.isArray(json)) {
      for (const [at, record] of json.entries())
        await writer.write(
          record,
          {
            source: `${input.source}, record ${at + 1}`,
            bytes: Buffer.from(JSON.stringify(record)),
            deflated: null,
          },
          report,
        )
    } else await writer.write(json, { source: input.source, bytes, deflated }, report)
  } catch (error) {
    if (!(error instanceof AllclearError)) throw error
    refuse(report, error.where ?? input.source, error.code, error.message)
  }
}

/** Collects rows and writes them in groups, so that neither memory nor the number of statements grows with the import. */
export class AdvisoryWriter {
  readonly #transaction: Transaction
  readonly #nowMs: number
  readonly #feed: string | undefined
  /** True when the tables were empty: nothing needs to be looked up. */
  readonly #fresh: boolean
  #nextNo = 0
  #numbersLeft = 0
  /** Records of this import by id, for exports that name one twice. */
  readonly #seen = new Map<string, { no: number; hash: string; modifiedAtMs: number | null }>()
  #advisories: Value[][] = []
  #links: Value[][] = []
  /** New entries by ecosystem and name. */
  readonly #entries = new Map<string, Map<string, string[]>>()
  /** Advisories whose old entries must go. */
  readonly #replaced = new Set<number>()
  readonly #feeds = new Map<string, { newestMs: number | null }>()
  readonly #touched = { added: [] as string[], changed: [] as string[], withdrawn: [] as string[] }

  private constructor(transaction: Transaction, nowMs: number, feed: string | undefined, fresh: boolean) {
    this.#transaction = transaction
    this.#nowMs = nowMs
    this.#feed = feed
    this.#fresh = fresh
  }

  static async open(
    transaction: Transaction,
    nowMs: number,
    feed: string | undefined,
  ): Promise<AdvisoryWriter> {
    const row = await transaction
      .prepare<{ any: number }>('select count(*) as "any" from (select 1 from advisory limit 1) as one')
      .get()
    return new AdvisoryWriter(transaction, nowMs, feed, Number(row?.any) === 0)
  }

  async write(json: unknown, record: IncomingRecord, report: ImportReport): Promise<void> {
    const parsed = parseOsv(json, this.#feed)
    if (!parsed.ok) {
      refuse(
        report,
        record.source,
        'advisory.invalid',
        `${record.source} is not an OSV record: ${parsed.reason}.`,
      )
      return
    }
    const advisory = parsed.value
    if (this.#feed === undefined) advisory.feed = feedOf(advisory)
    const contentHash = hash('sha256', record.bytes, 'base64url').slice(0, 22)
    const existing =
      this.#seen.get(advisory.id) ?? (this.#fresh ? undefined : await this.#stored(advisory.id))
    if (existing?.hash === contentHash || (existing && isOlder(advisory, existing.modifiedAtMs))) {
      report.unchanged++
      this.#noteFeed(advisory)
      return
    }
    let no: number
    if (existing) {
      no = existing.no
      await this.#remove(no)
      report.changed++
      ;(advisory.withdrawnAtMs === null ? this.#touched.changed : this.#touched.withdrawn).push(advisory.id)
    } else {
      no = await this.#number()
      report.added++
      this.#touched.added.push(advisory.id)
    }
    this.#seen.set(advisory.id, { no, hash: contentHash, modifiedAtMs: advisory.modifiedAtMs })
    this.#noteFeed(advisory)
    this.#collect(no, advisory, contentHash, record)
    if (this.#advisories.length >= rowsAtOnce) await this.#flushRecords()
  }

  /** Writes what is left, the package rows and the feeds, and adds to the totals. */
  async finish(report: ImportReport, touched: TouchedAdvisories): Promise<void> {
    await this.#flushRecords()
    await this.#writePackages(touched)
    await this.#writeFeeds()
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

  async #stored(id: string): Promise<{ no: number; hash: string; modifiedAtMs: number | null } | undefined> {
    const row = await this.#transaction
      .prepare<{ no: number; content_hash: string; modified_at: number | null }>(
        'select no, content_hash, modified_at from advisory where id = ?',
      )
      .get(id)
    return row && { no: row.no, hash: row.content_hash, modifiedAtMs: row.modified_at }
  }

  /** Takes an older version of a record out; its package entries go when the rows are rewritten. */
  async #remove(no: number): Promise<void> {
    await this.#flushRecords()
    const row = await this.#transaction
      .prepare<{ raw: Uint8Array; raw_bytes: number }>('select raw, raw_bytes from advisory where no = ?')
      .get(no)
    if (row) {
      const old = parseOsv(
        JSON.parse(inflateRawSync(row.raw, { maxOutputLength: row.raw_bytes + 1 }).toString('utf8')),
      )
      if (old.ok) for (const { ecosystem, name } of old.value.affected) this.#entriesOf(ecosystem, name)
    }
    for (const list of this.#entries.values())
      for (const [name, entries] of list)
        list.set(
          name,
          entries.filter((entry) => !entry.startsWith(`[${no},`)),
        )
    this.#replaced.add(no)
    await this.#transaction.prepare('delete from advisory where no = ?').run(no)
    await this.#transaction.prepare('delete from advisory_link where advisory_no = ?').run(no)
  }

  #collect(no: number, advisory: Advisory, contentHash: string, { bytes, deflated }: IncomingRecord): void {
    const ecosystems = new Set<string>()
    for (const affected of advisory.affected) {
      ecosystems.add(affected.ecosystem)
      // A withdrawn record stays readable and matches nothing (OSV schema, "withdrawn").
      if (advisory.withdrawnAtMs === null)
        this.#entriesOf(affected.ecosystem, affected.name).push(encodeEntry(no, affected))
    }
    this.#advisories.push([
      no,
      advisory.id,
      advisory.feed,
      advisory.summary,
      advisory.severity,
      advisory.vector,
      advisory.score,
      advisory.publishedAtMs,
      advisory.modifiedAtMs,
      advisory.withdrawnAtMs,
      advisory.feed === 'provisional' ? 1 : 0,
      JSON.stringify([...ecosystems]),
      JSON.stringify(advisory.links),
      contentHash,
      deflated ?? deflateRawSync(bytes, { level: 1 }),
      bytes.length,
      this.#nowMs,
    ])
    for (const { vulnerability, relation } of advisory.links) this.#links.push([vulnerability, no, relation])
  }

  #entriesOf(ecosystem: string, name: string): string[] {
    let names = this.#entries.get(ecosystem)
    if (!names) this.#entries.set(ecosystem, (names = new Map()))
    let entries = names.get(name)
    if (!entries) names.set(name, (entries = []))
    return entries
  }

  async #flushRecords(): Promise<void> {
    if (this.#advisories.length === 0) return
    await this.#transaction.insert('advisory', advisoryColumns, this.#advisories)
    await this.#transaction.insert('advisory_link', ['vulnerability', 'advisory_no', 'relation'], this.#links)
    this.#advisories = []
    this.#links = []
  }

  async #writePackages(touched: TouchedAdvisories): Promise<void> {
    const read = this.#transaction.prepare<{ entries: string }>(
      'select entries from advisory_package where ecosystem = ? and name = ?',
    )
    const rows: Value[][] = []
    const empty: [string, string][] = []
    for (const [ecosystem, names] of this.#entries) {
      let touchedNames = touched.names.get(ecosystem)
      if (!touchedNames) touched.names.set(ecosystem, (touchedNames = new Set()))
      for (const [name, entries] of names) {
        touchedNames.add(name)
        const stored = this.#fresh ? undefined : await read.get(ecosystem, name)
        const kept = stored
          ? this.#replaced.size > 0
            ? entriesWithout(stored.entries, this.#replaced)
            : [stored.entries.slice(1, -1)]
          : []
        const all = [...kept.filter((entry) => entry !== ''), ...entries]
        if (all.length > 0) rows.push([ecosystem, name, joinEntries(all)])
        else empty.push([ecosystem, name])
      }
    }
    await this.#transaction.insert('advisory_package', ['ecosystem', 'name', 'entries'], rows, {
      onConflict: { target: ['ecosystem', 'name'], update: ['entries'] },
    })
    const remove = this.#transaction.prepare('delete from advisory_package where ecosystem = ? and name = ?')
    for (const [ecosystem, name] of empty) await remove.run(ecosystem, name)
  }

  #noteFeed({ feed, modifiedAtMs }: Advisory): void {
    const noted = this.#feeds.get(feed)
    if (!noted) this.#feeds.set(feed, { newestMs: modifiedAtMs })
    else if (modifiedAtMs !== null && modifiedAtMs > (noted.newestMs ?? 0)) noted.newestMs = modifiedAtMs
  }

  async #writeFeeds(): Promise<void> {
    for (const [feed, { newestMs }] of this.#feeds) {
      const row = await this.#transaction
        .prepare<{ records: number; newest: number | null }>(
          'select count(*) as records, max(modified_at) as newest from advisory where feed = ?',
        )
        .get(feed)
      await this.#transaction.insert(
        'feed',
        ['id', 'kind', 'fetched_at', 'newest_record_at', 'records'],
        [
          [
            feed,
            feed === 'provisional' ? 'provisional' : 'osv',
            this.#nowMs,
            row?.newest ?? newestMs,
            Number(row?.records ?? 0),
          ],
        ],
        { onConflict: { target: ['id'], update: ['fetched_at', 'newest_record_at', 'records'] } },
      )
    }
  }
}

/** Rows that wait before they are written. */
const rowsAtOnce = 500
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

/** `osv:Debian`: one feed for each ecosystem, as OSV exports them. */
function feedOf({ affected, id }: Advisory): string {
  const ecosystem = affected[0]?.ecosystem
  return ecosystem === undefined ? `osv:${id.split('-', 1)[0]}` : `osv:${ecosystem.split(':', 1)[0]}`
}

function isOlder({ modifiedAtMs }: Advisory, storedMs: number | null): boolean {
  return modifiedAtMs !== null && storedMs !== null && modifiedAtMs < storedMs
}

/** What one transaction holds: the archive that an entry came from, or the loose files together. */
function archiveOf(source: string): string {
  const colon = source.lastIndexOf(': ')
  return colon < 0 ? '' : source.slice(0, colon)
}

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
