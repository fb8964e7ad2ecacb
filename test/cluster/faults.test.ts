/**
 * What networks, load balancers and overloaded API servers do, done to us in front of a real API server while the world
 * changes behind it. In the end the store says what the API server says, and while it cannot, it says that it cannot.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { systemSurroundings, type Surroundings } from '../../src/base/kube/index.ts'
import { overrideLimits } from '../../src/base/limits.ts'
import { startFaultProxy, type Fault, type FaultProxy } from './fault-proxy.ts'
import { adminOf, deployment, startLab, until, type Admin, type Lab } from './lab.ts'
import { crookedIntervals, storedPods, truePods, watchServer, type Watched } from './watched.ts'

let lab: Lab
let admin: Admin
let proxy: FaultProxy
let watched: Watched
/** Added to the clock; in `hurried` waits pass at once and the clock goes with them. */
let offsetMs = 0
let hurried = false
const watchdogMs = 2_000
const real = systemSurroundings()
const surroundings: Surroundings = {
  ...real,
  clock: { nowMs: () => Date.now() + offsetMs },
  wait: async (ms, signal) => {
    if (!hurried) return real.wait(ms, signal)
    // Watchdogs measure real requests; only back-offs, which are shorter, are hurried.
    if (ms === watchdogMs || ms >= 60_000) return real.wait(ms, signal)
    await real.wait(Math.min(ms, 2), signal)
    offsetMs += ms
  },
}
const table: { fault: string; spoiled: number; 'converged after': string }[] = []
let restore = () => {}

beforeAll(async () => {
  restore = overrideLimits({
    kubeRequestMs: watchdogMs,
    kubeProbeMs: 500,
  })
  lab = await startLab()
  admin = adminOf(lab.clusters[0].kubeconfig)
  proxy = await startFaultProxy(admin.server, admin.agent)
  watched = await watchServer(proxy.url, { surroundings })
  await apply('web', 'registry.example/web:1.0', 6)
  await settled()
  await converged()
})
afterEach(() => proxy?.set(null))
afterAll(async () => {
  if (table.length > 0) console.table(table)
  await watched?.close()
  await proxy?.close()
  admin?.agent.destroy()
  await lab?.stop()
  restore()
})

const deployments = '/apis/apps/v1/namespaces/default/deployments'
const apply = (name: string, image: string, replicas: number) =>
  admin.call('POST', deployments, deployment(name, image, replicas))

/** Every controller has done what it was told, and no pod is on its way any more. */
const settled = () =>
  until('the cluster to settle', async () => {
    const { body: listed } = await admin.call('GET', deployments)
    const { body } = await admin.call('GET', '/api/v1/pods')
    const wanted = (listed as { items: Deployment[] }).items
    const { items } = body as {
      items: { metadata: { deletionTimestamp?: string }; status: { phase: string } }[]
    }
    return (
      wanted.every(
        ({ metadata, spec, status }) =>
          status.observedGeneration === metadata.generation &&
          status.updatedReplicas === spec.replicas &&
          status.replicas === spec.replicas,
      ) &&
      items.length === wanted.reduce((sum, { spec }) => sum + spec.replicas, 0) &&
      items.every(
        ({ metadata, status }) => metadata.deletionTimestamp === undefined && status.phase === 'Running',
      )
    )
  })

interface Deployment {
  metadata: { generation: number }
  spec: { replicas: number }
  status: { observedGeneration?: number; updatedReplicas?: number; replicas?: number }
}

/** Waits until the store says the same; when it does not, tells in what they differ. Returns how long it took, ms. */
async function converged({ store, cluster, errors }: Watched = watched): Promise<number> {
  const begun = performance.now()
  try {
    await until(
      'the store to say what the API server says',
      async () => (await storedPods(store)).join('\n') === (await truePods(admin)).join('\n'),
      40_000,
    )
  } catch (error) {
    const [stored, expected] = [await storedPods(store), await truePods(admin)]
    console.log({
      missing: expected.filter((pod) => !stored.includes(pod)),
      tooMuch: stored.filter((pod) => !expected.includes(pod)),
      errors,
      pods: cluster.view.statuses.get('pods'),
      state: cluster.state().sight,
    })
    throw error
  }
  return performance.now() - begun
}

let turn = 0
/** Something comes, something goes, something changes: whatever is missed shows. */
async function changeTheWorld(): Promise<void> {
  turn++
  await apply(`new-${turn}`, `registry.example/new:${turn}`, 3)
  if (turn > 1) await admin.call('DELETE', `${deployments}/new-${turn - 1}`)
  await admin.call('PATCH', `${deployments}/web`, {
    spec: {
      template: { spec: { containers: [{ name: 'main', image: `registry.example/web:1.${turn}` }] } },
    },
  })
  await settled()
}

function note(fault: string, spoiled: number, ms: number): void {
  table.push({ fault, spoiled, 'converged after': `${Math.round(ms)} ms` })
}

/** The fault stays while we converge. */
it.each<[string, Fault]>([
  ['every watch dropped after 300 ms', { kind: 'drop-watches', afterMs: 300 }],
  ['every second answer 409', { kind: 'status', status: 409, share: 0.5 }],
  ['every second watch 410', { kind: 'status', status: 410, share: 0.5, only: 'watch' }],
  [
    'every second answer 429 with Retry-After: 1',
    { kind: 'status', status: 429, share: 0.5, retryAfterSeconds: 1 },
  ],
  ['every second answer 500', { kind: 'status', status: 500, share: 0.5 }],
  ['two of three answers 503', { kind: 'status', status: 503, share: 0.67 }],
  ['every second answer cut after 700 bytes', { kind: 'truncate', share: 0.5, afterBytes: 700 }],
])('%s: converges all the same', async (title, fault) => {
  proxy.set(fault, { cut: true })
  await changeTheWorld()
  const ms = await converged()
  note(title, proxy.spoiled, ms)
  expect(proxy.spoiled).toBeGreaterThan(0)
  expect(watched.errors).toEqual([])
})

/** The fault blinds us; that is said, and it heals when the fault is lifted. */
it.each<[string, Fault]>([
  ['server gone', { kind: 'gone' }],
  ['server accepts and says nothing', { kind: 'silent' }],
  ['credentials revoked while watching (401)', { kind: 'status', status: 401, share: 1 }],
])('%s: lost is said, and healed', async (title, fault) => {
  // A silent watch is found in seconds here, not in minutes; quiet ones must not be taken for it afterwards.
  const asShipped = fault.kind === 'silent' ? overrideLimits({ kubeWatchSilenceMs: watchdogMs }) : () => {}
  proxy.set(fault, { cut: true })
  await changeTheWorld()
  const state = await until('the cluster to count as lost', () => {
    const now = watched.cluster.state()
    return now.sight === 'lost' && now
  })
  expect(state.reason).not.toBeNull()
  const { spoiled } = proxy
  expect(await storedPods(watched.store)).not.toEqual(await truePods(admin))
  asShipped()
  proxy.set(null, { cut: true })
  note(title, spoiled, await converged())
  await until('the cluster to be seen', () => watched.cluster.state().sight === 'seen')
})

it('a right that is taken away is said, with what is unknown', async () => {
  proxy.set({ kind: 'status', status: 403, share: 1, only: 'watch' }, { cut: true })
  const state = await until('the refusal to show', () => {
    const now = watched.cluster.state()
    return now.sight === 'partly' && now
  })
  expect(state.reason).toContain('403')
  proxy.set(null)
})

it('an hour without the cluster: the age shows, and all that happened meanwhile comes', async () => {
  // The refusal above is tried again only after a minute; the hurried clock makes that pass, too.
  hurried = true
  await until('the cluster to be seen again', () => watched.cluster.state().sight === 'seen')
  proxy.set({ kind: 'gone' }, { cut: true })
  await until('an hour to pass that the cluster is lost', () => {
    const ageMs = surroundings.clock.nowMs() - watched.cluster.seenAtMs!
    return watched.cluster.state().sight === 'lost' && ageMs > 3_600_000
  })
  hurried = false
  await changeTheWorld()
  const { spoiled } = proxy
  // Their history is compacted by then: watches begin with 410.
  proxy.set({ kind: 'status', status: 410, share: 0.5, only: 'watch' })
  note('cluster gone for an hour', spoiled, await converged())
})

it.each([
  ['six hours ahead', 6 * 3_600_000],
  ['six hours behind', -6 * 3_600_000],
])('our clock is %s of the cluster: no interval is crooked', async (title, skewMs) => {
  const skewed = { ...real, clock: { nowMs: () => Date.now() + skewMs } }
  const other = await watchServer(proxy.url, { surroundings: skewed })
  await until('the first lists', async () => (await storedPods(other.store)).length > 0)
  await changeTheWorld()
  note(`our clock ${title}`, 0, await converged(other))
  expect(await crookedIntervals(other.store, skewed.clock.nowMs())).toEqual([])
  await other.close()
})

it('nothing was written twice, and nothing is crooked', async () => {
  const open = await watched.store
    .prepare<{ n: number }>(
      `select count(*) as n from (select workload_no, container, container_kind, image_no from run
       where last_seen_at is null group by 1, 2, 3, 4 having count(*) > 1) as twice`,
    )
    .get()
  expect(open!.n).toBe(0)
  expect(await crookedIntervals(watched.store, surroundings.clock.nowMs())).toEqual([])
})
