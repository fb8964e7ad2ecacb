import { createHash } from 'node:crypto'
import type { Blobs } from '../../base/blobs.ts'
import type { Clock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'
import type { Store } from '../../base/store/index.ts'
import type { ImportReport } from '../answers.ts'
import type { ImportOptions, Input } from '../knowledge.ts'
import { packageKeyOf } from '../matching/index.ts'
import { readSbom } from '../sbom/index.ts'
import type { SbomDocument } from '../sbom/types.ts'
import { openJudge, type Judge } from './judge.ts'
import { storeDocuments, storedDocuments, type CatalogDelta } from './catalog.store.ts'

/** One document, read and keyed, ready to be stored. */
export interface ReadDocument {
  source: string
  sha256: string
  bytes: Uint8Array
  document: SbomDocument
  /** Image id: the digest, or `name:<subject>` for a document without one. */
  imageId: string
}

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
  context: { store: Store; blobs: Blobs; clock: Clock },
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
  for await (const input of inputs) {
    options.signal?.throwIfAborted()
    try {
      const bytes = await input.read()
      report.bytes += bytes.length
      const found = readDocument(bytes, input.source, options.image)
      leftOut.add(found.document)
      batch.push(found)
      bytesInBatch += bytes.length
    } catch (error) {
      refuse(report, input.source, error)
    }
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

/** Bytes to a keyed document. Throws `AllclearError` with the reason when it cannot be understood. */
export function readDocument(bytes: Uint8Array, source: string, image?: string): ReadDocument {
  const document = readSbom(bytes, { source })
  if (image !== undefined) nameSubject(document, image)
  return {
    source,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes,
    document,
    imageId: imageIdOf(document, source),
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
  const keys = documents.map(({ document }) =>
    document.packages.map((found) => packageKeyOf(found, document.distro)),
  )
  const delta = await onBatch(() => storeDocuments(context.store, context.clock, judge, documents, keys))
  report.added += delta.documentsAdded
  report.changed += delta.documentsReplaced
  report.findingsAdded += delta.findingsAdded
}

/** A refused input is an expected partial failure; anything that is not an `AllclearError` is a defect and ends the import. */
export function refuse(report: ImportReport, source: string, error: unknown): void {
  if (!(error instanceof AllclearError)) throw error
  report.refusedTotal++
  if (report.refused.length < limit('importErrors'))
    report.refused.push({
      source: error.where ?? source,
      code: error.code,
      reason: `${error.message} ${error.next}`.trim(),
    })
}

/** Digest of the image, else its name, else the document's own name: something to hang the contents on. */
export function imageIdOf({ subject }: SbomDocument, source: string): string {
  const digest = subject.digests[0] ?? subject.imageId
  if (digest) return digest
  const name = subject.references[0] ?? subject.name
  return `name:${name === null || name === undefined ? source : subject.version && !subject.references[0] ? `${name}@${subject.version}` : name}`
}

/** `--image REF` says which image a document without a usable subject describes. */
function nameSubject(document: SbomDocument, image: string): void {
  const digest = /sha256:[0-9a-f]{64}/.exec(image)?.[0]
  document.subject = {
    ...document.subject,
    name: image,
    digests: digest ? [digest] : document.subject.digests,
    references: [image, ...document.subject.references.filter((reference) => reference !== image)],
  }
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
