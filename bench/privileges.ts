/**
 * Privileges and escalation graph of 25,000 pods: effective rules of every identity, host access of every workload, shortest
 * ways to secrets, nodes and cluster-admin. Budget: 5 s of this process's CPU.
 */
import type { ManifestObject, PlacedObject } from '../src/know/fleet/index.ts'
import { analysePrivileges } from '../src/know/privileges/index.ts'

const budgetSeconds = 5
const namespacesCount = 250
const workloadsEach = 20
const podsEach = 5
const nodesCount = 500

let state = 20_261_127
function random(below: number): number {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
  return Math.floor((state / 2_147_483_648) * below)
}

const objects: PlacedObject[] = []
function add(kind: string, name: string, namespace: string | undefined, more: Record<string, unknown>): void {
  const { labels, ownerReferences, ...rest } = more
  const object = {
    kind,
    metadata: { name, namespace, labels, ownerReferences },
    ...rest,
  } as unknown as ManifestObject
  objects.push({ object, where: 'generated' })
}

for (let node = 0; node < nodesCount; node++) add('Node', `node-${node}`, undefined, {})
const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']
const resources = [
  'pods',
  'secrets',
  'configmaps',
  'services',
  'deployments',
  'pods/exec',
  'pods/log',
  'serviceaccounts/token',
  'endpoints',
  'events',
]
const rulesOf = (count: number) =>
  Array.from({ length: count }, () => ({
    apiGroups: [['', 'apps', 'batch'][random(3)]],
    resources: [resources[random(resources.length)], resources[random(resources.length)]],
    verbs: [verbs[random(verbs.length)], verbs[random(verbs.length)]],
  }))
for (let role = 0; role < 300; role++)
  add('ClusterRole', `cluster-role-${role}`, undefined, { rules: rulesOf(12) })
add('ClusterRole', 'admin', undefined, { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] })
for (let at = 0; at < namespacesCount; at++) {
  const namespace = `team-${at}`
  add('Namespace', namespace, undefined, {
    labels: at % 3 === 0 ? { 'pod-security.kubernetes.io/enforce': 'baseline' } : {},
  })
  for (let role = 0; role < 8; role++) add('Role', `role-${role}`, namespace, { rules: rulesOf(6) })
  for (let index = 0; index < workloadsEach; index++) {
    const account = `account-${index}`
    add('ServiceAccount', account, namespace, {})
    const subjects = [{ kind: 'ServiceAccount', name: account, namespace }]
    const roleRef = { kind: 'Role', name: `role-${random(8)}`, apiGroup: 'rbac.authorization.k8s.io' }
    add('RoleBinding', `binding-${index}`, namespace, { roleRef, subjects })
    if (index % 5 === 0)
      add('ClusterRoleBinding', `${namespace}-${index}`, undefined, {
        roleRef: {
          kind: 'ClusterRole',
          name: index === 0 && at % 50 === 0 ? 'admin' : `cluster-role-${random(300)}`,
          apiGroup: 'rbac.authorization.k8s.io',
        },
        subjects,
      })
    for (let pod = 0; pod < podsEach; pod++)
      add('Pod', `app-${index}-${pod}`, namespace, {
        labels: { app: `app-${index}` },
        ownerReferences: [{ kind: 'ReplicaSet', name: `app-${index}`, controller: true }],
        spec: {
          nodeName: `node-${random(nodesCount)}`,
          serviceAccountName: account,
          hostPID: index % 17 === 0,
          containers: [
            { name: 'main', image: 'app', securityContext: { privileged: index % 19 === 0 } },
            { name: 'proxy', image: 'proxy' },
          ],
          volumes: index % 13 === 0 ? [{ name: 'host', hostPath: { path: '/var/log' } }] : [],
        },
      })
  }
}

const before = process.cpuUsage()
const answer = analysePrivileges(objects)
const { user, system } = process.cpuUsage(before)
const seconds = (user + system) / 1e6
const reaching = answer.workloads.filter(({ ways }) => ways.clusterAdmin !== null).length
if (answer.counts.pods !== 25_000 || reaching === 0) throw new Error('the benchmark measures something else')
console.log(
  `${seconds <= budgetSeconds ? 'ok    ' : 'MISSED'}  privileges of ${answer.counts.pods.toLocaleString('en-US')} pods: ${seconds.toFixed(2)} s of CPU, ` +
    `${answer.counts.identities.toLocaleString('en-US')} identities, ${answer.counts.steps.toLocaleString('en-US')} steps, ` +
    `${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB resident (budget ${budgetSeconds} s)`,
)
process.exitCode = seconds <= budgetSeconds ? 0 : 1
