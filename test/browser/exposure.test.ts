import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage, settled, startBrowser } from './browser.ts'
import { ownFleet, type OwnFleet } from './fleets.ts'
import { startServer, type RunningServer } from './server.ts'

let server: RunningServer
let browser: Browser
let page: Page

beforeAll(async () => {
  server = await startServer()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function open(path: string, url = server.url): Promise<Page> {
  await page?.context().close()
  page = await openPage(browser, url, path)
  return page
}

const order = () => page.getByRole('table', { name: 'Workloads, what to fix first' })

/** Names of the workloads of the order, as they stand. */
async function names(): Promise<string[]> {
  const rows = await order().getByRole('row').all()
  return Promise.all(
    rows.slice(1).map(async (row) => (await row.getByRole('link').first().textContent()) ?? ''),
  )
}

describe('Exposure', () => {
  it('begins with what is reached from the internet and exploited, and says why', async () => {
    await open('/exposure')
    await page.getByText('Due.', { exact: true }).waitFor()
    const first = order().getByRole('row').nth(1)
    expect(await first.textContent()).toMatch(/search\/query-api.*internet.*elevated.*in KEV.*CVE-2021-44228/)
    await page.getByText('allclear exposure', { exact: true }).waitFor()
  })

  it('a row opens: reasons, what would change it, rules, and the way in, drawn and in words', async () => {
    await open('/exposure')
    const why = 'Why shop-us/search/Deployment/query-api stands here'
    await page.getByRole('button', { name: why }).click()
    const reasons = page.getByRole('region', { name: why })
    await reasons.getByText('its ways in from outside are closed').waitFor()
    await reasons.getByText(/BOD 26-04/).waitFor()
    await reasons.getByRole('img', { name: 'Ways to and from shop-us/search/Deployment/query-api' }).waitFor()
    expect(await reasons.getByRole('list').last().getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/^the internet comes in at search\.shop\.example → Ingress search\/query-api/),
      expect.stringMatching(/^Ingress .* → Service search\/query-api/),
      expect.stringMatching(/^Service .* TCP 8080 → Deployment search\/query-api/),
      expect.stringMatching(/uses its service account → service account search\/query-api.*token/),
      expect.stringMatching(/lists secrets → secrets of search .*Allowed by RoleBinding search\/query-api/),
    ])
    await settled(page)
    await page.reload()
    await page.getByRole('region', { name: why }).waitFor()
  })

  it('a cell of the matrix narrows the order, and leads back to all', async () => {
    await open('/exposure')
    const matrix = page.getByRole('table', { name: 'Workloads by reach and privilege' })
    const cell = matrix
      .getByRole('row', { name: /^internet/ })
      .getByRole('link')
      .first()
    const count = Number(/^\d+(?= workload)/.exec((await cell.textContent()) ?? '')?.[0])
    await cell.click()
    await page.getByText(/Only what is reached from internet and of privilege elevated/).waitFor()
    await settled(page)
    expect(await names()).toHaveLength(count)
    await page.getByText('allclear exposure --reach internet --privilege elevated').waitFor()
    await page.getByRole('link', { name: 'Show all' }).click()
    await settled(page)
    expect(new URL(page.url()).search).toBe('')
  })

  it('narrows by vulnerability, team and cluster, and groups by team', async () => {
    await open('/exposure')
    await page.getByLabel('Vulnerability').fill('CVE-2021-44228')
    await page.getByLabel('Team').fill('team-search')
    await page.getByRole('combobox', { name: 'Cluster' }).selectOption('shop-us')
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await settled(page)
    await page.getByText('allclear exposure CVE-2021-44228 --cluster shop-us --owner team-search').waitFor()
    expect((await names()).toSorted()).toEqual(['search/indexer', 'search/query-api'])
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await settled(page)
    await page.getByRole('button', { name: 'Teams' }).click()
    const teams = page.getByRole('table', { name: 'Teams, by their first workload' })
    await teams.getByRole('link', { name: 'team-search' }).click()
    await settled(page)
    expect(new URL(page.url()).search).toBe('?owner=team-search')
  })

  it('a vulnerability that nobody knows is refused with the next step; so is a team of nobody; a name that nothing has matches nothing', async () => {
    await open('/exposure?cve=CVE-2099-1')
    await page
      .getByRole('alert')
      .getByText(/No feed knows CVE-2099-1/)
      .waitFor()
    await open('/exposure?owner=team-of-nobody')
    await page
      .getByRole('alert')
      .getByText(/No workload is owned by team-of-nobody/)
      .waitFor()
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await order().waitFor()
    await page.getByLabel('Workload or owner').fill('nothing-is-called-so')
    await page.keyboard.press('Enter')
    await page.getByText('No workload matches').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await order().waitFor()
  })
})

describe('CVE', () => {
  it('has the matrix, when its fixes are due, and the order', async () => {
    await open('/cve/CVE-2021-44228')
    await page.getByText(/by BOD 26-04/).waitFor()
    expect((await names())[0]).toBe('search/query-api')
    await page
      .getByRole('table', { name: 'Workloads by reach and privilege' })
      .getByRole('row', { name: /^network of nodes/ })
      .getByRole('link')
      .click()
    await settled(page)
    expect(await names()).toEqual(['data/stream'])
    await open('/cve/CVE-2021-44228?tab=workloads')
    expect(await page.getByRole('columnheader').allTextContents()).toContain('Reach, privilege')
  })
})

describe('Workload', () => {
  it('says who reaches it, what it reaches, what it may do, and when its worst finding is due', async () => {
    await open('/clusters/shop-us/workloads/data/StatefulSet/stream')
    await page
      .getByRole('table', { name: 'Ways in from outside' })
      .getByText(/data\/stream \(NodePort\)/)
      .waitFor()
    await page.getByRole('table', { name: 'What may connect to it' }).waitFor()
    await page.getByRole('table', { name: 'Where it may connect to' }).waitFor()
    await page.getByText('Fix due', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'data/stream', exact: true }).click()
    await page.getByText('service account in').waitFor()
  })

  it('proposes the score of its worst finding in this place, with the reason', async () => {
    await open('/clusters/shop-us/workloads/search/StatefulSet/indexer')
    await page.getByText(/9\.7 here, 10\.0 by itself/).waitFor()
    await page.getByText('MAV:A').waitFor()
  })
})

describe('Identities', () => {
  it('lists those that reach most first, and narrows to those that reach nodes', async () => {
    await open('/identities')
    await page.getByText(/of 54 identities can become cluster-admin/).waitFor()
    await page.getByRole('button', { name: /^Nodes/ }).click()
    await settled(page)
    const rows = page.getByRole('table').getByRole('row')
    expect(await rows.count()).toBe(8)
    expect(await rows.filter({ hasText: 'can take over a node' }).count()).toBe(7)
    await page.getByText('allclear privileges --to nodes').waitFor()
  })

  it('one says each step with what allows it and why, its rules, and who uses it', async () => {
    await open('/identities?q=cert-manager')
    await page.getByRole('link', { name: 'cert-manager/cert-manager' }).first().click()
    await page.getByRole('heading', { name: 'cert-manager/cert-manager', level: 1 }).waitFor()
    await page.getByText(/It can take over a node in 2.steps/).waitFor()
    await page.getByText(/The controller fills a new token secret.*ClusterRoleBinding cert-manager/).waitFor()
    await page.getByRole('table', { name: 'Rules' }).getByText('get, list, watch, create, update').waitFor()
    await page
      .getByRole('table', { name: 'Workloads that run as it' })
      .getByRole('link', { name: 'cert-manager/cert-manager' })
      .click()
    await page.getByRole('heading', { name: 'cert-manager/cert-manager', level: 1 }).waitFor()
  })

  it('a name that nobody has is not found, with the way to all names', async () => {
    await open(`/identities/${encodeURIComponent('shop-us/User nobody')}`)
    await page
      .getByRole('alert')
      .getByText(/There is no User nobody in shop-us/)
      .waitFor()
  })
})

describe('a fleet without roles and services', () => {
  let fleet: OwnFleet
  let own: RunningServer
  beforeAll(async () => {
    fleet = ownFleet()
    own = await startServer({ data: fleet.data })
  })
  afterAll(async () => {
    await own?.stop()
    fleet?.remove()
  })

  it('nothing yet: says what fills it', async () => {
    await open('/exposure', own.url)
    await page.getByText('No fleet yet').waitFor()
    await open('/identities', own.url)
    await page.getByText('No identity is known yet').waitFor()
  })

  it('says what it cannot know, and counts nothing as safe', async () => {
    const manifest = fleet.write(
      'deployment.yaml',
      `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { spec: { containers: [{ name: main, image: 'registry.example/web:1' }] } } }
`,
    )
    await own.stop()
    await fleet.run('import', 'manifests', manifest, '--cluster', 'eu')
    own = await startServer({ data: fleet.data })
    await open('/exposure', own.url)
    await page.getByText('Cannot tell.').waitFor()
    await open('/identities', own.url)
    await page.getByText(/eu: the manifests have no clusterrolebindings/).waitFor()
    await open('/clusters/eu/workloads/shop/Deployment/web', own.url)
    await page
      .getByText(/ways in from outside: the manifests have no services/)
      .first()
      .waitFor()
    await page
      .getByText(/rights in the API: the manifests have no clusterrolebindings/)
      .first()
      .waitFor()
  })
})
