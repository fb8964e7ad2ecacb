import { AllclearError } from '../../base/errors.ts'
import { limit as limitOf } from '../../base/limits.ts'
import type { Context } from '../context.ts'
import type { PlacedObject } from '../fleet/index.ts'
import { stepTitle, type PrivilegesAnswer, type StepTaken, type Ways } from '../privileges/index.ts'
import {
  analyseReach,
  diffReach,
  modelOf,
  shortestPathFromOutside,
  type ConnectionFilter,
  type HostNetworkRule,
  type PathFromOutside,
  type ReachAnswer,
} from '../reach/index.ts'
import { findWorkloads, type FleetIndex } from '../where/index.ts'
import type { ClusterPrivileges, ClusterReach, ClusterReachDiff } from './answers.ts'
import type { ClusterPosture } from './cluster-posture.ts'

/** `internet`, or a workload: CLUSTER/NAMESPACE/NAME, CLUSTER/NAMESPACE/KIND/NAME or a unique end of it. */
export interface ReachQuery {
  cluster?: string
  from?: string
  to?: string
  hostNetwork?: HostNetworkRule
  /** A moment of the past, epoch ms. */
  atMs?: number
}

/** Who reaches whom in a cluster. Throws `usage` when it is not said where, `not-found` and `ambiguous` for names. */
export async function answerReach(context: Context, query: ReachQuery): Promise<ClusterReach> {
  const index = await context.index()
  const [from, to] = [query.from, query.to].map((name) => endOf(index, name, query.cluster))
  const clusterNo = oneCluster(index, query.cluster, [from, to])
  const posture = await postureOf(context, clusterNo, query.atMs)
  const { model } = posture
  const hostNetwork = query.hostNetwork ?? 'nodes'
  const answer = analyseReach(model, {
    hostNetwork,
    ...(hostNetwork === 'nodes' ? { podNetworks: posture.networks } : {}),
    only: filterOf(from, to),
  })
  const outside = from === null || from === 'internet'
  const path = outside && isWorkload(to) ? pathTo(posture, to.id) : null
  return {
    ...answer,
    entries: outside ? answer.entries : [],
    cluster: index.clusterName[clusterNo],
    atMs: query.atMs ?? context.clock.nowMs(),
    sentences: sentencesOf(answer, path, from, to),
    path,
    unseen: posture.unseen,
  }
}

/** What changed or added objects open and cut in a cluster as it is now. */
export async function answerReachDiff(
  context: Context,
  { cluster, hostNetwork = 'nodes' }: { cluster: string; hostNetwork?: HostNetworkRule },
  changed: readonly PlacedObject[],
): Promise<ClusterReachDiff> {
  const index = await context.index()
  const clusterNo = oneCluster(index, cluster, [])
  const posture = await postureOf(context, clusterNo)
  const after = modelOf([...posture.allObjects, ...changed], posture.pods)
  return {
    cluster: index.clusterName[clusterNo],
    enforcement: posture.model.enforcement,
    ...diffReach(posture.model, after, { hostNetwork }),
  }
}

export interface PrivilegesQuery {
  cluster?: string
  /** CLUSTER/NAMESPACE/NAME of a service account, or an id: `User alice`. */
  identity?: string
  workload?: string
  to?: 'secrets' | 'nodes' | 'cluster-admin'
  atMs?: number
}

/** What identities and workloads of a cluster may do and can become. Errors as for `answerReach`. */
export async function answerPrivileges(context: Context, query: PrivilegesQuery): Promise<ClusterPrivileges> {
  const index = await context.index()
  const workload = endOf(index, query.workload, query.cluster)
  const identity = query.identity === undefined ? null : identityOf(index, query.identity, query.cluster)
  const clusterNo = oneCluster(index, query.cluster ?? identity?.cluster, [workload])
  const posture = await postureOf(context, clusterNo, query.atMs)
  const cluster = index.clusterName[clusterNo]
  const answer = keepOnly(posture.privileges, {
    identity: identity?.id ?? null,
    workload: isWorkload(workload) ? workload.id : null,
    to: query.to === undefined ? null : targets[query.to],
    cluster,
  })
  return {
    ...answer,
    cluster,
    atMs: query.atMs ?? context.clock.nowMs(),
    sentences: [...answer.workloads, ...answer.identities]
      .slice(0, limitOf('exposureReasons'))
      .map(({ id, ways }) => `${id} ${worstInWords(ways)}`),
    unseen: posture.unseen,
  }
}

export const targets = { secrets: 'secrets', nodes: 'nodes', 'cluster-admin': 'clusterAdmin' } as const

interface WorkloadEnd {
  clusterNo: number
  /** `shop/cart[Deployment]` */
  id: string
}

type End = WorkloadEnd | 'internet' | null

function isWorkload(end: End): end is WorkloadEnd {
  return end !== null && end !== 'internet'
}

function endOf(index: FleetIndex, name: string | undefined, cluster: string | undefined): End {
  if (name === undefined) return null
  if (name === 'internet') return 'internet'
  const within = cluster === undefined ? null : numberOf(index, cluster)
  const found = findWorkloads(index, name).filter(
    (no) => index.workloadGone[no] === 0 && (within === null || index.workloadCluster[no] === within),
  )
  if (found.length !== 1) {
    const ids = found.slice(0, 10).map((no) => index.workloadId(no))
    throw new AllclearError(found.length === 0 ? 'not-found' : 'ambiguous', {
      message:
        found.length === 0 ? `There is no workload ${name}.` : `${name} fits ${found.length} workloads.`,
      next:
        found.length === 0
          ? 'Write CLUSTER/NAMESPACE/NAME, or a unique end of it; or `internet`.'
          : `Choose one: ${ids.join(', ')}.`,
    })
  }
  const [no] = found
  const { names } = index
  return {
    clusterNo: index.workloadCluster[no],
    id: `${names.text(index.workloadNamespace[no])}/${names.text(index.workloadName[no])}[${names.text(index.workloadKind[no])}]`,
  }
}

/** `CLUSTER/NAMESPACE/NAME`, `NAMESPACE/NAME` within a cluster, or an id. */
function identityOf(
  index: FleetIndex,
  name: string,
  cluster: string | undefined,
): { id: string; cluster: string | undefined } {
  if (/^(?:ServiceAccount|User|Group) /.test(name)) return { id: name, cluster }
  const [first, ...rest] = name.split('/')
  if (rest.length === 2 && index.clusterName.includes(first))
    return { id: `ServiceAccount ${rest.join('/')}`, cluster: first }
  return { id: `ServiceAccount ${name}`, cluster }
}

export function numberOf(index: FleetIndex, cluster: string): number {
  const no = index.clusterName.indexOf(cluster)
  if (no > 0 && index.clusterSource[no] !== 'removed') return no
  throw new AllclearError('not-found', {
    message: `There is no cluster ${cluster}.`,
    next: 'List them with `allclear cluster list`.',
  })
}

export function presentClusters(index: FleetIndex): number[] {
  return [...index.clusterName.keys()].filter(
    (no) => index.clusterName[no] !== undefined && index.clusterSource[no] !== 'removed' && no > 0,
  )
}

/** The cluster that the question is about: the one that is named, that of its workloads, or the only one. */
function oneCluster(index: FleetIndex, named: string | undefined, ends: readonly End[]): number {
  const own = ends.filter(isWorkload).map(({ clusterNo }) => clusterNo)
  if (named !== undefined) own.push(numberOf(index, named))
  const [first, ...others] = [...new Set(own)]
  if (others.length > 0) {
    throw new AllclearError('usage', {
      message: 'The workloads are in different clusters, between which policies say nothing.',
      next: 'Ask about workloads of one cluster.',
    })
  }
  if (first !== undefined) return first
  const all = presentClusters(index)
  if (all.length === 1) return all[0]
  throw new AllclearError('usage', {
    message: 'In which cluster?',
    next:
      all.length === 0
        ? 'Add one: allclear cluster add, or allclear import manifests.'
        : `Name it with --cluster: ${all
            .slice(0, 10)
            .map((no) => index.clusterName[no])
            .join(', ')}.`,
  })
}

export async function postureOf(context: Context, clusterNo: number, atMs?: number): Promise<ClusterPosture> {
  const postures = await context.postures()
  return atMs === undefined ? postures.of(clusterNo) : postures.at(clusterNo, atMs)
}

function filterOf(from: End, to: End): ConnectionFilter | undefined {
  if (from === null && to === null) return undefined
  const keeps = (end: End) => (name: string) => {
    if (end === null) return true
    if (end === 'internet') return name.endsWith('[External]') || name.startsWith('{')
    return name.replace('[udn]/', '/').replace(/\{.*\}$/, '') === end.id
  }
  return { from: keeps(from), to: keeps(to) }
}

function pathTo(posture: ClusterPosture, id: string): PathFromOutside | null {
  const own = posture.reach.find((one) => one.id === id)
  if (own === undefined) return null
  const entries = posture.reach.flatMap(({ open }) => open)
  for (const network of posture.networks) {
    const holds = network.members.some((index) => {
      const { namespace, name, kind } = posture.model.workloads[index]
      return `${namespace}/${name}[${kind}]` === id
    })
    if (holds) return shortestPathFromOutside(posture.model, network, entries, id)
  }
  return null
}

function sentencesOf(
  { sections, enforcement, counts }: ReachAnswer,
  path: PathFromOutside | null,
  from: End,
  to: End,
): string[] {
  const sentences: string[] = []
  const doubt =
    counts.policies > 0 && enforcement.state !== 'enforced'
      ? enforcement.plugin === null
        ? 'Whether its policies hold is not known: no network plug-in that enforces them is among its workloads.'
        : `Its policies may have no effect: ${enforcement.plugin} enforces none.`
      : null
  if (isWorkload(to) && (from === null || from === 'internet')) {
    const where = path?.entry.reach === 'network' ? 'the network of the nodes' : 'the internet'
    if (path === null) sentences.push(`No path from outside to ${to.id} is known.`)
    else if (path.hops.length === 0)
      sentences.push(
        `${to.id} is reachable from ${where} through ${path.entry.via}: ${path.entry.path.join(' → ')}.`,
      )
    else
      sentences.push(
        `${to.id} is not reachable from outside itself, but from ${where} in ${path.hops.length + 1} steps: ${path.entry.path.join(' → ')}${path.hops.map((hop) => ` → ${hop.to} (${hop.ports})`).join('')}.`,
      )
  }
  if (isWorkload(from) && isWorkload(to)) {
    const passed = sections.flatMap(({ connections }) => connections)
    sentences.push(
      passed.length === 0
        ? `${from.id} may not connect to ${to.id}.`
        : `${from.id} may connect to ${to.id}: ${[...new Set(passed.map(({ ports }) => ports))].join('; ')}.`,
    )
  } else if (isWorkload(from) && to === 'internet') {
    const passed = sections.flatMap(({ connections }) => connections)
    sentences.push(
      passed.length === 0
        ? `${from.id} may connect to nothing outside.`
        : `${from.id} may connect to addresses outside: ${[...new Set(passed.map(({ ports }) => ports))].slice(0, 5).join('; ')}.`,
    )
  }
  if (doubt !== null) sentences.push(doubt)
  return sentences
}

interface Kept {
  identity: string | null
  workload: string | null
  to: keyof Ways | null
  cluster: string
}

function keepOnly(whole: PrivilegesAnswer, { identity, workload, to, cluster }: Kept): PrivilegesAnswer {
  if (identity !== null && whole.identities.every(({ id }) => id !== identity)) {
    throw new AllclearError('not-found', {
      message: `There is no ${identity} in ${cluster}.`,
      next: `List all: allclear privileges --cluster ${cluster} -o name.`,
    })
  }
  if (identity === null && workload === null && to === null) return whole
  const reaches = ({ ways }: { ways: Ways }): boolean => to === null || ways[to] !== null
  const account = workload === null ? null : whole.workloads.find(({ id }) => id === workload)?.serviceAccount
  const identities = whole.identities.filter(
    (one) =>
      reaches(one) &&
      (identity === null || one.id === identity) &&
      (workload === null || one.id === `ServiceAccount ${account}`),
  )
  const workloads = whole.workloads.filter(
    (one) =>
      reaches(one) &&
      (workload === null || one.id === workload) &&
      (identity === null || `ServiceAccount ${one.serviceAccount}` === identity),
  )
  const shown = new Set([...identities.map(({ id }) => id), ...workloads.map(({ id }) => `workload ${id}`)])
  const keyOf = (step: StepTaken): string => `${step.from}\n${step.to}\n${step.step}`
  const taken = new Set(
    [...identities, ...workloads].flatMap(({ ways }) =>
      [ways.secrets, ways.nodes, ways.clusterAdmin].flatMap((way) => (way ?? []).map(keyOf)),
    ),
  )
  const steps = whole.steps.filter((step) => shown.has(step.from) || taken.has(keyOf(step)))
  return { ...whole, identities, workloads, steps }
}

/** `can become cluster-admin: creates pods, then …` */
export function worstInWords({ clusterAdmin, nodes, secrets }: Ways): string {
  const inSteps = (way: readonly StepTaken[]): string =>
    way
      .filter(({ step }) => step !== 'member')
      .map(({ step }) => stepTitle(step))
      .join(', then ')
  if (clusterAdmin !== null) return `can become cluster-admin: ${inSteps(clusterAdmin)}`
  if (nodes !== null) return `can take over a node: ${inSteps(nodes)}`
  if (secrets !== null) return `can reach secrets: ${inSteps(secrets)}`
  return 'reaches no secrets, no nodes and not cluster-admin'
}
