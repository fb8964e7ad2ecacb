import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage, settled, startBrowser } from './browser.ts'
import { startServer, type RunningServer } from './server.ts'

let server: RunningServer
let browser: Browser

beforeAll(async () => {
  server = await startServer()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent)

describe('the keyboard alone', () => {
  it('goes from the box to the answer, its workloads and on, and the focus follows', async () => {
    const page = await openPage(browser, server.url, '/clusters')
    await page.keyboard.press('/')
    await page.keyboard.type('CVE-2021-44228')
    await page
      .getByRole('status')
      .getByText(/13.workloads/)
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'CVE-2021-44228', level: 1 }).waitFor()
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
    expect(await page.title()).toBe('CVE-2021-44228 · Allclear')
    await settled(page)
    await page.keyboard.press('j')
    expect(await focused(page)).toBe('search/query-api')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    expect(await focused(page)).toBe('search/query-api')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'search/query-api', level: 1 }).waitFor()
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
    await page.keyboard.press('g')
    await page.keyboard.press('m')
    await page.getByRole('heading', { name: 'Images', level: 1 }).waitFor()
    await settled(page)
    await page.keyboard.press('f')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-filter'))).not.toBeNull()
    await page.context().close()
  })

  it('opens and closes an explanation', async () => {
    const page = await openPage(browser, server.url, '/images')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByText('Fixable.').waitFor()
    await settled(page)
    await page.keyboard.press('j')
    await page.keyboard.press('e')
    await page.getByRole('region', { name: /^Why / }).waitFor()
    await page.keyboard.press('e')
    await page.getByRole('region', { name: /^Why / }).waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('offers what can be done with an id, and remembers it', async () => {
    const page = await openPage(browser, server.url, '/')
    await page.keyboard.press('Control+K')
    await page.keyboard.type('cve-2021-44228')
    await page
      .getByRole('status')
      .getByText(/13.workloads/)
      .waitFor()
    expect(await page.getByRole('option').allTextContents()).toEqual([
      expect.stringContaining('Open the answer'),
      expect.stringContaining('Where, last 30 days'),
      expect.stringContaining('allclear cve CVE-2021-44228'),
    ])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Where', level: 1 }).waitFor()
    expect(new URL(page.url()).searchParams.get('q')).toBe('CVE-2021-44228')
    await page.keyboard.press('/')
    await page.keyboard.press('ArrowDown')
    await page.getByRole('option', { name: /cve-2021-44228.*asked before/ }).waitFor()
    await page.context().close()
  })

  it('an id that no feed knows leads to describing it', async () => {
    const page = await openPage(browser, server.url, '/clusters')
    await page.keyboard.press('/')
    await page.keyboard.type('CVE-2030-31337')
    await page.getByRole('option', { name: 'Describe CVE-2030-31337' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Describe an advisory' }).waitFor()
    await page.context().close()
  })

  it('Enter before the answer has come asks all the same', async () => {
    const page = await openPage(browser, server.url, '/clusters')
    await page.keyboard.press('/')
    await page.keyboard.type('log4j-core@<2.17.1')
    await page.keyboard.press('Enter')
    await page.getByText('Yes.', { exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('q')).toBe('log4j-core@<2.17.1')
    await page.context().close()
  })

  it('lists its keys, gives the focus back, and can be switched off', async () => {
    const page = await openPage(browser, server.url, '/clusters')
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog', { name: 'Keys' })
    await sheet.waitFor()
    await page.getByRole('checkbox', { name: /Single keys/ }).uncheck()
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('m')
    await page.keyboard.press('Control+K')
    await page.waitForFunction(() => document.activeElement?.id === 'question')
    expect(new URL(page.url()).pathname).toBe('/clusters')
    await page.context().close()
  })

  it('skips to the answer', async () => {
    const page = await openPage(browser, server.url, '/cve/CVE-2021-44228')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toContain('Skip to the answer')
    await page.context().close()
  })
})
