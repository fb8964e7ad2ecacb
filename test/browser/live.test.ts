import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage, settled, startBrowser } from './browser.ts'
import { ownFleet, type OwnFleet } from './fleets.ts'
import { startServer, type RunningServer } from './server.ts'

const sbomOf = (name: string) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: {
    component: { type: 'container', name: `registry.example.org/live/${name}:1`, 'bom-ref': 'image' },
  },
  components: [
    { type: 'library', name: 'part', version: '1.0.0', purl: 'pkg:npm/part@1.0.0', 'bom-ref': 'a' },
  ],
})

let fleet: OwnFleet
let server: RunningServer
let browser: Browser

beforeAll(async () => {
  fleet = ownFleet()
  server = await startServer({ data: fleet.data })
  browser = await startBrowser()
  await importImage('first')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  fleet?.remove()
})

async function importImage(name: string): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/import/sbom?source=${name}.json`, {
    method: 'POST',
    body: JSON.stringify(sbomOf(name)),
  })
  expect(response.status).toBe(200)
}

const image = (page: Page, name: string) =>
  page.getByRole('link', { name: `registry.example.org/live/${name}:1` })

describe('the page is live', () => {
  it('shows what came without being asked', async () => {
    const page = await openPage(browser, server.url, '/images')
    await image(page, 'first').waitFor()
    await importImage('second')
    await image(page, 'second').waitFor()
    await page.context().close()
  })

  it('moves nothing under somebody who reads: it counts, says so, and shows on request', async () => {
    const page = await openPage(browser, server.url, '/images')
    await page.keyboard.press('j')
    const before = await page.getByRole('table').textContent()
    await importImage('third')
    await page.getByRole('button', { name: /changes?/ }).waitFor()
    await page.getByText(/changes wait\. Press the full stop key/).waitFor({ state: 'attached' })
    expect(await page.getByRole('table').textContent()).toBe(before)
    await page.keyboard.press('.')
    await image(page, 'third').waitFor()
    await page.getByRole('button', { name: /changes?/ }).waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('marks what has another value than when the page was opened', async () => {
    const page = await openPage(browser, server.url, '/start')
    expect(await page.getByText('Changed since you opened this page.').count()).toBe(0)
    await importImage('fourth')
    await page.getByText('Changed since you opened this page.').waitFor({ state: 'attached' })
    await page.context().close()
  })

  it('one browser holds one stream, and the next tab takes over', async () => {
    const context = await browser.newContext()
    let streams = 0
    context.on('request', (request) => {
      if (request.url().endsWith('/api/v1/events')) streams++
    })
    const first = await context.newPage()
    await first.goto(`${server.url}/images`)
    await settled(first)
    const second = await context.newPage()
    await second.goto(`${server.url}/images`)
    await settled(second)
    await importImage('fifth')
    await image(first, 'fifth').waitFor()
    await image(second, 'fifth').waitFor()
    expect(streams).toBe(1)
    await first.close()
    await importImage('sixth')
    await image(second, 'sixth').waitFor()
    expect(streams).toBe(2)
    await context.close()
  })
})

describe('when the server goes away', () => {
  it('says that it is not live, keeps what is shown, and catches up when it is back', async () => {
    const page = await openPage(browser, server.url, '/images')
    await page.clock.install()
    await server.stop()
    await page.getByText('Reconnecting', { exact: true }).waitFor()
    // The page's own clock is moved on: nobody waits.
    await page.clock.fastForward(35_000)
    await page
      .getByRole('alert')
      .getByText(/Data from/)
      .waitFor()
    await image(page, 'first').waitFor()
    server = await startServer({ data: fleet.data, port: server.port })
    await importImage('seventh')
    await page.clock.fastForward(35_000)
    await image(page, 'seventh').waitFor()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('a question that is not answered says what to do, and can be asked again', async () => {
    const page = await openPage(browser, server.url, '/images')
    // The code of the other screens has come while nobody waited for it.
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => /\/clusters-[^/]*\.js$/.test(name)),
    )
    await server.stop()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Clusters' }).click()
    const alert = page.getByRole('main').getByRole('alert')
    await alert.getByText(/The server does not answer/).waitFor()
    server = await startServer({ data: fleet.data, port: server.port })
    await alert.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('No cluster yet').waitFor()
    await page.context().close()
  })
})
