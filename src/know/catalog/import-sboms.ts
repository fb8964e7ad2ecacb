import type { Blobs } from '../../base/blobs.ts'
import type { Clock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import type { Store } from '../../base/store/index.ts'
import { inOrderOrHere, taskBeside, type Work, type WorkPool } from '../../base/work/index.ts'
import type { ImportReport } from '../answers.ts'
import type { ImportOptions, Input } from '../knowledge.ts'
import type { SbomDocument } from '../sbom/types.ts'
import { openJudge, type Judge } from './judge.ts'
import { storeDocuments, storedDocuments, type CatalogDelta } from './catalog.store.ts'
import { movable, type DocumentBytes } from './document-bytes.ts'
import { readDocument, type ReadDocument } from './read-document.ts'

/** Calls the function that stores the batch, brings up to date what follows from it, and returns what was changed. */
export type OnBatch = (storeBatch: () => Promise<CatalogDelta>) => Promise<CatalogDelta>

/**
 * A batch is one transaction: what is in it becomes visible together. 64 documents of the usual 250 KB are stored in
 * about a tenth of a second, so a kill loses little and readers wait for nobody.
 */
const batchDocuments = 64
const batchBytes = 32 * 1024 * 1024

/**
 * Reads SBOM documents and stores what they say. A refused document is listed with its reason and the rest go on; a
 * document that is already stored is left as it is. `onBatch` has each batch stored and follows what it changed.
 */
export async function importSboms(
  context: { store: Store; blobs: Blobs; clock: Clock; work?: WorkPool },
  inputs: AsyncIterable<Input>,
  options: ImportOptions & { image?: string },
  onBatch: OnBatch,
): Promise<ImportReport> {
  const startedMs = context.clock.nowMs()
  const report: ImportReport = {
    kind: 'sbom',
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
  const judge = await openJudge(context.store)
  const leftOut = new LeftOutTotals()
  let batch: ReadDocument[] = []
  let bytesInBatch = 0
  let read = 0
  const works = worksOf(inputs, options)
  const results = inOrderOrHere(context.work, documentTask, readDocument, works, { ...options, isSmall })
  for await (const { work, result } of results) {
    options.signal?.throwIfAborted()
    if (work.refused !== null) refuse(report, work.source, work.refused)
    else if (result.ok) {
      report.bytes += result.value.bytes.length
      leftOut.add(result.value.document)
      batch.push(result.value)
      bytesInBatch += result.value.bytes.length
    } else refuse(report, work.source, result.reason)
    read++
    options.onProgress?.({ title: 'Reading SBOMs', done: read, total: null, unit: 'documents' })
    if (batch.length >= batchDocuments || bytesInBatch >= batchBytes) {
      await storeBatch(context, batch, judge, report, onBatch)
      batch = []
      bytesInBatch = 0
    }
  }
  await storeBatch(context, batch, judge, report, onBatch)
  report.leftOut = leftOut.list()
  report.tookMs = context.clock.nowMs() - startedMs
  return report
}

const documentTask = taskBeside<DocumentBytes, ReadDocument>('sbom-document', import.meta.url)

interface DocumentWork extends Work<DocumentBytes> {
  /** Why its bytes could not be had; there is nothing to read then. */
  refused: AllclearError | null
}

/** Larger ones would hold the event loop for longer than a request should wait. */
const smallBytes = 512 * 1024

function isSmall({ input }: DocumentWork): boolean {
  return input.bytes.length <= smallBytes
}

async function* worksOf(
  inputs: AsyncIterable<Input>,
  { image }: { image?: string },
): AsyncGenerator<DocumentWork> {
  for await (const input of inputs) {
    const { source } = input
    try {
      const { bytes, transfer } = movable(await input.read())
      yield { source, input: { source, bytes, image }, transfer, refused: null }
    } catch (error) {
      if (!(error instanceof AllclearError)) throw error
      yield { source, input: { source, bytes: new Uint8Array() }, refused: error }
    }
  }
}

async function storeBatch(
  context: { store: Store; blobs: Blobs; clock: Clock },
  batch: ReadDocument[],
  judge: Judge,
  report: ImportReport,
  onBatch: OnBatch,
): Promise<void> {
  if (batch.length === 0) return
  const stored = await storedDocuments(
    context.store,
    batch.map(({ sha256, imageId }) => ({ sha256, imageId })),
  )
  const fresh = new Map<string, ReadDocument>()
  for (const found of batch)
    if (stored.has(`${found.sha256}\n${found.imageId}`) || fresh.has(found.sha256)) report.unchanged++
    else fresh.set(found.sha256, found)
  if (fresh.size === 0) return
  const documents = [...fresh.values()]
  // Originals first: a row that points at a document must never be there without it.
  await context.blobs.putMany(documents.map(({ bytes }) => bytes))
  const delta = await onBatch(() => storeDocuments(context.store, context.clock, judge, documents))
  report.added += delta.documentsAdded
  report.changed += delta.documentsReplaced
  report.findingsAdded += delta.findingsAdded
}

/** A refused input is an expected partial failure; anything that is not an `AllclearError` is a defect and ends the import. */
function refuse(report: ImportReport, source: string, error: unknown): void {
  if (!(error instanceof AllclearError)) throw error
  report.refusedTotal++
  if (report.refused.length < limit('importErrors'))
    report.refused.push({
      source: error.where ?? source,
      code: error.code,
      reason: `${error.message} ${error.next}`.trim(),
    })
}

class LeftOutTotals {
  readonly #reasons = new Map<string, { count: number; examples: string[] }>()

  add({ leftOut }: SbomDocument): void {
    for (const { reason, count, examples } of leftOut) {
      const total = this.#reasons.get(reason) ?? { count: 0, examples: [] }
      total.count += count
      if (total.examples.length < 5) total.examples.push(...examples.slice(0, 5 - total.examples.length))
      this.#reasons.set(reason, total)
    }
  }

  list(): ImportReport['leftOut'] {
    return [...this.#reasons]
      .map(([reason, { count, examples }]) => ({ reason, count, examples }))
      .sort((a, b) => b.count - a.count)
  }
}
