import { AllclearError } from '../base/errors.ts'
import { takeTurn } from '../base/turn.ts'
import { advisoryNumbers } from './advisories/index.ts'
import {
  importAdvisories as storeAdvisories,
  importFacts as storeFacts,
  type FactKind,
  type TouchedAdvisories,
} from './advisories/records/index.ts'
import type { ImportReport } from './answers.ts'
import { importSboms as storeSboms, refreshFindings, type CatalogDelta } from './catalog/index.ts'
import type { Context } from './context.ts'
import {
  applyClusterChanges,
  applySnapshot,
  checkClusterName,
  readManifests,
  resolveRuns,
  type ClusterChanges,
  type ClusterSource,
  type FleetDelta,
} from './fleet/index.ts'
import type { ImportOptions, Input } from './knowledge.ts'
import { recordChanges } from './overview.store.ts'
import type { FleetIndex } from './where/index.ts'

/** More than these are told as a number. */
const changesNamed = 50

export async function importAdvisories(
  context: Context,
  inputs: AsyncIterable<Input>,
  options: ImportOptions & { feed?: string },
): Promise<ImportReport> {
  const { report, touched } = await storeAdvisories(context.store, inputs, {
    ...options,
    clock: context.clock,
    work: context.work,
  })
  await applyAdvisories(context, touched, report)
  return report
}

/** Brings findings, index and the change log up to date after advisories changed. */
export async function applyAdvisories(
  context: Context,
  touched: TouchedAdvisories,
  report: ImportReport,
): Promise<void> {
  if (touched.names.size === 0 && touched.added.length === 0) return
  context.forgetAdvisories()
  const delta = await context.change(async (index) => {
    const changed = await refreshFindings(context.store, context.clock, touched)
    if (index) {
      for (const { packageVersionNo, advisoryNo } of [...changed.withdrawn, ...changed.changed])
        index.removeFinding(packageVersionNo, advisoryNo)
      for (const finding of [...changed.added, ...changed.changed])
        index.addFinding(finding.packageVersionNo, finding.advisoryNo, finding)
      index.version++
    }
    return changed
  })
  report.findingsAdded = delta.added.length
  report.findingsWithdrawn = delta.withdrawn.length
  const nowMs = context.clock.nowMs()
  const idOf = await advisoryNumbers(
    context.store,
    [...delta.added, ...delta.withdrawn].map(({ advisoryNo }) => advisoryNo),
  )
  const counts = new Map<number, { added: number; withdrawn: number }>()
  for (const { advisoryNo } of delta.added) countOf(counts, advisoryNo).added++
  for (const { advisoryNo } of delta.withdrawn) countOf(counts, advisoryNo).withdrawn++
  const rows = [...counts].slice(0, changesNamed).flatMap(([no, { added, withdrawn }]) => {
    const id = idOf.get(no)
    if (id === undefined) return []
    const changes = []
    if (added > 0)
      changes.push({
        kind: 'finding.added',
        subject: id.vulnerability,
        text: `${id.id}: ${added} package ${added === 1 ? 'version' : 'versions'} of the fleet affected`,
      })
    if (withdrawn > 0)
      changes.push({
        kind: 'finding.withdrawn',
        subject: id.vulnerability,
        text: `${id.id}: ${withdrawn} ${withdrawn === 1 ? 'finding' : 'findings'} withdrawn, the record changed`,
      })
    return changes
  })
  if (report.added + report.changed + report.removed > 0)
    rows.push({
      kind: 'feed.synced',
      subject: 'advisories',
      text: `${report.added} records added, ${report.changed} changed; ${delta.added.length} findings came, ${delta.withdrawn.length} went`,
    })
  await context.store.transaction((transaction) => recordChanges(transaction, nowMs, rows))
  await context.announce()
}

function countOf(
  counts: Map<number, { added: number; withdrawn: number }>,
  no: number,
): { added: number; withdrawn: number } {
  let count = counts.get(no)
  if (!count) counts.set(no, (count = { added: 0, withdrawn: 0 }))
  return count
}

export async function importFacts(
  context: Context,
  kind: FactKind,
  inputs: AsyncIterable<Input>,
  options: ImportOptions,
): Promise<ImportReport> {
  const report = await storeFacts(context.store, kind, inputs, { ...options, clock: context.clock })
  context.forgetAdvisories()
  await context.change(async (index) => {
    if (index) index.version++
  })
  await context.store.transaction((transaction) =>
    recordChanges(transaction, context.clock.nowMs(), [
      {
        kind: 'feed.synced',
        subject: kind,
        text: `${kind.toUpperCase()}: ${report.added} added, ${report.changed} changed`,
      },
    ]),
  )
  await context.announce()
  return report
}

export async function importSboms(
  context: Context,
  inputs: AsyncIterable<Input>,
  options: ImportOptions & { image?: string },
): Promise<ImportReport> {
  const report = await storeSboms(context, inputs, options, (storeBatch) => storeCatalog(context, storeBatch))
  await context.announce()
  return report
}

/** Stores documents and brings the change log, runs and the index up to date. */
export function storeCatalog(context: Context, store: () => Promise<CatalogDelta>): Promise<CatalogDelta> {
  return context.change(async (index) => {
    const delta = await store()
    const resolved = await context.store.transaction(
      async (transaction) => {
        await recordChanges(transaction, context.clock.nowMs(), [imagesAdded(delta.images)])
        return resolveRuns(transaction)
      },
      { mode: 'bulk' },
    )
    if (index) {
      // No image has these package versions yet, so no answer shows them or what is found in them before it has.
      for (const [at, { no, key }] of delta.packageVersions.entries()) {
        index.setPackage(no, key)
        if (at % packagesAtOnce === 0) await turnOf(index)
      }
      for (const [at, finding] of delta.findings.entries()) {
        index.addFinding(finding.packageVersionNo, finding.advisoryNo, finding)
        if (at % packagesAtOnce === 0) await turnOf(index)
      }
      for (const { no, id, name, contents, documentAtMs, partly } of delta.images) {
        index.setImage(no, id, name)
        index.setContents(no, contents, documentAtMs, partly)
      }
      for (const { run, image } of resolved) index.setImageOfRun(run, image)
      index.version++
    }
    return delta
  })
}

/** Between two looks at the clock. */
const packagesAtOnce = 256

/** Others may ask the index as it is now. */
async function turnOf(index: FleetIndex): Promise<void> {
  index.version++
  await takeTurn()
}

/** One line for a batch: a folder of a thousand documents is one event for people. */
function imagesAdded(images: readonly { id: string; name: string; contents: Uint32Array }[]) {
  const [first] = images
  const names = images.slice(0, 3).map(({ name }) => name)
  return {
    kind: 'image.added',
    subject: first.id,
    text:
      images.length === 1
        ? `${first.name}: ${first.contents.length} packages known`
        : `${images.length} images known: ${names.join(', ')}${images.length > 3 ? ', …' : ''}`,
  }
}

export async function importManifests(
  context: Context,
  inputs: AsyncIterable<Input>,
  options: ImportOptions & { cluster: string },
): Promise<ImportReport> {
  checkClusterName(options.cluster)
  const startedMs = context.clock.nowMs()
  const { snapshot, objectCount, refused, bytes } = await readManifests(inputs, {
    cluster: options.cluster,
    atMs: startedMs,
    onRead: (done) => options.onProgress?.({ title: 'Reading manifests', done, total: null, unit: 'files' }),
  })
  options.signal?.throwIfAborted()
  if (objectCount === 0) {
    const [first] = refused
    const [left] = snapshot.leftOut
    throw new AllclearError('manifest.invalid', {
      message: `Nothing was understood: ${first?.reason ?? (left ? `${left.reason} (${left.examples[0]}).` : 'the input names no Kubernetes object.')}`,
      next: `Give YAML or JSON of Kubernetes objects, e.g. from \`kubectl get … -o json\`. Nothing of ${options.cluster} was removed.`,
      ...(first === undefined ? {} : { where: first.source }),
    })
  }
  // What stands in a document that could not be read may still run: such an input takes nothing away.
  const whole = refused.length === 0
  const delta = await context.change(async (index) => {
    const changed = await context.store.transaction(
      async (transaction) => {
        const applied = await applySnapshot(transaction, snapshot, { whole, ownerKeys: context.ownerKeys })
        const { workloadsAdded, workloadsGone, runsAdded, runsGone } = applied.counts
        await recordChanges(transaction, context.clock.nowMs(), [
          {
            kind: 'workload.changed',
            subject: options.cluster,
            text: `${options.cluster}: ${workloadsAdded} workloads came, ${workloadsGone} went; ${runsAdded} runs began, ${runsGone} ended`,
          },
        ])
        return applied
      },
      { mode: 'bulk' },
    )
    index?.applyFleet(changed)
    return changed
  })
  await context.touched(delta)
  const { counts } = delta
  await context.announce()
  return {
    kind: 'manifests',
    added: counts.workloadsAdded,
    changed: counts.runsAdded + counts.runsGone,
    unchanged: snapshot.workloads.length - counts.workloadsAdded,
    removed: counts.workloadsGone,
    refused: refused.slice(0, 1000),
    refusedTotal: refused.length,
    leftOut: snapshot.leftOut,
    findingsAdded: 0,
    findingsWithdrawn: 0,
    tookMs: context.clock.nowMs() - startedMs,
    bytes,
    notes: [
      ...(snapshot.declaredOnly
        ? [
            'These manifests declare what is to run; no pod or node says what does. Replicas are counted as declared.',
          ]
        : []),
      ...(whole ? [] : ['Nothing was removed, because not everything could be read.']),
    ],
  }
}

/**
 * Writes a batch of changes of one cluster in one transaction and brings the fleet index up to date, both in time
 * proportional to the batch. This is the way in for live clusters: a watch collects what happened for a moment and
 * hands it over whole. Returns what changed; nothing is announced, since pods come and go by the second.
 */
export async function importClusterChanges(
  context: Context,
  changes: ClusterChanges,
  options: ClusterSource = {},
): Promise<FleetDelta> {
  return context.change(async (index) => {
    const delta = await context.store.transaction(
      (transaction) =>
        applyClusterChanges(transaction, changes, { ownerKeys: context.ownerKeys, ...options }),
      { mode: 'bulk' },
    )
    index?.applyFleet(delta)
    await context.touched(delta)
    return delta
  })
}
