import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, testPostgresUrl } from '../../../../test/postgres.ts'
import { fixedClock } from '../../../base/clock.ts'
import type { KubeObject } from '../../../base/kube/index.ts'
import { openStore, type Store } from '../../../base/store/index.ts'
import { compactHistory, findPods } from './history.store.ts'
import { writeLiveChanges } from './live.store.ts'
import type { PodBody } from './types.ts'
import { ClusterView } from './view.ts'

const digest = `sha256:${'a'.repeat(64)}`
let store: Store
let view: ClusterView
let version = 0

function put(name: string, more: Partial<PodBody> = {}): void {
  const body: PodBody = {
    node: null,
    phase: 'Running',
    startedAtMs: null,
    serviceAccount: 'web',
    hostNetwork: false,
    addresses: ['10.0.0.1'],
    labels: { app: 'web' },
    owner: { kind: 'StatefulSet', name: 'web' },
    containers: [{ name: 'main', kind: 'main', reference: 'registry.example/web:1', digest }],
    ...more,
  }
  const object: KubeObject = {
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    resourceVersion: String(++version),
    body,
  }
  view.put('pods', object)
}

const write = (atMs: number) => writeLiveChanges(store, 'c1', view.takeChanges(), view, { atMs, seen: true })
const names = async (query: string, atMs?: number) =>
  (await findPods(store, { query, atMs, limit: 10 })).rows.map(({ name }) => name).toSorted()

const engines = [
  { name: 'SQLite', available: true, postgres: false },
  {
    name:
      testPostgresUrl === null
        ? 'PostgreSQL (skipped: ALLCLEAR_TEST_POSTGRES names no server)'
        : 'PostgreSQL',
    available: testPostgresUrl !== null,
    postgres: true,
  },
]

for (const engine of engines)
  describe.skipIf(!engine.available)(`history on ${engine.name}`, () => {
    let drop = async () => {}
    beforeEach(async () => {
      view = new ClusterView()
      const clock = fixedClock(0)
      if (!engine.postgres) store = await openStore({ clock })
      else {
        const database = await createTestDatabase()
        drop = database.drop
        store = await openStore({ clock, url: database.url })
      }
    })
    afterEach(async () => {
      await store.close()
      await drop()
    })

    it('the configured keys name the owner of what a cluster tells', async () => {
      view.put('statefulsets.apps', {
        namespace: 'shop',
        name: 'web',
        uid: 'uid-web',
        resourceVersion: '1',
        body: {
          owner: null,
          record: {
            namespace: 'shop',
            kind: 'StatefulSet',
            name: 'web',
            labels: { team: 'nobody-asked', 'example.org/squad': 'red' },
            annotations: {},
            serviceAccount: null,
            replicas: 1,
            containers: [],
            owner: null,
          },
        },
      })
      const delta = await writeLiveChanges(store, 'c1', view.takeChanges(), view, {
        atMs: 1000,
        seen: true,
        ownerKeys: { annotations: [], labels: ['example.org/squad'] },
      })
      expect(delta.workloads).toMatchObject([{ name: 'web', owner: 'red' }])
    })

    it('an address that was given twice is answered with all who had it, at a moment with those of then', async () => {
      put('a')
      await write(1000)
      view.remove('pods', 'shop/a', '')
      await write(2000)
      put('b')
      await write(2000)
      put('host', { hostNetwork: true })
      await write(3000)
      expect(await names('10.0.0.1')).toEqual(['a', 'b', 'host'])
      expect(await names('10.0.0.1', 1500)).toEqual(['a'])
      // The moment at which one ended and the other began belongs to both: clocks are not that exact.
      expect(await names('10.0.0.1', 2000)).toEqual(['a', 'b'])
      expect(await names('10.0.0.1', 3500)).toEqual(['b', 'host'])
      expect(await names('10.0.0.1', 500)).toEqual([])
    })

    it('labels, owners and digests are told as they were then', async () => {
      put('a')
      await write(1000)
      put('a', { labels: { app: 'web', quarantine: 'yes' }, addresses: ['10.0.0.9'] })
      await write(2000)
      const labelsAt = async (atMs: number) =>
        (await findPods(store, { query: 'uid-a', atMs, limit: 1 })).rows[0].labels
      expect(await labelsAt(1500)).toEqual({ app: 'web' })
      expect(await labelsAt(2500)).toEqual({ app: 'web', quarantine: 'yes' })
      const [pod] = (await findPods(store, { query: digest, limit: 1 })).rows
      expect(pod).toMatchObject({ owners: ['StatefulSet/web'], serviceAccount: 'web', node: null })
      expect(pod.addresses).toEqual([
        { address: '10.0.0.1', firstSeenAtMs: 1000, lastSeenAtMs: 2000 },
        { address: '10.0.0.9', firstSeenAtMs: 2000, lastSeenAtMs: null },
      ])
      expect(await names('shop/a')).toEqual(['a'])
    })

    it('what ended before the retention goes, what is there stays, however old', async () => {
      put('old')
      put('stays')
      await write(1000)
      view.remove('pods', 'shop/old', '')
      await write(2000)
      const signal = new AbortController().signal
      expect(await compactHistory(store, 2000, signal)).toMatchObject({ pods: 0 })
      expect(await compactHistory(store, 2001, signal)).toEqual({
        pods: 1,
        objects: 0,
        states: 1,
        addresses: 1,
      })
      expect(await names('10.0.0.1')).toEqual(['stays'])
    })

    it('after a complete list, what the store has and the cluster does not is ended', async () => {
      put('a')
      await write(1000)
      // Another process, later: it knows nothing of what was there.
      view = new ClusterView()
      view.replacing('pods')
      put('b')
      view.replaced('pods')
      await write(5000)
      expect(await names('10.0.0.1', 6000)).toEqual(['b'])
      expect(await names('10.0.0.1', 4000)).toEqual(['a'])
    })
  })
