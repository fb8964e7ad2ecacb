import { distributionNames, unjudgedNamesakes } from './namesakes.ts'
import { factsOfVulnerability } from '../advisories/index.ts'
import type { AffectedWorkload, CveAnswer, UnknownVulnerability } from '../answers.ts'
import type { Context } from '../context.ts'
import type { ListQuery } from '../knowledge.ts'
import { rankOfSeverity } from '../matching/index.ts'
import { listChanges } from '../overview.store.ts'
import { reconciliationOf } from '../reconciliation.ts'
import {
  blastGraph,
  countPackages,
  fixRows,
  imageRows,
  isBlind,
  PurlBlanks,
  radiusOf,
  running,
  sentenceOf,
  verdictFor,
  workloadRows,
  type CoverageInputs,
  type FleetIndex,
  type Reach,
} from '../where/index.ts'
import { claimsOf, type Claims } from './claims.ts'
import { anywhere, filterOf } from './filter.ts'
import { canonicalId, windowOf } from './paging.ts'
import { placesOf } from './places.ts'
import { fillPurls } from './purls.ts'
import {
  findVulnerability,
  highestScore,
  severityOfRecords,
  summaryOf,
  verdictsOf,
  type Vulnerability,
} from './vulnerability.ts'

type PlaceQuery = ListQuery & {
  cluster?: string
  owner?: string
  /** Say of each workload how it is reached and what it may become. */
  places?: boolean
}

export async function answerCve(
  context: Context,
  asked: string,
  query: PlaceQuery = {},
): Promise<CveAnswer | UnknownVulnerability> {
  const index = await context.index()
  const inputs = await context.coverageInputs()
  const vulnerability = await findVulnerability(context, canonicalId(asked))
  if (vulnerability.records.length === 0) return unknownAnswer(canonicalId(asked), inputs)
  const { id, ids, records } = vulnerability
  const claims = await claimsOf(context, index, vulnerability, verdictsOf(index, records).affected)
  const names = await distributionNames(context, records)
  const blanks = new PurlBlanks()
  const shown = new Map<number, AffectedWorkload>()
  const fleet = fleetAnswer(context, index, inputs, vulnerability, claims, query, { names, blanks, shown })
  await fillPurls(context, blanks)
  const places = await placesOf(context, index, query.places === true ? [...shown.keys()] : [])
  const placeOf = new Map([...shown].map(([no, row]) => [row, places.get(no) ?? null]))
  return {
    ...descriptionOf(vulnerability, asked),
    ...(await factsOfVulnerability(context.store, ids)),
    ...fleet,
    workloads: {
      total: fleet.workloads.total,
      rows: fleet.workloads.rows.map((row) => ({ ...row, place: placeOf.get(row) ?? null })),
    },
    ranges: await context.ranges.of(records),
    reconciliation: await reconciliationOf(context, records),
    history: await listChanges(context.store, { limit: 50, subject: id }),
  }
}

function unknownAnswer(id: string, { feeds }: CoverageInputs): UnknownVulnerability {
  const known = feeds.filter(({ records }) => records > 0).length
  return {
    id,
    known: false,
    sentence:
      known === 0
        ? 'No advisory feed has been imported yet, so nothing is known of it.'
        : `None of ${known} feeds knows it.`,
    feeds,
    next: `allclear advisory add --id ${id} --package pkg:TYPE/NAME --range '<VERSION' --title '…'`,
  }
}

/** What the records say, wherever it runs. */
function descriptionOf({ id, ids, records }: Vulnerability, asked: string) {
  const [worst] = [...records].sort(
    (a, b) => rankOfSeverity(b.severity) - rankOfSeverity(a.severity) || (b.score ?? 0) - (a.score ?? 0),
  )
  const own =
    records.find((record) => record.id === id || record.id === asked) ??
    records.find(({ summary }) => summary !== '') ??
    worst
  return {
    id,
    aliases: ids.filter((other) => other !== id),
    title: own.summary,
    severity: severityOfRecords(records),
    vector: worst.vector ?? records.find(({ vector }) => vector !== null)?.vector ?? null,
    score: highestScore(records),
    publishedAtMs: records.reduce<number | null>(
      (first, { publishedAtMs }) =>
        publishedAtMs !== null && (first === null || publishedAtMs < first) ? publishedAtMs : first,
      null,
    ),
  }
}

/** Everything that is counted in the fleet, in one go: the next question uses the same arrays. */
function fleetAnswer(
  context: Context,
  index: FleetIndex,
  inputs: CoverageInputs,
  { records }: Vulnerability,
  claims: Claims,
  query: PlaceQuery,
  {
    names,
    blanks,
    shown,
  }: { names: ReadonlySet<string>; blanks: PurlBlanks; shown: Map<number, AffectedWorkload> },
) {
  const page = windowOf(query)
  const filter = filterOf(context, index, query)
  const { affected, unknown, verdictOf } = verdictsOf(index, records)
  const reach = context.reach(index).ofPackages(affected, filter, claims.cleared ?? undefined)
  const cleared = claims.cleared && context.clearedReach(index).ofImages(claims.cleared, filter)
  const coverage = context.meter.of(index, inputs, context.clock.nowMs())
  const namesakes = unjudgedNamesakes(index, names, inputs.covered)
  const unseen = { unknownPackages: unknown.length + namesakes.length, unreadImages: 0 }
  const radius = radiusOf(reach, isBlind(coverage, unseen) || coverage.clusters.notSeen.length > 0)
  const verdict = verdictFor(anywhere(reach), coverage, unseen)
  const counts = countPackages(reach)
  return {
    sentence: sentenceOf(verdict, radius, coverage, unseen),
    verdict,
    atMs: context.clock.nowMs(),
    version: index.version,
    coverage,
    advisories: records.map((record) => summaryOf(index, context.imageCounter(index), record)),
    radius,
    notAffected: {
      workloads: cleared ? countCleared(reach, cleared) : 0,
      images: cleared ? cleared.imageCount : 0,
    },
    graph: blastGraph(reach, counts),
    images: imageRows(reach, page, verdictOf, blanks),
    workloads: workloadRows(reach, page, claims.ofWorkload, cleared, (row, no) => shown.set(no, row)),
    fixes: fixRows(reach, verdictOf),
    // Last, for it uses the arrays of `reach`.
    unknown: [
      ...unknownRows(context.reach(index), unknown, filter, 'version cannot be ordered'),
      ...unknownRows(context.reach(index), namesakes, filter, 'no advisory source for its release'),
    ],
  }
}

/** Workloads that run images which statements clear, and no other that is affected. */
function countCleared(reach: Reach, cleared: Reach): number {
  let count = 0
  for (let no = 1; no <= reach.index.workloadCount; no++)
    if (cleared.workloadState[no] >= running && reach.workloadState[no] < running) count++
  return count
}

function unknownRows(
  reach: Reach,
  unknown: readonly number[],
  filter: Reach['filter'],
  reason: string,
): CveAnswer['unknown'] {
  if (unknown.length === 0) return []
  const { imageCount } = reach.ofPackages(unknown, filter)
  return imageCount === 0 ? [] : [{ images: imageCount, packages: unknown.length, reason }]
}
