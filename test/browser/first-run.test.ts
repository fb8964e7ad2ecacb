import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage, settled, startBrowser } from './browser.ts'
import { ownFleet, type OwnFleet } from './fleets.ts'
import { startServer, type RunningServer } from './server.ts'

let fleet: OwnFleet
let server: RunningServer
let browser: Browser

beforeAll(async () => {
  fleet = ownFleet()
  server = await startServer({ data: fleet.data })
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  fleet?.remove()
})

describe('first run, with nothing in it', () => {
  it('says that it is empty and gives the exact lines to real data', async () => {
    const page = await openPage(browser, server.url, '/')
    await page.getByText('Empty.').waitFor()
    await page
      .getByText(/^kubectl get nodes,namespaces,.* -o json \| allclear import manifests - --cluster NAME$/)
      .waitFor()
    await page.getByText('allclear import sbom FOLDER', { exact: true }).waitFor()
    await page.getByText('allclear sync', { exact: true }).waitFor()
    expect(await page.getByText('Example fleet.').count()).toBe(0)
    await page.context().close()
  })

  it('copies a line', async () => {
    const page = await openPage(browser, server.url, '/start')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url })
    await page
      .getByRole('listitem')
      .filter({ hasText: 'allclear import sbom FOLDER' })
      .getByRole('button', { name: 'Copy' })
      .click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('allclear import sbom FOLDER')
    await page.context().close()
  })

  it.each([
    ['/images', 'No image is known yet'],
    ['/advisories', 'No advisory yet'],
  ])('%s is empty and leads to the first steps', async (path, title) => {
    const page = await openPage(browser, server.url, path)
    await page.getByText(title).waitFor()
    await page.getByRole('main').getByRole('link', { name: 'First steps' }).click()
    await page.getByRole('heading', { name: 'First steps', level: 1 }).waitFor()
    await page.context().close()
  })

  it('/clusters is empty and shows the lines that bring one in', async () => {
    const page = await openPage(browser, server.url, '/clusters')
    await page.getByText('No cluster yet').waitFor()
    await page.getByText('allclear cluster add').first().waitFor()
    await page.context().close()
  })

  it('never says no where nothing could be seen', async () => {
    const page = await openPage(browser, server.url, '/where?q=log4j-core')
    await page.getByText('Cannot tell.', { exact: true }).waitFor()
    await page.context().close()
  })

  it('an advisory typed here is answered at once', async () => {
    const page = await openPage(browser, server.url, '/advisories/new?id=CVE-2031-31337')
    await page.getByLabel('Package', { exact: true }).fill('pkg:npm/example-lib')
    await page.getByLabel('Affected versions').fill('<1.4.2')
    await page.getByLabel('Title').fill('It runs what it reads')
    await page.getByLabel('Severity').selectOption('critical')
    await page.getByRole('button', { name: 'Show what it reaches' }).click()
    await page.getByRole('heading', { name: 'CVE-2031-31337', level: 1 }).waitFor()
    await page.getByText('Cannot tell.', { exact: true }).waitFor()
    await settled(page)
    await page.getByRole('link', { name: /^Advisory/ }).click()
    await page
      .getByRole('table', { name: 'What the records say is affected' })
      .getByText('example-lib')
      .waitFor()
    await page.context().close()
  })
})
