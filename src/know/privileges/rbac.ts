import type { PlacedObject, RefusedManifest } from '../fleet/index.ts'
import { limit } from '../../base/limits.ts'
import { namespaceOf } from '../reach/index.ts'

/** One rule of a role (rbac.authorization.k8s.io/v1, PolicyRule). */
export interface Rule {
  verbs: ReadonlySet<string>
  groups: ReadonlySet<string>
  resources: ReadonlySet<string>
  /** Empty: objects of any name. */
  names: ReadonlySet<string>
  urls: readonly string[]
}

/** A rule that a subject has, where, and by which binding of which role. */
export interface Grant {
  rule: Rule
  /** `null` is the whole cluster. */
  namespace: string | null
  /** `RoleBinding shop/ci of Role shop/deploy` */
  via: string
}

export type SubjectKind = 'ServiceAccount' | 'User' | 'Group'

export interface Subject {
  kind: SubjectKind
  /** Of service accounts. */
  namespace: string | null
  name: string
}

/** `ServiceAccount shop/ci`, `Group system:masters` */
export function subjectId({ kind, namespace, name }: Subject): string {
  return namespace === null ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}

export interface Rbac {
  /** Grants of each subject by its id, as bindings name it; groups of a service account are added by `grantsOf`. */
  grants: ReadonlyMap<string, readonly Grant[]>
  subjects: ReadonlyMap<string, Subject>
  /** Names of Roles by namespace: what a right to bind them can give. */
  roles: ReadonlyMap<string, number>
  refused: readonly RefusedManifest[]
  notes: readonly string[]
}

interface Role {
  id: string
  labels: ReadonlyMap<string, string>
  rules: readonly Rule[]
  /** Selectors of an aggregated ClusterRole. */
  aggregates: readonly Record<string, unknown>[] | null
}

/** Effective rules of every subject: roles with aggregation, bound in namespaces or cluster-wide. */
export function readRbac(objects: readonly PlacedObject[]): Rbac {
  const refused: RefusedManifest[] = []
  const notes: string[] = []
  const roles = new Map<string, Role>()
  const roleCounts = new Map<string, number>()
  const bindings: PlacedObject[] = []
  for (const placed of objects) {
    const { kind, metadata } = placed.object
    if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') bindings.push(placed)
    if (kind !== 'Role' && kind !== 'ClusterRole') continue
    const namespace = kind === 'Role' ? namespaceOf(placed.object) : null
    const id = kind === 'Role' ? `Role ${namespace}/${metadata.name}` : `ClusterRole ${metadata.name}`
    const rules = readRules(placed, id, refused)
    if (rules === null) continue
    if (namespace !== null) roleCounts.set(namespace, (roleCounts.get(namespace) ?? 0) + 1)
    const aggregation = fieldsOf((placed.object as unknown as Fields).aggregationRule)
    const labels = new Map(
      Object.entries(metadata.labels ?? {}).filter(([, value]) => typeof value === 'string'),
    )
    roles.set(id, {
      id,
      labels,
      rules,
      aggregates:
        aggregation === null
          ? null
          : listOf(aggregation.clusterRoleSelectors).flatMap((one): Fields[] =>
              [fieldsOf(one)].filter((fields) => fields !== null),
            ),
    })
  }
  const effective = new Map<string, readonly Rule[]>()
  const clusterRoles = [...roles.values()].filter(({ id }) => id.startsWith('ClusterRole '))
  const grants = new Map<string, Grant[]>()
  const subjects = new Map<string, Subject>()
  for (const placed of bindings) {
    const { object, where } = placed
    const fields = object as unknown as Fields
    const namespace = object.kind === 'RoleBinding' ? namespaceOf(object) : null
    const own =
      namespace === null
        ? `ClusterRoleBinding ${object.metadata.name}`
        : `RoleBinding ${namespace}/${object.metadata.name}`
    const reference = fieldsOf(fields.roleRef)
    const roleKind = reference?.kind
    if (
      typeof reference?.name !== 'string' ||
      (roleKind !== 'ClusterRole' && (roleKind !== 'Role' || namespace === null))
    ) {
      const reason =
        roleKind === 'Role' && namespace === null
          ? 'a ClusterRoleBinding cannot refer to a Role'
          : 'roleRef names no Role and no ClusterRole'
      refused.push({ source: `${where}: ${own}: roleRef`, code: 'manifest.invalid', reason })
      continue
    }
    const roleId =
      roleKind === 'Role' ? `Role ${namespace}/${reference.name}` : `ClusterRole ${reference.name}`
    const role = roles.get(roleId)
    if (role === undefined) {
      const builtIn = builtInRules(roleId)
      if (builtIn === null)
        notes.push(`${own} is of ${roleId}, which is not among the objects: it grants nothing that is known`)
      else effective.set(roleId, builtIn)
    }
    const rules = effective.get(roleId) ?? (role === undefined ? [] : rulesOf(role, clusterRoles))
    effective.set(roleId, rules)
    for (const [at, entry] of listOf(fields.subjects).entries()) {
      const subject = subjectOf(entry, namespace)
      if (subject === null) {
        refused.push({
          source: `${where}: ${own}: subjects[${at}]`,
          code: 'manifest.invalid',
          reason: 'names no user, group or service account with its namespace',
        })
        continue
      }
      const id = subjectId(subject)
      subjects.set(id, subject)
      const list = grants.get(id) ?? []
      grants.set(id, list)
      for (const rule of rules) list.push({ rule, namespace, via: `${own} of ${roleId}` })
    }
  }
  return { grants, subjects, roles: roleCounts, refused, notes }
}

/** The groups that every request of a subject carries (Kubernetes, "Authenticating"). */
export function groupsOf({ kind, namespace, name }: Subject): string[] {
  if (kind === 'ServiceAccount')
    return [
      'Group system:serviceaccounts',
      `Group system:serviceaccounts:${namespace}`,
      'Group system:authenticated',
      `User system:serviceaccount:${namespace}:${name}`,
    ]
  return kind === 'User' && name !== 'system:anonymous' ? ['Group system:authenticated'] : []
}

export function grantsOf(rbac: Rbac, subject: Subject): Grant[] {
  return [subjectId(subject), ...groupsOf(subject)].flatMap((id) => rbac.grants.get(id) ?? [])
}

/**
 * Rules of a ClusterRole with aggregation: the controller writes into it the rules of all that its selectors match, which may
 * be aggregated themselves. In a circle each role counts once. Where none of them is among the objects, the rules stay that
 * the controller wrote.
 */
function rulesOf(role: Role, clusterRoles: readonly Role[]): readonly Rule[] {
  if (role.aggregates === null) return role.rules
  const seen = new Set<Role>([role])
  const queue = [role]
  const rules: Rule[] = []
  for (let current = queue.shift(); current !== undefined; current = queue.shift()) {
    const { aggregates } = current
    if (aggregates === null) continue
    const matched = clusterRoles.filter(
      (other) => other !== current && aggregates.some((selector) => matches(selector, other.labels)),
    )
    if (matched.length === 0) rules.push(...current.rules)
    for (const other of matched) {
      if (seen.has(other)) continue
      seen.add(other)
      if (other.aggregates === null) rules.push(...other.rules)
      queue.push(other)
    }
  }
  return rules
}

function matches(selector: Fields, labels: ReadonlyMap<string, string>): boolean {
  const wanted = Object.entries(fieldsOf(selector.matchLabels) ?? {})
  const expressions = listOf(selector.matchExpressions).flatMap((one): Fields[] =>
    [fieldsOf(one)].filter((fields) => fields !== null),
  )
  return (
    wanted.every(([key, value]) => labels.get(key) === value) &&
    expressions.every(({ key, operator, values }) => {
      const value = labels.get(String(key))
      const among = value !== undefined && listOf(values).includes(value)
      return operator === 'In'
        ? among
        : operator === 'NotIn'
          ? !among
          : operator === 'Exists'
            ? value !== undefined
            : value === undefined
    })
  )
}

/**
 * Roles for people that every cluster has and that manifests of one's own leave out (RBAC, "User-facing roles"): of each, what
 * escalates. `view` reads no secrets.
 */
function builtInRules(roleId: string): readonly Rule[] | null {
  return builtIn.get(roleId) ?? null
}

function ruleOf(verbs: string, groups: string, resources: string): Rule {
  const set = (text: string): Set<string> =>
    new Set(text.split(' ').map((word) => (word === '-' ? '' : word)))
  return { verbs: set(verbs), groups: set(groups), resources: set(resources), names: new Set(), urls: [] }
}

const reads = 'get list watch'
const writes = 'create update patch delete deletecollection'
const view = [
  ruleOf(
    reads,
    '- apps batch networking.k8s.io',
    'pods pods/log services configmaps endpoints events serviceaccounts deployments replicasets statefulsets daemonsets jobs cronjobs ingresses networkpolicies',
  ),
]
const edit = [
  ...view,
  ruleOf(`${reads} ${writes}`, '-', 'secrets'),
  ruleOf(
    `${reads} ${writes}`,
    '-',
    'pods pods/exec pods/attach pods/portforward pods/proxy services configmaps serviceaccounts replicationcontrollers',
  ),
  ruleOf(writes, 'apps batch', 'deployments replicasets statefulsets daemonsets jobs cronjobs'),
  ruleOf('impersonate', '-', 'serviceaccounts'),
  ruleOf('create', '-', 'serviceaccounts/token'),
]
const builtIn: ReadonlyMap<string, readonly Rule[]> = new Map([
  [
    'ClusterRole cluster-admin',
    [
      ruleOf('*', '*', '*'),
      { ...ruleOf('*', '*', '*'), groups: new Set(), resources: new Set(), urls: ['*'] },
    ],
  ],
  [
    'ClusterRole admin',
    [...edit, ruleOf(`${reads} ${writes}`, 'rbac.authorization.k8s.io', 'roles rolebindings')],
  ],
  ['ClusterRole edit', edit],
  ['ClusterRole view', view],
])

function readRules({ object, where }: PlacedObject, id: string, refused: RefusedManifest[]): Rule[] | null {
  const list = (object as unknown as Fields).rules
  const refuse = (path: string, reason: string): null => {
    refused.push({ source: `${where}: ${id}: ${path}`, code: 'manifest.invalid', reason })
    return null
  }
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) return refuse('rules', 'is not a list')
  if (list.length > limit('roleRules'))
    return refuse('rules', `has ${list.length} rules; the limit is ${limit('roleRules')}`)
  const rules: Rule[] = []
  for (const [at, entry] of (list as unknown[]).entries()) {
    const fields = fieldsOf(entry)
    if (fields === null) return refuse(`rules[${at}]`, 'is not an object')
    const texts: Record<string, string[]> = {}
    for (const name of ['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs']) {
      const values = listOf(fields[name])
      if (!values.every((value) => typeof value === 'string'))
        return refuse(`rules[${at}].${name}`, 'is not a list of texts')
      texts[name] = values as string[]
    }
    if (texts.verbs.length === 0) return refuse(`rules[${at}].verbs`, 'must name at least one verb')
    rules.push({
      verbs: new Set(texts.verbs),
      groups: new Set(texts.apiGroups),
      resources: new Set(texts.resources),
      names: new Set(texts.resourceNames),
      urls: texts.nonResourceURLs,
    })
  }
  return rules
}

function subjectOf(entry: unknown, namespace: string | null): Subject | null {
  const fields = fieldsOf(entry)
  if (fields === null || typeof fields.name !== 'string' || fields.name === '') return null
  if (fields.kind === 'User' || fields.kind === 'Group')
    return { kind: fields.kind, namespace: null, name: fields.name }
  if (fields.kind !== 'ServiceAccount') return null
  // Without a namespace, the one of the RoleBinding (RBAC authorizer, appliesToUser).
  const own = typeof fields.namespace === 'string' && fields.namespace !== '' ? fields.namespace : namespace
  return own === null ? null : { kind: 'ServiceAccount', namespace: own, name: fields.name }
}

/**
 * Whether a rule allows a verb on a resource (RBAC, "Referring to resources"): `*` is every one, `*` beside a slash every
 * resource's subresource of that name, and `pods` is not `pods/exec`.
 */
export function allows(rule: Rule, verb: string, group: string, resource: string): boolean {
  if (!rule.verbs.has('*') && !rule.verbs.has(verb)) return false
  if (!rule.groups.has('*') && !rule.groups.has(group)) return false
  if (rule.resources.has('*') || rule.resources.has(resource)) return true
  const slash = resource.indexOf('/')
  return slash > 0 && rule.resources.has(`*${resource.slice(slash)}`)
}

type Fields = Record<string, unknown>

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
