import type { PrivilegeOrUnknown, ReachOrUnknown } from '../posture/index.ts'
import { answersOfFacts, decideAll, outcomesOfTable, pointIndex, type Decision } from '../scoring/index.ts'
import type { ExploitationFacts, PointKey } from '../scoring/index.ts'
import type { Criticality, ExposureRow } from './answers.ts'

/** What of a workload decides. */
export interface WorkloadCase {
  reach: ReachOrUnknown
  privilege: PrivilegeOrUnknown
  criticality: Criticality | null
}

/** What of a vulnerability decides. */
export interface VulnerabilityCase extends ExploitationFacts {
  score: number | null
  epss: number | null
}

export interface Case {
  /** Smaller is first; compared from left to right. Equal keys are equal cases. */
  key: readonly number[]
  deadline: Decision
  priority: Decision
  exploitation: ExposureRow['exploitation']
}

/**
 * What follows for a workload with a vulnerability. The order is of facts, from the one that weighs most to the one that
 * weighs least; none is added to another:
 *
 * 1. the deadline of BOD 26-04, 2. the priority of SSVC's deployer table, both by the most urgent outcome that is still
 * possible; 3. from where it is reached, 4. exploitation, 5. what it may do, 6. the score, 7. EPSS, 8. declared criticality.
 *
 * A fact that is not known stands directly behind the worst that it can be: it never makes a rank better, and what is
 * known to be as bad goes first.
 */
export function decide(workload: WorkloadCase, vulnerability: VulnerabilityCase): Case {
  const { answers } = answersOfFacts(vulnerability)
  for (const [point, answer] of answersOfPlace(workload)) answers.set(point, answer)
  const decisions = decideAll(answers)
  const deadline = decisions.find(({ table }) => table === deadlineTable)!
  const priority = decisions.find(({ table }) => table === priorityTable)!
  const exploitation = exploitationOf(answers.get('E'))
  const { score, epss } = vulnerability
  return {
    key: [
      urgencyOf(deadline),
      urgencyOf(priority),
      reachOrder.indexOf(workload.reach),
      exploitationOrder.indexOf(exploitation),
      privilegeOrder.indexOf(workload.privilege),
      // A score that nobody gave stands behind 10.0.
      score === null ? -9.95 : -score,
      epss === null ? -0.995 : -epss,
      criticalityOrder.indexOf(workload.criticality),
    ],
    deadline,
    priority,
    exploitation,
  }
}

const deadlineTable = 'bod-26-04'
const priorityTable = 'deployer'

export const reachOrder: readonly ReachOrUnknown[] = ['internet', 'unknown', 'network', 'cluster', 'isolated']
const exploitationOrder: readonly ExposureRow['exploitation'][] = ['active', 'unknown', 'public poc', 'none']
const privilegeOrder: readonly PrivilegeOrUnknown[] = [
  'cluster-admin',
  'unknown',
  'node',
  'elevated',
  'normal',
]
const criticalityOrder: readonly (Criticality | null)[] = ['critical', null, 'high', 'medium', 'low']

export function compareCases(a: Case, b: Case): number {
  for (let at = 0; at < a.key.length; at++) if (a.key[at] !== b.key[at]) return a.key[at] - b.key[at]
  return 0
}

/** 0 is the most urgent outcome of the table. */
function urgencyOf({ table, between }: Decision): number {
  const outcomes = outcomesOfTable(table)
  return outcomes.length - 1 - outcomes.indexOf(between.at(-1)!)
}

/**
 * Answers that follow from where a workload is. Ports of nodes: who can reach the nodes is not known, so whether it is
 * publicly exposed stays open. Declared criticality stands for the impact on the mission (SSVC, Human Impact).
 */
export function answersOfPlace({ reach, criticality }: WorkloadCase): Map<PointKey, number> {
  const answers = new Map<PointKey, number>()
  const take = (key: PointKey, value: string): void => {
    answers.set(key, pointIndex(key, value))
  }
  if (reach !== 'unknown') {
    take('EXP', reach === 'internet' ? 'O' : reach === 'isolated' ? 'S' : 'C')
    if (reach !== 'network') take('PE', reach === 'internet' ? 'Y' : 'N')
  }
  if (criticality !== null) take('HI', { low: 'L', medium: 'M', high: 'H', critical: 'VH' }[criticality])
  return answers
}

function exploitationOf(answer: number | undefined): ExposureRow['exploitation'] {
  return answer === undefined ? 'unknown' : (['none', 'public poc', 'active'] as const)[answer]
}
