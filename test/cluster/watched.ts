/** One cluster that is watched into a store of its own, and what the store and the API server say of its pods. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openConnection, systemSurroundings, type Surroundings } from '../../src/base/kube/index.ts'
import { openStore, type Store } from '../../src/base/store/index.ts'
import { defaultOwnerKeys, digestOfImageId } from '../../src/know/fleet/index.ts'
import { LiveCluster, watchCluster } from '../../src/know/fleet/live/index.ts'
import { kubeconfigOf } from './generated-cluster.ts'
import type { Admin } from './lab.ts'

export interface Watched {
  cluster: LiveCluster
  store: Store
  errors: unknown[]
  close(): Promise<void>
}

/** `server` asks for no credentials: a proxy, or a generated cluster. */
export async function watchServer(
  server: string,
  { name = 'c1', surroundings = systemSurroundings() }: { name?: string; surroundings?: Surroundings } = {},
): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'allclear-watched-'))
  const file = join(folder, 'kubeconfig')
  writeFileSync(file, kubeconfigOf([{ name, server }]))
  const store = await openStore({ clock: surroundings.clock })
  const errors: unknown[] = []
  const cluster = new LiveCluster({
    name,
    store,
    surroundings,
    ownerKeys: defaultOwnerKeys,
    commit: async (_, write) => void (await write()),
    onFailure: (_, error) => void errors.push(error),
  })
  await cluster.open()
  const stop = new AbortController()
  const connection = await openConnection({ kind: 'kubeconfig', file, context: name })
  const ended = watchCluster({
    connection,
    sink: cluster.view,
    surroundings,
    signal: stop.signal,
    secretMetadata: false,
    onProbe: (found) => cluster.probed(found),
  })
  return {
    cluster,
    store,
    errors,
    async close() {
      stop.abort()
      await ended
      connection.close()
      await cluster.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** `UID: digests` of every pod that runs, sorted; by the store. */
export async function storedPods(store: Store): Promise<string[]> {
  const rows = await store
    .prepare<{ uid: string; digests: string }>('select uid, digests from pod where last_seen_at is null')
    .all()
  const image = store.prepare<{ id: string | null; last: number | null }>(
    'select image.id as id, run.last_seen_at as last from run left join image on image.no = run.image_no where run.no = ?',
  )
  const pods: string[] = []
  for (const { uid, digests } of rows) {
    const ids: string[] = []
    for (const no of JSON.parse(digests) as number[]) {
      const found = await image.get(no)
      ids.push(found === undefined || found.last !== null ? 'closed' : (found.id ?? 'unknown'))
    }
    pods.push(`${uid}: ${ids.toSorted().join(' ')}`)
  }
  return pods.toSorted()
}

/** … by the API server. */
export async function truePods(admin: Admin): Promise<string[]> {
  const { body } = await admin.call('GET', '/api/v1/pods')
  const { items } = body as {
    items: {
      metadata: { uid: string }
      status: { phase: string; containerStatuses?: { imageID: string }[] }
    }[]
  }
  return items
    .filter(({ status: { phase } }) => phase !== 'Succeeded' && phase !== 'Failed')
    .map(({ metadata, status: { containerStatuses = [] } }) => {
      const digests = new Set(containerStatuses.map(({ imageID }) => digestOfImageId(imageID) ?? ''))
      digests.delete('')
      return `${metadata.uid}: ${[...digests].toSorted().join(' ')}`
    })
    .toSorted()
}

/** Intervals that end before they begin, or begin after now: there must be none. */
export async function crookedIntervals(store: Store, nowMs: number): Promise<string[]> {
  const crooked: string[] = []
  for (const table of [
    'pod',
    'run',
    'workload',
    'node',
    'pod_address',
    'pod_state',
    'cluster_object',
  ] as const) {
    const row = await store
      .prepare<{ n: number }>(
        `select count(*) as n from "${table}" where last_seen_at < first_seen_at or first_seen_at > ?`,
      )
      .get(nowMs)
    if (row!.n > 0) crooked.push(`${table}: ${row!.n}`)
  }
  return crooked
}
