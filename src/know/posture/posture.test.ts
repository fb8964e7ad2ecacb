import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../base/clock.ts'
import type { RawObject, ResourceStatus } from '../../base/kube/index.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { applySnapshot, type FleetDelta, type ManifestObject } from '../fleet/index.ts'
import { keptObjectsOf } from '../fleet/kept-objects.ts'
import { watchedResources } from '../fleet/live/index.ts'
import { writeLiveChanges } from '../fleet/live/live.store.ts'
import { ClusterView } from '../fleet/live/view.ts'
import { snapshotOf } from '../fleet/objects.ts'
import { Postures, unknownFacts } from './index.ts'

let store: Store
let view: ClusterView
let postures: Postures
let version = 0
let nowMs = 1_000

beforeEach(async () => {
  store = await openStore({ clock: fixedClock(0) })
  view = new ClusterView()
  nowMs = 1_000
  postures = new Postures(store, () => nowMs)
})
afterEach(() => store.close())

const container = { name: 'main', image: 'registry.example/app:1', ports: [{ containerPort: 8080 }] }

function object(
  kind: string,
  namespace: string,
  name: string,
  more: Record<string, unknown>,
): ManifestObject {
  const metadata = { name, uid: `${kind}-${namespace}-${name}`, ...(namespace === '' ? {} : { namespace }) }
  return { kind, metadata, ...more } as ManifestObject
}

function pod(
  name: string,
  spec: Record<string, unknown> = {},
  labels: Record<string, string> = {},
): ManifestObject {
  const made = object('Pod', 'shop', name, {
    spec: { containers: [container], nodeName: 'node-1', serviceAccountName: name, ...spec },
    status: { phase: 'Running' },
  })
  made.metadata.labels = { app: name, ...labels }
  return made
}

const plugin = object('Pod', 'kube-system', 'calico-node-1', {
  spec: { containers: [container] },
  status: { phase: 'Running' },
})
plugin.metadata.ownerReferences = [{ kind: 'DaemonSet', name: 'calico-node', controller: true }]

const binding = object('ClusterRoleBinding', '', 'web', {
  roleRef: { kind: 'ClusterRole', name: 'reader' },
  subjects: [{ kind: 'ServiceAccount', namespace: 'shop', name: 'web' }],
})
const cluster: ManifestObject[] = [
  object('Node', '', 'node-1', {}),
  pod('web'),
  pod('db'),
  plugin,
  object('Service', 'shop', 'web', {
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  }),
  object('ClusterRole', '', 'reader', {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  }),
  binding,
]
const denyAll = object('NetworkPolicy', 'shop', 'deny', {
  apiVersion: 'networking.k8s.io/v1',
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
})

/** Told as a watch tells it: through the projection of its resource. */
function tell(told: ManifestObject): void {
  const resource = watchedResources.find(({ kind }) => kind === told.kind)!
  const body = resource.keep(told as unknown as RawObject)
  if (body === null) return
  view.put(resource.id, {
    namespace: told.metadata.namespace ?? '',
    name: told.metadata.name,
    uid: told.metadata.uid ?? '',
    resourceVersion: String(++version),
    body,
  })
}

const seen = (refused: readonly string[] = []): Record<string, ResourceStatus> =>
  Object.fromEntries(
    watchedResources.map(({ id }) => [
      id,
      refused.includes(id)
        ? { state: 'refused', syncedAtMs: null, reason: 'forbidden', count: 0 }
        : { state: 'watching', syncedAtMs: 1, reason: null, count: 0 },
    ]),
  ) as unknown as Record<string, ResourceStatus>

async function write(sight = seen()): Promise<FleetDelta> {
  const delta = await writeLiveChanges(store, 'eu', view.takeChanges(), view, { atMs: nowMs++, seen: true })
  postures.touch(delta.cluster.no, delta.touched, sight)
  return delta
}

async function facts(name: string) {
  await postures.bring([1])
  const row = await store
    .prepare<{ no: number }>('select no from workload where name = ? and last_seen_at is null')
    .get(name)
  return postures.facts[postures.factsOfWorkload[row!.no]]
}

describe('the posture of a cluster', () => {
  it('is the same whether a watch or manifests tell of it', async () => {
    for (const one of cluster) tell(one)
    await write()
    const live = [await facts('web'), await facts('db')]
    expect(live[0]).toMatchObject({
      reach: 'internet',
      reachReasons: ['reachable from the internet through Service shop/web (LoadBalancer)'],
      privilege: 'normal',
      unknown: [],
    })
    expect(live[1]).toMatchObject({ reach: 'cluster', privilege: 'normal' })

    const other = await openStore({ clock: fixedClock(0) })
    const snapshot = snapshotOf(cluster, { cluster: 'eu', atMs: 1 })
    snapshot.objects = keptObjectsOf(cluster)
    await other.transaction((transaction) => applySnapshot(transaction, snapshot), { mode: 'bulk' })
    const imported = new Postures(other, () => nowMs)
    await imported.bring([1])
    const rows = await other.prepare<{ no: number; name: string }>('select no, name from workload').all()
    const factsOf = (name: string) =>
      imported.facts[imported.factsOfWorkload[rows.find((row) => row.name === name)!.no]]
    expect([factsOf('web'), factsOf('db')]).toEqual(live)
    await other.close()
  })

  it('follows a policy, and one that goes', async () => {
    for (const one of cluster) tell(one)
    await write()
    expect((await facts('web')).reach).toBe('internet')
    tell(denyAll)
    expect([...(await write()).touched]).toEqual(['networkpolicies.networking.k8s.io'])
    expect(await facts('web')).toMatchObject({
      reach: 'isolated',
      reachReasons: [
        'policies let nothing in (Calico enforces them)',
        'policies close Service shop/web (LoadBalancer)',
      ],
    })
    view.remove('networkpolicies.networking.k8s.io', 'shop/deny', 'NetworkPolicy-shop-deny')
    await write()
    expect((await facts('web')).reach).toBe('internet')
  })

  it('follows a binding', async () => {
    for (const one of cluster) tell(one)
    await write()
    tell(
      object('ClusterRole', '', 'reader', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }),
    )
    await write()
    expect(await facts('web')).toMatchObject({
      privilege: 'cluster-admin',
      privilegeReasons: [
        'can become cluster-admin: uses its service account, then may do everything',
        'can read secrets in every namespace as shop/web',
      ],
    })
    expect((await facts('db')).privilege).toBe('normal')
  })

  it('without a plug-in that enforces them, policies are said and do not count', async () => {
    for (const one of cluster) if (one !== plugin) tell(one)
    tell(denyAll)
    await write()
    const { reach, reachReasons } = await facts('web')
    expect(reach).toBe('internet')
    expect(reachReasons.at(-1)).toBe(
      'policies would close Service shop/web (LoadBalancer), but no network plug-in that enforces them is known',
    )
  })

  it('what is refused is unknown, and what is known in spite of it stays', async () => {
    for (const one of cluster) if (one.kind !== 'Service' && one.kind !== 'ClusterRoleBinding') tell(one)
    tell(
      pod('agent', { hostPID: true, containers: [{ ...container, securityContext: { privileged: true } }] }),
    )
    await write(seen(['services', 'clusterrolebindings.rbac.authorization.k8s.io']))
    expect(await facts('web')).toMatchObject({
      reach: 'unknown',
      privilege: 'unknown',
      unknown: [
        'ways in from outside: our credentials may not list services',
        'rights in the API: our credentials may not list clusterrolebindings',
      ],
    })
    expect((await facts('agent')).privilege).toBe('node')
  })

  it('pods whose shape nobody told are unknown', async () => {
    tell(pod('web'))
    const told = view.cache('pods').objects.get('shop/web')!
    view.put('pods', {
      ...told,
      resourceVersion: 'later',
      body: { ...(told.body as object), shape: undefined },
    })
    await write()
    expect(await facts('web')).toEqual(unknownFacts)
  })

  it('a rollout that leaves the shape as it is touches no shapes', async () => {
    tell(pod('web', {}, { 'pod-template-hash': 'a' }))
    expect((await write()).touched).toContain('shapes')
    const next = pod('web-2', { serviceAccountName: 'web' }, { app: 'web', 'pod-template-hash': 'b' })
    next.metadata.ownerReferences = [{ kind: 'StatefulSet', name: 'web', controller: true }]
    tell(next)
    expect((await write()).touched).toContain('shapes')
    const third = { ...next, metadata: { ...next.metadata, name: 'web-3', uid: 'u3' } }
    third.metadata.labels = { app: 'web', 'pod-template-hash': 'c' }
    tell(third as ManifestObject)
    expect([...(await write()).touched]).toEqual(['pods'])
  })

  it('can be asked for as it was', async () => {
    for (const one of cluster) tell(one)
    await write()
    nowMs = 5_000
    tell(denyAll)
    await write()
    const reachAt = async (atMs: number) =>
      (await postures.at(1, atMs)).reach.find(({ id }) => id.startsWith('shop/web['))!.level
    expect([await reachAt(4_000), await reachAt(6_000)]).toEqual(['internet', 'isolated'])
  })
})
