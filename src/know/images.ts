import { AllclearError } from '../base/errors.ts'
import type { ExplainAnswer, Finding, ImageAnswer, ImageSummary, Page, ScanReport } from './answers.ts'
import {
  loadPackageEntries,
  recordsOfVulnerability,
  statementsOf,
  type PackedEntry,
} from './advisories/index.ts'
import {
  documentsOf,
  findImages,
  packageVersionsOf,
  referencesOf,
  UnknownPackages,
  type DocumentRow,
  type ImageRow,
  type Judge,
} from './catalog/index.ts'
import { canonicalId, windowOf } from './answering.ts'
import { historyMs, type Context } from './context.ts'
import { arrangeFindings, type FindingQuery } from './finding-list.ts'
import type { ListQuery } from './knowledge.ts'
import {
  compareFindings,
  evaluateEntry,
  findingsOf,
  lookupsOf,
  rankOfSeverity,
  stateAfter,
  statementFor,
  unjudged,
} from './matching/index.ts'
import type { Explanation, FindingState } from './matching/types.ts'
import { schemeForEcosystem } from './versions/index.ts'
import { writeSbom } from './sbom/index.ts'
import { digestOf, firstRows, workloadRows, type FleetIndex } from './where/index.ts'

/** The one image that a name means. Throws `not-found` or `ambiguous` with the candidates. */
export async function oneImage(context: Context, name: string): Promise<ImageRow> {
  const found = await findImages(context.store, name)
  if (found.length === 1) return found[0]
  if (found.length === 0) {
    throw new AllclearError('not-found', {
      message: `No image is known as ${name}.`,
      next: 'List images with `allclear image list`, or import an SBOM for it.',
    })
  }
  const exact = found.filter((image) => image.name === name)
  if (exact.length === 1) return exact[0]
  throw new AllclearError('ambiguous', {
    message: `${name} fits ${found.length} images: ${found
      .slice(0, 5)
      .map((image) => image.digest?.slice(0, 19) ?? image.id)
      .join(', ')}${found.length > 5 ? ', …' : ''}.`,
    next: 'Name one by its digest; a unique beginning is enough.',
  })
}

/** Every finding of an image, from the union of its documents. */
async function findingsOfImage(
  context: Context,
  image: ImageRow,
  documents: readonly DocumentRow[],
  references: readonly string[],
) {
  const judge = await context.judge()
  const locators = new Map<number, { locator: string; document: DocumentRow }>()
  for (const document of documents)
    document.contents.forEach((no, at) => {
      if (!locators.has(no)) locators.set(no, { locator: document.locators[at] ?? '', document })
    })
  const versions = await packageVersionsOf(context.store, locators.keys())
  const packages = [...versions.values()]
  const matches = await judge.matches(packages.map(({ key }) => key))
  const advisory = await judge.loadAdvisories(
    matches.flatMap((list) => list.map(({ advisoryNo }) => advisoryNo)),
  )
  const facts = await judge.loadVulnerabilities(idsOf(judge, matches, advisory))
  const unknown = new UnknownPackages()
  const findings: Finding[] = []
  const stateOf = new Map<number, 'affected' | 'clean' | 'unknown'>()
  const whyOf = new Map<number, string>()
  packages.forEach(({ no, key, purl }, at) => {
    const reason = unjudged(key, judge.covered)
    unknown.add(key, judge.covered)
    const own = findingsOf(
      key,
      matches[at],
      advisory,
      facts,
      { purl, digest: image.digest, references },
      locators.get(no)?.locator ?? '',
    )
    for (const finding of own)
      if (finding.state === 'unknown') unknown.addReason('version cannot be ordered', key)
    findings.push(...own)
    const affected = own.some(({ state }) => state === 'affected' || state === 'under_investigation')
    stateOf.set(
      no,
      affected
        ? 'affected'
        : reason !== null || own.some(({ state }) => state === 'unknown')
          ? 'unknown'
          : 'clean',
    )
    whyOf.set(
      no,
      affected
        ? `${own.length} findings`
        : (reason ?? (own.length > 0 ? 'not affected by statement, or cannot be ordered' : '')),
    )
  })
  return {
    findings: findings.sort(compareFindings),
    unknown: unknown.list(),
    packages,
    locators,
    stateOf,
    whyOf,
  }
}

function idsOf(
  _judge: Judge,
  matches: readonly (readonly { advisoryNo: number }[])[],
  advisory: (no: number) => { id: string; links: readonly { vulnerability: string }[] },
): Set<string> {
  const ids = new Set<string>()
  for (const list of matches)
    for (const { advisoryNo } of list) {
      const record = advisory(advisoryNo)
      ids.add(record.id)
      for (const { vulnerability } of record.links) ids.add(vulnerability)
    }
  return ids
}

export async function answerImage(
  context: Context,
  name: string,
  query: ListQuery = {},
): Promise<ImageAnswer> {
  const image = await oneImage(context, name)
  const index = await context.index()
  const documents = await documentsOf(context.store, image.no)
  const references = await referencesOf(context.store, image.no)
  const judged = await findingsOfImage(context, image, documents, [image.name, ...references])
  const walker = await context.walker()
  const reach = walker.ofImages([image.no], { sinceMs: context.clock.nowMs() - historyMs })
  const page = windowOf(query)
  const live = judged.findings.filter(({ state }) => state === 'affected')
  const summary = summaryOfImage(index, image, references, documents, live, judged.unknown)
  const [own] = reach.images
  return {
    ...summary,
    pods: reach.pods,
    workloads: reach.running.workloads,
    clusters: reach.clusters.size,
    firstSeenAtMs: own?.firstMs || null,
    lastSeenAtMs: own?.running ? null : own?.lastMs || null,
    running: own?.running ?? false,
    sentence: sentenceOfImage(summary, judged.findings, documents.length > 0, judged.unknown),
    atMs: context.clock.nowMs(),
    version: index.version,
    distro:
      documents
        .map(({ distro }) => distro && `${distro.id}${distro.versionId ? ` ${distro.versionId}` : ''}`)
        .find((text) => text) ?? null,
    documents: documents.map((document) => ({
      sha256: document.sha256,
      format: document.format,
      specVersion: document.specVersion,
      tools: document.tools,
      createdAtMs: document.createdAtMs,
      importedAtMs: document.importedAtMs,
      packages: document.packages,
      leftOut: document.leftOut,
    })),
    findings: arrangeFindings(judged.findings, query),
    packageList: packagesOf(judged, query),
    unknownPackages: judged.unknown,
    runs: workloadRows(index, reach.workloads, page, () => ({ state: 'affected', claim: null })),
  }
}

/** The findings of an image, filtered and sorted: a window of what may be tens of thousands. */
export async function listImageFindings(
  context: Context,
  name: string,
  query: FindingQuery,
): Promise<Page<Finding>> {
  return arrangeFindings((await judgedContents(context, await oneImage(context, name))).findings, query)
}

export async function listImagePackages(
  context: Context,
  name: string,
  query: ListQuery,
): Promise<ImageAnswer['packageList']> {
  return packagesOf(await judgedContents(context, await oneImage(context, name)), query)
}

async function judgedContents(context: Context, image: ImageRow) {
  const documents = await documentsOf(context.store, image.no)
  const references = await referencesOf(context.store, image.no)
  return findingsOfImage(context, image, documents, [image.name, ...references])
}

/** By name, and by version among equals, so that windows of the list fit together. */
function packagesOf(
  { packages, locators, stateOf, whyOf }: Awaited<ReturnType<typeof findingsOfImage>>,
  query: ListQuery,
): ImageAnswer['packageList'] {
  const { limit, offset } = windowOf(query)
  const text = query.q?.toLowerCase() ?? ''
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  const wanted = packages
    .filter(({ key, purl }) => key.name.toLowerCase().includes(text) || purl.toLowerCase().includes(text))
    .sort((a, b) => order(a.key.name, b.key.name) || order(a.key.version, b.key.version) || a.no - b.no)
  return {
    total: wanted.length,
    rows: wanted.slice(offset, offset + limit).map(({ no, key, purl }) => ({
      purl,
      name: key.name,
      version: key.version,
      ecosystem: key.ecosystem || key.type,
      source: key.sourceName ? `${key.sourceName} ${key.sourceVersion || key.version}` : '',
      locator: locators.get(no)?.locator ?? '',
      state: stateOf.get(no) ?? 'unknown',
      why: whyOf.get(no) ?? '',
    })),
  }
}

function summaryOfImage(
  index: FleetIndex,
  image: ImageRow,
  references: string[],
  documents: readonly DocumentRow[],
  live: readonly Finding[],
  unknown: ScanReport['unknown'],
): ImageSummary {
  return {
    digest: image.digest,
    id: image.id,
    reference: index.imageName[image.no] ?? image.name,
    references,
    known: documents.length > 0,
    packages: new Set(documents.flatMap(({ contents }) => [...contents])).size,
    affected: live.length,
    fixable: live.filter(({ fixState }) => fixState === 'fixed-in').length,
    critical: live.filter(({ severity }) => severity === 'critical').length,
    high: live.filter(({ severity }) => severity === 'high').length,
    unknown: unknown.reduce((sum, { packages }) => sum + packages, 0),
    workloads: 0,
    pods: 0,
    clusters: 0,
    firstSeenAtMs: image.firstSeenAtMs,
    lastSeenAtMs: null,
    running: false,
  }
}

function sentenceOfImage(
  { affected, fixable, packages }: ImageSummary,
  findings: readonly Finding[],
  known: boolean,
  unknown: ScanReport['unknown'],
): string {
  if (!known) return 'Cannot be judged: no SBOM describes this image.'
  const judgedAway = findings.filter(({ state }) => state === 'not_affected' || state === 'fixed').length
  const blind = unknown.reduce((sum, group) => sum + group.packages, 0)
  const parts = [`${affected} known, ${fixable} fixable now`]
  if (judgedAway > 0) parts.push(`${judgedAway} judged not affected`)
  if (blind > 0) parts.push(`${blind} of ${packages} packages cannot be judged`)
  return `${parts.join('; ')}.`
}

/** Images with their counts; running and most affected first. */
export async function listImages(
  context: Context,
  query: ListQuery & { running?: boolean },
): Promise<Page<ImageSummary>> {
  const index = await context.index()
  const page = windowOf(query)
  const stats = await imageStatistics(context, index)
  const wanted: number[] = []
  const text = query.q?.toLowerCase()
  for (let no = 1; no <= index.imageCount; no++) {
    if (index.imageId[no] === undefined) continue
    if (query.running === true && stats.workloads[no] === 0) continue
    if (text && !index.imageName[no].toLowerCase().includes(text) && !index.imageId[no].includes(text))
      continue
    wanted.push(no)
  }
  const worst = (no: number): number =>
    stats.critical[no] * 1_000_000 + stats.high[no] * 1_000 + stats.affected[no]
  const orders: Record<string, (a: number, b: number) => number> = {
    pods: (a, b) => stats.pods[b] - stats.pods[a] || a - b,
    name: (a, b) => (index.imageName[a] < index.imageName[b] ? -1 : 1),
    worst: (a, b) =>
      Number(stats.workloads[b] > 0) - Number(stats.workloads[a] > 0) || worst(b) - worst(a) || a - b,
  }
  const rows = firstRows(
    wanted,
    page.offset + page.limit,
    orders[query.sort ?? 'worst'] ?? orders.worst,
  ).slice(page.offset)
  return {
    total: wanted.length,
    rows: rows.map((no) => ({
      digest: digestOf(index.imageId[no]),
      id: index.imageId[no],
      reference: index.imageName[no],
      references: [],
      known: index.imageKnown[no] !== 0,
      packages: stats.packages[no],
      affected: stats.affected[no],
      fixable: stats.fixable[no],
      critical: stats.critical[no],
      high: stats.high[no],
      unknown: 0,
      workloads: stats.workloads[no],
      pods: stats.pods[no],
      clusters: stats.clusters[no],
      firstSeenAtMs: stats.firstMs[no] || null,
      lastSeenAtMs: stats.workloads[no] > 0 ? null : stats.lastMs[no] || null,
      running: stats.workloads[no] > 0,
    })),
  }
}

interface ImageStatistics {
  packages: Uint32Array
  affected: Uint32Array
  fixable: Uint32Array
  critical: Uint32Array
  high: Uint32Array
  workloads: Uint32Array
  pods: Uint32Array
  clusters: Uint32Array
  firstMs: Float64Array
  lastMs: Float64Array
}

const statisticsOf = new WeakMap<FleetIndex, { version: number; statistics: Promise<ImageStatistics> }>()

/** Counts for every image at once, kept for one version of the index. */
export function imageStatistics(context: Context, index: FleetIndex): Promise<ImageStatistics> {
  const kept = statisticsOf.get(index)
  if (kept?.version === index.version) return kept.statistics
  const statistics = computeStatistics(context, index)
  statisticsOf.set(index, { version: index.version, statistics })
  return statistics
}

async function computeStatistics(context: Context, index: FleetIndex): Promise<ImageStatistics> {
  const size = index.imageCount + 1
  const counts = () => new Uint32Array(size)
  const statistics: ImageStatistics = {
    packages: counts(),
    affected: counts(),
    fixable: counts(),
    critical: counts(),
    high: counts(),
    workloads: counts(),
    pods: counts(),
    clusters: counts(),
    firstMs: new Float64Array(size),
    lastMs: new Float64Array(size),
  }
  const severities = new Map<number, string>()
  for await (const batch of context.store.batches<{ no: number; severity: string }>(
    'select no, severity from advisory where no in (select distinct advisory_no from finding)',
  ))
    for (const { no, severity } of batch) severities.set(no, severity)
  // A vulnerability counts once for a package, however many records name it; here records of one package that have the
  // same severity and fix are what can be told apart without loading them all.
  for (let no = 1; no <= index.packageCount; no++)
    index.imagesOfPackage.forEach(no, (image) => statistics.packages[image]++)
  for await (const batch of context.store.batches<{
    package_version_no: number
    advisory_no: number
    fixed_in: string
  }>("select package_version_no, advisory_no, fixed_in from finding where state = 'affected'"))
    for (const { package_version_no, advisory_no, fixed_in } of batch) {
      const severity = severities.get(advisory_no)
      index.imagesOfPackage.forEach(package_version_no, (image) => {
        statistics.affected[image]++
        if (fixed_in !== '') statistics.fixable[image]++
        if (severity === 'critical') statistics.critical[image]++
        else if (severity === 'high') statistics.high[image]++
      })
    }
  const clusters = new Map<number, Set<number>>()
  for (let run = 1; run <= index.runCount; run++) {
    const image = index.runImage[run]
    if (image === 0) continue
    const firstMs = index.runFirstMs[run]
    if (statistics.firstMs[image] === 0 || firstMs < statistics.firstMs[image])
      statistics.firstMs[image] = firstMs
    if (index.runLastMs[run] !== 0) {
      statistics.lastMs[image] = Math.max(statistics.lastMs[image], index.runLastMs[run])
      continue
    }
    statistics.workloads[image]++
    statistics.pods[image] += index.runPods[run]
    const own = clusters.get(image) ?? new Set()
    clusters.set(image, own.add(index.workloadCluster[index.runWorkload[run]]))
  }
  for (const [image, own] of clusters) statistics.clusters[image] = own.size
  return statistics
}

/** Why an image has a vulnerability, or why not: every package of the names concerned, step by step. */
export async function explainFinding(context: Context, name: string, asked: string): Promise<ExplainAnswer> {
  const image = await oneImage(context, name)
  const id = canonicalId(asked)
  const { ids, records } = await recordsOfVulnerability(context.store, id)
  if (records.length === 0) {
    throw new AllclearError('not-found', {
      message: `No feed knows ${id}.`,
      next: `Describe it yourself: allclear advisory add --id ${id} --package pkg:… --range '…' --title '…'.`,
    })
  }
  const documents = await documentsOf(context.store, image.no)
  const judge = await context.judge()
  const references = [image.name, ...(await referencesOf(context.store, image.no))]
  const explanations: Explanation[] = []
  const statements = (await Promise.all([...ids].map((alias) => statementsOf(context.store, alias)))).flat()
  for (const document of documents) {
    const versions = await packageVersionsOf(context.store, document.contents)
    for (const [at, no] of document.contents.entries()) {
      const version = versions.get(no)
      if (!version) continue
      explanations.push(
        ...(await explainPackage(context, judge, {
          version,
          document,
          locator: document.locators[at] ?? '',
          image,
          references,
          records,
          statements,
        })),
      )
    }
  }
  const verdict = worstState(explanations.map((explanation) => explanation.verdict))
  return {
    image: image.digest ?? image.name,
    vulnerability: id,
    verdict: documents.length === 0 ? 'unknown' : verdict,
    sentence: sentenceOfExplanation(id, documents.length, explanations, verdict),
    explanations: explanations.sort((a, b) => rankOfSeverity(b.severity) - rankOfSeverity(a.severity)),
  }
}

interface Subject {
  version: { no: number; key: import('./matching/types.ts').PackageKey; purl: string }
  document: DocumentRow
  locator: string
  image: ImageRow
  references: string[]
  records: { no: number; relation: string }[]
  statements: Awaited<ReturnType<typeof statementsOf>>
}

async function explainPackage(
  context: Context,
  judge: Judge,
  { version, document, locator, image, references, records, statements }: Subject,
): Promise<Explanation[]> {
  const numbers = new Set(records.map(({ no }) => no))
  const { key, purl } = version
  const explanations: Explanation[] = []
  const [matches] = await judge.matches([key])
  for (const lookup of lookupsOf(key)) {
    if (!judge.covered.has(lookup.ecosystem)) continue
    const entries =
      (await loadPackageEntries(context.store, lookup.ecosystem, [lookup.name])).get(lookup.name) ?? []
    for (const entry of entries) {
      if (!numbers.has(entry.advisoryNo)) continue
      const record = (await judge.loadAdvisories([entry.advisoryNo]))(entry.advisoryNo)
      const evaluation = evaluateEntry(schemeForEcosystem(lookup.ecosystem), lookup.version, entry)
      const match = matches.find(({ advisoryNo }) => advisoryNo === entry.advisoryNo)
      const own: FindingState = match
        ? match.state
        : evaluation.state === 'unknown'
          ? 'unknown'
          : 'not_affected'
      const statement = statementFor(statements, { purl, digest: image.digest, references })
      explanations.push({
        advisory: record.id,
        vulnerability:
          record.links.map(({ vulnerability }) => vulnerability).find((alias) => alias.startsWith('CVE-')) ??
          record.id,
        package: {
          purl,
          key,
          evidence: { document: document.source, locator, tool: document.tools.join(', ') },
        },
        verdict: stateAfter(own, statement),
        severity: record.severity,
        steps: [
          {
            rule: 'evidence',
            text: `${document.source} names ${purl} at ${locator} (${document.format} ${document.specVersion}${document.tools.length > 0 ? `, made by ${document.tools.join(', ')}` : ''})`,
          },
          {
            rule: 'ecosystem',
            text: `${key.type || 'package'} of ${key.ecosystem || 'no known ecosystem'}${document.distro ? `; the document's distribution is ${document.distro.id} ${document.distro.versionId ?? 'without release'} (${document.distro.by})` : ''}`,
          },
          {
            rule: lookup.by === 'source' ? 'source package' : 'name',
            text:
              lookup.by === 'source'
                ? `advisories of ${lookup.ecosystem} name source packages: ${key.name} is built from ${lookup.name} ${lookup.version}`
                : `advisories of ${lookup.ecosystem} name ${lookup.name}`,
          },
          { rule: 'range', text: `${record.id} says ${rangeText(entry)}` },
          {
            rule: 'comparison',
            text: `${lookup.version || 'no version'}, ordered as ${schemeForEcosystem(lookup.ecosystem).id}: ${evaluation.decidedBy}, so ${evaluation.state.replaceAll('_', ' ')}`,
          },
          ...(match && match.decidedBy !== evaluation.decidedBy
            ? [{ rule: 'channels', text: match.decidedBy }]
            : []),
          ...(statement
            ? [
                {
                  rule: 'VEX',
                  text: `${statement.author} says ${statement.status.replaceAll('_', ' ')}${statement.statement ? `: ${statement.statement}` : ''}`,
                },
              ]
            : []),
        ],
        vex: statement
          ? [
              {
                author: statement.author,
                status: statement.status,
                statement: statement.statement,
                documentId: statement.documentId,
              },
            ]
          : [],
      })
    }
  }
  return explanations
}

function rangeText(entry: PackedEntry): string {
  const ranges = entry.ranges.map(({ events }) =>
    events.map(({ kind, version }) => `${kind.replace('_', ' ')} ${version}`).join(', '),
  )
  if (entry.versions.length > 0)
    ranges.push(
      entry.versions.length > 5
        ? `${entry.versions.length} listed versions`
        : `listed versions ${entry.versions.join(', ')}`,
    )
  return ranges.join('; or ') || 'nothing that can be compared'
}

function worstState(states: readonly FindingState[]): FindingState {
  for (const state of ['affected', 'under_investigation', 'unknown', 'fixed'] as const)
    if (states.includes(state)) return state
  return 'not_affected'
}

function sentenceOfExplanation(
  id: string,
  documents: number,
  explanations: readonly Explanation[],
  verdict: FindingState,
): string {
  if (documents === 0) return `Cannot tell: no SBOM describes this image.`
  if (explanations.length === 0) return `Not affected: no record of ${id} names a package of this image.`
  const affected = explanations.filter((explanation) => explanation.verdict === 'affected')
  if (affected.length > 0)
    return `Affected: ${[...new Set(affected.map(({ package: found }) => `${found.key.name} ${found.key.version}`))].join(', ')}.`
  if (verdict === 'unknown')
    return `Cannot tell: ${explanations[0].package.key.name} ${explanations[0].package.key.version} cannot be ordered.`
  const [first] = explanations
  return `Not affected: ${first.package.key.name} ${first.package.key.version} is outside the range.`
}

/** A new SBOM of everything that is known of an image. */
export async function writeImageSbom(
  context: Context,
  name: string,
  format: 'cyclonedx-1.6' | 'spdx-2.3',
  tool: { name: string; version: string },
): Promise<Uint8Array> {
  const image = await oneImage(context, name)
  const documents = await documentsOf(context.store, image.no)
  if (documents.length === 0)
    throw new AllclearError('not-found', {
      message: `Nothing is known of the contents of ${name}.`,
      next: 'Import an SBOM for it first.',
    })
  const versions = await packageVersionsOf(
    context.store,
    new Set(documents.flatMap(({ contents }) => [...contents])),
  )
  return writeSbom(format, {
    name: image.name,
    digest: image.digest,
    distro: documents.map(({ distro }) => distro).find((distro) => distro !== null) ?? null,
    createdAtMs: context.clock.nowMs(),
    tool,
    packages: [...versions.values()]
      .sort((a, b) => (a.purl < b.purl ? -1 : 1))
      .map(({ key, purl }) => ({
        purl,
        name: key.name,
        version: key.version,
        sourceName: key.sourceName,
        sourceVersion: key.sourceVersion,
      })),
  })
}
