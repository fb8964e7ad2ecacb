/**
 * Reachability of 10,000 pods under 2,000 policies: every pair of classes, then one changed policy. Budgets: 2 s and 500 MiB
 * for all, 50 ms for the change. Seconds are of this process's CPU, which other work on the machine does not stretch.
 */
import { changedPairs, ReachEngine } from '../src/know/reach/index.ts'
import { parseNetworkPolicy } from '../src/know/reach/policies.ts'
import type { Policy, Workload } from '../src/know/reach/types.ts'
import { median, quantile } from './measure.ts'

const namespacesCount = 100
const workloadsEach = 20
const podsEach = 5
const policiesEach = 20

let state = 20_261_127
function random(below: number): number {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
  return Math.floor((state / 2_147_483_648) * below)
}

const namespaces = new Map<string, ReadonlyMap<string, string>>()
const workloads: Workload[] = []
for (let at = 0; at < namespacesCount; at++) {
  const namespace = `team-${at}`
  namespaces.set(
    namespace,
    new Map([
      ['tier', ['front', 'back', 'data'][at % 3]],
      ['team', `t${at % 10}`],
    ]),
  )
  for (let index = 0; index < workloadsEach; index++)
    for (let pod = 0; pod < podsEach; pod++)
      workloads.push({
        namespace,
        kind: 'StatefulSet',
        name: `app-${index}`,
        // Each pod of a StatefulSet has a label of its own, as the controller gives it.
        labels: new Map([
          ['app', `app-${index}`],
          ['role', ['web', 'api', 'job', 'db'][index % 4]],
          ['statefulset.kubernetes.io/pod-name', `app-${index}-${pod}`],
        ]),
        ports: [{ name: 'http', protocol: 'TCP', port: 8000 + index, hostPort: null }],
        hostNetwork: false,
        network: null,
        attachments: [],
        pods: 1,
      })
}

function policy(namespace: string, index: number, port: number): Policy {
  const own = { matchLabels: { app: `app-${index % workloadsEach}` } }
  const peers = [
    { podSelector: { matchLabels: { app: `app-${random(workloadsEach)}` } } },
    {
      namespaceSelector: { matchLabels: { team: `t${random(10)}` } },
      podSelector: { matchLabels: { role: ['web', 'api'][random(2)] } },
    },
    { namespaceSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['front', 'back'] }] } },
    { ipBlock: { cidr: `10.${random(200)}.0.0/16` } },
  ]
  const ports = random(3) === 0 ? [{ port: 'http' }] : [{ port }, { protocol: 'UDP', port: 53 }]
  const chosen = [peers[random(4)], peers[random(4)]]
  const rules = index % 3 === 2 ? { egress: [{ to: chosen, ports }] } : { ingress: [{ from: chosen, ports }] }
  return parseNetworkPolicy({
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${index}`, namespace },
    spec: { podSelector: own, policyTypes: [index % 3 === 2 ? 'Egress' : 'Ingress'], ...rules },
  })
}

const policies = [...namespaces.keys()].flatMap((namespace) =>
  Array.from({ length: policiesEach }, (_, index) => policy(namespace, index, 8000 + random(workloadsEach))),
)

let missed = 0
function note(what: string, value: number, unit: string, budget: number): void {
  if (value > budget) missed++
  console.log(
    `${value <= budget ? 'ok    ' : 'MISSED'}  ${what}: ${value.toFixed(unit === 's' ? 2 : 1)} ${unit} (budget ${budget} ${unit})`,
  )
}

function cpuSeconds<T>(run: () => T): { seconds: number; result: T } {
  const before = process.cpuUsage()
  const result = run()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (user + system) / 1e6, result }
}

const input = { workloads, namespaces, policies, hostNetwork: 'nodes' as const }
const { seconds, result: engine } = cpuSeconds(() => {
  const made = new ReachEngine(input)
  let pairs = 0
  for (let source = 0; source < made.peers; source++)
    for (let destination = 0; destination < made.peers; destination++)
      if (made.connections(source, destination) !== 0) pairs++
  if (pairs === 0) throw new Error('nothing is allowed; the benchmark measures nothing')
  console.log(
    `        ${workloads.length.toLocaleString('en-US')} pods, ${policies.length.toLocaleString('en-US')} policies: ${made.classes.length} classes and ${made.addresses.length} ranges of addresses, ${pairs.toLocaleString('en-US')} of ${(made.peers ** 2).toLocaleString('en-US')} pairs connected`,
  )
  return made
})
note('all reachability classes', seconds, 's', 2)
note('resident memory', process.memoryUsage.rss() / 2 ** 20, 'MiB', 500)

const times: number[] = []
let changes = 0
for (let round = 0; round < 20; round++) {
  const at = random(policies.length)
  const next = policies.with(at, policy(policies[at].subject.namespace!, at % policiesEach, 9000 + round))
  const one = cpuSeconds(() => changedPairs(engine, engine.withPolicies(next), [policies[at], next[at]]))
  times.push(one.seconds * 1000)
  changes += one.result.length
}
if (changes === 0) throw new Error('no change changed anything; the benchmark measures nothing')
note('one policy changed, median of 20', median(times), 'ms', 50)
note('one policy changed, worst of 20', quantile(times, 1), 'ms', 50)
process.exitCode = missed === 0 ? 0 : 1
