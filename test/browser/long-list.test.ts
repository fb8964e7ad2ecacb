import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage, settled, startBrowser } from './browser.ts'
import { importLongList, ownFleet, type OwnFleet } from './fleets.ts'
import { startServer, type RunningServer } from './server.ts'

const image = `/images/${encodeURIComponent('name:registry.example.org/long/list:1')}`
/** Rows in sight at 800 px, those beyond both edges, the heading and the room that the rest takes. */
const rowsInDocumentMax = 80

let fleet: OwnFleet
let server: RunningServer
let browser: Browser

beforeAll(async () => {
  fleet = ownFleet()
  await importLongList(fleet, { packages: 100, advisories: 100 })
  server = await startServer({ data: fleet.data })
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  fleet?.remove()
})

async function rowsOf(page: Page) {
  const table = page.getByRole('table', { name: /^Findings/ })
  return {
    count: Number(await table.getAttribute('aria-rowcount')),
    inDocument: await table.getByRole('row').count(),
    indexes: await table
      .locator('tbody [role=row][aria-rowindex]')
      .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('aria-rowindex')))),
  }
}

/** Scrolls and waits until the page has come to rest there: place in the address, rows fetched and drawn. */
async function scrollTo(page: Page, share: number): Promise<void> {
  await page.evaluate(
    (to) =>
      new Promise<void>((resolve) => {
        document.addEventListener('scrollend', () => resolve(), { once: true })
        window.scrollTo(0, document.documentElement.scrollHeight * to)
      }),
    share,
  )
  await page.waitForFunction(() => new URLSearchParams(location.search).has('row'))
  await settled(page)
  await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' })
}

describe('a list of 10,000 findings', () => {
  it('says its whole length and holds only the rows in sight', async () => {
    const page = await openPage(browser, server.url, image)
    const rows = await rowsOf(page)
    expect(rows.count).toBe(10_001)
    expect(rows.inDocument).toBeGreaterThan(10)
    expect(rows.inDocument).toBeLessThan(rowsInDocumentMax)
    expect(rows.indexes[0]).toBe(2)
    await page.context().close()
  })

  it('fetches what comes into sight, in windows, and knows where it is', async () => {
    const page = await openPage(browser, server.url, image)
    const asked: string[] = []
    page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.pathname.endsWith('/findings')) asked.push(url.searchParams.get('offset') ?? '')
    })
    await scrollTo(page, 0.5)
    const rows = await rowsOf(page)
    expect(rows.inDocument).toBeLessThan(rowsInDocumentMax)
    expect(rows.indexes[0]).toBeGreaterThan(3_000)
    expect(rows.indexes).toEqual(rows.indexes.toSorted((a, b) => a - b))
    // One or two windows around the place, not the 25 before it.
    expect(asked.length).toBeLessThanOrEqual(4)
    const row = Number(new URL(page.url()).searchParams.get('row'))
    expect(row).toBeGreaterThan(3_000)
    await page.context().close()
  })

  it('comes back to its place after a reload, and after the way there and back', async () => {
    const page = await openPage(browser, server.url, `${image}?sort=package`)
    await scrollTo(page, 0.3)
    const row = Number(new URL(page.url()).searchParams.get('row'))
    await page.reload()
    await settled(page)
    await page.locator(`main [aria-rowindex="${row + 2}"]`).waitFor()
    expect(new URL(page.url()).searchParams.get('sort')).toBe('package')
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Clusters' }).click()
    await page.getByRole('heading', { name: 'Clusters', level: 1 }).waitFor()
    await page.goBack()
    await page.locator(`main [aria-rowindex="${row + 2}"]`).waitFor()
    await page.context().close()
  })

  it('keeps the row that has the focus in the document while one scrolls away', async () => {
    const page = await openPage(browser, server.url, image)
    await page.keyboard.press('j')
    const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
    expect(name).toMatch(/^Why CVE-/)
    await scrollTo(page, 0.5)
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(name)
    await page.context().close()
  })

  it('j goes on beyond what was drawn first', async () => {
    const page = await openPage(browser, server.url, image)
    for (let at = 0; at < 60; at++) {
      await page.keyboard.press('j')
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      )
    }
    const index = await page.evaluate(() =>
      document.activeElement?.closest('[data-index]')?.getAttribute('data-index'),
    )
    expect(Number(index)).toBe(59)
    await page.context().close()
  })

  it('filters on the server', async () => {
    const page = await openPage(browser, server.url, image)
    await page.getByLabel('Vulnerability, package or words of the summary').fill('CVE-2026-10042')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => location.search.includes('q='))
    await settled(page)
    expect((await rowsOf(page)).count).toBe(101)
    await page.context().close()
  })
})
