import { windowOf } from '../answering/index.ts'
import type { Finding, ImageAnswer, ImageSummary, Page, ScanReport } from '../answers.ts'
import {
  basesOf,
  documentsOf,
  loadImageContents,
  packageVersionsOf,
  referencesOf,
  UnknownPackages,
  type DocumentRow,
  type ImageRow,
} from '../catalog/index.ts'
import { historyMs, type Context } from '../context.ts'
import { arrangeFindings, type FindingQuery } from '../finding-list.ts'
import type { ListQuery } from '../knowledge.ts'
import { compareFindings, findingsOf, unjudged } from '../matching/index.ts'
import { intervalOfImage, running, workloadRows, type FleetIndex } from '../where/index.ts'
import { oneImage } from './find.ts'

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
  const page = windowOf(query)
  const reach = context.reach(index).ofImages([image.no], { sinceMs: context.clock.nowMs() - historyMs })
  const runs = reach.imageState[image.no] === running
  const { firstMs, lastMs } = intervalOfImage(reach, image.no)
  const live = judged.findings.filter(({ state }) => state === 'affected')
  const summary = summaryOfImage(index, image, references, documents, live, judged.unknown)
  return {
    ...summary,
    pods: reach.pods,
    workloads: reach.running.workloads,
    clusters: reach.imageClusters[image.no],
    firstSeenAtMs: firstMs,
    lastSeenAtMs: runs ? null : lastMs,
    running: runs,
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
    layers: await layersOf(context, image),
    findings: arrangeFindings(judged.findings, query),
    packageList: packagesOf(judged, query),
    unknownPackages: judged.unknown,
    runs: workloadRows(reach, page, () => ({ state: 'affected', claim: null })),
  }
}

async function layersOf({ store }: Context, { no }: ImageRow): Promise<ImageAnswer['layers']> {
  const found = await loadImageContents(store, no)
  if (found === null) return null
  const { layers, packages } = found.contents
  return {
    total: layers.length,
    files: layers.reduce((sum, { files }) => sum + files, 0),
    packages: packages.length,
    bases: (await basesOf(store, no)).map(({ name }) => name),
    readAtMs: found.cataloguedAtMs,
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
  const facts = await judge.loadVulnerabilities(idsOf(matches, advisory))
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
