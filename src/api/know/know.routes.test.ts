import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { z } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import { createApi } from '../app.ts'
import type { ApiEnv } from '../context.ts'
import { openInstallation } from '../installation.ts'
import type { Installation } from '../installation.ts'
import { clusterNodes, clusterWorkloads, workloadAnswer } from '../schemas/clusters.ts'
import * as schemas from '../schemas/know.ts'

const directory = mkdtempSync(join(tmpdir(), 'allclear-routes-'))
const digest = `sha256:${'7'.repeat(64)}`
let installation: Installation
let api: Hono<ApiEnv>

const advisory = {
  schema_version: '1.6.0',
  id: 'GHSA-aaaa-bbbb-cccc',
  modified: '2026-11-01T00:00:00Z',
  published: '2026-10-01T00:00:00Z',
  aliases: ['CVE-2026-31337'],
  summary: 'Names from outside are looked up',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'Maven', name: 'org.example:lib' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '1.0' }, { fixed: '1.4.2' }] }],
    },
  ],
}
const sbom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    component: {
      type: 'container',
      name: 'registry.example.org/shop/cart:1.4',
      version: digest,
      'bom-ref': 'image',
    },
  },
  components: [
    {
      type: 'library',
      group: 'org.example',
      name: 'lib',
      version: '1.3.0',
      purl: 'pkg:maven/org.example/lib@1.3.0',
    },
    { type: 'library', name: 'odd', version: '1', purl: 'pkg:generic/odd@1' },
  ],
}
const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop, labels: { team: team-cart } }
spec:
  replicas: 2
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart } }
    spec: { containers: [{ name: cart, image: 'registry.example.org/shop/cart:1.4@${digest}' }] }
`

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
})
afterAll(async () => {
  await installation.close()
  rmSync(directory, { recursive: true })
})

async function importBody(path: string, body: string): Promise<z.output<typeof schemas.importReport>> {
  const response = await api.request(`/api/v1/import/${path}`, { method: 'POST', body })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return JSON.parse(text)
}

/** An answer has exactly the shape that the API promises: nothing is missing and nothing is more. */
async function expectShape(path: string, schema: z.ZodType): Promise<any> {
  const response = await api.request(`/api/v1${path}`)
  const text = await response.text()
  expect(response.status, text).toBe(200)
  const answer = JSON.parse(text)
  expect(schema.parse(answer)).toEqual(answer)
  return answer
}

describe('routes on a real store', () => {
  it('imports what the body is, and says what was stored', async () => {
    expect(await importBody('advisories?source=one.json', JSON.stringify(advisory))).toMatchObject({
      added: 1,
      refusedTotal: 0,
    })
    expect(await importBody('sbom?source=cart.cdx.json', JSON.stringify(sbom))).toMatchObject({
      added: 1,
      refusedTotal: 0,
    })
    expect((await importBody('manifests?cluster=shop-eu&source=cart.yaml', manifest)).refusedTotal).toBe(0)
  })

  it('refuses what is none, and stores nothing', async () => {
    const response = await api.request('/api/v1/import/sbom?source=x.json', {
      method: 'POST',
      body: '{"no":"sbom"}',
    })
    const report = (await response.json()) as z.output<typeof schemas.importReport>
    expect(report).toMatchObject({ added: 0, refusedTotal: 1 })
    expect(report.refused[0].source).toContain('x.json')
  })

  it('tells progress first and the report last when asked to', async () => {
    const response = await api.request('/api/v1/import/sbom?source=cart.cdx.json', {
      method: 'POST',
      body: JSON.stringify(sbom),
      headers: { accept: 'application/x-ndjson' },
    })
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => Object.keys(JSON.parse(line))[0])
    expect(lines.at(-1)).toBe('report')
    expect(lines.slice(0, -1).every((name) => name === 'progress')).toBe(true)
  })

  it('answers in exactly the shapes of the API', async () => {
    const where = await expectShape(`/where?q=${encodeURIComponent('lib@<1.4.2')}`, schemas.whereAnswer)
    expect(where.workloads.rows.map((row: { id: string }) => row.id)).toEqual([
      'shop-eu/shop/Deployment/cart',
    ])
    const cve = await expectShape('/cve/CVE-2026-31337', schemas.cveAnswer)
    expect(cve.verdict).toBe('yes')
    const unknown = await expectShape('/cve/CVE-2099-1', schemas.unknownVulnerability)
    expect(unknown.known).toBe(false)
    await expectShape('/status', schemas.statusAnswer)
    await expectShape('/home', schemas.homeAnswer)
    const clusters = await expectShape('/clusters', schemas.clusterRows)
    expect(clusters.rows).toMatchObject([{ name: 'shop-eu', source: 'manifests', watch: null }])
    await expectShape('/changes', schemas.changeRows)
    await expectShape('/advisories', schemas.advisoryPage)
    const images = await expectShape('/images?running=true', schemas.imagePage)
    expect(images.total).toBe(1)
    const id = encodeURIComponent(images.rows[0].id)
    const image = await expectShape(`/images/${id}`, schemas.imageAnswer)
    expect(image.findings.rows.map((row: { vulnerability: string }) => row.vulnerability)).toEqual([
      'CVE-2026-31337',
    ])
    await expectShape(
      `/images/${encodeURIComponent('registry.example.org/shop/cart:1.4')}`,
      schemas.imageAnswer,
    )
    const findings = await expectShape(
      `/images/${id}/findings?severity=${image.findings.rows[0].severity}`,
      schemas.findingPage,
    )
    expect(findings).toEqual(image.findings)
    expect((await expectShape(`/images/${id}/findings?q=nothing-has-this`, schemas.findingPage)).total).toBe(
      0,
    )
    expect(await expectShape(`/images/${id}/packages`, schemas.packagePage)).toEqual(image.packageList)
    const explained = await expectShape(`/images/${id}/explain/CVE-2026-31337`, schemas.explainAnswer)
    expect(explained.verdict).toBe('affected')
  })

  it('says what runs in a cluster and on which nodes, and of a workload what is wrong with it', async () => {
    const found = await expectShape('/clusters/shop-eu/workloads', clusterWorkloads)
    expect(found.rows).toMatchObject([
      {
        id: 'shop-eu/shop/Deployment/cart',
        owner: 'team-cart',
        images: 1,
        imagesUnknown: 0,
        affected: 1,
        critical: 1,
      },
    ])
    expect((await expectShape('/clusters/shop-eu/workloads?q=team-cart', clusterWorkloads)).total).toBe(1)
    expect((await expectShape('/clusters/shop-eu/workloads?q=nobody', clusterWorkloads)).total).toBe(0)
    expect((await expectShape('/clusters/shop-eu/nodes', clusterNodes)).total).toBe(0)
    for (const list of ['workloads', 'nodes'])
      expect((await api.request(`/api/v1/clusters/shop-us/${list}`)).status).toBe(404)
    const workload = await expectShape('/workloads?id=Deployment/cart', workloadAnswer)
    expect(workload).toMatchObject({
      runsTotal: 1,
      podsTotal: 0,
      runs: [{ image: digest, findings: { affected: 1, fixable: 1, critical: 1, high: 0 } }],
    })
  })

  it('gives a record back as it came', async () => {
    expect(await (await api.request(`/api/v1/advisories/${advisory.id}`)).json()).toEqual(advisory)
    expect((await api.request('/api/v1/advisories/GHSA-none')).status).toBe(404)
  })

  it('writes an image as an SBOM that is read again', async () => {
    for (const format of ['cyclonedx-1.6', 'spdx-2.3']) {
      const written = await api.request(`/api/v1/images/${encodeURIComponent(digest)}/sbom?format=${format}`)
      expect(written.status).toBe(200)
      const read = await api.request('/api/v1/sbom/read', { method: 'POST', body: await written.bytes() })
      const document = (await read.json()) as { packages: { purl: string }[] }
      expect(document.packages.map(({ purl }) => purl)).toContain('pkg:maven/org.example/lib@1.3.0')
    }
  })

  it('scans one document, and many as lines', async () => {
    const one = await api.request('/api/v1/scan?source=cart.json', {
      method: 'POST',
      body: JSON.stringify(sbom),
    })
    const report = schemas.scanReport.parse(await one.json())
    expect(report.findings.map((row) => row.vulnerability)).toEqual(['CVE-2026-31337'])
    const many = await api.request('/api/v1/scan?source=cart.json', {
      method: 'POST',
      body: JSON.stringify(sbom),
      headers: { accept: 'application/x-ndjson' },
    })
    const lines = (await many.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.find((line) => line.result).result.findings).toEqual(report.findings)
    expect(lines.at(-1).report).toEqual({ documents: 1, refused: 0, skipped: [] })
    const refused = await api.request('/api/v1/scan', { method: 'POST', body: 'no sbom' })
    expect(refused.status).toBe(422)
  })

  it('adds and withdraws a provisional advisory', async () => {
    const response = await api.request('/api/v1/advisories/provisional', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        package: 'pkg:maven/org.example/lib',
        range: '>=1.0 <1.4',
        title: 'Heard in the corridor',
      }),
    })
    const text = await response.text()
    expect(response.status, text).toBe(201)
    const added = schemas.provisionalAnswer.parse(JSON.parse(text))
    expect(added.advisory.provisional).toBe(true)
    expect(added.answer.verdict).toBe('yes')
    const path = `/api/v1/advisories/provisional/${encodeURIComponent(added.advisory.id)}`
    expect((await api.request(path, { method: 'DELETE' })).status).toBe(204)
    expect((await api.request(path, { method: 'DELETE' })).status).toBe(404)
  })

  it('streams changes from where the reader was', async () => {
    const stopped = new AbortController()
    const response = await api.request('/api/v1/events', {
      headers: { 'last-event-id': '0' },
      signal: stopped.signal,
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    let text = ''
    for await (const chunk of response.body!) {
      text += new TextDecoder().decode(chunk)
      if (text.includes('event: change')) break
    }
    stopped.abort()
    expect(text).toMatch(/^event: heartbeat\n/)
    expect(text).toMatch(/event: change\nid: \d+\ndata: \{"seq":\d+/)
    expect((await api.request('/api/v1/events', { headers: { 'last-event-id': 'x' } })).status).toBe(400)
  })
})
