import { join } from 'node:path'
import { layoutTar, buildImage } from '../image-files.ts'
import { startGenerated, type GeneratedServer } from '../cluster/generated-cluster.ts'
import { ownFleet } from './fleets.ts'
import { startServer, type RunningServer } from './server.ts'

/** A fleet that is alive: a watched cluster that hides its ingresses, one of an agent, and two images read from their layers. */
export interface LiveFleet {
  server: RunningServer
  kube: GeneratedServer
  /** The older and the newer of two images of one repository. */
  images: { older: string; newer: string }
  stop(): Promise<void>
}

export const workloadPath = '/clusters/prod-eu/workloads/shop/Deployment/cart'

export function imagePath(id: string, search = ''): string {
  return `/images/${encodeURIComponent(id)}${search}`
}

export const liveScreenNames = [
  'live-clusters',
  'live-cluster',
  'live-cluster-sight',
  'live-workload',
  'live-image-layers',
  'live-image-compare',
] as const

/** The screens that say more of a live fleet than of one from manifests, each with its address. */
export function liveScreensOf({
  images: { older, newer },
}: LiveFleet): Record<(typeof liveScreenNames)[number], string> {
  return {
    'live-clusters': '/clusters',
    'live-cluster': '/clusters/prod-eu',
    'live-cluster-sight': '/clusters/prod-eu?tab=sight',
    'live-workload': workloadPath,
    'live-image-layers': imagePath(older, '?tab=layers'),
    'live-image-compare': imagePath(older, `?tab=compare&with=${newer}`),
  }
}

const repository = 'registry.example.org/shop/cart'

export async function startLiveFleet(): Promise<LiveFleet> {
  const fleet = ownFleet()
  const base = [
    { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n' },
    {
      name: 'var/lib/dpkg/status',
      content: [dpkg('openssl', '3.0.11-1'), dpkg('zlib1g', '1:1.2.13')].join('\n'),
    },
    { name: 'var/lib/dpkg/info/openssl.list', content: '/usr/lib/libssl.so.3\n' },
    { name: 'usr/lib/libssl.so.3', content: 'libssl' },
  ]
  const older = buildImage([base, [npm('left-pad', '1.2.0')]])
  const newer = buildImage([base, [npm('left-pad', '1.3.0'), npm('is-odd', '3.0.1')]])
  for (const [name, image] of [
    ['1', older],
    ['2', newer],
  ] as const) {
    const archive = fleet.write(`cart-${name}.tar`, layoutTar(image, name))
    await fleet.run('image', 'add', `oci-archive:${archive}`, '--reference', `${repository}:${name}`)
  }
  // Somebody else’s SBOM of the older one: without zlib1g, and with a package that is not in its layers.
  const sbom = fleet.write('cart.cdx.json', {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: {
      tools: [{ name: 'their-build' }],
      component: { type: 'container', name: `${repository}:1`, version: older.digest, 'bom-ref': 'image' },
    },
    components: [
      { type: 'library', name: 'left-pad', version: '1.2.0', purl: 'pkg:npm/left-pad@1.2.0' },
      { type: 'library', name: 'openssl', version: '3.0.11-1', purl: 'pkg:deb/debian/openssl@3.0.11-1' },
      { type: 'library', name: 'ghost', version: '9.9.9', purl: 'pkg:npm/ghost@9.9.9' },
    ],
  })
  await fleet.run('import', 'sbom', sbom, '--image', older.digest)
  const advisory = fleet.write('CVE-2026-50000.json', {
    schema_version: '1.7.0',
    id: 'CVE-2026-50000',
    modified: '2026-01-01T00:00:00Z',
    summary: 'Padding on the wrong side',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem: 'npm', name: 'left-pad' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.3.0' }] }],
      },
    ],
  })
  await fleet.run('import', 'advisories', advisory)
  const kube = await startGenerated(['prod-eu', 'edge-1'])
  fillCluster(kube, older.digest)
  const server = await startServer({ data: fleet.data })
  const added = await fetch(`${server.url}/api/v1/clusters`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'prod-eu',
      access: { kind: 'copy', kubeconfig: kube.kubeconfig(), context: 'prod-eu' },
    }),
  })
  if (!added.ok) throw new Error(`the cluster was not added: ${await added.text()}`)
  const invited = await fetch(`${server.url}/api/v1/clusters/edge-1/enrolment`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const { token } = (await invited.json()) as { token: string }
  const agent = fleet.start(
    'agent',
    ...['--server', server.url, '--cluster', 'edge-1', '--token-file', fleet.write('token', token)],
    ...['--kubeconfig', fleet.write('kubeconfig', kube.kubeconfig()), '--context', 'edge-1'],
    ...['--state', join(fleet.data, '../agent')],
  )
  return {
    server,
    kube,
    images: { older: older.digest, newer: newer.digest },
    async stop() {
      const ended = new Promise((resolve) => agent.once('exit', resolve))
      agent.kill('SIGINT')
      await ended
      await server.stop()
      await kube.close()
      fleet.remove()
    },
  }
}

function dpkg(name: string, version: string): string {
  return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`
}

function npm(name: string, version: string) {
  return {
    name: `srv/node_modules/${name}/package.json`,
    content: JSON.stringify({ name, version, license: 'MIT' }),
  }
}

function fillCluster(kube: GeneratedServer, digest: string): void {
  const cluster = kube.cluster('prod-eu')
  cluster.refuse('/apis/networking.k8s.io/v1/ingresses')
  cluster.put('/api/v1/namespaces', {
    metadata: { name: 'shop', uid: 'n-shop', annotations: { 'allclear.dev/data': 'personal' } },
  })
  cluster.put('/api/v1/nodes', {
    metadata: { name: 'node-1', uid: 'node-1', labels: {} },
    status: { nodeInfo: { osImage: 'Debian GNU/Linux 12 (bookworm)', kubeletVersion: 'v1.36.3' } },
  })
  const image = `${repository}:1`
  const spec = { serviceAccountName: 'cart', containers: [{ name: 'cart', image }] }
  cluster.put('/apis/apps/v1/deployments', {
    metadata: { name: 'cart', namespace: 'shop', uid: 'd-cart', labels: { app: 'cart', team: 'team-cart' } },
    spec: { replicas: 1, template: { metadata: { labels: { app: 'cart' } }, spec } },
  })
  cluster.put('/apis/apps/v1/replicasets', {
    metadata: {
      name: 'cart-1',
      namespace: 'shop',
      uid: 'r-cart',
      ownerReferences: [{ kind: 'Deployment', name: 'cart', controller: true }],
    },
    spec: { replicas: 1, template: { metadata: { labels: { app: 'cart' } }, spec } },
  })
  cluster.put('/api/v1/pods', {
    metadata: {
      name: 'cart-1-a',
      namespace: 'shop',
      uid: 'p-cart',
      labels: { app: 'cart' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-1', controller: true }],
    },
    spec: { nodeName: 'node-1', ...spec },
    status: {
      phase: 'Running',
      startTime: '2026-01-01T00:00:00Z',
      podIP: '10.0.3.17',
      podIPs: [{ ip: '10.0.3.17' }],
      containerStatuses: [{ name: 'cart', image, imageID: `${repository}@${digest}` }],
    },
  })
}
