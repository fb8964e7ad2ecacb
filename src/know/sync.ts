import { join } from 'node:path'
import { withoutTrailingSlashes } from '../core/trailing-slashes.ts'
import { walkInputs } from '../base/archive/index.ts'
import { AllclearError } from '../base/errors.ts'
import { defaultFeeds } from '../base/feeds.config.ts'
import { limit } from '../base/limits.ts'
import { download, fetchPatiently, headOf, removeDownload } from '../base/outbound/download.ts'
import { emptyReport } from './advisories/records/index.ts'
import type { ImportReport } from './answers.ts'
import { ecosystemsOfFleet } from './catalog/index.ts'
import type { Context } from './context.ts'
import { feedState, noteFetch, storedModified } from './feeds.store.ts'
import { importAdvisories } from './importing.ts'
import type { ImportOptions, Input, SyncReport } from './knowledge.ts'

type FeedPlan = SyncReport['feeds'][number] & { url: string; etag: string | null; changed: string[] }

/** Feeds looked at together: where nobody answers, all of them take as long as one. */
const feedsAtOnce = 16
/** Requests for single records under way at once. */
const recordsAtOnce = 8

/**
 * Fetches the public OSV export: for each ecosystem the list of changed records, then these records one by one, or the
 * whole archive where more changed than that is worth. What is unchanged by its validator is not fetched; an archive
 * whose download was cut goes on where it stopped. With `plan` nothing is fetched but sizes and lists.
 */
export async function syncFeeds(
  context: Context,
  options: ImportOptions & { baseUrl?: string; ecosystems?: string[]; all?: boolean; plan?: boolean },
): Promise<SyncReport> {
  const baseUrl = withoutTrailingSlashes(options.baseUrl ?? defaultFeeds.osv)
  const ecosystems = await wantedEcosystems(context, baseUrl, options)
  const plans: FeedPlan[] = []
  while (plans.length < ecosystems.length) {
    const total = ecosystems.length
    options.onProgress?.({ title: 'Looking at feeds', done: plans.length, total, unit: 'feeds' })
    const some = ecosystems.slice(plans.length, plans.length + feedsAtOnce)
    plans.push(
      ...(await Promise.all(some.map((ecosystem) => planFeed(context, baseUrl, ecosystem, options.signal)))),
    )
  }
  const report: SyncReport = { baseUrl, feeds: plans.map(shown), imported: null }
  if (options.plan) return report
  const imported = emptyReport('advisories')
  for (const [at, plan] of plans.entries()) {
    if (plan.action === 'unchanged' || plan.action === 'failed') continue
    try {
      const part = await fetchFeed(context, plan, options)
      add(imported, part)
      report.feeds[at] = { ...report.feeds[at], records: part.added + part.changed + part.unchanged }
      await noteFetch(context.store, {
        id: `osv:${plan.ecosystem}`,
        url: plan.url,
        etag: plan.etag,
        atMs: context.clock.nowMs(),
      })
    } catch (error) {
      if (!(error instanceof AllclearError)) throw error
      report.feeds[at] = { ...report.feeds[at], action: 'failed', reason: error.message }
    }
  }
  report.imported = imported
  return report
}

function shown({ ecosystem, action, bytes, records, reason }: FeedPlan): SyncReport['feeds'][number] {
  return { ecosystem, action, bytes, records, reason }
}

async function wantedEcosystems(
  context: Context,
  baseUrl: string,
  { ecosystems, all, signal }: { ecosystems?: string[]; all?: boolean; signal?: AbortSignal },
): Promise<string[]> {
  if (ecosystems && ecosystems.length > 0) return ecosystems
  if (!all) return ecosystemsOfFleet(context.store)
  const response = await fetchPatiently(`${baseUrl}/ecosystems.txt`, { signal })
  const names = (await response.text()).split('\n').map((line) => line.trim())
  // Releases are part of their ecosystem's export.
  return [...new Set(names.filter((name) => name !== '').map((name) => name.split(':', 1)[0]))].sort()
}

async function planFeed(
  context: Context,
  baseUrl: string,
  ecosystem: string,
  signal?: AbortSignal,
): Promise<FeedPlan> {
  const folder = `${baseUrl}/${encodeURIComponent(ecosystem)}`
  const url = `${folder}/all.zip`
  const plan: FeedPlan = {
    ecosystem,
    action: 'full',
    bytes: null,
    records: 0,
    reason: null,
    url,
    etag: null,
    changed: [],
  }
  try {
    const head = await headOf(url, { signal })
    plan.bytes = head.bytes
    plan.etag = head.etag
    const state = await feedState(context.store, `osv:${ecosystem}`)
    if (state && head.etag !== null && state.etag === head.etag)
      return { ...plan, action: 'unchanged', bytes: 0 }
    if (!state || state.records === 0) return plan
    const changed = await changedRecords(context, folder, ecosystem, signal)
    if (changed === null) return plan
    if (changed.length === 0) return { ...plan, action: 'unchanged', bytes: 0 }
    if (changed.length > limit('feedDeltaRecords')) return plan
    return { ...plan, action: 'delta', bytes: null, records: changed.length, changed }
  } catch (error) {
    if (!(error instanceof AllclearError)) throw error
    return { ...plan, action: 'failed', reason: error.message }
  }
}

/** Ids whose record is newer than the stored one, from `modified_id.csv`; `null` where there is no such list. */
async function changedRecords(
  context: Context,
  folder: string,
  ecosystem: string,
  signal?: AbortSignal,
): Promise<string[] | null> {
  let text: string
  try {
    const response = await fetchPatiently(`${folder}/modified_id.csv`, { signal, attempts: 2 })
    text = await response.text()
  } catch (error) {
    if (error instanceof AllclearError) return null
    throw error
  }
  const stored = await storedModified(context.store, `osv:${ecosystem}`)
  const changed: string[] = []
  for (const line of text.split('\n')) {
    const comma = line.indexOf(',')
    if (comma < 0) continue
    const modifiedMs = Date.parse(line.slice(0, comma))
    const id = line.slice(comma + 1).trim()
    if (Number.isNaN(modifiedMs) || !/^[A-Za-z0-9][\w.:-]*$/.test(id)) continue
    const known = stored.get(id)
    if (known === undefined || (known !== null && modifiedMs > known)) changed.push(id)
  }
  return changed
}

async function fetchFeed(context: Context, plan: FeedPlan, options: ImportOptions): Promise<ImportReport> {
  const feed = `osv:${plan.ecosystem}`
  if (plan.action === 'delta')
    return importAdvisories(context, changedInputs(plan, options), { ...options, feed })
  const target = join(
    context.dataDirectory,
    'downloads',
    `${plan.ecosystem.replace(/[^A-Za-z0-9.-]/g, '_')}.zip`,
  )
  await download(plan.url, target, {
    etag: plan.etag,
    signal: options.signal,
    onBytes: (done) =>
      options.onProgress?.({ title: `Fetching ${plan.ecosystem}`, done, total: plan.bytes, unit: 'bytes' }),
  })
  const report = await importAdvisories(context, walkInputs([target]), { ...options, feed })
  await removeDownload(target)
  return report
}

/** Changed records, fetched a few at a time and in order. */
async function* changedInputs(
  { changed, url, ecosystem }: FeedPlan,
  { signal }: ImportOptions,
): AsyncGenerator<Input> {
  const folder = url.slice(0, url.lastIndexOf('/'))
  for (let at = 0; at < changed.length; at += recordsAtOnce) {
    const bodies = await Promise.all(
      changed.slice(at, at + recordsAtOnce).map(async (id) => {
        const response = await fetchPatiently(`${folder}/${encodeURIComponent(id)}.json`, { signal })
        return { id, bytes: new Uint8Array(await response.arrayBuffer()) }
      }),
    )
    for (const { id, bytes } of bodies)
      yield { source: `${ecosystem} export: ${id}.json`, sizeBytes: bytes.length, read: async () => bytes }
  }
}

function add(total: ImportReport, part: ImportReport): void {
  total.added += part.added
  total.changed += part.changed
  total.unchanged += part.unchanged
  total.removed += part.removed
  total.refused.push(...part.refused)
  total.refusedTotal += part.refusedTotal
  total.findingsAdded += part.findingsAdded
  total.findingsWithdrawn += part.findingsWithdrawn
  total.tookMs += part.tookMs
  total.bytes += part.bytes
}
