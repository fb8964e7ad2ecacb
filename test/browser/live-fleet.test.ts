import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violations } from './axe.ts'
import { openPage, problems, settled, startBrowser } from './browser.ts'
import {
  imagePath,
  liveScreenNames,
  liveScreensOf,
  startLiveFleet,
  type LiveFleet,
  workloadPath,
} from './live-fleet.ts'

let fleet: LiveFleet
let browser: Browser
let page: Page

beforeAll(async () => {
  fleet = await startLiveFleet()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await fleet?.stop()
})

async function open(path: string): Promise<void> {
  await page?.context().close()
  page = await openPage(browser, fleet.server.url, path)
}

describe('a live cluster', () => {
  it('the list says how it is seen and what of it is not', async () => {
    await open('/clusters')
    const row = page.getByRole('table', { name: 'Clusters' }).getByRole('row').filter({ hasText: 'prod-eu' })
    const text = (await row.textContent()) ?? ''
    expect(text).toContain('a copy of context prod-eu')
    expect(text).toMatch(/1 of \d+/)
    await page.getByText(/rights are missing in 1, so that something of it is unknown/).waitFor()
    await row.getByRole('link', { name: 'prod-eu' }).click()
    await page.getByRole('heading', { name: 'prod-eu', level: 1 }).waitFor()
  })

  it('its page says what is missing, what is therefore unknown, and the line that mends it', async () => {
    await open('/clusters/prod-eu')
    await page.getByText('In part.', { exact: true }).waitFor()
    const missing = page.getByRole('table', { name: 'Rights that are missing' })
    expect(await missing.getByRole('row').count()).toBe(2)
    expect(await missing.textContent()).toContain('ingresses.networking.k8s.io')
    expect(await missing.textContent()).toContain('what is reachable from outside through ingresses')
    await page.getByText('kubectl apply -f deploy/manifests/cluster-role.yaml').waitFor()
    await page.getByText(/Kubernetes v1\.36\.3/).waitFor()
  })

  it('each watched resource has its count and its age', async () => {
    await open('/clusters/prod-eu?tab=sight')
    const tabs = page.getByRole('navigation', { name: 'Parts of the cluster' })
    expect(await tabs.locator('[aria-current]').allTextContents()).toEqual([
      expect.stringContaining('What we see'),
    ])
    const table = page.getByRole('table', { name: 'Watched resources' })
    const pods = (await table.getByRole('row').filter({ hasText: /^pods/ }).textContent()) ?? ''
    expect(pods).toMatch(/^podswatching1/)
    expect(pods).toMatch(/ago|just now/)
    const refused = await table.getByRole('row').filter({ hasText: 'ingresses' }).textContent()
    expect(refused).toContain('refused')
    expect(refused).toContain('what is reachable from outside')
  })

  it('nodes and workloads lead on', async () => {
    await open('/clusters/prod-eu?tab=nodes')
    expect(await page.getByRole('table', { name: 'Nodes' }).textContent()).toContain('Debian GNU/Linux 12')
    await page.getByRole('link', { name: /^Workloads/ }).click()
    await page.getByRole('link', { name: 'shop/cart' }).click()
    await page.getByRole('heading', { name: 'shop/cart', level: 1 }).waitFor()
    expect(new URL(page.url()).pathname).toBe(workloadPath)
  })

  it('a token for its agent is refused with the reason while a kubeconfig watches it', async () => {
    const response = await fetch(`${fleet.server.url}/api/v1/clusters/prod-eu/enrolment`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(response.status).toBe(409)
    await open('/clusters/prod-eu?tab=sight')
    expect(await page.getByRole('button', { name: 'Make a one-time token' }).count()).toBe(0)
  })
})

describe('a cluster of an agent', () => {
  it('comes by itself; its page says who tells of it, and makes the token of its next agent', async () => {
    await open('/clusters')
    const row = page.getByRole('table', { name: 'Clusters' }).getByRole('row').filter({ hasText: 'edge-1' })
    await row.getByText('its agent').waitFor()
    await open('/clusters/edge-1?tab=sight')
    await page.getByText('Its agent tells of it.').waitFor()
    await page.getByText(/^agent-[0-9a-f]+$/).waitFor()
    await page.getByText(/renewed every week/).waitFor()
    await page.getByRole('button', { name: 'Make a one-time token' }).click()
    await page.getByText(/shown only now/).waitFor()
    await page.getByText(/^printf %s \S{20,} > token$/).waitFor()
    await page.getByText(/^helm install allclear-agent .*--set cluster=edge-1$/).waitFor()
    await page.getByText(/A one-time token of .* can be spent until/).waitFor()
    await page.reload()
    await page.getByText(/A one-time token of .* can be spent until/).waitFor()
    expect(await page.getByText(/^printf %s/).count()).toBe(0)
  })
})

describe('a workload', () => {
  it('shows what runs with its findings, its address, and what labels say', async () => {
    await open(workloadPath)
    await page.getByText(/Its image has 1.known vulnerability: 1 critical, 0 high; 1 can be fixed/).waitFor()
    const runs = page.getByRole('table', { name: 'Containers that run now' })
    expect(await runs.textContent()).toContain('1 critical, 0 high')
    expect(await page.getByRole('table', { name: /^Pods/ }).textContent()).toContain('10.0.3.17')
    const facts = page.getByRole('table', { name: 'Declared and observed facts' })
    expect(await facts.getByRole('row').filter({ hasText: 'Team' }).textContent()).toContain('team-cart')
    const data = (await facts.getByRole('row').filter({ hasText: 'Data classes' }).textContent()) ?? ''
    expect(data).toContain('annotation:allclear.dev/data of its namespace')
    expect(data).toContain('inherited from its namespace')
  })

  it('a fact by hand: the plan and its command first, then it counts; emptied, it is taken back', async () => {
    await open(workloadPath)
    await page.getByText('Declare facts by hand').click()
    await page.getByLabel('Criticality').fill('enormous')
    await page.getByText('allclear fact set prod-eu/shop/Deployment/cart criticality=enormous').waitFor()
    await page.getByRole('button', { name: /^Declare 1.fact$/ }).click()
    await page
      .getByRole('alert')
      .getByText(/no criticality/)
      .waitFor()
    expect(await page.getByLabel('Criticality').inputValue()).toBe('enormous')
    await page.getByLabel('Criticality').fill('high')
    await page.getByRole('button', { name: /^Declare 1.fact$/ }).click()
    const row = page
      .getByRole('table', { name: 'Declared and observed facts' })
      .getByRole('row')
      .filter({ hasText: 'Criticality' })
    await row.getByText(/^hand:/).waitFor()
    expect(await row.textContent()).toContain('said of itself')
    await page.getByLabel('Criticality').fill('')
    await page.getByText('taken back', { exact: false }).first().waitFor()
    await page.getByRole('button', { name: /^Declare 1.fact$/ }).click()
    await row.getByText('nobody declared it').waitFor()
  })
})

describe('an image that was read from its layers', () => {
  it('shows its layers, and each package with the file that it was found in', async () => {
    await open(imagePath(fleet.images.older, '?tab=layers'))
    const layers = page.getByRole('table', { name: 'Layers, the lowest first' })
    expect(await layers.getByRole('row').count()).toBe(3)
    expect(await layers.textContent()).toContain('step 1')
    await layers
      .getByRole('row')
      .nth(2)
      .getByRole('link', { name: /package/ })
      .click()
    await page.getByRole('heading', { name: 'Evidence in layer 2' }).waitFor()
    await settled(page)
    const evidence = page.getByRole('table', { name: 'Packages and their evidence' })
    expect(await evidence.getByRole('row').count()).toBe(2)
    expect(await evidence.textContent()).toContain('/srv/node_modules/left-pad/package.json')
    expect(new URL(page.url()).searchParams.get('layer')).toBe('2')
    await page.getByRole('button', { name: 'All layers' }).click()
    await evidence.getByText('/var/lib/dpkg/status').first().waitFor()
    expect(await evidence.getByRole('row').count()).toBe(4)
  })

  it('holds an SBOM of somebody else against them', async () => {
    await open(imagePath(fleet.images.older, '?tab=layers'))
    await page.getByText('differs from our reading').waitFor()
    await page.getByText(/2 in both, 1 only there, 1 only here/).waitFor()
    await page.getByText('Only in the SBOM: 1').click()
    await page.getByText('npm ghost 9.9.9').waitFor()
    await page.getByText('Only in the layers: 1').click()
    await page.getByText(/deb (?:debian\/)?zlib1g/).waitFor()
  })

  it('is compared with another one of its repository', async () => {
    await open(imagePath(fleet.images.older, '?tab=compare'))
    await page.getByRole('link', { name: 'cart:2' }).click()
    await page.getByText(/1 changed, 1 added, 0 removed, 2 as before/).waitFor()
    const table = page.getByRole('table', { name: 'Packages that differ' })
    expect(await table.getByRole('row').filter({ hasText: 'left-pad' }).textContent()).toContain('1.3.0')
    expect(new URL(page.url()).searchParams.get('with')).toBe(fleet.images.newer)
  })

  it('a file leads to the images and workloads that have it, in the box too', async () => {
    await open('/where')
    await page.getByLabel(/^Package and range/).fill('/usr/lib/libssl.so.3')
    await page.keyboard.press('Enter')
    await page.getByText('Yes.', { exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('q')).toBe('file:/usr/lib/libssl.so.3')
    expect(await page.getByRole('table', { name: /^Workloads/ }).textContent()).toContain('shop/cart')
    await page.keyboard.press('Control+K')
    await page.keyboard.type('file:/usr/lib/libssl.so.3')
    await page
      .getByRole('status')
      .getByText(/Yes\. 1.workload/)
      .waitFor()
  })
})

describe.each([
  { width: 1280, scheme: 'light' as const },
  { width: 1280, scheme: 'dark' as const },
  { width: 390, scheme: 'light' as const },
  { width: 390, scheme: 'dark' as const },
])('$width px, $scheme: no violation, no sideways scroll', ({ width, scheme }) => {
  it.each(liveScreenNames)('%s', async (name) => {
    const path = liveScreensOf(fleet)[name]
    const shown = await openPage(browser, fleet.server.url, path, { width, scheme })
    if (name === 'live-workload') await shown.getByText('Declare facts by hand').click()
    expect(
      await shown.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth)),
    ).toBe(0)
    expect(await violations(shown)).toEqual([])
    await shown.context().close()
  })
})

describe('a cluster that is removed', () => {
  it('says what that does before it is done, and is no longer listed', async () => {
    await open('/clusters/prod-eu?tab=sight')
    await page.getByRole('button', { name: 'Stop watching …' }).click()
    await page.getByText(/Nothing is changed in the cluster/).waitFor()
    await page.getByRole('button', { name: 'Stop watching prod-eu now' }).click()
    await page.getByRole('heading', { name: 'Clusters', level: 1 }).waitFor()
    await page.getByRole('link', { name: 'edge-1' }).waitFor()
    await page.getByRole('link', { name: 'prod-eu' }).waitFor({ state: 'detached' })
    await page.getByText(/^allclear cluster add --context CONTEXT/).waitFor()
  })

  it('no script failed and no policy was broken by any of this', () => {
    expect(problems).toEqual([])
  })
})
