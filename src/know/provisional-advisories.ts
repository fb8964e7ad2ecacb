import { AllclearError } from '../base/errors.ts'
import { listAdvisories, rawRecord } from './advisories/index.ts'
import { importAdvisories as storeAdvisories } from './advisories/records/index.ts'
import { answerCve, canonicalId, summaryOf } from './answering/index.ts'
import type { CveAnswer } from './answers.ts'
import type { Context } from './context.ts'
import { applyAdvisories } from './importing.ts'
import type { Input, ProvisionalInput } from './knowledge.ts'
import { recordChanges } from './overview.store.ts'
import { provisionalOsv } from './provisional/index.ts'

/** Stores a record typed by hand, and answers with it and with what it means here. */
export async function addProvisional(context: Context, input: ProvisionalInput, actor: string) {
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

export async function withdrawProvisional(context: Context, id: string, actor: string): Promise<void> {
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
