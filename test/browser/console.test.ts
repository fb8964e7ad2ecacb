import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBrowser, startServer, type RunningServer } from './server.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let server: RunningServer
let browser: Browser
const problems: string[] = []

beforeAll(async () => {
  server = await startServer()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function open(
  path: string,
  { width = 1280, height = 800, scheme = 'light' as 'light' | 'dark' } = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    bypassCSP: true,
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => problems.push(`${path}: ${error.message}`))
  await page.goto(server.url + path)
  await page.locator('main h1').waitFor()
  await page.locator('.loading-bar').waitFor({ state: 'detached' })
  return page
}

async function engineImage(): Promise<string> {
  const { rows } = (await (await fetch(`${server.url}/api/v1/images?q=search/engine:4.2`)).json()) as {
    rows: { id: string }[]
  }
  return rows[0].id
}

describe('each screen answers its question', () => {
  it('Home: what is worst, which clusters, how much is known', async () => {
    const page = await open('/')
    await page.getByText('Not clear.').waitFor()
    expect(
      await page
        .getByRole('table', { name: 'The worst vulnerabilities that run now' })
        .getByRole('link')
        .first()
        .textContent(),
    ).toBe('CVE-2021-44228')
    expect(await page.getByRole('table', { name: 'Clusters' }).getByRole('row').count()).toBe(4)
    await page.getByText(/of 17 running images/).waitFor()
    await page.getByText('Example fleet.').waitFor()
    await page.context().close()
  })

  it('CVE: yes, in how many workloads, drawn and as a table', async () => {
    const page = await open('/cve/CVE-2021-44228')
    await page.getByText('Yes.', { exact: true }).waitFor()
    await page.getByText(/13.workloads \(57.pods\) in 3.clusters run it/).waitFor()
    await page
      .getByRole('img', { name: /Blast radius: 2 versions, 4 images, 13 workloads, 24 nodes, 3 clusters/ })
      .waitFor()
    await page.keyboard.press('v')
    await page.getByRole('table', { name: 'The picture as a table' }).waitFor()
    expect(new URL(page.url()).search).toBe('?tab=table')
    await page.getByRole('link', { name: /^Fixes/ }).click()
    expect(await page.getByRole('table', { name: 'What fixes it' }).textContent()).toContain('2.15.0')
    await page.context().close()
  })

  it('an unknown id leads to describing it, and the answer follows', async () => {
    const page = await open('/cve/CVE-2030-31337')
    await page.getByText('Not known.').waitFor()
    await page.getByRole('link', { name: 'Describe it' }).click()
    await page.getByRole('heading', { name: 'Describe an advisory' }).waitFor()
    expect(await page.getByLabel('Id', { exact: true }).inputValue()).toBe('CVE-2030-31337')
    await page.context().close()
  })

  it('Where: a package and a range', async () => {
    const page = await open('/where?q=' + encodeURIComponent('commons-text@<1.10.0'))
    await page.getByText('Yes.', { exact: true }).waitFor()
    expect(await page.getByRole('table', { name: /^Workloads/ }).textContent()).toContain('search/query-api')
    await page.context().close()
  })

  it('a question that cannot be understood says where', async () => {
    const page = await open('/where?q=' + encodeURIComponent('a b c'))
    await page
      .getByRole('alert')
      .getByText(/cannot be understood at character 2/)
      .waitFor()
    await page.context().close()
  })

  it('Image: findings, and why', async () => {
    const page = await open(`/images/${encodeURIComponent(await engineImage())}`)
    await page
      .getByRole('row', { name: /CVE-2021-44228/ })
      .getByRole('button', { name: 'Why' })
      .click()
    const why = page.getByRole('complementary', { name: 'Why CVE-2021-44228' })
    await why.getByText(/introduced 2\.13\.0, fixed 2\.15\.0/).waitFor()
    await why.getByText(/2\.14\.1, ordered as maven: >= introduced/).waitFor()
    await page.context().close()
  })

  it('Images, Advisories, Clusters and First steps list what is there', async () => {
    for (const [path, text] of [
      ['/images', 'registry.shop.example/search/engine:4.2.0'],
      ['/advisories', 'CVE-2024-45337'],
      ['/clusters', 'shop-ap'],
      ['/start', 'kubectl get nodes'],
    ]) {
      const page = await open(path)
      await page.getByText(text).first().waitFor()
      await page.context().close()
    }
  })
})

describe('the keyboard', () => {
  it('goes from the box to the answer and its workloads without a pointer', async () => {
    const page = await open('/clusters')
    await page.keyboard.press('/')
    await page.keyboard.type('CVE-2021-44228')
    await page
      .getByRole('status')
      .getByText(/13.workloads/)
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('Yes.', { exact: true }).waitFor()
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
    await page.keyboard.press('j')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('search/query-api')
    await page.keyboard.press('g')
    await page.keyboard.press('m')
    await page.getByRole('heading', { name: 'Images', level: 1 }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' })
    await page.context().close()
  })
})

describe('accessibility and fit', () => {
  const paths = async () => [
    '/',
    '/cve/CVE-2021-44228',
    '/cve/CVE-2021-44228?tab=workloads',
    '/cve/CVE-2030-31337',
    '/where?q=log4j-core',
    '/images',
    `/images/${encodeURIComponent(await engineImage())}`,
    '/advisories',
    '/advisories/new',
    '/advisories/CVE-2021-44228',
    '/clusters',
    '/start',
  ]

  for (const scheme of ['light', 'dark'] as const)
    for (const width of [1280, 390])
      it(`no violation and no overflow at ${width} px, ${scheme}`, async () => {
        for (const path of await paths()) {
          const page = await open(path, { width, scheme })
          expect(
            await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
            path,
          ).toBeLessThanOrEqual(0)
          await page.addScriptTag({ content: axe })
          const violations = await page.evaluate(async () => {
            const run = (
              window as unknown as {
                axe: {
                  run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
                }
              }
            ).axe.run
            const result = await run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
            return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`)
          })
          expect(violations, path).toEqual([])
          await page.context().close()
        }
      })

  it('no script failed on any screen', () => {
    expect(problems).toEqual([])
  })
})

describe('the page is strict', () => {
  it('loads nothing from elsewhere and allows no inline script', async () => {
    const response = await fetch(server.url)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    const context = await browser.newContext()
    const page = await context.newPage()
    const outside: string[] = []
    const refused: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
        outside.push(request.url())
    })
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) refused.push(message.text())
    })
    await page.goto(`${server.url}/cve/CVE-2021-44228`)
    await page.getByText('Yes.', { exact: true }).waitFor()
    expect({ outside, refused }).toEqual({ outside: [], refused: [] })
    await context.close()
  })
})
