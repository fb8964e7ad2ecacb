import type { Clock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import type { Store, Transaction, Value } from '../../base/store/index.ts'
import type { ImportReport } from '../answers.ts'
import type { ImportOptions, Input } from '../knowledge.ts'
import { readEpss, readKev, readSsvc } from './exploitation-facts.ts'
import { emptyReport, refuse } from './import.store.ts'
import { readVex } from './vex.ts'

export type FactKind = 'kev' | 'epss' | 'ssvc' | 'vex'

/** Imports KEV, EPSS, SSVC or VEX files in one transaction; refused files are listed, the others count. */
export async function importFacts(
  store: Store,
  kind: FactKind,
  inputs: AsyncIterable<Input>,
  options: ImportOptions & { clock: Clock },
): Promise<ImportReport> {
  const startedMs = options.clock.nowMs()
  const report = emptyReport(kind)
  await store.transaction(
    async (transaction) => {
      let done = 0
      const seen = new Set<string>()
      for await (const input of inputs) {
        options.signal?.throwIfAborted()
        try {
          const bytes = await input.read()
          report.bytes += bytes.length
          await importers[kind](transaction, bytes, input.source, report, startedMs, seen)
        } catch (error) {
          if (!(error instanceof AllclearError)) throw error
          refuse(report, error.where ?? input.source, error.code, error.message)
        }
        options.onProgress?.({
          title: `Importing ${kind.toUpperCase()}`,
          done: ++done,
          total: null,
          unit: 'files',
        })
      }
      await noteFeed(transaction, kind, startedMs)
    },
    { mode: 'bulk' },
  )
  report.tookMs = options.clock.nowMs() - startedMs
  return report
}

type Importer = (
  transaction: Transaction,
  bytes: Uint8Array,
  source: string,
  report: ImportReport,
  nowMs: number,
  /** Documents that this import has replaced already. */
  seen: Set<string>,
) => Promise<void>

const importers: Record<FactKind, Importer> = {
  async kev(transaction, bytes, source, report) {
    const { rows, skipped } = readKev(bytes, source)
    noteSkipped(report, source, skipped)
    const before = new Set(
      (await transaction.prepare<{ vulnerability: string }>('select vulnerability from kev').all()).map(
        ({ vulnerability }) => vulnerability,
      ),
    )
    await transaction.insert(
      'kev',
      ['vulnerability', 'added_at', 'due_at', 'ransomware', 'name', 'action'],
      rows.map((row): Value[] => [
        row.vulnerability,
        row.addedAtMs,
        row.dueAtMs,
        row.ransomware ? 1 : 0,
        row.name,
        row.action,
      ]),
      {
        onConflict: {
          target: ['vulnerability'],
          update: ['added_at', 'due_at', 'ransomware', 'name', 'action'],
        },
      },
    )
    for (const { vulnerability } of rows) {
      if (before.has(vulnerability)) report.unchanged++
      else report.added++
    }
  },
  async epss(transaction, bytes, source, report) {
    const { rows, skipped, scoredAtMs } = readEpss(bytes, source)
    noteSkipped(report, source, skipped)
    await transaction.insert(
      'epss',
      ['vulnerability', 'score', 'percentile', 'scored_at'],
      rows.map((row): Value[] => [row.vulnerability, row.score, row.percentile, scoredAtMs]),
      { onConflict: { target: ['vulnerability'], update: ['score', 'percentile', 'scored_at'] } },
    )
    report.added += rows.length
  },
  async ssvc(transaction, bytes, source, report) {
    const { rows, skipped } = readSsvc(bytes, source)
    noteSkipped(report, source, skipped)
    if (rows.length === 0) report.unchanged++
    await transaction.insert(
      'ssvc',
      ['vulnerability', 'exploitation', 'automatable', 'technical_impact', 'decided_at'],
      rows.map((row): Value[] => [
        row.vulnerability,
        row.exploitation,
        row.automatable,
        row.technicalImpact,
        row.decidedAtMs,
      ]),
      {
        onConflict: {
          target: ['vulnerability'],
          update: ['exploitation', 'automatable', 'technical_impact', 'decided_at'],
        },
      },
    )
    report.added += rows.length
  },
  async vex(transaction, bytes, source, report, nowMs, seen) {
    const document = readVex(bytes, source)
    const stored = await transaction
      .prepare<{ at: number | null; n: number }>(
        'select max(at) as at, count(*) as n from vex_statement where document_id = ? and author = ?',
      )
      .get(document.id, document.author)
    const newest = document.statements.reduce<number | null>(
      (best, { atMs }) => (atMs !== null && (best === null || atMs > best) ? atMs : best),
      document.atMs,
    )
    // Hubs split one document into a file for each product: files of one import that share an id belong together.
    const key = `${document.author}\n${document.id}`
    if (seen.has(key)) report.added++
    else if (stored && Number(stored.n) > 0) {
      // An older version of a document never takes back what a newer one says.
      if (stored.at !== null && newest !== null && newest < stored.at) {
        report.unchanged++
        return
      }
      await transaction
        .prepare('delete from vex_statement where document_id = ? and author = ?')
        .run(document.id, document.author)
      report.changed++
    } else report.added++
    seen.add(key)
    if (document.statements.length === 0) {
      report.notes.push(`${source} has no statement about a product that can be identified.`)
      return
    }
    let next = await transaction.nextNumbers('vex_statement', document.statements.length)
    await transaction.insert(
      'vex_statement',
      [
        'no',
        'document_id',
        'author',
        'format',
        'vulnerability',
        'aliases',
        'product',
        'subcomponent',
        'status',
        'justification',
        'statement',
        'at',
      ],
      document.statements.map((entry): Value[] => [
        next++,
        entry.documentId,
        entry.author,
        entry.format,
        entry.vulnerability,
        JSON.stringify(entry.aliases),
        entry.product,
        entry.subcomponent,
        entry.status,
        entry.justification,
        entry.statement,
        entry.atMs ?? nowMs,
      ]),
    )
  },
}

function noteSkipped(
  report: ImportReport,
  source: string,
  { count, examples }: { count: number; examples: readonly string[] },
): void {
  if (count === 0) return
  report.leftOut.push({
    reason: `${count === 1 ? 'entry' : 'entries'} of ${source} without a CVE id or a usable value`,
    count,
    examples: [...examples],
  })
}

async function noteFeed(transaction: Transaction, kind: FactKind, nowMs: number): Promise<void> {
  const table = kind === 'vex' ? 'vex_statement' : kind
  const newest = { kev: 'max(added_at)', epss: 'max(scored_at)', ssvc: 'max(decided_at)', vex: 'max(at)' }[
    kind
  ]
  const row = await transaction
    .prepare<{ records: number; newest: number | null }>(
      `select count(*) as records, ${newest} as newest from ${table}`,
    )
    .get()
  if (!row || Number(row.records) === 0) return
  await transaction.insert(
    'feed',
    ['id', 'kind', 'fetched_at', 'newest_record_at', 'records'],
    [[kind, kind, nowMs, row.newest, Number(row.records)]],
    { onConflict: { target: ['id'], update: ['fetched_at', 'newest_record_at', 'records'] } },
  )
}
