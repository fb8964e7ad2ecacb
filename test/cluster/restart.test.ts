/** A hub that starts again, on a real API server: it goes on from where it was, and lists only what the server has forgotten. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openBlobs } from '../../src/base/blobs.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openStore, type Store } from '../../src/base/store/index.ts'
import { openKnowledge, type Knowledge } from '../../src/know/index.ts'
import { adminOf, deployment, startLab, until, type Admin, type Lab } from './lab.ts'
import { crookedIntervals, storedPods, truePods } from './watched.ts'

const folder = mkdtempSync(join(tmpdir(), 'allclear-restart-'))
const path = '/apis/apps/v1/namespaces/default/deployments'
let lab: Lab
let admin: Admin
let store: Store

beforeAll(async () => {
  lab = await startLab({ clusters: 1 })
  admin = adminOf(lab.clusters[0].kubeconfig)
})
beforeEach(async () => {
  store = await openStore({ clock: systemClock })
})
afterAll(async () => {
  admin?.agent.destroy()
  await lab?.stop()
  rmSync(folder, { recursive: true })
})

async function startHub(): Promise<Knowledge> {
  const knowledge = await openKnowledge({
    store,
    blobs: await openBlobs(join(folder, 'blobs'), { clock: systemClock }),
    clock: systemClock,
    dataDirectory: folder,
    example: false,
  })
  await (await knowledge.live()).start()
  return knowledge
}

async function addCluster(hub: Knowledge): Promise<void> {
  const { name, kubeconfig } = lab.clusters[0]
  await (
    await hub.live()
  ).add({
    name,
    access: { kind: 'kubeconfig', file: kubeconfig, context: name },
    secretMetadata: false,
    by: 'test',
  })
}

const runs = (hub: Knowledge, image: string, pods: number) =>
  until(`${pods} pods of ${image}`, async () => {
    const answer = await hub.where({ query: `registry.example/${image}` })
    return answer.workloads.rows.reduce((sum, row) => sum + row.pods, 0) === pods
  })

const create = (name: string, pods: number) =>
  admin.call('POST', path, deployment(name, `registry.example/${name}:1`, pods))

/** How often pods were listed by the hub that runs now, and whether they are watched. */
async function listsOfPods(hub: Knowledge): Promise<number> {
  const { state } = await (await hub.live()).show(lab.clusters[0].name)
  expect(state.sight).toBe('seen')
  return state.resources.find(({ id }) => id === 'pods')!.lists
}

it('goes on from where it was, with what came and went meanwhile', async () => {
  const first = await startHub()
  await addCluster(first)
  await create('stays', 2)
  await create('goes', 2)
  await runs(first, 'stays:1', 2)
  await runs(first, 'goes:1', 2)
  expect(await listsOfPods(first)).toBe(1)
  await first.close()

  await admin.call('DELETE', `${path}/goes`)
  await create('comes', 3)
  await until('the pods', async () => (await truePods(admin)).length === 5)

  const second = await startHub()
  await runs(second, 'comes:1', 3)
  await runs(second, 'goes:1', 0)
  await runs(second, 'stays:1', 2)
  expect(await listsOfPods(second)).toBe(0)
  expect(await storedPods(store)).toEqual(await truePods(admin))
  await second.close()
  expect(await crookedIntervals(store, systemClock.nowMs())).toEqual([])
  const stays = await store
    .prepare<{ n: number }>("select count(*) as n from run where reference = 'registry.example/stays:1'")
    .get()
  expect(stays!.n).toBe(1)
  await store.close()
})

it.each([
  ['the server was restored and does not have the version', "resource_version = '999999999'"],
  ['the cluster is another one of the same name', "identity = 'another'"],
  ['another version of the program kept the objects', "form = 'another'"],
])('lists anew where %s', async (_, change) => {
  const first = await startHub()
  await addCluster(first)
  await runs(first, 'stays:1', 2)
  await first.close()
  await store.transaction(async (transaction) => {
    expect(await transaction.prepare(`update cluster_checkpoint set ${change}`).run()).toBeGreaterThan(5)
  })

  const second = await startHub()
  await until('a list', async () => (await listsOfPods(second).catch(() => 0)) === 1)
  await runs(second, 'stays:1', 2)
  expect(await storedPods(store)).toEqual(await truePods(admin))
  await second.close()
  await store.close()
})
