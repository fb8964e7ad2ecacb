/**
 * Generated clusters in a process of their own, for `bench/cluster.ts`. Prints one line of JSON when it listens; takes
 * commands as lines on stdin and answers each with a line: the time in ms.
 *
 *     pod CLUSTER NAME IMAGE     create a pod
 *     drop CLUSTER               compact the history and end all watches: everybody lists again
 */
import { createInterface } from 'node:readline'
import { startGenerated, type GeneratedCluster } from '../test/cluster/generated-cluster.ts'

const [clusters, podsEach] = process.argv.slice(2).map(Number)
const names = Array.from({ length: clusters }, (_, at) => `g${at + 1}`)
const server = await startGenerated(names)
for (const name of names) fill(server.cluster(name), podsEach)
console.log(JSON.stringify({ url: server.url, kubeconfig: server.kubeconfig() }))

for await (const line of createInterface({ input: process.stdin })) {
  const [command, name, ...rest] = line.split(' ')
  const cluster = server.cluster(name)
  if (command === 'pod') cluster.put('/api/v1/pods', pod(rest[0], rest[1], 'web-0', 'n0', 1))
  else {
    cluster.compact()
    cluster.drop()
  }
  console.log(Date.now())
}
await server.close()

function fill(cluster: GeneratedCluster, pods: number): void {
  const nodes = Math.max(1, Math.ceil(pods / 50))
  for (let at = 0; at < nodes; at++)
    cluster.put('/api/v1/nodes', {
      metadata: { name: `n${at}`, uid: `node-${at}`, labels: { 'kubernetes.io/hostname': `n${at}` } },
      status: { nodeInfo: { osImage: 'Debian GNU/Linux 13 (trixie)', kubeletVersion: 'v1.36.3' } },
    })
  cluster.put('/api/v1/namespaces', { metadata: { name: 'shop', uid: 'namespace-shop' } })
  const workloads = Math.max(1, Math.ceil(pods / 10))
  for (let at = 0; at < workloads; at++) {
    const template = {
      metadata: { labels: { app: `web-${at}` } },
      spec: { containers: [{ name: 'main', image: image(at) }] },
    }
    const metadata = { namespace: 'shop', labels: { team: `team-${at % 40}` } }
    cluster.put('/apis/apps/v1/deployments', {
      metadata: { ...metadata, name: `web-${at}`, uid: `deployment-${at}` },
      spec: { replicas: 10, template },
    })
    cluster.put('/apis/apps/v1/replicasets', {
      metadata: {
        ...metadata,
        name: `web-${at}-5d4f`,
        uid: `replicaset-${at}`,
        ownerReferences: [
          { kind: 'Deployment', name: `web-${at}`, uid: `deployment-${at}`, controller: true },
        ],
      },
      spec: { replicas: 10, template },
    })
  }
  for (let at = 0; at < pods; at++)
    cluster.put(
      '/api/v1/pods',
      pod(`web-${at}`, image(at % workloads), `web-${at % workloads}`, `n${at % nodes}`, at),
    )
}

function image(at: number): string {
  return `registry.example.org/shop/service-${at % 700}:1.${at % 9}`
}

/** As large as pods are: managed fields, conditions, volumes, probes, environment. */
function pod(name: string, reference: string, workload: string, node: string, at: number) {
  const condition = (type: string) => ({
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: '2026-11-01T10:00:00Z',
  })
  return {
    metadata: {
      name,
      generateName: `${workload}-5d4f-`,
      namespace: 'shop',
      uid: `pod-${name}`,
      creationTimestamp: '2026-11-01T10:00:00Z',
      labels: { app: workload, 'pod-template-hash': '5d4f', 'app.kubernetes.io/version': '1.4.2' },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9090' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${workload}-5d4f`,
          uid: `replicaset-${workload}`,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: ['kube-controller-manager', 'kubelet'].map((manager) => ({
        manager,
        operation: 'Update',
        apiVersion: 'v1',
        time: '2026-11-01T10:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: Object.fromEntries(
          Array.from({ length: 40 }, (_, field) => [`f:field-${field}`, { 'f:name': {}, 'f:value': {} }]),
        ),
      })),
    },
    spec: {
      nodeName: node,
      serviceAccountName: 'default',
      containers: [
        {
          name: 'main',
          image: reference,
          env: Array.from({ length: 12 }, (_, no) => ({ name: `SETTING_${no}`, value: `value-${no}` })),
          resources: { requests: { cpu: '100m', memory: '128Mi' } },
          livenessProbe: { httpGet: { path: '/live', port: 8080 }, periodSeconds: 10 },
          volumeMounts: [{ name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
        },
      ],
      volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
    },
    status: {
      phase: 'Running',
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(condition),
      podIP: `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`,
      podIPs: [{ ip: `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}` }],
      startTime: '2026-11-01T10:00:00Z',
      containerStatuses: [
        {
          name: 'main',
          image: reference,
          imageID: `${reference.split(':')[0]}@sha256:${Buffer.from(reference).toString('hex').padEnd(64, '0').slice(-64)}`,
          ready: true,
          restartCount: 0,
          started: true,
          state: { running: { startedAt: '2026-11-01T10:00:05Z' } },
        },
      ],
    },
  }
}
