import { AllclearError } from '../base/errors.ts'
import { program } from '../base/program.ts'
import {
  exploitationFacts,
  importAdvisories as storeAdvisories,
  listAdvisories,
  loadAdvisoryFacts,
  rawRecord,
  recordsOfVulnerability,
} from './advisories/index.ts'
import { answerCve, answerWhere, canonicalId, summaryOf, windowOf } from './answering/index.ts'
import type { CveAnswer } from './answers.ts'
import { scanDocument } from './catalog/index.ts'
import { Context, type KnowledgeOptions } from './context.ts'
import {
  answerImage,
  explainFinding,
  listImageFindings,
  listImagePackages,
  listImages,
  writeImageSbom,
} from './images/index.ts'
import {
  applyAdvisories,
  importAdvisories,
  importClusterChanges,
  importFacts,
  importManifests,
  importSboms,
} from './importing.ts'
import type { Input, Knowledge, ProvisionalInput } from './knowledge.ts'
import { LiveClusters } from './live.ts'
import { answerHome, answerStatus, listClusters } from './overview.ts'
import { listChanges, recordChanges } from './overview.store.ts'
import { provisionalOsv } from './provisional/index.ts'
import { readSbom } from './sbom/index.ts'
import { syncFeeds } from './sync.ts'

export type { Input, Knowledge } from './knowledge.ts'
export type { KnowledgeOptions } from './context.ts'

/** Opens the know wing on a store. Nothing is read until it is asked for. */
export async function openKnowledge(options: KnowledgeOptions): Promise<Knowledge> {
  const context = new Context(options)
  const live = new LiveClusters(context)
  return {
    live,
    status: () => answerStatus(context, program.version),
    home: () => answerHome(context, program.version),
    where: (query) => answerWhere(context, query),
    cve: (id, query) => answerCve(context, id, query),
    exploitation: (id) => exploitationFacts(context.store, canonicalId(id)),
    explain: (image, vulnerability) => explainFinding(context, image, vulnerability),
    images: (query) => listImages(context, query),
    image: (name, query) => answerImage(context, name, query),
    imageFindings: (name, query) => listImageFindings(context, name, query),
    imagePackages: (name, query) => listImagePackages(context, name, query),
    async advisories(query) {
      const index = await context.index()
      const { total, rows } = await listAdvisories(context.store, { ...query, ...windowOf(query) })
      return { total, rows: rows.map((record) => summaryOf(index, context.imageCounter(index), record)) }
    },
    async advisoryRecord(id) {
      const record = (await rawRecord(context.store, id)) ?? (await rawRecord(context.store, canonicalId(id)))
      if (record !== null) return record
      const { records } = await recordsOfVulnerability(context.store, canonicalId(id))
      const named = await loadAdvisoryFacts(
        context.store,
        records.map(({ no }) => no),
      )
      throw new AllclearError('not-found', {
        message: `There is no record with the id ${id}.`,
        next:
          named.length > 0
            ? `Records about it: ${named
                .map((record) => record.id)
                .slice(0, 8)
                .join(', ')}.`
            : 'List records with `allclear advisory list`.',
      })
    },
    addProvisional: (input, actor) => addProvisional(context, input, actor),
    withdrawProvisional: (id, actor) => withdrawProvisional(context, id, actor),
    clusters: () => listClusters(context),
    changes: ({ afterSeq, limit }) => listChanges(context.store, { afterSeq, limit: limit ?? 100 }),
    importAdvisories: (inputs, own) => importAdvisories(context, inputs, own),
    importSboms: (inputs, own) => importSboms(context, inputs, own),
    importManifests: (inputs, own) => importManifests(context, inputs, own),
    importClusterChanges: (changes, own) => importClusterChanges(context, changes, own),
    importFacts: (kind, inputs, own) => importFacts(context, kind, inputs, own),
    async scan(input) {
      const document = readSbom(await input.read(), { source: input.source })
      return scanDocument(document, input.source, await context.judge())
    },
    writeSbom: (image, format) => writeImageSbom(context, image, format, program),
    sync: (own) => syncFeeds(context, own),
    onChange: (listener) => context.onChange(listener),
    async close() {
      await live.close()
      await context.work.close()
    },
  }
}

async function addProvisional(context: Context, input: ProvisionalInput, actor: string) {
  const nowMs = context.clock.nowMs()
  const id = input.id ? canonicalId(input.id) : await nextProvisionalId(context, nowMs)
  // A vulnerability that has an id keeps it as alias: a feed may later publish a record under that very id.
  const own = `AC-${id.replace(/^AC-/, '')}`
  const record = provisionalOsv({ ...input, id: own }, nowMs)
  if (own !== id) record.aliases = [id]
  if (await rawRecord(context.store, own)) {
    throw new AllclearError('conflict', {
      message: `There is a provisional record ${own} already.`,
      next: `Withdraw it first: allclear advisory withdraw ${own}.`,
    })
  }
  await storeRecord(context, record)
  await context.store.transaction((transaction) =>
    recordChanges(transaction, nowMs, [
      { kind: 'advisory.added', subject: id, text: `${own} typed by ${actor}: ${input.title}` },
    ]),
  )
  await context.announce()
  const index = await context.index()
  const { rows } = await listAdvisories(context.store, { q: own, limit: 1, offset: 0 })
  return {
    advisory: summaryOf(index, context.imageCounter(index), rows[0]),
    answer: (await answerCve(context, id)) as CveAnswer,
  }
}

async function nextProvisionalId(context: Context, nowMs: number): Promise<string> {
  const year = new Date(nowMs).getUTCFullYear()
  const { total } = await listAdvisories(context.store, { q: `AC-${year}-`, limit: 1, offset: 0 })
  return `AC-${year}-${total + 1}`
}

async function withdrawProvisional(context: Context, id: string, actor: string): Promise<void> {
  const own = id.startsWith('AC-') ? id : `AC-${id}`
  const record = (await rawRecord(context.store, own)) as Record<string, unknown> | null
  if (!record || record.withdrawn !== undefined)
    throw new AllclearError('not-found', {
      message: `There is no provisional record ${id} that could be withdrawn.`,
      next: 'List them with `allclear advisory list --provisional`.',
    })
  const nowMs = context.clock.nowMs()
  const at = new Date(nowMs).toISOString()
  await storeRecord(context, { ...record, modified: at, withdrawn: at })
  await context.store.transaction((transaction) =>
    recordChanges(transaction, nowMs, [
      { kind: 'advisory.withdrawn', subject: own, text: `${own} withdrawn by ${actor}` },
    ]),
  )
  await context.announce()
}

async function storeRecord(context: Context, record: Record<string, unknown>): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(record))
  async function* inputs(): AsyncIterable<Input> {
    yield { source: String(record.id), sizeBytes: bytes.length, read: async () => bytes }
  }
  const { report, touched } = await storeAdvisories(context.store, inputs(), {
    feed: 'provisional',
    clock: context.clock,
  })
  await applyAdvisories(context, touched, report)
}
