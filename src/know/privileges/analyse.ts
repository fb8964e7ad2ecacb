import type { PlacedObject, RefusedManifest } from '../fleet/index.ts'
import { namespaceOf, podsByOwner } from '../reach/index.ts'
import type { OwnedPod } from '../reach/index.ts'
import { EscalationGraph, wayFrom } from './graph.ts'
import type { Edge } from './graph.ts'
import { holdingsOf } from './permissions.ts'
import type { Holding, Holdings, Permission } from './permissions.ts'
import { accountOf, endpointsOf, hostAccessOf } from './pod-access.ts'
import { grantsOf, groupsOf, readRbac, subjectId } from './rbac.ts'
import type { Rbac, Rule, Subject } from './rbac.ts'
import { steps } from './steps.ts'

const targets = ['secrets', 'nodes', 'cluster-admin'] as const
export type Target = (typeof targets)[number]

export interface StepTaken {
  from: string
  to: string
  /** Id of the step. */
  step: string
  /** What whoever takes it does: `reads secrets by name`. */
  title: string
  /** Why it escalates. */
  why: string
  /** The rule, binding or field that allows it. */
  via: string
}

/** A shortest way to each target; `null` where there is none. */
export type Ways = Record<'secrets' | 'nodes' | 'clusterAdmin', readonly StepTaken[] | null>

export interface IdentityPrivileges {
  /** `ServiceAccount shop/ci`, `User alice`, `Group dev` */
  id: string
  workloads: number
  /** Effective rules: verbs, resources, names and URLs, where, and by which binding. */
  rules: readonly {
    namespace: string | null
    verbs: readonly string[]
    groups: readonly string[]
    resources: readonly string[]
    names: readonly string[]
    urls: readonly string[]
    via: string
  }[]
  ways: Ways
}

export interface WorkloadPrivileges {
  /** `shop/cart[Deployment]` */
  id: string
  pods: number
  serviceAccount: string
  tokenMounted: boolean
  nodes: readonly string[]
  /** Namespaces whose secrets its service account reads, or can mount into a pod; `null` is every namespace. */
  secretsIn: readonly string[] | null
  /** What its specification gives it of its node: step and field. */
  hostAccess: readonly { step: string; via: string }[]
  ways: Ways
}

export interface PrivilegesAnswer {
  identities: readonly IdentityPrivileges[]
  workloads: readonly WorkloadPrivileges[]
  /** Every escalation step between identities, workloads, nodes and what they stand for. */
  steps: readonly StepTaken[]
  counts: { pods: number; workloads: number; identities: number; roles: number; steps: number }
  notes: readonly string[]
  refused: readonly RefusedManifest[]
}

const everyNamespace = 'every namespace'
const clusterAdmin = 'cluster-admin'
const allNodes = 'nodes'
/** Where a pod runs is not known: it has a node, and what else is on it is not guessed. */
const someNode = 'the node that it runs on'

const secretsOf = (namespace: string | null): string => `secrets of ${namespace ?? everyNamespace}`
const podsOf = (namespace: string | null): string => `pods of ${namespace ?? everyNamespace}`
const accountsOf = (namespace: string | null): string => `service accounts of ${namespace ?? everyNamespace}`
const namespaceId = (namespace: string | null): string =>
  namespace === null ? clusterAdmin : `namespace ${namespace}`

interface WorkloadState {
  id: string
  pod: OwnedPod
  pods: number
  nodes: Set<string>
  account: { name: string; mounted: boolean }
}

/** What every identity and workload may do, and what it can become step by step. */
export function analysePrivileges(
  objects: readonly PlacedObject[],
  /** Those of the objects, or those of a cluster whose pods are kept by their shape. */
  pods?: readonly OwnedPod[],
): PrivilegesAnswer {
  const plain = objects.map(({ object }) => object)
  const rbac = readRbac(objects)
  const notes = [...rbac.notes]
  const mounts = new Map<string, boolean>()
  const namespaces = new Map<string, boolean>()
  const nodes: string[] = []
  const accounts = new Map<string, Subject>()
  const account = (namespace: string, name: string): Subject => {
    const subject: Subject = { kind: 'ServiceAccount', namespace, name }
    accounts.set(subjectId(subject), subject)
    return subject
  }
  for (const object of plain) {
    const { kind, metadata } = object
    if (kind === 'Node') nodes.push(metadata.name)
    // Pod Security admission keeps pods with host access out where it enforces one of its two stricter levels.
    if (kind === 'Namespace')
      namespaces.set(
        metadata.name,
        ['baseline', 'restricted'].includes(metadata.labels?.['pod-security.kubernetes.io/enforce'] ?? ''),
      )
    if (kind !== 'ServiceAccount') continue
    account(namespaceOf(object), metadata.name)
    const automount = (object as unknown as Record<string, unknown>).automountServiceAccountToken
    if (typeof automount === 'boolean') mounts.set(`${namespaceOf(object)}/${metadata.name}`, automount)
  }

  const workloads = new Map<string, WorkloadState>()
  for (const pod of pods ?? podsByOwner(plain)) {
    const id = `${pod.namespace}/${pod.name}[${pod.kind}]`
    const known = workloads.get(id)
    const state = known ?? { id, pod, pods: 0, nodes: new Set<string>(), account: accountOf(pod, mounts) }
    workloads.set(id, state)
    state.pods += pod.pods
    for (const node of pod.nodes) state.nodes.add(node)
    account(pod.namespace, state.account.name)
    if (!namespaces.has(pod.namespace)) namespaces.set(pod.namespace, false)
  }
  for (const subject of rbac.subjects.values())
    if (subject.kind === 'ServiceAccount') accounts.set(subjectId(subject), subject)
  for (const { namespace } of accounts.values())
    if (!namespaces.has(namespace!)) namespaces.set(namespace!, false)
  for (const { nodes: own } of workloads.values())
    for (const node of own) if (!nodes.includes(node)) nodes.push(node)

  const graph = new EscalationGraph()
  addCollectives(graph, namespaces, nodes, accounts)
  const identities: Subject[] = [
    ...accounts.values(),
    ...[...rbac.subjects.values()].filter(({ kind }) => kind !== 'ServiceAccount'),
  ]
  const holdings = new Map<string, Holdings>()
  const noEffect = new Set<string>()
  for (const subject of identities) {
    const found = holdingsOf(grantsOf(rbac, subject))
    holdings.set(subjectId(subject), found.holdings)
    for (const { permission, via } of found.ineffective)
      noEffect.add(`${via} grants nothing of ${inWords(permission)}: those are in no namespace`)
    addIdentity(graph, subject, found.holdings, rbac, namespaces)
  }
  notes.push(...noEffect)
  for (const state of workloads.values()) addWorkload(graph, state, holdings, nodes)

  const ways = {
    secrets: graph.waysTo([
      ...[null, ...namespaces.keys()].map(secretsOf),
      ...graph.edges.flatMap(({ to }) => (to.startsWith('secret ') ? [to] : [])),
    ]),
    nodes: graph.waysTo([allNodes, someNode, ...nodes.map((node) => `node ${node}`)]),
    clusterAdmin: graph.waysTo([clusterAdmin]),
  }
  const waysOf = (id: string): Ways => ({
    secrets: takenOrNull(wayFrom(id, ways.secrets)),
    nodes: takenOrNull(wayFrom(id, ways.nodes)),
    clusterAdmin: takenOrNull(wayFrom(id, ways.clusterAdmin)),
  })
  const using = new Map<string, number>()
  for (const { pod, account: own } of workloads.values()) {
    const id = `ServiceAccount ${pod.namespace}/${own.name}`
    using.set(id, (using.get(id) ?? 0) + 1)
  }
  return {
    identities: identities.map((subject) => {
      const id = subjectId(subject)
      return {
        id,
        workloads: using.get(id) ?? 0,
        rules: grantsOf(rbac, subject).map(({ rule, namespace, via }) => ({
          namespace,
          ...plainRule(rule),
          via,
        })),
        ways: waysOf(id),
      }
    }),
    workloads: [...workloads.values()].map((state) => ({
      id: state.id,
      pods: state.pods,
      serviceAccount: `${state.pod.namespace}/${state.account.name}`,
      tokenMounted: state.account.mounted,
      nodes: [...state.nodes],
      secretsIn: state.account.mounted ? secretsIn(state, holdings) : [],
      hostAccess: hostAccessOf(state.pod, readsLogs(state, holdings)).map(({ step, via }) => ({
        step: step.id,
        via,
      })),
      ways: waysOf(`workload ${state.id}`),
    })),
    steps: graph.edges.map(taken),
    counts: {
      pods: [...workloads.values()].reduce((sum, { pods }) => sum + pods, 0),
      workloads: workloads.size,
      identities: identities.length,
      roles: plain.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole').length,
      steps: graph.edges.length,
    },
    notes,
    refused: rbac.refused,
  }
}

function plainRule(rule: Rule) {
  return {
    verbs: [...rule.verbs],
    groups: [...rule.groups],
    resources: [...rule.resources],
    names: [...rule.names],
    urls: [...rule.urls],
  }
}

function taken({ from, to, step, via }: Edge): StepTaken {
  return { from, to, step: step.id, title: step.title, why: step.why, via }
}

function takenOrNull(way: readonly Edge[] | null): StepTaken[] | null {
  return way === null ? null : way.map(taken)
}

/** What stands for many leads to each of them, so that a right over all is one step. */
function addCollectives(
  graph: EscalationGraph,
  namespaces: ReadonlyMap<string, boolean>,
  nodes: readonly string[],
  accounts: ReadonlyMap<string, Subject>,
): void {
  const all = 'all of the cluster'
  for (const collective of [secretsOf(null), podsOf(null), accountsOf(null), allNodes])
    graph.add(clusterAdmin, collective, steps.clusterAdmin, all)
  graph.add(
    secretsOf(null),
    accountsOf(null),
    steps.secretsTokens,
    'secrets of type kubernetes.io/service-account-token',
  )
  for (const [namespace, guarded] of namespaces) {
    const own = `namespace ${namespace}`
    for (const collective of [secretsOf, podsOf, accountsOf]) {
      graph.add(collective(null), collective(namespace), steps.member, own)
      graph.add(own, collective(namespace), steps.namespaceAdmin, own)
    }
    if (!guarded) graph.add(own, allNodes, steps.workloadsHost, `${own} enforces no Pod Security Standard`)
    graph.add(
      secretsOf(namespace),
      accountsOf(namespace),
      steps.secretsTokens,
      'secrets of type kubernetes.io/service-account-token',
    )
  }
  for (const [id, { namespace }] of accounts)
    graph.add(accountsOf(namespace), id, steps.member, `namespace ${namespace}`)
  for (const node of nodes) {
    graph.add(allNodes, `node ${node}`, steps.member, `node ${node}`)
    graph.add(`node ${node}`, 'Group system:nodes', steps.nodeIdentity, `node ${node}`)
  }
  graph.add(allNodes, 'Group system:nodes', steps.nodeIdentity, 'the certificate of a kubelet')
  graph.add(someNode, 'Group system:nodes', steps.nodeIdentity, 'the certificate of a kubelet')
  // "system:masters" is beyond RBAC: the API server asks nothing of it.
  graph.add('Group system:masters', clusterAdmin, steps.clusterAdmin, 'the group system:masters')
}

/** Every step that an identity's own and its groups' rules allow. */
function addIdentity(
  graph: EscalationGraph,
  subject: Subject,
  holdings: Holdings,
  rbac: Rbac,
  namespaces: ReadonlyMap<string, boolean>,
): void {
  const id = subjectId(subject)
  for (const group of groupsOf(subject)) if (rbac.grants.has(group)) graph.add(id, group, steps.member, group)
  const each = (permission: Permission, apply: (holding: Holding) => void): void => {
    for (const holding of holdings.get(permission) ?? []) apply(holding)
  }
  each('everything', ({ namespace, via }) =>
    graph.add(
      id,
      namespaceId(namespace),
      namespace === null ? steps.clusterAdmin : steps.namespaceAdmin,
      via,
    ),
  )
  for (const [permission, step] of [
    ['secretsList', steps.secretsList],
    ['secretsGet', steps.secretsGet],
  ] as const)
    each(permission, ({ namespace, names, via }) => {
      if (names.size === 0) graph.add(id, secretsOf(namespace), step, via)
      else for (const name of names) graph.add(id, `secret ${namespace ?? everyNamespace}/${name}`, step, via)
    })
  each('secretsWrite', ({ namespace, names, via }) => {
    const reads = [...(holdings.get('secretsGet') ?? []), ...(holdings.get('secretsList') ?? [])].some(
      (other) => other.names.size === 0 && covers(other.namespace, namespace),
    )
    if (names.size === 0 && reads) graph.add(id, accountsOf(namespace), steps.secretsIssue, via)
  })
  each('podsCreate', ({ namespace, via }) => {
    graph.add(id, accountsOf(namespace), steps.workloadsCreate, via)
    graph.add(id, secretsOf(namespace), steps.workloadsCreate, via)
    if (namespace === null || namespaces.get(namespace) !== true)
      graph.add(id, allNodes, steps.workloadsHost, via)
  })
  for (const [permission, step] of [
    ['podsPatch', steps.podsPatch],
    ['podsExec', steps.podsExec],
    ['podsAttach', steps.podsAttach],
    ['podsDebug', steps.podsDebug],
  ] as const)
    each(permission, ({ namespace, names, via }) => {
      if (names.size === 0) graph.add(id, podsOf(namespace), step, via)
      else
        for (const name of names)
          graph.add(id, `workload ${namespace ?? everyNamespace}/${name}[Pod]`, step, via)
    })
  each('nodesProxy', ({ names, via }) => {
    if (names.size === 0) {
      graph.add(id, allNodes, steps.nodesProxy, via)
      graph.add(id, podsOf(null), steps.nodesProxy, via)
    } else for (const name of names) graph.add(id, `node ${name}`, steps.nodesProxy, via)
  })
  for (const [permission, step] of [
    ['tokenRequest', steps.tokenRequest],
    ['impersonateAccounts', steps.impersonateAccount],
  ] as const)
    each(permission, ({ namespace, names, via }) => {
      if (names.size === 0) graph.add(id, accountsOf(namespace), step, via)
      else
        for (const name of names)
          graph.add(id, `ServiceAccount ${namespace ?? everyNamespace}/${name}`, step, via)
    })
  for (const [permission, kind] of [
    ['impersonateUsers', 'User'],
    ['impersonateGroups', 'Group'],
  ] as const)
    each(permission, ({ names, via }) => {
      if (names.size === 0) graph.add(id, clusterAdmin, steps.impersonate, via)
      else for (const name of names) graph.add(id, `${kind} ${name}`, steps.impersonate, via)
    })
  addRoleSteps(graph, id, holdings, rbac)
  const [requests, approvals, signers] = (
    ['requestsCreate', 'requestsApprove', 'signersApprove'] as const
  ).map((permission) => holdings.get(permission)?.[0])
  const signer = 'kubernetes.io/kube-apiserver-client'
  const signs = (holdings.get('signersApprove') ?? []).some(
    ({ names }) => names.size === 0 || names.has(signer) || names.has('kubernetes.io/*'),
  )
  if (requests && approvals && signers && signs)
    graph.add(id, clusterAdmin, steps.certificates, `${requests.via}; ${approvals.via}; ${signers.via}`)
  each('webhooksMutating', ({ via }) => {
    graph.add(id, secretsOf(null), steps.webhooksMutating, via)
    graph.add(id, allNodes, steps.webhooksMutating, via)
  })
  each('webhooksValidating', ({ via }) => graph.add(id, secretsOf(null), steps.webhooksValidating, via))
  each('volumesCreate', ({ via }) => graph.add(id, allNodes, steps.volumesCreate, via))
}

/** A right of one scope holds for what another scope asks. */
function covers(held: string | null, asked: string | null): boolean {
  return held === null || held === asked
}

/**
 * Roles and bindings: nobody may write rules, or bind roles, beyond what he has, unless with the verbs escalate and bind
 * (RBAC, "Privilege escalation prevention"). A ClusterRoleBinding binds ClusterRoles only; a RoleBinding both kinds.
 */
function addRoleSteps(graph: EscalationGraph, id: string, holdings: Holdings, { roles }: Rbac): void {
  const held = (permission: Permission): readonly Holding[] => holdings.get(permission) ?? []
  for (const binding of held('clusterBindingsWrite'))
    for (const bind of held('bindClusterRoles'))
      if (bind.namespace === null) {
        const what =
          bind.names.size === 0
            ? [clusterAdmin]
            : [...bind.names].map((name) => (name === 'cluster-admin' ? clusterAdmin : `ClusterRole ${name}`))
        for (const target of what) graph.add(id, target, steps.bind, joined(binding.via, bind.via))
      }
  for (const binding of held('bindingsWrite')) {
    for (const bind of held('bindClusterRoles'))
      if (covers(bind.namespace, binding.namespace) || covers(binding.namespace, bind.namespace))
        graph.add(
          id,
          namespaceId(binding.namespace ?? bind.namespace),
          steps.bind,
          joined(binding.via, bind.via),
        )
    for (const bind of held('bindRoles')) {
      if (!covers(bind.namespace, binding.namespace) && !covers(binding.namespace, bind.namespace)) continue
      const namespace = binding.namespace ?? bind.namespace
      // A Role can be bound only where there is one.
      const where = namespace === null ? [...roles.keys()] : roles.has(namespace) ? [namespace] : []
      for (const one of where) graph.add(id, namespaceId(one), steps.bind, joined(binding.via, bind.via))
    }
  }
  for (const write of held('clusterRolesWrite'))
    for (const escalate of held('escalateClusterRoles'))
      graph.add(id, clusterAdmin, steps.escalate, joined(write.via, escalate.via))
  for (const write of held('rolesWrite'))
    for (const escalate of held('escalateRoles'))
      if (covers(escalate.namespace, write.namespace) || covers(write.namespace, escalate.namespace))
        graph.add(
          id,
          namespaceId(write.namespace ?? escalate.namespace),
          steps.escalate,
          joined(write.via, escalate.via),
        )
}

function joined(a: string, b: string): string {
  return a === b ? a : `${a}; ${b}`
}

function readsLogs({ pod, account }: WorkloadState, holdings: ReadonlyMap<string, Holdings>): boolean {
  const own = holdings.get(`ServiceAccount ${pod.namespace}/${account.name}`)
  return own !== undefined && (own.has('podsLog') || own.has('nodesLog') || own.has('nodesProxy'))
}

/** What it reads itself, by name or by list, and what it can have a new pod mount. */
function secretsIn(
  { pod, account }: WorkloadState,
  holdings: ReadonlyMap<string, Holdings>,
): string[] | null {
  const own = holdings.get(`ServiceAccount ${pod.namespace}/${account.name}`)
  const namespaces = new Set<string>()
  for (const permission of ['everything', 'secretsList', 'secretsGet', 'podsCreate'] as const)
    for (const { namespace } of own?.get(permission) ?? [])
      if (namespace === null) return null
      else namespaces.add(namespace)
  return [...namespaces].toSorted()
}

function addWorkload(
  graph: EscalationGraph,
  state: WorkloadState,
  holdings: ReadonlyMap<string, Holdings>,
  nodes: readonly string[],
): void {
  const id = `workload ${state.id}`
  const { pod, account } = state
  const accountId = `ServiceAccount ${pod.namespace}/${account.name}`
  graph.add(podsOf(pod.namespace), id, steps.member, `namespace ${pod.namespace}`)
  if (account.mounted) graph.add(id, accountId, steps.identity, `serviceAccountName ${account.name}`)
  const own =
    state.nodes.size > 0
      ? [...state.nodes].map((node) => `node ${node}`)
      : pod.kind === 'DaemonSet' && nodes.length > 0
        ? [allNodes]
        : [someNode]
  for (const { step, gains, via } of hostAccessOf(pod, readsLogs(state, holdings))) {
    if (gains === 'itself') graph.add(id, id, step, via)
    else
      for (const node of own)
        graph.add(
          id,
          gains === 'node' ? node : `${gains === 'tokens' ? 'tokens' : 'traffic'} on ${node}`,
          step,
          via,
        )
  }
  for (const endpoint of endpointsOf(pod)) graph.add(`ports of ${state.id}`, id, steps.endpoint, endpoint)
  for (const node of own) {
    if (node === someNode || node === allNodes) continue
    graph.add(node, id, steps.podAttach, `nodeName ${node.slice('node '.length)}`)
    if (account.mounted)
      graph.add(`tokens on ${node}`, accountId, steps.member, `serviceAccountName ${account.name}`)
  }
  if (own[0] === allNodes)
    for (const node of nodes) graph.add(`node ${node}`, id, steps.podAttach, 'a DaemonSet runs on every node')
}

const words: Partial<Record<Permission, string>> = {
  impersonateUsers: 'users',
  impersonateGroups: 'groups',
  nodesProxy: 'nodes/proxy',
  nodesLog: 'nodes/log',
  clusterBindingsWrite: 'clusterrolebindings',
  clusterRolesWrite: 'clusterroles',
  escalateClusterRoles: 'clusterroles',
  requestsCreate: 'certificatesigningrequests',
  requestsApprove: 'certificatesigningrequests/approval',
  signersApprove: 'signers',
  webhooksMutating: 'mutatingwebhookconfigurations',
  webhooksValidating: 'validatingwebhookconfigurations',
  volumesCreate: 'persistentvolumes',
}

function inWords(permission: Permission): string {
  return words[permission] ?? permission
}
