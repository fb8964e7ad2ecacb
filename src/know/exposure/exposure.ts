import { AllclearError } from '../../base/errors.ts'
import { factsOfVulnerability } from '../advisories/index.ts'
import { canonicalId, claimsOf, filterOf, findVulnerability, windowOf } from '../answering/index.ts'
import type { Context } from '../context.ts'
import type { ListQuery } from '../knowledge.ts'
import {
  presentClusters,
  type PrivilegeOrUnknown,
  type ReachOrUnknown,
  type WorkloadFacts,
} from '../posture/index.ts'
import { grouped, running, type FleetIndex } from '../where/index.ts'
import type { ExposureAnswer, ExposureGroup, ExposureRow } from './answers.ts'
import { firstFoundAt } from './exposure.store.ts'
import { Ranking } from './ranking.ts'
import { draftRow, type RowDraft, type Source } from './rows.ts'
import {
  fleetVulnerabilities,
  vulnerabilityWith,
  verdictsOfVulnerability,
  type FleetVulnerability,
} from './vulnerabilities.ts'
import { keptWorstOfImages, none } from './worst.ts'

export interface ExposureQuery extends Omit<ListQuery, 'sort'> {
  /** A CVE or another id; every vulnerability when absent. */
  vulnerability?: string
  group?: 'workload' | 'team' | 'cluster'
  cluster?: string
  owner?: string
  /** Only workloads that are reached so, or may do so. */
  reach?: ReachOrUnknown
  privilege?: PrivilegeOrUnknown
}

/**
 * Which workloads to fix first, for one vulnerability or for all, with the reasons. Of all vulnerabilities, a workload
 * stands where its worst one puts it. Throws `not-found` for a vulnerability that no feed knows.
 */
export async function answerExposure(context: Context, query: ExposureQuery): Promise<ExposureAnswer> {
  const index = await context.index()
  const inputs = await context.coverageInputs()
  const postures = await context.postures()
  const filter = { ...filterOf(context, index, query), sinceMs: Infinity }
  await postures.bring(filter.cluster === undefined ? presentClusters(index) : [filter.cluster])
  const asked =
    query.vulnerability === undefined ? null : await askedAbout(context, index, query.vulnerability)
  const vulnerabilities = asked === null ? await fleetVulnerabilities(context, index) : [asked]
  // From here to the drafts nothing is waited for: the index and the arrays of the question stay as they are.
  const ranking = new Ranking(index, postures, vulnerabilities)
  const source: Source = { index, vulnerabilities, one: asked !== null }
  if (asked !== null) addAffected(context, index, asked, filter, ranking)
  else addWorst(index, vulnerabilities, filter, ranking)
  ranking.settle()
  const keeps = keeping(index, query)
  const { total, rows } = ranking.window(keeps, windowOf(query))
  const drafts = rows.map((row) => draftRow(source, row))
  const groups = groupsOf(source, ranking, query, keeps)
  const coverage = context.meter.of(index, inputs, context.clock.nowMs())
  const answer = {
    atMs: context.clock.nowMs(),
    version: index.version,
    vulnerability: asked?.id ?? null,
    title: asked?.title ?? null,
    matrix: ranking.matrix(),
    deadlines: ranking.deadlines(),
    unseen: {
      images: coverage.images.running - coverage.images.known,
      clusters: coverage.clusters.notSeen.map(({ name }) => name),
    },
  }
  const finish = await finisher(context, source, [...drafts, ...groups.rows.map(({ first }) => first)])
  const finished = drafts.map(finish)
  return {
    ...answer,
    sentence: sentenceOf(answer, ranking.total, finished[0]),
    workloads: { total, rows: finished },
    groups: {
      total: groups.total,
      rows: groups.rows.map(({ first, ...group }) => ({ ...group, first: finish(first) })),
    },
  }
}

/** The vulnerability that was asked about, whether or not it is in the fleet. */
async function askedAbout(context: Context, index: FleetIndex, id: string): Promise<FleetVulnerability> {
  const vulnerability = await findVulnerability(context, canonicalId(id))
  if (vulnerability.records.length === 0) {
    throw new AllclearError('not-found', {
      message: `No feed knows ${canonicalId(id)}.`,
      next: `Describe it: allclear advisory add --id ${canonicalId(id)} --package pkg:TYPE/NAME --range '<VERSION' --title '…'.`,
    })
  }
  const { kev, ssvc, epss } = await factsOfVulnerability(context.store, vulnerability.ids)
  const catalogues = (await context.coverageInputs()).feeds.find((feed) => feed.id === 'kev')
  const found = vulnerabilityWith(vulnerability.id, vulnerability.records, {
    kev: (catalogues?.records ?? 0) === 0 ? null : kev !== null,
    ssvc,
    epss: epss?.score ?? null,
  })
  const { affected } = verdictsOfVulnerability(index, found)
  found.cleared = (await claimsOf(context, index, vulnerability, affected)).cleared
  return found
}

type Filter = ReturnType<typeof filterOf>

function addAffected(
  context: Context,
  index: FleetIndex,
  vulnerability: FleetVulnerability,
  filter: Filter,
  ranking: Ranking,
): void {
  const { affected } = verdictsOfVulnerability(index, vulnerability)
  const reach = context.reach(index).ofPackages(affected, filter, vulnerability.cleared ?? undefined)
  const { workloadState, workloadPods } = reach
  for (let no = 1; no <= index.workloadCount; no++)
    if (workloadState[no] >= running) ranking.add(no, workloadPods[no], 0)
}

function addWorst(
  index: FleetIndex,
  vulnerabilities: readonly FleetVulnerability[],
  { cluster, owner }: Filter,
  ranking: Ranking,
): void {
  const worst = keptWorstOfImages(index, vulnerabilities)
  const { workloadCluster, workloadOwner, workloadGone, runsOfWorkload, runLastMs, runImage, runPods } = index
  const places = new Map<ReachOrUnknown, { ofImage: Uint32Array; placeOf: Uint32Array }>()
  for (let no = 1; no <= index.workloadCount; no++) {
    if (workloadGone[no] !== 0) continue
    if (cluster !== undefined && workloadCluster[no] !== cluster) continue
    if (owner !== undefined && workloadOwner[no] !== owner) continue
    const { reach } = ranking.factsOf(no)
    let place = places.get(reach)
    if (place === undefined) places.set(reach, (place = worst.of(reach)))
    const { ofImage, placeOf } = place
    let first = none
    let pods = 0
    for (const run of runsOfWorkload.row(no)) {
      if (runLastMs[run] !== 0) continue
      const own = ofImage[runImage[run]] ?? none
      if (own === none) continue
      if (first === none || placeOf[own] < placeOf[first]) first = own
      // A pod runs all containers of its workload: the most pods of one are the pods of all.
      if (runPods[run] > pods) pods = runPods[run]
    }
    if (first !== none) ranking.add(no, pods, first)
  }
}

function keeping(index: FleetIndex, { reach, privilege, q }: ExposureQuery) {
  const text = q?.toLowerCase() ?? ''
  return (workload: number, facts: WorkloadFacts): boolean => {
    if (reach !== undefined && facts.reach !== reach) return false
    if (privilege !== undefined && facts.privilege !== privilege) return false
    if (text === '') return true
    const owner = index.names.text(index.workloadOwner[workload])
    return `${index.workloadId(workload)} ${owner}`.toLowerCase().includes(text)
  }
}

function groupsOf(
  source: Source,
  ranking: Ranking,
  query: ExposureQuery,
  keeps: ReturnType<typeof keeping>,
): { total: number; rows: (Omit<ExposureGroup, 'first'> & { first: RowDraft })[] } {
  const { index } = source
  if (query.group !== 'team' && query.group !== 'cluster') return { total: 0, rows: [] }
  const groups =
    query.group === 'team'
      ? ranking.groups(
          (no) => index.workloadOwner[no],
          (key) => index.names.text(key),
          keeps,
        )
      : ranking.groups(
          (no) => index.workloadCluster[no],
          (key) => index.clusterName[key],
          keeps,
        )
  const { limit, offset } = windowOf(query)
  return {
    total: groups.length,
    rows: groups.slice(offset, offset + limit).map(({ name, first, ...group }, at) => ({
      rank: offset + at + 1,
      name: name === '' ? null : name,
      ...group,
      first: draftRow(source, { ...first, rank: 1 }),
    })),
  }
}

const dayMs = 24 * 60 * 60 * 1000

/** Fills what has to be read from the store: since when each vulnerability is here. */
async function finisher(
  context: Context,
  { vulnerabilities }: Source,
  drafts: readonly RowDraft[],
): Promise<(draft: RowDraft) => ExposureRow> {
  const since = new Map<number, number | null>()
  for (const { vulnerabilityNo } of drafts)
    if (!since.has(vulnerabilityNo))
      since.set(
        vulnerabilityNo,
        await firstFoundAt(
          context.store,
          vulnerabilities[vulnerabilityNo].records.map(({ no }) => no),
        ),
      )
  return ({ vulnerabilityNo, row }) => {
    const sinceMs = since.get(vulnerabilityNo) ?? null
    const { days } = row.deadline
    return {
      ...row,
      deadline: {
        ...row.deadline,
        sinceMs,
        dueAtMs: days === null || sinceMs === null ? null : sinceMs + days * dayMs,
      },
    }
  }
}

function sentenceOf(
  { deadlines, unseen, vulnerability }: Pick<ExposureAnswer, 'deadlines' | 'unseen' | 'vulnerability'>,
  total: number,
  first: ExposureRow | undefined,
): string {
  const what = vulnerability ?? 'a known vulnerability'
  const open =
    unseen.images === 0
      ? ''
      : ` The contents of ${grouped(unseen.images)} running ${unseen.images === 1 ? 'image' : 'images'} are not known: what runs ${unseen.images === 1 ? 'it' : 'them'} is not in the order.`
  if (first === undefined || total === 0) return `No workload that can be judged runs ${what}.${open}`
  const [urgent] = deadlines
  const due =
    urgent.outcome === 'fix on system upgrade'
      ? 'all can wait for the next upgrade'
      : `${grouped(urgent.workloads)} due in ${urgent.outcome.replace(' & forensic investigation', ', with a forensic investigation')}`
  return `${grouped(total)} ${total === 1 ? 'workload runs' : 'workloads run'} ${what}; ${due}. First ${first.id}: ${first.sentence}.${open}`
}
