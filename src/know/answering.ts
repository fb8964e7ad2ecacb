import { AllclearError } from '../base/errors.ts'
import { limit as limitOf } from '../base/limits.ts'
import {
  factsOfVulnerability,
  findingsOfAdvisories,
  loadAdvisoryFacts,
  loadVulnerabilityFacts,
  rawRecord,
  recordsOfVulnerability,
  type AdvisoryFactsRow,
  type Severity,
} from './advisories/index.ts'
import { parseOsv } from './advisories/index.ts'
import type { AdvisorySummary, CveAnswer, Page, UnknownVulnerability, WhereAnswer } from './answers.ts'
import { findImages, packageVersionsOf } from './catalog/index.ts'
import { historyMs, type Context } from './context.ts'
import type { ListQuery, WhereQuery } from './knowledge.ts'
import { rankOfSeverity, stateAfter, statementFor, vulnerabilityOf } from './matching/index.ts'
import type { FindingState, FixState } from './matching/types.ts'
import { listChanges } from './overview.store.ts'
import { reconciliationOf } from './reconciliation.ts'
import { severityOfScore } from './scoring/index.ts'
import {
  blastGraph,
  clusterRows,
  findPackages,
  findWorkloads,
  firstImages,
  imageRows,
  nodeRows,
  ownerRows,
  parseQuestion,
  radiusOf,
  sentenceOf,
  workloadRows,
  type FleetIndex,
  type PackageVerdict,
  type Question,
  type Reach,
  type ReachFilter,
  type WorkloadReach,
} from './where/index.ts'

const defaultRows = 50

export function windowOf({ limit, offset }: ListQuery): { limit: number; offset: number } {
  return { limit: Math.min(limit ?? defaultRows, limitOf('listRows')), offset: offset ?? 0 }
}

/** What was found of a question, before it is put into rows. */
interface Found {
  kind: WhereAnswer['kind']
  understoodAs: string
  reach: Reach
  /** Of the name asked for, but impossible to judge. */
  unknown: number[]
  verdicts: Map<number, PackageVerdict>
  /** Something of this name or id is there at all, now or in the past. */
  present: boolean
  /** For an image: whether its contents matter to the answer. */
  needsContents: boolean
}

export async function answerWhere(context: Context, query: WhereQuery): Promise<WhereAnswer> {
  const question = parseQuestion(query.query)
  const index = await context.index()
  const filter = await filterOf(context, index, query)
  const found = await find(context, index, question, filter)
  const coverage = context.meter.of(index, await context.coverageInputs(), context.clock.nowMs())
  const blind =
    found.needsContents && (coverage.images.known < coverage.images.running || found.unknown.length > 0)
  const radius = radiusOf(found.reach, blind || coverage.clusters.notSeen.length > 0)
  const verdict = found.present
    ? 'yes'
    : blind || (found.needsContents && coverage.images.running === 0)
      ? 'unknown'
      : 'no'
  const page = windowOf(query)
  const verdictOf = (no: number): PackageVerdict =>
    found.verdicts.get(no) ?? { fixedIn: '', fixState: 'unknown', state: 'affected' }
  const podsOfPackage = new Map<number, { images: number; pods: number }>()
  for (const image of found.reach.images)
    for (const no of image.packages) {
      const entry = podsOfPackage.get(no) ?? { images: 0, pods: 0 }
      podsOfPackage.set(no, entry)
      entry.images++
      entry.pods += image.pods
    }
  const packages = found.reach.packages
    .map((no) => ({ no, ...(podsOfPackage.get(no) ?? { images: 0, pods: 0 }) }))
    .sort((a, b) => b.pods - a.pods || b.images - a.images || a.no - b.no)
  const shownPackages = packages.slice(page.offset, page.offset + page.limit)
  const { purlOf } = await purlsOf(context, [
    ...shownPackages.map(({ no }) => no),
    ...firstImages(index, found.reach.images, page).flatMap((image) => image.packages),
  ])
  return {
    query: query.query,
    kind: found.kind,
    understoodAs: found.understoodAs,
    sentence: sentenceOf(verdict, radius, coverage, { unknownPackages: found.unknown.length }),
    verdict,
    atMs: context.clock.nowMs(),
    version: index.version,
    coverage,
    radius,
    packages: {
      total: packages.length,
      rows: shownPackages.map(({ no, images, pods }) => {
        const { ecosystem, name, version } = index.package(no)
        return { purl: purlOf(no), ecosystem, name, version, images, pods, state: verdictOf(no).state }
      }),
    },
    images: imageRows(index, found.reach.images, page, verdictOf, purlOf),
    workloads: workloadRows(index, found.reach.workloads, page, () => ({ state: 'affected', claim: null })),
    nodes: nodeRows(index, found.reach, page),
    clusters: clusterRows(index, found.reach),
    owners: ownerRows(index, found.reach),
  }
}

async function find(
  context: Context,
  index: FleetIndex,
  question: Question,
  filter: ReachFilter,
): Promise<Found> {
  const walker = await context.walker()
  switch (question.kind) {
    case 'package': {
      const packages = findPackages(index, question.name, question.ecosystem, question.range)
      const reach = walker.ofPackages(packages.matching, filter)
      return {
        kind: 'package',
        understoodAs: `package ${question.ecosystem ? `${question.ecosystem} ` : ''}${question.name}${question.range ? ` ${question.range.native}` : ', any version'}`,
        reach,
        unknown: packages.unknown,
        verdicts: new Map(
          packages.matching.map((no) => [no, { fixedIn: '', fixState: 'unknown', state: 'affected' }]),
        ),
        present: anywhere(reach, filter),
        needsContents: true,
      }
    }
    case 'vulnerability': {
      const vulnerability = await findVulnerability(context, question.id)
      const reach = walker.ofPackages(vulnerability.affected, filter)
      return {
        kind: 'vulnerability',
        understoodAs: `vulnerability ${vulnerability.id}`,
        reach,
        unknown: vulnerability.unknown,
        verdicts: vulnerability.verdicts,
        present: anywhere(reach, filter),
        needsContents: true,
      }
    }
    case 'digest':
    case 'reference': {
      const name = question.kind === 'digest' ? question.digest : question.reference
      const images = await findImages(context.store, name)
      const reach = walker.ofImages(
        images.map(({ no }) => no),
        filter,
      )
      return {
        kind: question.kind === 'digest' ? 'image' : 'reference',
        understoodAs: `image ${name}`,
        reach,
        unknown: [],
        verdicts: new Map(),
        present: images.length > 0,
        needsContents: false,
      }
    }
    case 'workload': {
      const workloads = findWorkloads(index, question.id)
      if (workloads.length === 0) {
        throw new AllclearError('not-found', {
          message: `No workload is called ${question.id}.`,
          next: 'Names are CLUSTER/NAMESPACE/KIND/NAME; a unique end of one is enough.',
        })
      }
      const images = new Set<number>()
      for (let run = 1; run <= index.runCount; run++)
        if (workloads.includes(index.runWorkload[run]) && index.runImage[run] !== 0)
          images.add(index.runImage[run])
      const reach = walker.ofImages([...images], filter)
      reach.workloads = reach.workloads.filter(({ no }) => workloads.includes(no))
      return {
        kind: 'workload',
        understoodAs: `workload ${workloads.map((no) => index.workloadId(no)).join(', ')}`,
        reach,
        unknown: [],
        verdicts: new Map(),
        present: true,
        needsContents: false,
      }
    }
  }
}

/** Whether the answer is yes: something runs it; or, where no fleet is known, some image contains it. */
function anywhere(reach: Reach, filter: ReachFilter): boolean {
  if (reach.running.images > 0) return true
  return (
    filter.cluster === undefined &&
    filter.owner === undefined &&
    reach.images.some(({ running, firstMs }) => !running && firstMs === 0)
  )
}

async function filterOf(
  context: Context,
  index: FleetIndex,
  { sinceMs, cluster, owner }: { sinceMs?: number; cluster?: string; owner?: string },
): Promise<ReachFilter> {
  const filter: ReachFilter = { sinceMs: context.clock.nowMs() - (sinceMs ?? historyMs) }
  if (cluster !== undefined) {
    const no = index.clusterName.indexOf(cluster)
    if (no < 0)
      throw new AllclearError('not-found', {
        message: `There is no cluster ${cluster}.`,
        next: 'List them with `allclear cluster list`.',
      })
    filter.cluster = no
  }
  if (owner !== undefined) {
    const no = index.names.find(owner)
    if (no < 0)
      throw new AllclearError('not-found', {
        message: `No workload is owned by ${owner}.`,
        next: 'Owners come from labels and annotations; see `allclear config show`.',
      })
    filter.owner = no
  }
  return filter
}

/** Package URLs for the rows that are shown: the index keeps names, the store their spelling. */
async function purlsOf(context: Context, numbers: readonly number[]) {
  const wanted = new Set(numbers.slice(0, purlsMax))
  const loaded = await packageVersionsOf(context.store, wanted)
  return { purlOf: (no: number): string => loaded.get(no)?.purl ?? '' }
}

/** A page has at most so many rows and packages in its images; past it a purl is left empty. */
const purlsMax = 20_000

interface FoundVulnerability {
  /** The id under which it is known best. */
  id: string
  ids: string[]
  records: AdvisoryFactsRow[]
  affected: number[]
  unknown: number[]
  verdicts: Map<number, PackageVerdict & { advisoryNo: number; decidedBy: string }>
}

async function findVulnerability(context: Context, asked: string): Promise<FoundVulnerability> {
  const { ids, records } = await recordsOfVulnerability(context.store, asked)
  const facts = await loadAdvisoryFacts(
    context.store,
    records.map(({ no }) => no),
  )
  // An erratum that merely relates is listed, but its findings are its own: it covers several vulnerabilities.
  const relations = new Map(records.map(({ no, relation }) => [no, relation]))
  const live = facts.filter(({ withdrawnAtMs }) => withdrawnAtMs === null)
  const findings = await findingsOfAdvisories(
    context.store,
    live.map(({ no }) => no),
  )
  const verdicts: FoundVulnerability['verdicts'] = new Map()
  const unknown = new Set<number>()
  for (const row of findings) {
    if (row.state === 'unknown') {
      if (!verdicts.has(row.package_version_no)) unknown.add(row.package_version_no)
      continue
    }
    unknown.delete(row.package_version_no)
    const known = verdicts.get(row.package_version_no)
    if (known && (known.fixedIn !== '' || row.fixed_in === '')) continue
    verdicts.set(row.package_version_no, {
      fixedIn: row.fixed_in,
      fixState: row.fix_state as FixState,
      state: row.state as FindingState,
      advisoryNo: row.advisory_no,
      decidedBy: row.decided_by,
    })
  }
  const own = live.find(({ no }) => relations.get(no) === 'self' || relations.get(no) === 'alias')
  const cve = [...ids].filter((id) => id.startsWith('CVE-')).sort()[0]
  return {
    id: asked.startsWith('CVE-') ? asked : (cve ?? (own ? vulnerabilityOf(own) : asked)),
    ids: [...ids].sort(),
    records: facts,
    affected: [...verdicts.keys()],
    unknown: [...unknown],
    verdicts,
  }
}

export async function answerCve(
  context: Context,
  asked: string,
  query: ListQuery & { cluster?: string; owner?: string } = {},
): Promise<CveAnswer | UnknownVulnerability> {
  const index = await context.index()
  const inputs = await context.coverageInputs()
  const vulnerability = await findVulnerability(context, canonicalId(asked))
  if (vulnerability.records.length === 0) {
    const dataFeeds = inputs.feeds.filter(({ records }) => records > 0)
    return {
      id: canonicalId(asked),
      known: false,
      sentence:
        dataFeeds.length === 0
          ? 'No advisory feed has been imported yet, so nothing is known of it.'
          : `None of ${dataFeeds.length} feeds knows it.`,
      feeds: inputs.feeds,
      next: `allclear advisory add --id ${canonicalId(asked)} --package pkg:TYPE/NAME --range '<VERSION' --title '…'`,
    }
  }
  const page = windowOf(query)
  const filter = await filterOf(context, index, query)
  const coverage = context.meter.of(index, inputs, context.clock.nowMs())
  const walker = await context.walker()
  const claims = await claimsOf(context, index, vulnerability)
  const all = walker.ofPackages(vulnerability.affected, filter)
  const cleared = all.workloads.filter(
    ({ running, images }) => running && images.every((no) => claims.isCleared(no)),
  )
  const reach = cleared.length === 0 ? all : walker.ofPackages(vulnerability.affected, filter)
  if (cleared.length > 0) {
    const clearedImages = new Set(all.images.filter(({ no }) => claims.isCleared(no)).map(({ no }) => no))
    Object.assign(
      reach,
      withoutImages(walker.ofPackages(vulnerability.affected, filter), clearedImages, index),
    )
  }
  const unknownImages = walker.ofPackages(vulnerability.unknown, filter)
  const blind = coverage.images.known < coverage.images.running || vulnerability.unknown.length > 0
  const radius = radiusOf(reach, blind || coverage.clusters.notSeen.length > 0)
  const verdict = anywhere(reach, filter) ? 'yes' : blind || coverage.images.running === 0 ? 'unknown' : 'no'
  const { purlOf } = await purlsOf(
    context,
    firstImages(index, reach.images, page).flatMap((image) => image.packages),
  )
  const facts = await factsOfVulnerability(context.store, vulnerability.ids)
  const summaries = vulnerability.records.map((record) => summaryOf(index, record))
  const [worst] = [...vulnerability.records].sort(
    (a, b) => rankOfSeverity(b.severity) - rankOfSeverity(a.severity) || (b.score ?? 0) - (a.score ?? 0),
  )
  const own =
    vulnerability.records.find(({ id }) => id === vulnerability.id || id === asked) ??
    vulnerability.records.find(({ summary }) => summary !== '') ??
    worst
  return {
    id: vulnerability.id,
    aliases: vulnerability.ids.filter((id) => id !== vulnerability.id),
    title: own.summary,
    severity: severityOfRecords(vulnerability.records),
    vector: worst.vector ?? vulnerability.records.find(({ vector }) => vector !== null)?.vector ?? null,
    score: highestScore(vulnerability.records),
    publishedAtMs: vulnerability.records.reduce<number | null>(
      (first, { publishedAtMs }) =>
        publishedAtMs !== null && (first === null || publishedAtMs < first) ? publishedAtMs : first,
      null,
    ),
    ...facts,
    sentence: sentenceOf(verdict, radius, coverage, { unknownPackages: vulnerability.unknown.length }),
    verdict,
    atMs: context.clock.nowMs(),
    version: index.version,
    coverage,
    advisories: summaries,
    ranges: await rangesOf(context, vulnerability.records),
    radius,
    notAffected: { workloads: cleared.length, images: all.images.length - reach.images.length },
    unknown:
      unknownImages.images.length > 0
        ? [
            {
              images: unknownImages.images.length,
              packages: vulnerability.unknown.length,
              reason: 'version cannot be ordered',
            },
          ]
        : [],
    graph: blastGraph(index, reach),
    images: imageRows(
      index,
      reach.images,
      page,
      (no) => vulnerability.verdicts.get(no) ?? { fixedIn: '', fixState: 'unknown', state: 'affected' },
      purlOf,
    ),
    workloads: workloadRows(index, [...reach.workloads, ...cleared], page, (workload) =>
      claims.ofWorkload(workload),
    ),
    fixes: fixesOf(index, reach, vulnerability),
    reconciliation: await reconciliationOf(context, vulnerability.records),
    history: await listChanges(context.store, { limit: 50, subject: vulnerability.id }),
  }
}

/** A score says what the vulnerability can do; a distribution's word rates its own package, and stands where no score is known. */
export function severityOfRecords(records: readonly AdvisoryFactsRow[]): Severity {
  const score = highestScore(records)
  if (score !== null) return severityOfScore(score)
  return records.reduce<Severity>(
    (worst, { severity }) => (rankOfSeverity(severity) > rankOfSeverity(worst) ? severity : worst),
    'unknown',
  )
}

function highestScore(records: readonly AdvisoryFactsRow[]): number | null {
  return records.reduce<number | null>(
    (highest, { score }) => (score !== null && (highest === null || score > highest) ? score : highest),
    null,
  )
}

/** Takes images that a VEX statement cleared out of what is counted. */
function withoutImages(reach: Reach, cleared: ReadonlySet<number>, index: FleetIndex): Partial<Reach> {
  const images = reach.images.filter(({ no }) => !cleared.has(no))
  const workloads = reach.workloads.filter((workload) => workload.images.some((no) => !cleared.has(no)))
  const kept: Reach = {
    ...reach,
    images,
    workloads,
    clusters: new Map(),
    owners: new Map(),
    nodes: new Map(),
    pods: 0,
    running: {
      images: images.filter(({ running }) => running).length,
      workloads: workloads.filter(({ running }) => running).length,
    },
  }
  const counted = new Set<number>()
  for (const workload of workloads) {
    if (!workload.running) continue
    const clusterNo = index.workloadCluster[workload.no]
    const cluster = kept.clusters.get(clusterNo) ?? {
      pods: 0,
      workloads: 0,
      images: new Set<number>(),
      nodes: new Set<number>(),
    }
    kept.clusters.set(clusterNo, cluster)
    cluster.workloads++
    const ownerNo = index.workloadOwner[workload.no]
    const owner = kept.owners.get(ownerNo) ?? { pods: 0, workloads: 0, clusters: new Set<number>() }
    kept.owners.set(ownerNo, owner)
    owner.workloads++
    owner.clusters.add(clusterNo)
    workload.pods = 0
    for (const run of workload.runs) {
      if (index.runLastMs[run] !== 0 || cleared.has(index.runImage[run])) continue
      cluster.images.add(index.runImage[run])
      const add = (pods: number): void => {
        workload.pods += pods
        cluster.pods += pods
        owner.pods += pods
        kept.pods += pods
      }
      if (index.podsOfRun.count(run) === 0) add(index.runPods[run])
      index.podsOfRun.forEach(run, (pod) => {
        if (counted.has(pod)) return
        counted.add(pod)
        add(1)
        const node = index.podNode[pod]
        if (node === 0) return
        cluster.nodes.add(node)
        kept.nodes.set(node, (kept.nodes.get(node) ?? 0) + 1)
      })
    }
  }
  return kept
}

/** VEX statements about the vulnerability, held against the images that have a finding. */
async function claimsOf(context: Context, index: FleetIndex, { ids, records, verdicts }: FoundVulnerability) {
  const facts = await loadVulnerabilityFacts(context.store, [...ids, ...records.map(({ id }) => id)])
  const statements = [...new Set([...ids, ...records.map(({ id }) => id)])].flatMap((id) => [
    ...facts.statements(id),
  ])
  const none = {
    isCleared: (_image: number) => false,
    ofWorkload: (_workload: WorkloadReach): { state: FindingState; claim: string | null } => ({
      state: 'affected',
      claim: null,
    }),
  }
  if (statements.length === 0) return none
  const packages = await packageVersionsOf(context.store, verdicts.keys())
  const states = new Map<number, { state: FindingState; claim: string | null }>()
  const packagesOfImage = new Map<number, number[]>()
  for (const no of verdicts.keys())
    index.imagesOfPackage.forEach(no, (image) => {
      const list = packagesOfImage.get(image)
      if (list) list.push(no)
      else packagesOfImage.set(image, [no])
    })
  for (const [image, numbers] of packagesOfImage) {
    const id = index.imageId[image]
    const references = [index.imageName[image]]
    let cleared = true
    let claim: string | null = null
    let state: FindingState = 'affected'
    for (const no of numbers) {
      const statement = statementFor(statements, {
        purl: packages.get(no)?.purl ?? '',
        digest: id.startsWith('sha256:') ? id : null,
        references,
      })
      const after = stateAfter('affected', statement)
      if (statement)
        claim = `${statement.author}: ${statement.status.replaceAll('_', ' ')}${statement.justification ? ` (${statement.justification.replaceAll('_', ' ')})` : ''}`
      if (after !== 'not_affected' && after !== 'fixed') cleared = false
      else state = after
    }
    states.set(image, { state: cleared ? state : 'affected', claim })
  }
  const isCleared = (image: number): boolean => {
    const entry = states.get(image)
    return entry !== undefined && entry.state !== 'affected'
  }
  return {
    isCleared,
    ofWorkload(workload: WorkloadReach): { state: FindingState; claim: string | null } {
      const own = workload.images.map((image) => states.get(image)).filter((entry) => entry !== undefined)
      const claim = own.find((entry) => entry.claim !== null)?.claim ?? null
      return own.length > 0 && workload.images.every(isCleared)
        ? { state: own[0].state, claim }
        : { state: 'affected', claim }
    },
  }
}

export function summaryOf(index: FleetIndex, record: AdvisoryFactsRow): AdvisorySummary {
  const images = new Set<number>()
  index.packagesOfAdvisory.forEach(record.no, (packageNo) =>
    index.imagesOfPackage.forEach(packageNo, (image) => images.add(image)),
  )
  return {
    id: record.id,
    feed: record.feed,
    summary: record.summary,
    severity: record.severity,
    vector: record.vector,
    score: record.score,
    publishedAtMs: record.publishedAtMs,
    modifiedAtMs: record.modifiedAtMs,
    withdrawnAtMs: record.withdrawnAtMs,
    provisional: record.provisional,
    vulnerabilities: record.links
      .filter(({ relation }) => relation !== 'self')
      .map(({ vulnerability }) => vulnerability),
    ecosystems: record.ecosystems,
    findings: index.packagesOfAdvisory.count(record.no),
    images: images.size,
  }
}

const rangesMax = 200

/** What each record says is affected, in words. */
async function rangesOf(
  context: Context,
  records: readonly AdvisoryFactsRow[],
): Promise<CveAnswer['ranges']> {
  const ranges: CveAnswer['ranges'] = []
  for (const record of records) {
    const parsed = parseOsv(await rawRecord(context.store, record.id))
    if (!parsed.ok) continue
    for (const { ecosystem, name, ranges: own, versions } of parsed.value.affected) {
      if (ranges.length >= rangesMax) return ranges
      for (const { events } of own) {
        const words = events
          .map(
            ({ kind, version }) =>
              ({
                introduced: version === '0' ? '' : `>= ${version}`,
                fixed: `< ${version}`,
                last_affected: `<= ${version}`,
                limit: `below ${version}`,
              })[kind],
          )
          .filter((word) => word !== '')
        ranges.push({
          advisory: record.id,
          ecosystem,
          name,
          text: words.join(', ') || 'all versions',
          fixedIn: events.findLast(({ kind }) => kind === 'fixed')?.version ?? '',
        })
      }
      if (own.length === 0 && versions.length > 0)
        ranges.push({
          advisory: record.id,
          ecosystem,
          name,
          text:
            versions.length > 6
              ? `${versions.slice(0, 5).join(', ')} and ${versions.length - 5} more`
              : versions.join(', '),
          fixedIn: '',
        })
    }
  }
  return ranges
}

/** Grouped by what fixes it: one row for each package and fixed version. */
function fixesOf(index: FleetIndex, reach: Reach, { verdicts }: FoundVulnerability): CveAnswer['fixes'] {
  const groups = new Map<
    string,
    { row: CveAnswer['fixes'][number]; images: Set<number>; workloads: Set<number> }
  >()
  const workloadsOfImage = new Map<number, number[]>()
  for (const workload of reach.workloads)
    if (workload.running)
      for (const image of workload.images) {
        const list = workloadsOfImage.get(image)
        if (list) list.push(workload.no)
        else workloadsOfImage.set(image, [workload.no])
      }
  for (const image of reach.images)
    for (const no of image.packages) {
      const verdict = verdicts.get(no)
      if (!verdict) continue
      const { name, sourceName, ecosystem } = index.package(no)
      const fixed = sourceName || name
      const key = `${ecosystem}\n${fixed}\n${verdict.fixedIn}\n${verdict.fixState}`
      let group = groups.get(key)
      if (!group) {
        group = {
          row: {
            package: fixed,
            ecosystem,
            fixedIn: verdict.fixedIn,
            fixState: verdict.fixState,
            images: 0,
            workloads: 0,
          },
          images: new Set(),
          workloads: new Set(),
        }
        groups.set(key, group)
      }
      group.images.add(image.no)
      for (const workload of workloadsOfImage.get(image.no) ?? []) group.workloads.add(workload)
    }
  return [...groups.values()]
    .map(({ row, images, workloads }) => ({ ...row, images: images.size, workloads: workloads.size }))
    .sort((a, b) => b.workloads - a.workloads || b.images - a.images || (a.package < b.package ? -1 : 1))
    .slice(0, 500)
}

export function canonicalId(id: string): string {
  const upper = id.trim().toUpperCase()
  return upper.startsWith('GHSA-') ? `GHSA-${upper.slice(5).toLowerCase()}` : upper
}

export type { Page }
