import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import type { ExposureAnswer } from '../../know/exposure/index.ts'
import type {
  ClusterPrivileges,
  ClusterReach,
  ClusterReachDiff,
  IdentitiesAnswer,
} from '../../know/posture/index.ts'
import { createApi } from '../app.ts'
import type { ApiEnv } from '../context.ts'
import { openInstallation } from '../installation.ts'
import type { Installation } from '../installation.ts'
import { exposureAnswer } from '../schemas/exposure.ts'
import type { SoftwareAnswer, SoftwareDetail } from '../../know/register/index.ts'
import { identityPage } from '../schemas/privileges.ts'
import { clusterReachSchema } from '../schemas/reach.ts'
import { softwareAnswer, softwareDetail } from '../schemas/software.ts'

const directory = mkdtempSync(join(tmpdir(), 'allclear-exposure-'))
let installation: Installation
let api: Hono<ApiEnv>

const digest = (letter: string) => `sha256:${letter.repeat(64)}`

function advisory(id: string, name: string, vector: string): object {
  return {
    schema_version: '1.6.0',
    id,
    modified: '2026-11-01T00:00:00Z',
    summary: `What ${name} does`,
    severity: [{ type: 'CVSS_V3', score: vector }],
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
      },
    ],
  }
}

function sbom(letter: string, packages: readonly string[]): object {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'container', name: `registry.example/${letter}:1`, version: digest(letter) },
    },
    components: packages.map((name) => ({
      type: 'library',
      name,
      version: '1.0.0',
      purl: `pkg:npm/${name}@1.0.0`,
    })),
  }
}

function deployment(name: string, letter: string, more = ''): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop, labels: { team: team-${name} } }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { ${more} serviceAccountName: ${name}, containers: [{ name: main, image: 'registry.example/${letter}:1@${digest(letter)}', ports: [{ containerPort: 8080 }] }] }
---`
}

const rest = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: admin }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, namespace: shop, name: operator }]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: calico-node, namespace: kube-system }
spec:
  template: { metadata: { labels: { app: calico } }, spec: { containers: [{ name: main, image: 'registry.example/cni:1' }] } }
---`
const policy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
`
const fleet = deployment('web', 'a') + deployment('db', 'a') + deployment('operator', 'b') + rest

async function post(path: string, body: string): Promise<unknown> {
  const response = await api.request(`/api/v1${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/octet-stream' },
  })
  const answer: unknown = await response.json()
  expect(response.status, JSON.stringify(answer)).toBe(200)
  return answer
}

async function get<T>(path: string): Promise<T> {
  const response = await api.request(`/api/v1${path}`)
  const answer = (await response.json()) as T
  expect(response.status, JSON.stringify(answer)).toBe(200)
  return answer
}

const names = ({ workloads }: ExposureAnswer) => workloads.rows.map(({ name }) => name)

beforeAll(async () => {
  installation = await openInstallation({
    directory,
    example: false,
    clock: systemClock,
    version: '0.0.0-test',
    env: {},
    exclusive: true,
  })
  api = createApi({
    knowledge: installation.knowledge,
    auth: { mode: 'local', people: installation.people },
    config: { version: '0.0.0-test', example: false, heartbeatMs: 5_000, clock: systemClock },
  })
  const remote = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
  await post('/import/advisories', JSON.stringify(advisory('CVE-2026-10001', 'open', remote)))
  await post(
    '/import/advisories',
    JSON.stringify(advisory('CVE-2026-10002', 'dull', 'CVSS:3.1/AV:N/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N')),
  )
  await post('/import/sbom', JSON.stringify(sbom('a', ['open', 'dull'])))
  await post('/import/sbom', JSON.stringify(sbom('b', ['open'])))
  await post('/import/manifests?cluster=eu', fleet)
})
afterAll(async () => {
  await installation.close()
  rmSync(directory, { recursive: true })
})

describe('GET /exposure', () => {
  it('answers in the documented shape, the open ones first, then those that may do most', async () => {
    const answer = await get<ExposureAnswer>('/exposure?vulnerability=CVE-2026-10001')
    expect(exposureAnswer.parse(answer)).toEqual(answer)
    expect(names(answer)).toEqual(['web', 'operator', 'db'])
    expect(answer.workloads.rows[0]).toMatchObject({
      id: 'eu/shop/Deployment/web',
      reach: 'internet',
      privilege: 'normal',
      fixedIn: '2.0.0',
      kev: null,
    })
    expect(answer.workloads.rows[1].sentence).toContain('can become cluster-admin')
    expect(answer.matrix).toEqual([
      expect.objectContaining({ reach: 'internet', privilege: 'normal', workloads: 1, pods: 2 }),
      expect.objectContaining({ reach: 'cluster', privilege: 'cluster-admin', workloads: 1 }),
      expect.objectContaining({ reach: 'cluster', privilege: 'normal', workloads: 1 }),
    ])
    // Nobody gave an SBOM of the plug-in's image.
    expect(answer.unseen.images).toBe(1)
  })

  it('of all vulnerabilities, a workload stands where its worst one puts it', async () => {
    const { workloads } = await get<ExposureAnswer>('/exposure')
    expect(
      workloads.rows.map(({ name, vulnerability, findings }) => [name, vulnerability, findings]),
    ).toEqual([
      ['web', 'CVE-2026-10001', 2],
      ['operator', 'CVE-2026-10001', 1],
      ['db', 'CVE-2026-10001', 2],
    ])
  })

  it('keeps to a cell, a team or a part of a name, and groups', async () => {
    expect(names(await get('/exposure?privilege=cluster-admin'))).toEqual(['operator'])
    expect(names(await get('/exposure?reach=cluster&q=DB'))).toEqual(['db'])
    expect(names(await get('/exposure?owner=team-db'))).toEqual(['db'])
    const { groups } = await get<ExposureAnswer>('/exposure?group=team&limit=2')
    expect(groups).toMatchObject({
      total: 3,
      rows: [
        { rank: 1, name: 'team-web', workloads: 1, pods: 2, first: { name: 'web' } },
        { rank: 2, name: 'team-operator' },
      ],
    })
    expect((await get<ExposureAnswer>('/exposure?group=cluster')).groups.rows).toMatchObject([
      { name: 'eu', workloads: 3 },
    ])
  })

  it('follows what is declared, a policy, and an advisory that is exploited', async () => {
    await post('/import/manifests?cluster=eu', fleet + policy)
    const shut = await get<ExposureAnswer>('/exposure?vulnerability=CVE-2026-10001')
    expect(names(shut)).toEqual(['operator', 'db', 'web'])
    expect(shut.workloads.rows[0].reach).toBe('isolated')

    const response = await api.request('/api/v1/facts', {
      method: 'POST',
      body: JSON.stringify({ scope: 'eu/shop/Deployment/db', facts: { criticality: 'critical' } }),
      headers: { 'content-type': 'application/json' },
    })
    expect(response.status, await response.clone().text()).toBeLessThan(300)
    const declared = await get<ExposureAnswer>('/exposure?vulnerability=CVE-2026-10001')
    expect(declared.workloads.rows.find(({ name }) => name === 'db')?.criticality).toBe('critical')

    await post(
      '/import/kev',
      JSON.stringify({
        title: 'x',
        vulnerabilities: [{ cveID: 'CVE-2026-10002', dateAdded: '2026-11-02', vulnerabilityName: 'x' }],
      }),
    )
    const { workloads } = await get<ExposureAnswer>('/exposure')
    // What is exploited comes before what merely scores higher.
    expect(workloads.rows[0]).toMatchObject({ vulnerability: 'CVE-2026-10002', kev: true })
    expect(workloads.rows.find(({ name }) => name === 'operator')?.kev).toBe(false)
    await post('/import/manifests?cluster=eu', fleet)
  })

  it('says that nobody knows a vulnerability', async () => {
    const response = await api.request('/api/v1/exposure?vulnerability=CVE-2099-1')
    expect(response.status).toBe(404)
  })
})

describe('a cluster of the fleet', () => {
  it('GET /reach gives the path from the internet in words', async () => {
    const answer = await get<ClusterReach>('/reach?from=internet&to=eu/shop/web')
    expect(clusterReachSchema.parse(answer)).toEqual(answer)
    expect(answer.sentences[0]).toBe(
      'shop/web[Deployment] is reachable from the internet through Service shop/web (LoadBalancer): internet → service shop/web → shop/web[Deployment].',
    )
    expect((await get<ClusterReach>('/reach?to=db&from=internet')).path?.hops).toHaveLength(1)
  })

  it('POST /reach/clusters/…/diff says what a policy would cut', async () => {
    const diff = (await post('/reach/clusters/eu/diff', policy)) as ClusterReachDiff
    expect(diff.enforcement).toEqual({ state: 'enforced', plugin: 'Calico' })
    expect(
      diff.changes.some(({ kind, destination }) => kind === 'removed' && destination.startsWith('shop/db')),
    ).toBe(true)
    expect(diff.changes.every(({ kind }) => kind === 'removed')).toBe(true)
  })

  it('GET /privileges and /identities say who can become what', async () => {
    const { workloads, sentences } = await get<ClusterPrivileges>('/privileges?workload=eu/shop/operator')
    expect(workloads).toHaveLength(1)
    expect(sentences[0]).toContain('can become cluster-admin')
    const identities = await get<IdentitiesAnswer>('/identities?to=cluster-admin')
    expect(identityPage.parse(identities)).toEqual(identities)
    expect(identities).toMatchObject({
      sentence: '1 of 4 identities can become cluster-admin, 1 can take over a node, 1 can reach secrets.',
      counts: { identities: 4, secrets: 1, nodes: 1, clusterAdmin: 1 },
      unseen: [],
      total: 1,
      rows: [{ cluster: 'eu', name: 'operator', steps: { clusterAdmin: 1 } }],
    })
    expect((await api.request('/api/v1/privileges?cluster=nowhere')).status).toBe(404)
    expect((await api.request('/api/v1/reach?from=eu/shop/nobody')).status).toBe(404)
  })
})

describe('software of others', () => {
  it('is listed with what a bad update could do', async () => {
    const answer = await get<SoftwareAnswer>('/software')
    expect(softwareAnswer.parse(answer)).toEqual(answer)
    expect(answer.rows.map(({ name, roles }) => [name, roles])).toEqual([
      ['b', ['operator']],
      ['cni', ['network', 'agent']],
    ])
  })

  it('outside Kubernetes is declared, shown and taken back', async () => {
    const declaration = {
      name: 'edr',
      supplier: 'vendor.example',
      version: null,
      hosts: 1200,
      places: ['eu'],
      access: 'kernel',
      channel: 'floating',
      pushedBy: 'the vendor',
      note: null,
    }
    const send = (method: string, path: string, body?: unknown) =>
      api.request(`/api/v1${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { 'content-type': 'application/json' },
      })
    expect((await send('POST', '/software', declaration)).status).toBe(200)
    const shown = await get<SoftwareDetail>('/software/edr')
    expect(softwareDetail.parse(shown)).toEqual(shown)
    expect(shown).toMatchObject({
      impact: { takesDown: { nodes: 1200 } },
      privilege: 'node',
      unknown: ['its version'],
    })
    expect((await get<SoftwareAnswer>('/software?role=host')).rows.map(({ name }) => name)).toEqual(['edr'])
    expect((await send('DELETE', '/software/edr')).status).toBe(204)
    expect((await send('DELETE', '/software/edr')).status).toBe(404)
    expect((await send('POST', '/software', { ...declaration, access: 'god' })).status).toBe(400)
  })
})

it('POST /scores and /ssvc answer from the place of a workload, and what is said goes before', async () => {
  const send = async (path: string, body: unknown) => {
    const response = await api.request(`/api/v1${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    expect(response.status).toBe(200)
    return ((await response.json()) as { results: Record<string, unknown>[] }).results[0]
  }
  const lines = ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H']
  expect(await send('/scores', { lines, workload: 'eu/shop/operator' })).toMatchObject({
    base: 9.8,
    score: 9.7,
    proposed: [{ metric: 'MAV:A' }, { metric: 'MS:C' }],
  })
  expect(await send('/scores', { lines, workload: 'eu/shop/operator', env: 'MAV:N/MS:U' })).toMatchObject({
    score: 9.8,
  })
  expect(await send('/ssvc', { lines: ['E:A/A:Y'], workload: 'eu/shop/web' })).toMatchObject({
    answers: 'E:A/EXP:O/A:Y/PE:Y',
  })
  expect(await send('/ssvc', { lines: ['E:A/A:Y'], workload: 'eu/shop/web', facts: 'EXP:S' })).toMatchObject({
    answers: 'E:A/EXP:S/A:Y/PE:Y',
  })
})
