import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage, settled, startBrowser } from './browser.ts'
import { ownFleet, type OwnFleet } from './fleets.ts'
import { startServer, type RunningServer } from './server.ts'

let browser: Browser
let page: Page

beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser?.close())

async function open(url: string, path: string): Promise<Page> {
  await page?.context().close()
  page = await openPage(browser, url, path)
  return page
}

describe('software of the example fleet', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server?.stop())

  it('lists what could do most harm first, and narrows by role', async () => {
    await open(server.url, '/software')
    await page.getByText(/products of others run here/).waitFor()
    const rows = page.getByRole('table').getByRole('row')
    expect(await rows.nth(1).textContent()).toMatch(/runtime-watch.*latesta moving tag/)
    await page.getByRole('button', { name: 'network' }).click()
    await settled(page)
    expect(await rows.count()).toBe(2)
    await page.getByText('allclear software list --role network').waitFor()
    await page.getByRole('link', { name: 'cilium' }).click()
    await page.getByRole('heading', { name: 'cilium', level: 1 }).waitFor()
    await page.getByText(/A bad update of cilium can take down 24.nodes/).waitFor()
    await page.getByText('loads a kernel module', { exact: true }).waitFor()
    await page
      .getByRole('table', { name: 'Workloads of it' })
      .getByRole('link', { name: 'kube-system/cilium' })
      .first()
      .click()
    await page.getByRole('heading', { name: 'kube-system/cilium', level: 1 }).waitFor()
  })

  it('says when a webhook that does not answer keeps pods from starting', async () => {
    await open(server.url, '/software/runtime-watch')
    await page
      .getByRole('table', { name: 'Webhooks' })
      .getByText('what it is asked about is refused')
      .first()
      .waitFor()
  })

  it('nothing matches: says so, and clears the filter; takes no declarations, and says why', async () => {
    await open(server.url, '/software?q=nothing-is-called-so')
    await page.getByText('Nothing matches').waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Clear the filter' }).last().click()
    await page.getByRole('link', { name: 'cilium' }).waitFor()
    await open(server.url, '/software/new')
    const declare = page.getByRole('button', { name: 'Declare it' })
    expect(await declare.getAttribute('aria-disabled')).toBe('true')
    await page.getByText(/The example fleet .* takes no declarations/).waitFor()
  })
})

describe('software that is declared by hand', () => {
  let fleet: OwnFleet
  let server: RunningServer
  beforeAll(async () => {
    fleet = ownFleet()
    server = await startServer({ data: fleet.data })
  })
  afterAll(async () => {
    await server?.stop()
    fleet?.remove()
  })

  it('is declared, shown, and taken back', async () => {
    await open(server.url, '/software')
    await page.getByText('No software of others is known yet').waitFor()
    await page.getByRole('link', { name: /Declare a host agent/ }).click()
    await page.getByLabel('Name').fill('edr-agent')
    await page.getByLabel('Supplier').fill('vendor.example')
    await page.getByLabel('Hosts').fill('1200')
    await page.getByLabel('Pushed by').fill('the vendor, at any time')
    await page.getByLabel('Access').selectOption('kernel')
    await page.getByLabel('Next version').selectOption('floating')
    await page
      .getByText(
        "allclear software add edr-agent --supplier vendor.example --hosts 1200 --access kernel --channel floating --pushed-by 'the vendor, at any time'",
      )
      .waitFor()
    await page.getByRole('button', { name: 'Declare it' }).click()
    await page.getByRole('link', { name: 'edr-agent' }).click()
    await page.getByText('the vendor, at any time').first().waitFor()
    await page.getByText(/on 1,200 hosts/).waitFor()
    await page.getByRole('button', { name: 'Take the declaration back' }).click()
    await page.getByText('No software of others is known yet').waitFor()
  })

  it('what was typed stays when it is refused', async () => {
    await open(server.url, '/software/new')
    await page.getByLabel('Name').fill('edr-agent')
    await page.getByLabel('Supplier').fill('v'.repeat(300))
    await page.getByRole('button', { name: 'Declare it' }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('Name').inputValue()).toBe('edr-agent')
  })
})
