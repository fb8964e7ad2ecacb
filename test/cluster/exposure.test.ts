/** On a real API server: a policy, a binding and a service change, and who reaches whom and who may do what follow. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBlobs } from '../../src/base/blobs.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openStore, type Store } from '../../src/base/store/index.ts'
import { openKnowledge, type Knowledge } from '../../src/know/index.ts'
import { adminOf, deployment, startLab, until, type Admin, type Lab } from './lab.ts'

const folder = mkdtempSync(join(tmpdir(), 'allclear-exposure-'))
let lab: Lab
let admin: Admin
let store: Store
let knowledge: Knowledge

beforeAll(async () => {
  lab = await startLab({ clusters: 1 })
  admin = adminOf(lab.clusters[0].kubeconfig)
  store = await openStore({ clock: systemClock })
  knowledge = await openKnowledge({
    store,
    blobs: await openBlobs(join(folder, 'blobs'), { clock: systemClock }),
    clock: systemClock,
    dataDirectory: folder,
    example: false,
  })
  const live = await knowledge.live()
  await live.start()
  const [{ name, kubeconfig }] = lab.clusters
  await live.add({
    name,
    access: { kind: 'kubeconfig', file: kubeconfig, context: name },
    secretMetadata: false,
    by: 'test',
  })
  await admin.call(
    'POST',
    '/apis/apps/v1/namespaces/default/deployments',
    deployment('web', 'registry.example/web:1.3', 2),
  )
  await until('the pods of web', async () => {
    const found = await knowledge.where({ query: 'registry.example/web:1.3' })
    return found.radius.pods.value === 2
  })
})
afterAll(async () => {
  await knowledge?.close()
  await store?.close()
  admin?.agent.destroy()
  await lab?.stop()
  rmSync(folder, { recursive: true })
})

const web = async () => knowledge.reach({ from: 'internet', to: 'c1/default/web' })

it('nothing that every cluster has is unknown', async () => {
  await until('all lists', async () => {
    const { unseen } = await web()
    return unseen.waysIn === null && unseen.policies === null && unseen.roles === null
  })
})

it('a service opens a way in, an enforced policy closes it, and opens it again when it goes', async () => {
  expect((await web()).path).toBe(null)
  await admin.call('POST', '/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  })
  const open = await until('the way in', async () => {
    const found = await web()
    return found.path !== null && found
  })
  expect(open.path).toMatchObject({ entry: { via: 'Service default/web (LoadBalancer)' }, hops: [] })
  const policies = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies'
  const deny = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'deny' },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  }
  await admin.call('POST', policies, deny)
  const doubted = await until('the doubt about the policy', async () => {
    const found = await web()
    return found.counts.policies === 1 && found
  })
  expect(doubted.path).not.toBe(null)
  expect(doubted.sentences.at(-1)).toContain('no network plug-in that enforces them is among its workloads')

  await admin.call('POST', '/apis/apps/v1/namespaces/kube-system/daemonsets', {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'kindnet' },
    spec: {
      selector: { matchLabels: { app: 'kindnet' } },
      template: {
        metadata: { labels: { app: 'kindnet' } },
        spec: { containers: [{ name: 'main', image: 'registry.example/kindnet:1' }] },
      },
    },
  })
  await until('the policy that is enforced', async () => (await web()).path === null)
  await admin.call('DELETE', `${policies}/deny`)
  await until('the way in again', async () => (await web()).path !== null)
})

it('a binding gives a workload the whole cluster, and takes it back', async () => {
  const reaches = async () => {
    const { workloads } = await knowledge.privileges({ workload: 'c1/default/web' })
    return workloads[0].ways.clusterAdmin !== null
  }
  expect(await reaches()).toBe(false)
  const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
  await admin.call('POST', bindings, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'too-much' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
  })
  await until('cluster-admin', reaches)
  await admin.call('DELETE', `${bindings}/too-much`)
  await until('the end of it', async () => !(await reaches()))
})
