import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { applyClusterChanges, applySnapshot } from './index.ts'
import type { ClusterChanges, ClusterSnapshot, ContainerRecord, PodRecord, WorkloadRecord } from './types.ts'

let store: Store
beforeEach(async () => {
  store = await openStore({ clock: fixedClock(1) })
})
afterEach(() => store.close())

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`
const main = (letter: string | null): ContainerRecord => ({
  name: 'main',
  kind: 'main',
  reference: 'registry.example/cart:1',
  digest: letter && digest(letter),
})
const workload: WorkloadRecord = {
  namespace: 'shop',
  kind: 'Deployment',
  name: 'cart',
  labels: {},
  annotations: {},
  serviceAccount: null,
  replicas: 2,
  containers: [main(null)],
  owner: null,
}
const pod = (uid: string, letter: string | null, extra: Partial<PodRecord> = {}): PodRecord => ({
  uid,
  namespace: 'shop',
  name: uid,
  node: 'n1',
  workload: 'Deployment/cart',
  phase: 'Running',
  startedAtMs: null,
  serviceAccount: null,
  containers: [main(letter)],
  ...extra,
})
const node = { name: 'n1', labels: { 'node-pool': 'general' }, osImage: null, kubeletVersion: null }

function apply(atMs: number, changes: Omit<ClusterChanges, 'cluster' | 'atMs'>) {
  return store.transaction((transaction) =>
    applyClusterChanges(transaction, { cluster: 'eu', atMs, ...changes }),
  )
}
const runs = () =>
  store.prepare('select no, pods, first_seen_at, last_seen_at, resolved_by from run order by no').all()

describe('changes of a live cluster', () => {
  it('a run begins with the first pod that shows it and ends with the last', async () => {
    await apply(10, { nodes: [node], workloads: [workload] })
    expect(await runs()).toEqual([
      { no: 1, pods: 0, first_seen_at: 10, last_seen_at: null, resolved_by: 'none' },
    ])
    await apply(20, { workloads: [workload], pods: [pod('u1', 'a'), pod('u2', 'a')] })
    // A rollout: the new digest comes, the old one goes with its last pod.
    await apply(30, { workloads: [workload], pods: [pod('u3', 'b')], podsGone: ['u1'] })
    const delta = await apply(40, { workloads: [workload], podsGone: ['u2'] })
    expect(await runs()).toEqual([
      { no: 1, pods: 0, first_seen_at: 10, last_seen_at: 20, resolved_by: 'none' },
      { no: 2, pods: 0, first_seen_at: 20, last_seen_at: 40, resolved_by: 'digest' },
      { no: 3, pods: 1, first_seen_at: 30, last_seen_at: null, resolved_by: 'digest' },
    ])
    expect(delta.runs).toMatchObject([{ no: 2, lastMs: 40 }])
    expect(delta.pods).toEqual([{ before: { node: 1, runs: [2] }, after: null }])
  })

  it('says only what changed: the same again is nothing', async () => {
    const all = { nodes: [node], workloads: [workload], pods: [pod('u1', 'a')] }
    await apply(10, all)
    expect(await apply(20, all)).toMatchObject({ nodes: [], workloads: [], runs: [], pods: [], images: [] })
    const moved = await apply(30, { workloads: [workload], pods: [pod('u1', 'a', { node: null })] })
    expect(moved.pods).toEqual([{ before: { node: 1, runs: [1] }, after: { node: 0, runs: [1] } }])
    expect(moved.runs).toEqual([])
  })

  it('a pod that ended runs nothing, and a workload that goes takes its pods with it', async () => {
    await apply(10, { nodes: [node], workloads: [workload], pods: [pod('u1', 'a'), pod('u2', 'a')] })
    const ended = await apply(20, { workloads: [workload], pods: [pod('u1', 'a', { phase: 'Succeeded' })] })
    expect(ended.runs).toMatchObject([{ pods: 1, lastMs: null }])
    const gone = await apply(30, { workloadsGone: [workload] })
    expect(gone).toMatchObject({
      workloads: [{ name: 'cart', gone: true }],
      runs: [{ pods: 0, lastMs: 30 }],
      pods: [{ after: null }],
    })
  })

  it('a namespace that gets an owner gives it to its workloads', async () => {
    await apply(10, { workloads: [workload] })
    const delta = await apply(20, {
      namespaces: [{ name: 'shop', labels: { team: 'payments' }, annotations: {} }],
    })
    expect(delta.workloads).toMatchObject([{ name: 'cart', owner: 'payments', gone: false }])
  })

  it.each([
    ['annotations before labels', { team: 'label' }, { owner: 'annotation' }, 'annotation'],
    ['keys in their order', { 'example.org/squad': 'squad', team: 'team' }, {}, 'squad'],
    ['no key of the defaults', { owner: 'nobody-asked' }, {}, null],
    ['nothing that is empty', { 'example.org/squad': '', team: 'team' }, {}, 'team'],
  ])('the configured keys name the owner: %s', async (_, labels, annotations, owner) => {
    const ownerKeys = { annotations: ['owner'], labels: ['example.org/squad', 'team'] }
    const delta = await store.transaction((transaction) =>
      applyClusterChanges(
        transaction,
        { cluster: 'eu', atMs: 10, workloads: [{ ...workload, labels, annotations }] },
        { ownerKeys },
      ),
    )
    expect(delta.workloads).toMatchObject([{ name: 'cart', owner }])
  })

  it('a workload that is told again with other keys changes its owner', async () => {
    const told = { ...workload, labels: { team: 'payments', 'example.org/squad': 'red' } }
    await apply(10, { workloads: [told] })
    const delta = await store.transaction((transaction) =>
      applyClusterChanges(
        transaction,
        { cluster: 'eu', atMs: 20, workloads: [told] },
        { ownerKeys: { annotations: [], labels: ['example.org/squad'] } },
      ),
    )
    expect(delta.workloads).toMatchObject([{ name: 'cart', owner: 'red' }])
  })

  it('a snapshot closes what it does not show, and shown again changes nothing', async () => {
    await apply(10, { nodes: [node], workloads: [workload], pods: [pod('u1', 'a'), pod('u2', 'a')] })
    const snapshot: ClusterSnapshot = {
      cluster: 'eu',
      atMs: 20,
      nodes: [],
      workloads: [workload],
      pods: [pod('u2', 'a', { node: null })],
      namespaces: [],
      objects: [],
      leftOut: [],
      declaredOnly: false,
    }
    const show = (given: ClusterSnapshot) =>
      store.transaction((transaction) => applySnapshot(transaction, given))
    expect(await show(snapshot)).toMatchObject({
      nodes: [{ name: 'n1', pool: 'general', gone: true }],
      runs: [{ pods: 1 }],
      pods: [{ after: null }, { after: { node: 0 } }],
    })
    expect(await show({ ...snapshot, atMs: 30 })).toMatchObject({
      cluster: { lastSeenAtMs: 30 },
      nodes: [],
      runs: [],
      pods: [],
    })
  })
})
