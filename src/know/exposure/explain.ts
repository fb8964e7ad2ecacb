import { limit } from '../../base/limits.ts'
import { grouped } from '../where/index.ts'
import type { Reason, RankChange } from './answers.ts'
import { compareCases, decide, type Case, type VulnerabilityCase, type WorkloadCase } from './decide.ts'
import type { WorkloadFacts } from '../posture/index.ts'

export interface Explained {
  facts: WorkloadFacts
  workload: WorkloadCase
  vulnerability: VulnerabilityCase & { id: string; severity: string }
  own: Case
  pods: number
  nodes: number
  fixedIn: string
  findings: number
}

/** Why a workload stands where it does, the weightiest first. */
export function reasonsOf({
  facts,
  workload,
  vulnerability,
  own,
  pods,
  nodes,
  fixedIn,
  findings,
}: Explained): Reason[] {
  const reasons: Reason[] = []
  const add = (kind: Reason['kind'], text: string): void => {
    reasons.push({ kind, text })
  }
  for (const text of facts.reachReasons) add('reach', text)
  if (workload.reach === 'unknown') add('unknown', 'from where it is reached is not known')
  for (const text of facts.privilegeReasons) add('privilege', text)
  if (workload.privilege === 'unknown') add('unknown', 'what it may do is not known')
  if (nodes > 0) add('breadth', nodes === 1 ? 'on 1 node' : `on ${grouped(nodes)} nodes`)
  else if (pods > 0) add('breadth', `${grouped(pods)} pods`)
  if (vulnerability.kev === true) add('exploitation', 'in KEV')
  else if (own.exploitation === 'active') add('exploitation', 'actively exploited')
  else if (own.exploitation === 'public poc') add('exploitation', 'a public exploit exists')
  if (vulnerability.kev === null) add('unknown', 'no KEV catalogue was imported')
  const score = vulnerability.score === null ? '' : ` ${vulnerability.score.toFixed(1)}`
  add('severity', `${vulnerability.id}: ${vulnerability.severity}${score}`)
  if (workload.criticality !== null) add('declared', `declared ${workload.criticality}`)
  if (facts.data !== null) add('declared', `declared data: ${facts.data}`)
  add('fix', fixedIn === '' ? 'no fix is known' : `fixed in ${fixedIn}`)
  if (findings > 1) add('breadth', `${grouped(findings)} findings in what it runs`)
  for (const text of facts.unknown) add('unknown', text)
  return reasons
}

/** The reasons that a person needs first, in one line. */
export function sentenceOfReasons(reasons: readonly Reason[], workload: WorkloadCase): string {
  const first = (kind: Reason['kind'], count: number) =>
    reasons.filter((reason) => reason.kind === kind).slice(0, count)
  const told = [
    ...first('reach', 1),
    // That it may do nothing is no reason to begin with it.
    ...(workload.privilege === 'normal' ? [] : first('privilege', 2)),
    ...first('breadth', 1),
    ...first('exploitation', 1),
    ...first('fix', 1),
    ...first('unknown', 1),
  ]
  return told.map(({ text }) => text).join('; ')
}

/** What would put it elsewhere: each fact that may become otherwise, when the decision or the order changes with it. */
export function changesOf({ workload, vulnerability, own }: Explained): RankChange[] {
  const others: [fact: string, workload: WorkloadCase, vulnerability: VulnerabilityCase][] = []
  const elsewhere = (fact: string, change: Partial<WorkloadCase>) =>
    others.push([fact, { ...workload, ...change }, vulnerability])
  const otherwise = (fact: string, change: Partial<VulnerabilityCase>) =>
    others.push([fact, workload, { ...vulnerability, ...change }])
  if (workload.reach === 'internet' || workload.reach === 'network')
    elsewhere('its ways in from outside are closed', { reach: 'cluster' })
  if (workload.reach !== 'internet' && workload.reach !== 'unknown')
    elsewhere('a way in from the internet opens', { reach: 'internet' })
  if (workload.reach === 'cluster') elsewhere('enforced policies let nothing in', { reach: 'isolated' })
  if (workload.reach === 'unknown')
    elsewhere('it turns out not to be reached from outside', { reach: 'cluster' })
  if (vulnerability.kev === false) otherwise('it is added to KEV', { kev: true })
  if (vulnerability.kev === null) otherwise('KEV does not list it', { kev: false })
  if (vulnerability.ssvc === null)
    otherwise('attacks on it turn out not to be automatable and of partial impact', {
      ssvc: { exploitation: 'none', automatable: 'no', technicalImpact: 'partial' },
    })
  if (workload.privilege !== 'normal' && workload.privilege !== 'unknown')
    elsewhere('its rights and its access to nodes are taken away', { privilege: 'normal' })
  if (workload.criticality === null) elsewhere('its criticality is declared low', { criticality: 'low' })
  return others
    .flatMap(([fact, place, what]): RankChange[] => {
      const other = decide(place, what)
      const effect = effectOf(own, other)
      return effect === null ? [] : [{ fact, effect }]
    })
    .slice(0, limit('exposureChanges'))
}

function effectOf(own: Case, other: Case): string | null {
  const [was, is] = [own, other].map(({ deadline }) => deadline.between.at(-1)!)
  if (was !== is) return `${inWords(is)} instead of ${inWords(was)}`
  const [had, has] = [own, other].map(({ priority }) => priority.between.at(-1)!)
  if (had !== has) return `priority ${has} instead of ${had}`
  const order = compareCases(other, own)
  if (order === 0) return null
  return order < 0 ? 'earlier among those due at the same time' : 'later among those due at the same time'
}

function inWords(outcome: string): string {
  return outcome === 'fix on system upgrade' ? 'fix with the next upgrade' : `fix in ${outcome}`
}
