import { setImmediate as giveWay } from 'node:timers/promises'
import type { SoftwareRules } from '../../base/config.ts'
import { AllclearError } from '../../base/errors.ts'
import { limit as limitOf } from '../../base/limits.ts'
import type { Context } from '../context.ts'
import {
  presentClusters,
  privilegeLevelOf,
  privilegeLevels,
  type ClusterPosture,
  type PrivilegeOrUnknown,
  type ShapedPods,
} from '../posture/index.ts'
import { stepTitle, type IdentityPrivileges, type WorkloadPrivileges } from '../privileges/index.ts'
import { serves } from '../reach/index.ts'
import { grouped } from '../where/index.ts'
import type {
  DeclaredSoftware,
  LargestShare,
  SoftwareAnswer,
  SoftwareDetail,
  SoftwareRole,
  SoftwareRow,
  SoftwareVersion,
  WebhookReach,
} from './answers.ts'
import {
  addImpact,
  countImpact,
  emptyImpact,
  placesOf,
  type ClusterPlaces,
  type ImpactSets,
} from './impact.ts'
import { channelOf, loosest, pusherOf, recognise, supplierOf } from './recognise.ts'
import { listDeclared, readWorkloads, type RunningWorkload } from './register.store.ts'
import { webhooksOf } from './webhooks.ts'

export interface SoftwareQuery {
  cluster?: string
  role?: SoftwareRole
  /** A part of the name or the supplier. */
  q?: string
  limit?: number
  offset?: number
}

/** Software of others in the fleet and on its hosts; what could do most harm first. */
export async function listSoftware(context: Context, query: SoftwareQuery = {}): Promise<SoftwareAnswer> {
  const { entries, nodes } = await readRegister(context, query.cluster)
  const text = query.q?.toLowerCase() ?? ''
  const rows = entries
    .map(({ row }) => row)
    .filter(
      ({ id, roles }) =>
        (text === '' || id.toLowerCase().includes(text)) &&
        (query.role === undefined || roles.includes(query.role)),
    )
  const largest = largestShare(rows, nodes)
  const offset = query.offset ?? 0
  return {
    sentence: sentenceOfRegister(rows, largest, nodes),
    atMs: context.clock.nowMs(),
    total: rows.length,
    rows: rows.slice(offset, offset + Math.min(query.limit ?? 50, limitOf('listRows'))),
    largest,
    nodes,
  }
}

/** One of them, by its id or a name that only it has. Throws `not-found` and `ambiguous`. */
export async function showSoftware(context: Context, name: string): Promise<SoftwareDetail> {
  const { entries } = await readRegister(context, undefined)
  const exact = entries.filter(({ row }) => row.id === name)
  const found = exact.length > 0 ? exact : entries.filter(({ row }) => row.name === name)
  if (found.length !== 1) {
    throw new AllclearError(found.length === 0 ? 'not-found' : 'ambiguous', {
      message:
        found.length === 0
          ? `There is no software ${name} in the register.`
          : `${name} fits ${found.length} entries.`,
      next:
        found.length === 0
          ? 'List it with `allclear software list`, or declare it with `allclear software add`.'
          : `Choose one: ${found.map(({ row }) => row.id).join(', ')}.`,
    })
  }
  const [{ row, members, declaration }] = found
  return { ...row, members: members.toSorted((a, b) => b.nodes - a.nodes || b.pods - a.pods), declaration }
}

interface Entry {
  row: SoftwareRow
  members: SoftwareDetail['members'][number][]
  declaration: DeclaredSoftware | null
}

/** An entry while it is put together. */
interface Draft {
  name: string
  supplier: string
  own: boolean
  roles: Set<SoftwareRole>
  because: string
  versions: Map<string, { version: SoftwareVersion; nodes: Set<string>; clusters: Set<string> }>
  nodes: Set<string>
  clusters: Set<string>
  pods: number
  privilege: PrivilegeOrUnknown
  privileges: Set<string>
  webhooks: WebhookReach[]
  impact: ImpactSets
  unknown: Set<string>
  members: Entry['members']
}

async function readRegister(
  context: Context,
  cluster: string | undefined,
): Promise<{ entries: Entry[]; nodes: number }> {
  const index = await context.index()
  const postures = await context.postures()
  const drafts = new Map<string, Draft>()
  const places: ClusterPlaces[] = []
  for (const clusterNo of presentClusters(index)) {
    const name = index.clusterName[clusterNo]
    if (cluster !== undefined && name !== cluster) continue
    const posture = await postures.of(clusterNo)
    const view = viewOf(name, posture)
    places.push(view.places)
    for (const workload of await readWorkloads(context.store, clusterNo))
      addWorkload(drafts, context.softwareRules, view, workload)
    await giveWay()
  }
  if (cluster !== undefined && places.length === 0) {
    throw new AllclearError('not-found', {
      message: `There is no cluster ${cluster}.`,
      next: 'List them with `allclear cluster list`.',
    })
  }
  const entries = [...drafts.values()].map(finish)
  for (const declaration of await listDeclared(context.store))
    if (cluster === undefined || declaration.places.includes(cluster))
      entries.push(declaredEntry(declaration, places))
  entries.sort((a, b) => compareImpact(a.row, b.row))
  return { entries, nodes: places.reduce((sum, { nodes }) => sum + nodes.length, 0) }
}

/** Most nodes taken down, then what may become most, then most workloads kept from starting, then most that can be read, then by name. */
function compareImpact(a: SoftwareRow, b: SoftwareRow): number {
  const weightsOf = ({ impact, privilege }: SoftwareRow) => [
    impact.takesDown.nodesUnknown ? Infinity : impact.takesDown.nodes,
    -order.indexOf(privilege),
    impact.blocks.workloads,
    impact.takesDown.workloads,
    impact.reads.nodes,
    impact.reads.secretNamespaces,
  ]
  const [left, right] = [weightsOf(a), weightsOf(b)]
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return right[at] - left[at]
  return a.id < b.id ? -1 : 1
}

interface WebhookHere extends WebhookReach {
  /** Ids of the workloads about whose pods it is asked. */
  askedAbout: ReadonlySet<string>
  hasConditions: boolean
  /** Numbers of the workloads that answer it. */
  answeredBy: ReadonlySet<number>
}

function webhooksIn(posture: ClusterPosture, places: ClusterPlaces): WebhookHere[] {
  const objects = [
    ...posture.objects('validatingwebhookconfigurations.admissionregistration.k8s.io'),
    ...posture.objects('mutatingwebhookconfigurations.admissionregistration.k8s.io'),
  ]
  return webhooksOf(objects).map((webhook): WebhookHere => {
    const namespaces = new Set(
      [...posture.model.namespaces].flatMap(([name, labels]) =>
        webhook.namespaces(new Map([...labels, ['kubernetes.io/metadata.name', name]])) ? [name] : [],
      ),
    )
    const askedAbout = new Set(
      posture.pods
        .filter(
          ({ namespace, template }) =>
            webhook.asksAboutPods && namespaces.has(namespace) && webhook.objects(template.labels),
        )
        .map(({ namespace, kind, name }) => `${places.cluster}/${namespace}/${kind}/${name}`),
    )
    return {
      cluster: places.cluster,
      name: webhook.name,
      kind: webhook.kind,
      failurePolicy: webhook.failurePolicy,
      asks: webhook.asks,
      workloads: askedAbout.size,
      askedAbout,
      hasConditions: webhook.hasConditions,
      answeredBy: workloadsOf(posture, webhook.service),
    }
  })
}

/** What is looked up for each workload of one cluster. */
interface ClusterView {
  posture: ClusterPosture
  places: ClusterPlaces
  webhooks: readonly WebhookHere[]
  privileges: ReadonlyMap<string, WorkloadPrivileges>
  /** Ids of identities that write objects of API groups that Kubernetes does not have. */
  operators: ReadonlySet<string>
  shapes: ReadonlyMap<number, readonly ShapedPods[]>
}

function viewOf(cluster: string, posture: ClusterPosture): ClusterView {
  const places = placesOf(cluster, posture)
  return {
    posture,
    places,
    webhooks: webhooksIn(posture, places),
    privileges: new Map(posture.privileges.workloads.map((one) => [one.id, one])),
    operators: new Set(posture.privileges.identities.filter(ownsResources).map(({ id }) => id)),
    shapes: Map.groupBy(posture.pods, ({ workloadNo }) => workloadNo),
  }
}

function addWorkload(
  drafts: Map<string, Draft>,
  rules: SoftwareRules,
  { posture, places, ...view }: ClusterView,
  workload: RunningWorkload,
): void {
  const { namespace, kind, name, references, labels, owner } = workload
  const id = `${namespace}/${name}[${kind}]`
  const privileges = view.privileges.get(id)
  const webhooks = view.webhooks.filter(({ answeredBy }) => answeredBy.has(workload.no))
  const recognised = recognise(
    {
      namespace,
      kind,
      name,
      owner,
      labels,
      references,
      isWebhook: webhooks.length > 0,
      ownsResources:
        privileges?.tokenMounted === true &&
        view.operators.has(`ServiceAccount ${privileges.serviceAccount}`),
      hasHostAccess: (privileges?.hostAccess.length ?? 0) > 0,
    },
    rules,
  )
  if (recognised === null) return
  const key = `${recognised.supplier} ${recognised.name}`
  let draft = drafts.get(key)
  if (draft === undefined) {
    draft = {
      name: recognised.name,
      supplier: recognised.supplier,
      own: labels['app.kubernetes.io/name'] === 'allclear',
      roles: new Set(),
      because: recognised.because,
      versions: new Map(),
      nodes: new Set(),
      clusters: new Set(),
      pods: 0,
      privilege: 'normal',
      privileges: new Set(),
      webhooks: [],
      impact: emptyImpact(),
      unknown: new Set(),
      members: [],
    }
    drafts.set(key, draft)
  }
  for (const role of recognised.roles) draft.roles.add(role)
  const nodes = (privileges?.nodes ?? []).map((node) => `${places.cluster}/${node}`)
  for (const node of nodes) draft.nodes.add(node)
  draft.clusters.add(places.cluster)
  draft.pods += privileges?.pods ?? 0
  for (const { cluster, name: webhook, kind: of, failurePolicy, asks, workloads } of webhooks)
    draft.webhooks.push({ cluster, name: webhook, kind: of, failurePolicy, asks, workloads })
  for (const reference of references)
    addVersion(draft, reference, places.cluster, nodes, privileges?.pods ?? 0)
  const words = privileges === undefined ? [] : wordsOf(privileges, view.shapes.get(workload.no) ?? [])
  for (const text of words) draft.privileges.add(text)
  const level: PrivilegeOrUnknown =
    privileges === undefined ? 'unknown' : levelOf(privileges, posture.unseen.roles !== null)
  draft.privilege = worse(draft.privilege, level)
  if (places.nodes.length === 0) draft.unknown.add(`which nodes ${places.cluster} has`)
  for (const { name: webhook, hasConditions } of webhooks)
    if (hasConditions) draft.unknown.add(`the conditions of webhook ${webhook}: they may let more pass`)
  if (privileges === undefined)
    draft.unknown.add(`the specification of ${id} in ${places.cluster} is not kept`)
  else addImpact(draft.impact, places, privileges, recognised.roles, webhooks)
  if (posture.unseen.roles !== null) draft.unknown.add(`rights in ${places.cluster}: ${posture.unseen.roles}`)
  draft.members.push({
    id: `${places.cluster}/${namespace}/${kind}/${name}`,
    references,
    pods: privileges?.pods ?? 0,
    nodes: nodes.length,
    privilege: level,
    reasons: words,
  })
}

function levelOf(privileges: WorkloadPrivileges, rolesUnseen: boolean): PrivilegeOrUnknown {
  const level = privilegeLevelOf(privileges)
  return rolesUnseen && (level === 'normal' || level === 'elevated') ? 'unknown' : level
}

/** What is not known stands directly behind the worst. */
const order: readonly PrivilegeOrUnknown[] = ['cluster-admin', 'unknown', ...privilegeLevels.slice(1)]

function worse(a: PrivilegeOrUnknown, b: PrivilegeOrUnknown): PrivilegeOrUnknown {
  return order.indexOf(a) <= order.indexOf(b) ? a : b
}

function addVersion(
  draft: Draft,
  reference: string,
  cluster: string,
  nodes: readonly string[],
  pods: number,
): void {
  const { channel, version } = channelOf(reference)
  let found = draft.versions.get(reference)
  if (found === undefined) {
    found = {
      version: { version, reference, channel, workloads: 0, pods: 0, nodes: 0, clusters: 0 },
      nodes: new Set(),
      clusters: new Set(),
    }
    draft.versions.set(reference, found)
  }
  found.version.workloads++
  found.version.pods += pods
  for (const node of nodes) found.nodes.add(node)
  found.clusters.add(cluster)
}

/** Numbers of the workloads that a service leads to. */
function workloadsOf(posture: ClusterPosture, service: string | null): Set<number> {
  const found = posture.model.services.find((one) => `${one.namespace}/${one.name}` === service)
  if (found === undefined) return new Set()
  return new Set(
    posture.pods
      .filter(({ namespace, template }) => serves(found, { namespace, labels: template.labels }))
      .map(({ workloadNo }) => workloadNo),
  )
}

const writes = ['*', 'create', 'update', 'patch']

/** Whether it writes objects of API groups that Kubernetes does not have: then it is somebody's operator. */
function ownsResources({ rules }: IdentityPrivileges): boolean {
  return rules.some(
    ({ verbs, groups }) =>
      verbs.some((verb) => writes.includes(verb)) &&
      groups.some((group) => group.includes('.') && !group.endsWith('.k8s.io')),
  )
}

/** What it has of nodes and of the API, each once. */
function wordsOf(
  { hostAccess, secretsIn, ways }: WorkloadPrivileges,
  shapes: readonly ShapedPods[],
): string[] {
  const words = new Set<string>()
  if (ways.clusterAdmin !== null) words.add('can become cluster-admin')
  else if (ways.nodes?.at(-1)?.to === 'nodes') words.add('can take over every node through the API')
  for (const { step } of hostAccess) words.add(stepTitle(step))
  if (secretsIn === null) words.add('can read the secrets of every namespace')
  else if (secretsIn.length > 0) words.add(`can read the secrets of ${grouped(secretsIn.length)} namespaces`)
  for (const { template } of shapes) {
    const { spec } = template
    if (spec.hostNetwork === true) words.add('is on the network of its nodes')
    if (typeof spec.priorityClassName === 'string' && spec.priorityClassName.startsWith('system-'))
      words.add(`pushes other pods from nodes (priority class ${spec.priorityClassName})`)
  }
  return [...words]
}

function finish(draft: Draft): Entry {
  const versions = [...draft.versions.values()]
    .map(({ version, nodes, clusters }) => ({ ...version, nodes: nodes.size, clusters: clusters.size }))
    .sort((a, b) => b.nodes - a.nodes || b.pods - a.pods || (a.reference < b.reference ? -1 : 1))
  const channel = loosest(versions.map((version) => version.channel))
  const impact = countImpact(draft.impact)
  return {
    row: {
      id: `${draft.supplier} ${draft.name}`,
      name: draft.name,
      supplier: draft.supplier,
      own: draft.own,
      roles: [...draft.roles],
      because: draft.because,
      declared: false,
      versions,
      channel,
      pushedBy: pusherOf(
        channel,
        supplierOf(versions.find((version) => version.channel === channel)?.reference ?? '') ||
          draft.supplier,
      ),
      workloads: draft.members.length,
      pods: draft.pods,
      nodes: draft.nodes.size,
      clusters: [...draft.clusters],
      privilege: draft.privilege,
      privileges: [...draft.privileges],
      webhooks: draft.webhooks,
      impact,
      sentence: sentenceOfImpact(draft.name, impact),
      unknown: [...draft.unknown],
    },
    members: draft.members,
    declaration: null,
  }
}

/** A declared agent with root can do to its hosts what a privileged one can do to its nodes. */
function declaredEntry(declaration: DeclaredSoftware, places: readonly ClusterPlaces[]): Entry {
  const { name, supplier, version, hosts, access, channel, pushedBy } = declaration
  const here = places.filter(({ cluster }) => declaration.places.includes(cluster))
  const nodes = here.reduce((sum, one) => sum + one.nodes.length, 0)
  const workloads = here.reduce((sum, one) => sum + one.workloads.length, 0)
  const affected = access === 'user' ? { nodes: 0, workloads: 0 } : { nodes: hosts ?? nodes, workloads }
  const nodesUnknown = access !== 'user' && hosts === null && nodes === 0
  const impact = {
    takesDown: { ...affected, nodesUnknown },
    reads: { ...affected, secretNamespaces: 0 },
    blocks: { workloads: 0 },
  }
  const unknown = [
    ...(version === null ? ['its version'] : []),
    ...(hosts === null && nodes === 0 ? ['on how many hosts it is'] : []),
    ...(pushedBy === null ? ['who can change it'] : []),
  ]
  const words = {
    user: 'runs as an ordinary user',
    root: 'runs as root',
    kernel: 'loads code into the kernel',
  }
  return {
    row: {
      id: `${supplier} ${name}`,
      name,
      supplier,
      own: false,
      roles: ['host'],
      because: `${declaration.declaredBy} declared it`,
      declared: true,
      versions: [
        {
          version: version ?? 'unknown',
          reference: '',
          channel,
          workloads: 0,
          pods: 0,
          nodes: hosts ?? nodes,
          clusters: here.length,
        },
      ],
      channel,
      pushedBy: pushedBy ?? 'not known',
      workloads: 0,
      pods: 0,
      nodes: hosts ?? nodes,
      clusters: declaration.places,
      privilege: access === 'user' ? 'normal' : 'node',
      privileges: [words[access]],
      webhooks: [],
      impact,
      sentence: sentenceOfImpact(name, impact),
      unknown,
    },
    members: [],
    declaration,
  }
}

function sentenceOfImpact(name: string, { takesDown, reads, blocks }: SoftwareRow['impact']): string {
  const count = (number: number, one: string, many = `${one}s`) =>
    `${grouped(number)} ${number === 1 ? one : many}`
  const parts: string[] = []
  const nodes = takesDown.nodesUnknown
    ? takesDown.nodes === 0
      ? 'nodes, how many is not known,'
      : `at least ${count(takesDown.nodes, 'node')}`
    : count(takesDown.nodes, 'node')
  if (takesDown.nodes + takesDown.workloads > 0 || takesDown.nodesUnknown)
    parts.push(
      `take down ${nodes}${takesDown.workloads > 0 ? ` with ${count(takesDown.workloads, 'workload')}` : ''}`,
    )
  if (blocks.workloads > 0) parts.push(`keep ${count(blocks.workloads, 'workload')} from starting`)
  if (reads.nodes > 0) parts.push(`read what is on ${count(reads.nodes, 'node')}`)
  if (reads.secretNamespaces > 0)
    parts.push(`read the secrets of ${count(reads.secretNamespaces, 'namespace')}`)
  return parts.length === 0
    ? `A bad update of ${name} stays with itself.`
    : `A bad update of ${name} can ${parts.join(', ').replaceAll(',,', ',')}.`
}

function largestShare(rows: readonly SoftwareRow[], nodes: number): LargestShare | null {
  let largest: LargestShare | null = null
  if (nodes === 0) return null
  for (const { id, name, versions, declared } of rows)
    for (const version of versions)
      if (!declared && version.nodes > (largest?.nodes ?? 0))
        largest = { id, name, version: version.version, nodes: version.nodes, share: version.nodes / nodes }
  return largest
}

function sentenceOfRegister(
  rows: readonly SoftwareRow[],
  largest: LargestShare | null,
  nodes: number,
): string {
  if (rows.length === 0) return 'No software of others is known in the fleet.'
  const floating = rows.filter(({ channel }) => channel === 'floating').length
  const share =
    largest === null
      ? ''
      : ` One version of ${largest.name} (${largest.version}) is on ${Math.round(largest.share * 100)} % of ${grouped(nodes)} nodes.`
  return `${grouped(rows.length)} products of others run here, ${grouped(floating)} of them on a floating tag. ${rows[0].sentence}${share}`
}
