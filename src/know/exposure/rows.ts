import type { FixState } from '../matching/types.ts'
import type { FleetIndex } from '../where/index.ts'
import type { ExposureRow, RuleDecision } from './answers.ts'
import { proposeScore } from './environment.ts'
import { changesOf, reasonsOf, sentenceOfReasons, type Explained } from './explain.ts'
import type { RankedCase } from './ranking.ts'
import { verdictsOfVulnerability, type FleetVulnerability } from './vulnerabilities.ts'

export interface Source {
  index: FleetIndex
  vulnerabilities: readonly FleetVulnerability[]
  /** One vulnerability was asked about: others are not counted. */
  one: boolean
}

/** A row without what has to be read from the store. */
export interface RowDraft {
  vulnerabilityNo: number
  row: ExposureRow
}

/** The row of a workload: all that its place rests on, from memory. */
export function draftRow(
  { index, vulnerabilities, one }: Source,
  entry: { workload: number; pods: number; ranked: RankedCase; rank: number },
): RowDraft {
  const { workload, pods, ranked, rank } = entry
  const { facts, decided } = ranked
  const vulnerability = vulnerabilities[ranked.vulnerability]
  const { names } = index
  const owner = names.text(index.workloadOwner[workload])
  const images = runningImages(index, workload)
  const fix = fixFor(index, vulnerability, images)
  const findings = one ? null : countFindings(index, vulnerabilities, images)
  const explained: Explained = {
    facts,
    workload: facts,
    vulnerability,
    own: decided,
    pods,
    nodes: countNodes(index, workload, images),
    fixedIn: fix.fixedIn,
    findings: findings ?? 0,
  }
  const reasons = reasonsOf(explained)
  return {
    vulnerabilityNo: ranked.vulnerability,
    row: {
      rank,
      id: index.workloadId(workload),
      cluster: index.clusterName[index.workloadCluster[workload]],
      namespace: names.text(index.workloadNamespace[workload]),
      kind: names.text(index.workloadKind[workload]),
      name: names.text(index.workloadName[workload]),
      owner: owner === '' ? null : owner,
      pods,
      nodes: explained.nodes,
      vulnerability: vulnerability.id,
      title: vulnerability.title,
      severity: vulnerability.severity,
      score: vulnerability.score,
      findings,
      ...fix,
      exploitation: decided.exploitation,
      kev: vulnerability.kev,
      epss: vulnerability.epss,
      reach: facts.reach,
      privilege: facts.privilege,
      criticality: facts.criticality,
      data: facts.data,
      deadline: {
        ...decisionOf(decided.deadline),
        days: daysOf(decided.deadline.between.at(-1)!),
        sinceMs: null,
        dueAtMs: null,
      },
      priority: decisionOf(decided.priority),
      environment: proposeScore(vulnerability.vector, facts, facts.data),
      sentence: sentenceOfReasons(reasons, facts),
      reasons,
      changes: changesOf(explained),
      unknown: facts.unknown,
    },
  }
}

function decisionOf({ table, between, missing }: RankedCase['decided']['deadline']): RuleDecision {
  return { rule: table, outcome: between.at(-1)!, between, missing }
}

/** `3 days & forensic investigation` is three days too. */
function daysOf(outcome: string): number | null {
  const days = /^(\d+) days/.exec(outcome)
  return days === null ? null : Number(days[1])
}

function runningImages(index: FleetIndex, workload: number): number[] {
  const images = new Set<number>()
  for (const run of index.runsOfWorkload.row(workload))
    if (index.runLastMs[run] === 0) images.add(index.runImage[run])
  return [...images]
}

/** Nodes on which the images run that are affected. */
function countNodes(index: FleetIndex, workload: number, images: readonly number[]): number {
  const nodes = new Set<number>()
  for (const run of index.runsOfWorkload.row(workload)) {
    if (index.runLastMs[run] !== 0 || !images.includes(index.runImage[run])) continue
    for (const group of index.groupsOfRun.row(run))
      for (const node of index.nodesOfGroup.row(group)) nodes.add(node)
  }
  return nodes.size
}

/** The fix of the first package that has one, and what its advisory says of fixes. */
function fixFor(
  index: FleetIndex,
  vulnerability: FleetVulnerability,
  images: readonly number[],
): { fixedIn: string; fixState: FixState } {
  const { affected, verdictOf } = verdictsOfVulnerability(index, vulnerability)
  const asked = new Set(affected)
  let found: { fixedIn: string; fixState: FixState } = { fixedIn: '', fixState: 'unknown' }
  for (const image of images) {
    if (vulnerability.cleared?.has(image)) continue
    for (const packageNo of index.contents(image)) {
      if (!asked.has(packageNo)) continue
      const { fixedIn, fixState } = verdictOf(packageNo)
      if (fixedIn !== '') return { fixedIn, fixState }
      found = { fixedIn, fixState }
    }
  }
  return found
}

const counts = new WeakMap<readonly FleetVulnerability[], Uint32Array>()

/** Findings in the images, a vulnerability once for each package version. */
function countFindings(
  index: FleetIndex,
  vulnerabilities: readonly FleetVulnerability[],
  images: readonly number[],
): number {
  let ofPackage = counts.get(vulnerabilities)
  if (ofPackage === undefined) {
    ofPackage = new Uint32Array(index.packageCount + 1)
    for (const vulnerability of vulnerabilities)
      for (const packageNo of verdictsOfVulnerability(index, vulnerability).affected) ofPackage[packageNo]++
    counts.set(vulnerabilities, ofPackage)
  }
  let found = 0
  for (const image of images)
    for (const packageNo of index.contents(image)) found += ofPackage[packageNo] ?? 0
  return found
}
