import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage, problems, startBrowser } from './browser.ts'
import { ownFleet, type OwnFleet } from './fleets.ts'
import { startServer, type RunningServer } from './server.ts'

/** Markup, a script link, a terminal sequence, a turned direction of writing, joiners of no width. */
const hostile =
  '<img src=x onerror="document.title=\'taken\'"> \u001b[31mred\u001b[0m \u202Egnp.exe\u202C a\u200Bb'
const longLine = 'A'.repeat(2_000_000)

let fleet: OwnFleet
let server: RunningServer
let browser: Browser

beforeAll(async () => {
  fleet = ownFleet()
  const sbom = fleet.write('hostile.cdx.json', {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: {
      component: { type: 'container', name: 'registry.example.org/hostile/image:1', 'bom-ref': 'image' },
    },
    components: [
      { type: 'library', name: 'plain', version: '1.0.0', purl: 'pkg:npm/plain@1.0.0', 'bom-ref': 'a' },
      { type: 'library', name: hostile, version: `1.0.0 ${hostile}`, 'bom-ref': 'b' },
    ],
  })
  const advisory = fleet.write('CVE-2026-40000.json', {
    schema_version: '1.7.0',
    id: 'CVE-2026-40000',
    modified: '2026-01-01T00:00:00Z',
    summary: hostile,
    details: `${hostile}\n${longLine}`,
    references: [{ type: 'WEB', url: 'javascript:document.title="taken"' }],
    affected: [
      {
        package: { ecosystem: 'npm', name: 'plain' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
      },
    ],
  })
  await fleet.run('import', 'sbom', sbom)
  await fleet.run('import', 'advisories', advisory)
  server = await startServer({ data: fleet.data })
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  fleet?.remove()
})

describe('hostile text', () => {
  it.each([
    ['the answer page', '/cve/CVE-2026-40000'],
    ['the record', '/advisories/CVE-2026-40000'],
    ['the list of records', '/advisories'],
    ['the image', `/images/${encodeURIComponent('name:registry.example.org/hostile/image:1')}`],
  ])('%s shows markup as text and what acts as its escape', async (_, path) => {
    const page = await openPage(browser, server.url, path)
    const shown = await page.evaluate(() => document.querySelector('main')?.textContent ?? '')
    expect(shown).toContain('<img src=x onerror=')
    for (const escape of ['\\u001b', '\\u202e', '\\u202c', '\\u200b']) expect(shown).toContain(escape)
    // The code point itself is nowhere in what a person reads or copies.
    expect(/[\u001b\u202a-\u202e\u200b]/.test(shown)).toBe(false)
    expect(await page.locator('main img').count()).toBe(0)
    expect(await page.title()).not.toBe('taken')
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0)
    await page.context().close()
  })

  it('a package without a purl keeps its hostile name inert', async () => {
    const page = await openPage(
      browser,
      server.url,
      `/images/${encodeURIComponent('name:registry.example.org/hostile/image:1')}?tab=packages`,
    )
    const shown = await page.evaluate(() => document.querySelector('main')?.textContent ?? '')
    expect(shown).toContain('\\u202e')
    expect(shown).toContain('<img src=x')
    expect(await page.locator('main img').count()).toBe(0)
    await page.context().close()
  })

  it('two million letters without a space make a page, not a heap', async () => {
    const page = await openPage(browser, server.url, '/advisories/CVE-2026-40000')
    const letters = await page.evaluate(() => document.body.textContent?.length ?? 0)
    expect(letters).toBeLessThan(300_000)
    await page
      .getByText(/and [\d,]+ more characters/)
      .first()
      .waitFor()
    await page.context().close()
  })

  it('no address of a record can be pressed', async () => {
    const page = await openPage(browser, server.url, '/advisories/CVE-2026-40000')
    await page.getByText('javascript:document.title="taken"').first().waitFor()
    const links = await page.evaluate(() => [...document.querySelectorAll('a')].map((link) => link.protocol))
    expect([...new Set(links)]).toEqual(['http:'])
    await page.context().close()
  })
})

describe('the page is strict', () => {
  it('its policy allows no inline script or style, and nothing from elsewhere', async () => {
    const policy = (await fetch(server.url)).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(policy).not.toContain('*')
  })

  it('asks nobody else for anything, also with the box and the sheet open', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const outside: string[] = []
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(server.url) && !url.startsWith('data:')) outside.push(url)
    })
    await page.goto(`${server.url}/cve/CVE-2026-40000`)
    await page.getByRole('heading', { name: 'CVE-2026-40000', level: 1 }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('plain@<2')
    await page.getByRole('option').first().waitFor()
    expect(outside).toEqual([])
    await context.close()
  })

  it('no policy was broken and no script failed by any of this', () => {
    expect(problems).toEqual([])
  })
})

describe('budgets', () => {
  it('the first screen needs less than 190 KiB of script, packed, and 24 KiB of style', async () => {
    const html = await (await fetch(server.url)).text()
    const packedBytes = async (kind: RegExp): Promise<number> => {
      let sum = 0
      for (const [, path] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
        if (!kind.test(path)) continue
        const response = await fetch(server.url + path, { headers: { 'accept-encoding': 'gzip' } })
        expect(response.headers.get('content-encoding')).toBe('gzip')
        sum += Number(response.headers.get('content-length'))
      }
      return sum
    }
    const script = await packedBytes(/\.js$/)
    const style = await packedBytes(/\.css$/)
    expect(script).toBeGreaterThan(50 * 1024)
    expect(script).toBeLessThan(190 * 1024)
    expect(style).toBeGreaterThan(1024)
    expect(style).toBeLessThan(24 * 1024)
  })

  it('asks for no script beyond those before it shows the first screen', async () => {
    const html = await (await fetch(server.url)).text()
    const page = await openPage(browser, server.url, '/')
    const { early, shownAtMs } = await page.evaluate(() => {
      const paint = performance.getEntriesByName('first-contentful-paint')[0].startTime
      return {
        shownAtMs: paint,
        early: (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
          .filter(({ name, startTime }) => name.endsWith('.js') && startTime < paint)
          .map(({ name }) => new URL(name).pathname),
      }
    })
    expect(shownAtMs).toBeGreaterThan(0)
    expect(early.filter((path) => !html.includes(path))).toEqual([])
    await page.context().close()
  })
})
