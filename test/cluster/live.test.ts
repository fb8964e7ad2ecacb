/** The whole way on a real API server: a cluster is added, something is deployed, and the questions that people ask know it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBlobs } from '../../src/base/blobs.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openStore, type Store } from '../../src/base/store/index.ts'
import { openKnowledge, type Knowledge } from '../../src/know/index.ts'
import type { LiveFleet } from '../../src/know/knowledge.ts'
import { adminOf, deployment, startLab, until, type Admin, type Lab } from './lab.ts'

const folder = mkdtempSync(join(tmpdir(), 'allclear-live-'))
let lab: Lab
let admin: Admin
let store: Store
let knowledge: Knowledge
let live: LiveFleet

beforeAll(async () => {
  lab = await startLab({ clusters: 2 })
  admin = adminOf(lab.clusters[0].kubeconfig)
  store = await openStore({ clock: systemClock })
  knowledge = await openKnowledge({
    store,
    blobs: await openBlobs(join(folder, 'blobs'), { clock: systemClock }),
    clock: systemClock,
    dataDirectory: folder,
    example: false,
  })
  live = await knowledge.live()
  await live.start()
})
afterAll(async () => {
  await knowledge?.close()
  await store?.close()
  admin?.agent.destroy()
  await lab?.stop()
  rmSync(folder, { recursive: true })
})

const add = (name: string, file: string, context: string) =>
  live.add({ name, access: { kind: 'kubeconfig', file, context }, secretMetadata: false, by: 'test' })

it('clusters are added and seen', async () => {
  for (const { name, kubeconfig } of lab.clusters) {
    expect((await add(name, kubeconfig, name)).state.sight).toBe('seen')
    await expect(add(name, kubeconfig, name)).rejects.toMatchObject({ code: 'conflict' })
  }
  expect((await knowledge.clusters()).map(({ name, nodes }) => [name, nodes])).toEqual([
    ['c1', 3],
    ['c2', 3],
  ])
})

it('a Deployment is in where, with its init container, and gone when it is deleted', async () => {
  const path = '/apis/apps/v1/namespaces/default/deployments'
  const body = deployment('web', 'registry.example/web:1.3', 3) as {
    spec: { template: { spec: { initContainers?: object[] } } }
  }
  body.spec.template.spec.initContainers = [{ name: 'setup', image: 'registry.example/setup:7' }]
  await admin.call('POST', path, body)
  for (const image of ['registry.example/web:1.3', 'registry.example/setup:7']) {
    const answer = await until(image, async () => {
      const found = await knowledge.where({ query: image })
      return found.radius.pods.value === 3 && found
    })
    expect(answer.workloads.rows).toMatchObject([{ id: 'c1/default/Deployment/web', owner: 'shop' }])
  }
  const workload = await (await knowledge.facts()).workload('c1/default/Deployment/web')
  expect(workload.runs.map(({ kind, digest }) => [kind, digest?.slice(0, 7)]).toSorted()).toEqual([
    ['init', 'sha256:'],
    ['main', 'sha256:'],
  ])
  await admin.call('DELETE', `${path}/web`)
  await until('the end of it', async () => {
    const found = await knowledge.where({ query: 'registry.example/web:1.3' })
    return found.workloads.rows.every(({ pods }) => pods === 0)
  })
  const gone = await (await knowledge.facts()).workload('c1/default/Deployment/web')
  expect(gone.lastSeenAtMs).not.toBeNull()
  expect(gone.pods.every(({ lastSeenAtMs }) => lastSeenAtMs !== null)).toBe(true)
})

it('somebody without rights sees what is missing, and what is unknown', async () => {
  const file = await lab.user('c1', 'nobody')
  const detail = await add('blind', file, 'nobody@c1')
  expect(detail.state.sight).toBe('partly')
  expect(detail.state.reason).toContain('403')
  const doctor = await live.doctor('blind')
  expect(doctor.reachable).toBe(true)
  expect(doctor.unknown).toContain('which images run, where, and under which addresses')
  expect(doctor.rows.every(({ list, watch }) => list === false && watch === false)).toBe(true)
  expect((await live.doctor('c1')).unknown).toEqual([])
  // An answer about the fleet names the cluster that it cannot see.
  const { coverage } = await knowledge.where({ query: 'registry.example/none:1' })
  expect(coverage.clusters.notSeen.map(({ name }) => name)).toEqual(['blind'])
  await live.remove('blind', 'test')
})

it('a removed cluster is no part of the fleet, and its history stays', async () => {
  await live.remove('c2', 'test')
  expect((await knowledge.clusters()).map(({ name }) => name)).toEqual(['c1'])
  await expect(live.show('c2')).rejects.toMatchObject({ code: 'not-found' })
  const rows = await store.prepare<{ n: number }>('select count(*) as n from node').get()
  expect(rows!.n).toBe(6)
})
