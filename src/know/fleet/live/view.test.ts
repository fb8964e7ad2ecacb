import { describe, expect, it } from 'vitest'
import type { KubeObject, RawObject } from '../../../base/kube/index.ts'
import { watchedResources } from './resources.ts'
import { ClusterView } from './view.ts'

const digest = (letter: string) => `sha256:${letter.repeat(64)}`
let version = 1

/** An object as an API server sends it, kept as its resource keeps it. */
function tell(view: ClusterView, id: string, raw: RawObject): void {
  const resource = watchedResources.find((other) => other.id === id)!
  const metadata = raw.metadata as Record<string, string>
  const body = resource.keep(raw)
  if (body === null) throw new Error('it is not kept')
  const object: KubeObject = {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? `uid-${metadata.name}`,
    resourceVersion: String(version++),
    body,
  }
  view.put(id, object)
}

const pod = (
  name: string,
  {
    owner,
    imageID = `registry.example/web@${digest('a')}`,
    phase = 'Running',
    labels = {},
    uid,
  }: {
    owner?: { kind: string; name: string }
    imageID?: string
    phase?: string
    labels?: Record<string, string>
    uid?: string
  } = {},
): RawObject => ({
  metadata: {
    name,
    namespace: 'shop',
    ...(uid ? { uid } : {}),
    labels,
    ...(owner ? { ownerReferences: [{ ...owner, controller: true }] } : {}),
  },
  spec: {
    nodeName: 'n1',
    containers: [{ name: 'main', image: 'registry.example/web:1' }],
    initContainers: [{ name: 'setup', image: 'registry.example/setup:1' }],
    ephemeralContainers: [{ name: 'debug', image: 'registry.example/debug:1' }],
  },
  status: {
    phase,
    podIP: '10.0.0.1',
    podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }],
    containerStatuses: [{ name: 'main', imageID }],
    initContainerStatuses: [{ name: 'setup', imageID: `docker-pullable://x/setup@${digest('b')}` }],
    ephemeralContainerStatuses: [{ name: 'debug', imageID: digest('c') }],
  },
})

const workload = (kind: string, name: string, owner?: { kind: string; name: string }): RawObject => {
  const template = { spec: { containers: [{ name: 'main', image: 'registry.example/web:1' }] } }
  return {
    metadata: {
      name,
      namespace: 'shop',
      ...(owner ? { ownerReferences: [{ ...owner, controller: true }] } : {}),
    },
    spec: kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { replicas: 2, template },
  }
}

describe('a pod', () => {
  it('has the digests of all its containers, in every spelling, and all its addresses', () => {
    const view = new ClusterView()
    tell(view, 'pods', pod('web-1'))
    const [{ body }] = view.takeChanges().pods
    expect(body.containers.map(({ name, kind, digest: found }) => [name, kind, found])).toEqual([
      ['main', 'main', digest('a')],
      ['setup', 'init', digest('b')],
      ['debug', 'ephemeral', digest('c')],
    ])
    expect(body.addresses).toEqual(['10.0.0.1', 'fd00::1'])
  })

  it.each([
    [`docker.io/library/nginx@${digest('d')}`, digest('d')],
    [`docker-pullable://nginx@${digest('d')}`, digest('d')],
    [`docker://${digest('d')}`, digest('d')],
    [digest('d'), digest('d')],
    ['', null],
  ])('imageID %s', (imageID, expected) => {
    const view = new ClusterView()
    tell(view, 'pods', pod('web-1', { imageID }))
    expect(view.takeChanges().pods[0].body.containers[0].digest).toBe(expected)
  })

  it('belongs to the top of its owners, in whatever order they are told', () => {
    const told: ((view: ClusterView) => void)[] = [
      (view) => tell(view, 'deployments.apps', workload('Deployment', 'web')),
      (view) =>
        tell(view, 'replicasets.apps', workload('ReplicaSet', 'web-5d', { kind: 'Deployment', name: 'web' })),
      (view) =>
        tell(
          view,
          'pods',
          pod('web-5d-x', {
            owner: { kind: 'ReplicaSet', name: 'web-5d' },
            labels: { 'pod-template-hash': '5d' },
          }),
        ),
    ]
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const view = new ClusterView()
      const seen = new Map<string, unknown>()
      let owner = ''
      let chain: readonly string[] = []
      for (const at of order) {
        told[at](view)
        const changes = view.takeChanges()
        for (const { key, workload: found } of changes.workloads) seen.set(key, found)
        for (const { workload: of, owners } of changes.pods) {
          owner = of
          chain = owners
        }
      }
      expect(owner).toBe('shop\nDeployment/web')
      expect(chain).toEqual(['ReplicaSet/web-5d', 'Deployment/web'])
      expect([...seen].filter(([, found]) => found !== null).map(([key]) => key)).toEqual([
        'shop\nDeployment/web',
      ])
    }
  })

  it('of a Job goes to the CronJob when that is told later', () => {
    const view = new ClusterView()
    tell(view, 'pods', pod('sum-1-x', { owner: { kind: 'Job', name: 'sum-1' } }))
    expect(view.takeChanges().pods[0].workload).toBe('shop\nJob/sum-1')
    tell(view, 'jobs.batch', workload('Job', 'sum-1', { kind: 'CronJob', name: 'sum' }))
    tell(view, 'cronjobs.batch', workload('CronJob', 'sum'))
    const changes = view.takeChanges()
    expect(changes.pods[0].workload).toBe('shop\nCronJob/sum')
    expect(changes.workloads).toContainEqual({ key: 'shop\nJob/sum-1', workload: null })
  })

  it('of an owner in a circle, or of its node, still belongs to something', () => {
    const view = new ClusterView()
    tell(view, 'replicasets.apps', workload('ReplicaSet', 'a', { kind: 'ReplicaSet', name: 'a' }))
    tell(view, 'pods', pod('loop', { owner: { kind: 'ReplicaSet', name: 'a' } }))
    tell(view, 'pods', pod('static', { owner: { kind: 'Node', name: 'n1' } }))
    expect(view.takeChanges().pods.map(({ workload: of }) => of)).toEqual([
      'shop\nReplicaSet/a',
      'shop\nPod/static',
    ])
  })

  it('that ended, or was removed, is gone; one of the same name with another UID is another', () => {
    const view = new ClusterView()
    tell(view, 'pods', pod('a', { uid: 'u1' }))
    tell(view, 'pods', pod('b', { uid: 'u2' }))
    tell(view, 'pods', pod('c', { uid: 'u3' }))
    view.takeChanges()
    tell(view, 'pods', pod('a', { uid: 'u1', phase: 'Succeeded' }))
    view.remove('pods', 'shop/b', 'u2')
    tell(view, 'pods', pod('c', { uid: 'u4' }))
    const changes = view.takeChanges()
    expect(changes.podsGone.toSorted()).toEqual(['u1', 'u2', 'u3'])
    expect(changes.pods.map(({ uid }) => uid)).toEqual(['u4'])
  })

  it('with the UID of another is kept beside it, and said', () => {
    const view = new ClusterView()
    tell(view, 'pods', pod('a', { uid: 'same' }))
    tell(view, 'pods', pod('b', { uid: 'same' }))
    const { pods } = view.takeChanges()
    expect(new Set(pods.map(({ uid }) => uid)).size).toBe(2)
    expect(view.problems[0]).toMatchObject({ object: 'shop/b' })
  })

  it('with a thousand containers keeps them', () => {
    const view = new ClusterView()
    const many = pod('many')
    many.spec!.containers = Array.from({ length: 1000 }, (_, at) => ({
      name: `c${at}`,
      image: `registry.example/c${at}:1`,
    }))
    tell(view, 'pods', many)
    expect(view.takeChanges().pods[0].body.containers).toHaveLength(1002)
  })
})

describe('changes', () => {
  it('of what is not kept are none', () => {
    const view = new ClusterView()
    const node = { metadata: { name: 'n1' }, status: { nodeInfo: { osImage: 'Debian' } } }
    tell(view, 'nodes', node)
    expect(view.takeChanges().nodes).toHaveLength(1)
    tell(view, 'nodes', { ...node, status: { ...node.status, conditions: [{ lastHeartbeatTime: 'now' }] } })
    expect(view.takeChanges().nodes).toHaveLength(0)
  })

  it('of annotations leave out the large and the mechanical', () => {
    const view = new ClusterView()
    const deployment = workload('Deployment', 'web')
    ;(deployment.metadata as Record<string, unknown>).annotations = {
      team: 'shop',
      huge: 'x'.repeat(1_000_000),
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
    }
    tell(view, 'deployments.apps', deployment)
    expect(view.takeChanges().workloads[0].workload?.annotations).toEqual({ team: 'shop' })
  })

  it('a complete list is told once', () => {
    const view = new ClusterView()
    view.replacing('services')
    view.replaced('services')
    expect([...(view.takeChanges().complete ?? [])]).toEqual(['services'])
    expect(view.takeChanges().complete).toBeNull()
  })
})
