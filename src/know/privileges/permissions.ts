import { allows } from './rbac.ts'
import type { Grant, Rule } from './rbac.ts'

/** What a rule can give that escalates. */
export type Permission =
  | 'everything'
  | 'secretsList'
  | 'secretsGet'
  | 'secretsWrite'
  | 'podsCreate'
  | 'podsPatch'
  | 'podsExec'
  | 'podsAttach'
  | 'podsDebug'
  | 'podsLog'
  | 'nodesLog'
  | 'nodesProxy'
  | 'tokenRequest'
  | 'impersonateUsers'
  | 'impersonateGroups'
  | 'impersonateAccounts'
  | 'bindClusterRoles'
  | 'bindRoles'
  | 'clusterBindingsWrite'
  | 'bindingsWrite'
  | 'escalateClusterRoles'
  | 'escalateRoles'
  | 'clusterRolesWrite'
  | 'rolesWrite'
  | 'requestsCreate'
  | 'requestsApprove'
  | 'signersApprove'
  | 'webhooksMutating'
  | 'webhooksValidating'
  | 'volumesCreate'

const rbac = 'rbac.authorization.k8s.io'
const certificates = 'certificates.k8s.io'
const admission = 'admissionregistration.k8s.io'
const writes = ['create', 'update', 'patch'] as const
const changes = ['update', 'patch'] as const
/** Commands come by POST, and with websockets by GET. */
const connects = ['create', 'get'] as const

type Request = readonly [verbs: readonly string[], group: string, resource: string]

/** The requests of which one is enough. `everything` is told by its stars. */
const requests: Record<Exclude<Permission, 'everything'>, readonly Request[]> = {
  secretsList: [[['list', 'watch'], '', 'secrets']],
  secretsGet: [[['get'], '', 'secrets']],
  secretsWrite: [[writes, '', 'secrets']],
  podsCreate: [
    [['create'], '', 'pods'],
    [writes, '', 'replicationcontrollers'],
    [writes, 'apps', 'deployments'],
    [writes, 'apps', 'replicasets'],
    [writes, 'apps', 'statefulsets'],
    [writes, 'apps', 'daemonsets'],
    [writes, 'batch', 'jobs'],
    [writes, 'batch', 'cronjobs'],
  ],
  podsPatch: [[changes, '', 'pods']],
  podsExec: [[connects, '', 'pods/exec']],
  podsAttach: [[connects, '', 'pods/attach']],
  podsDebug: [[changes, '', 'pods/ephemeralcontainers']],
  podsLog: [[['get'], '', 'pods/log']],
  nodesLog: [[['get'], '', 'nodes/log']],
  nodesProxy: [[[...connects, 'update', 'patch', 'delete'], '', 'nodes/proxy']],
  tokenRequest: [[['create'], '', 'serviceaccounts/token']],
  impersonateUsers: [[['impersonate'], '', 'users']],
  impersonateGroups: [[['impersonate'], '', 'groups']],
  impersonateAccounts: [[['impersonate'], '', 'serviceaccounts']],
  bindClusterRoles: [[['bind'], rbac, 'clusterroles']],
  bindRoles: [[['bind'], rbac, 'roles']],
  clusterBindingsWrite: [[writes, rbac, 'clusterrolebindings']],
  bindingsWrite: [[writes, rbac, 'rolebindings']],
  escalateClusterRoles: [[['escalate'], rbac, 'clusterroles']],
  escalateRoles: [[['escalate'], rbac, 'roles']],
  clusterRolesWrite: [[writes, rbac, 'clusterroles']],
  rolesWrite: [[writes, rbac, 'roles']],
  requestsCreate: [[['create'], certificates, 'certificatesigningrequests']],
  requestsApprove: [[changes, certificates, 'certificatesigningrequests/approval']],
  signersApprove: [[['approve'], certificates, 'signers']],
  webhooksMutating: [[writes, admission, 'mutatingwebhookconfigurations']],
  webhooksValidating: [[writes, admission, 'validatingwebhookconfigurations']],
  volumesCreate: [[['create'], '', 'persistentvolumes']],
}

/** Of resources that are in no namespace: a RoleBinding gives nothing on them (RBAC, "RoleBinding and ClusterRoleBinding"). */
const clusterWide: ReadonlySet<Permission> = new Set<Permission>([
  'nodesProxy',
  'nodesLog',
  'impersonateUsers',
  'impersonateGroups',
  'clusterBindingsWrite',
  'escalateClusterRoles',
  'clusterRolesWrite',
  'requestsCreate',
  'requestsApprove',
  'signersApprove',
  'webhooksMutating',
  'webhooksValidating',
  'volumesCreate',
])

/** A request that creates an object has no name yet, so a rule with names does not allow it (RBAC, "Referring to resources"). */
const nameless: ReadonlySet<Permission> = new Set<Permission>([
  'podsCreate',
  'requestsCreate',
  'volumesCreate',
])

const known = new WeakMap<Rule, readonly Permission[]>()

/** What a rule gives, computed once for each rule. */
function permissionsOf(rule: Rule): readonly Permission[] {
  let permissions = known.get(rule)
  if (permissions === undefined) {
    const own = (Object.keys(requests) as (keyof typeof requests)[]).filter(
      (permission) =>
        !(nameless.has(permission) && rule.names.size > 0) &&
        requests[permission].some(([verbs, group, resource]) =>
          verbs.some((verb) => allows(rule, verb, group, resource)),
        ),
    )
    const all =
      rule.names.size === 0 && rule.verbs.has('*') && rule.groups.has('*') && rule.resources.has('*')
    permissions = all ? ['everything', ...own] : own
    known.set(rule, permissions)
  }
  return permissions
}

export interface Holding {
  /** `null` is the whole cluster. */
  namespace: string | null
  /** Only objects of these names; empty is all. */
  names: ReadonlySet<string>
  via: string
}

export type Holdings = ReadonlyMap<Permission, readonly Holding[]>

/** What grants give, by permission; grants in a namespace of what is in none are told apart, since they give nothing. */
export function holdingsOf(grants: readonly Grant[]): {
  holdings: Holdings
  ineffective: { permission: Permission; via: string }[]
} {
  const holdings = new Map<Permission, Holding[]>()
  const ineffective: { permission: Permission; via: string }[] = []
  for (const { rule, namespace, via } of grants)
    for (const permission of permissionsOf(rule)) {
      if (namespace !== null && clusterWide.has(permission)) {
        if (!rule.resources.has('*')) ineffective.push({ permission, via })
        continue
      }
      const list = holdings.get(permission)
      const holding = { namespace, names: rule.names, via }
      if (list) list.push(holding)
      else holdings.set(permission, [holding])
    }
  return { holdings, ineffective }
}
