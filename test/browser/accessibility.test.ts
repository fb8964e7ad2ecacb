import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violations } from './axe.ts'
import { openPage, problems, screenNames, screensOf, settled, startBrowser } from './browser.ts'
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

/** One page for all screens of a size and a theme; each screen is a test of its own. */
describe.each([
  { width: 1280, scheme: 'light' as const },
  { width: 1280, scheme: 'dark' as const },
  { width: 390, scheme: 'light' as const },
  { width: 390, scheme: 'dark' as const },
])(
  '$width px, $scheme: no violation, no sideways scroll, one heading, at most one filled button',
  ({ width, scheme }) => {
    let page: Page
    let screens: Record<string, string>
    beforeAll(async () => {
      screens = await screensOf(server.url)
      page = await openPage(browser, server.url, '/', { width, scheme })
    })
    afterAll(() => page.context().close())

    it.each(screenNames)('%s', async (name) => {
      await page.goto(server.url + screens[name])
      await settled(page)
      const facts = await page.evaluate(() => ({
        over: Math.max(0, document.documentElement.scrollWidth - window.innerWidth),
        headings: document.querySelectorAll('h1').length,
        filled: document.querySelectorAll('main [data-next]').length,
      }))
      expect(facts).toMatchObject({ over: 0, headings: 1 })
      expect(facts.filled).toBeLessThanOrEqual(1)
      expect(await violations(page)).toEqual([])
    })
  },
)

describe('every screen', () => {
  it('no script failed and no policy was broken on any of them', () => {
    expect(problems).toEqual([])
  })
})

describe('what lies over a screen', () => {
  it('the box with its answer, and the key sheet, have no violation', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const page = await openPage(browser, server.url, '/cve/CVE-2021-44228', { scheme })
      await page.keyboard.press('/')
      await page.keyboard.type('CVE-2022-22965')
      await page
        .getByRole('status')
        .getByText(/workloads/)
        .waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.evaluate(() => (document.activeElement as HTMLElement).blur())
      await page.keyboard.press('?')
      await page.getByRole('dialog', { name: 'Keys' }).waitFor()
      expect(await violations(page)).toEqual([])
      await page.context().close()
    }
  })

  it('the menu of the phone opens, leads somewhere and closes', async () => {
    const page = await openPage(browser, server.url, '/', { width: 390 })
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Images' }).click()
    await page.getByRole('heading', { name: 'Images', level: 1 }).waitFor()
    await page.getByRole('navigation', { name: 'Main' }).waitFor({ state: 'hidden' })
    await page.context().close()
  })
})

describe('forced colours', () => {
  it('every control and verdict keeps an outline or a word', async () => {
    const page = await openPage(browser, server.url, '/cve/CVE-2021-44228?tab=workloads', {
      forcedColors: 'active',
    })
    await page.getByText('affected', { exact: true }).first().waitFor()
    const bare = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, input')]
        .filter((element) => element.offsetParent !== null)
        .filter((element) => {
          const { borderTopWidth, borderTopStyle } = getComputedStyle(element)
          const bordered = borderTopWidth !== '0px' && borderTopStyle !== 'none'
          return !bordered && element.textContent === '' && !element.getAttribute('aria-label')
        })
        .map((element) => element.outerHTML.slice(0, 120)),
    )
    expect(bare).toEqual([])
    await page.context().close()
  })

  it('nothing moves under reduced motion', async () => {
    const page = await openPage(browser, server.url, '/')
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((element) => {
          const { transitionDuration, animationName } = getComputedStyle(element)
          return (
            animationName !== 'none' ||
            transitionDuration.split(', ').some((time) => Number.parseFloat(time) > 0)
          )
        })
        .map((element) => element.outerHTML.slice(0, 120)),
    )
    expect(moving).toEqual([])
    await page.context().close()
  })
})
