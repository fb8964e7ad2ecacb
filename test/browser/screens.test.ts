import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { imageIdOf, openPage, settled, startBrowser } from './browser.ts'
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

async function open(path: string): Promise<Page> {
  await page?.context().close()
  page = await openPage(browser, server.url, path)
  return page
}

describe('each screen answers its question', () => {
  it('Home: what is worst, which clusters, how much is known', async () => {
    await open('/')
    await page.getByText('Not clear.').waitFor()
    const worst = page.getByRole('table', { name: 'The worst vulnerabilities that run now' })
    expect(await worst.getByRole('link').first().textContent()).toBe('CVE-2021-44228')
    expect(await page.getByRole('table', { name: 'Clusters' }).getByRole('row').count()).toBe(4)
    await page.getByRole('img', { name: /95\.2.%: 20 of 21 images/ }).waitFor()
  })

  it('says on every page that the example fleet is one, and leads to real data', async () => {
    await open('/clusters')
    await page.getByText('Example fleet.').waitFor()
    await page.getByRole('link', { name: 'Bring your own fleet' }).click()
    await page.getByRole('heading', { name: 'First steps', level: 1 }).waitFor()
    await page.getByText(/^kubectl get nodes,namespaces,.*--cluster NAME --data DIR$/).waitFor()
    await page.getByText('allclear import sbom FOLDER --data DIR').waitFor()
    await page.getByText('allclear sync --data DIR').waitFor()
    await page.getByText('allclear up --data DIR').waitFor()
  })

  it('CVE: yes, in how many workloads, drawn and as a table', async () => {
    await open('/cve/CVE-2021-44228')
    await page.getByText('Yes.', { exact: true }).waitFor()
    await page.getByText(/13.workloads \(57.pods\) in 3.clusters run it/).waitFor()
    await page
      .getByRole('img', { name: /Blast radius: 2 versions, 4 images, 13 workloads, 24 nodes, 3 clusters/ })
      .waitFor()
    await page.keyboard.press('v')
    await page.getByRole('table', { name: 'The picture as a table' }).waitFor()
    expect(new URL(page.url()).search).toBe('?view=table')
    await page.getByRole('link', { name: /^Fixes/ }).click()
    expect(await page.getByRole('table', { name: 'What fixes it' }).textContent()).toContain('2.15.0')
  })

  it('CVE: what is drawn and what is folded make the total', async () => {
    await open('/cve/CVE-2021-44228?view=table')
    const table = page.getByRole('table', { name: 'The picture as a table' })
    const workloads = await table.getByRole('row').filter({ hasText: 'workloads' }).allTextContents()
    const folded = workloads
      .map((text) => /\+(\d+) more/.exec(text)?.[1])
      .filter((count) => count !== undefined)
    expect(workloads.length - folded.length + Number(folded[0])).toBe(13)
  })

  it('an unknown id leads to describing it, and what was typed stays when it is refused', async () => {
    await open('/cve/CVE-2030-31337')
    await page.getByText('Not known.').waitFor()
    await page.getByRole('link', { name: /Describe it/ }).click()
    await page.getByRole('heading', { name: 'Describe an advisory' }).waitFor()
    expect(await page.getByLabel(/^Id/).inputValue()).toBe('CVE-2030-31337')
    await page.getByLabel('Package', { exact: true }).fill('no package url')
    await page.getByLabel('Affected versions').fill('<2.0')
    await page.getByLabel('Title').fill('It does harm')
    await page.getByRole('button', { name: 'Show what it reaches' }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('Affected versions').inputValue()).toBe('<2.0')
  })

  it('Where: a package and a range, by workload, image and owner', async () => {
    await open(`/where?q=${encodeURIComponent('commons-text@<1.10.0')}`)
    await page.getByText('Yes.', { exact: true }).waitFor()
    expect(await page.getByRole('table', { name: /^Workloads/ }).textContent()).toContain('search/query-api')
    await page.getByRole('link', { name: /^Owners/ }).click()
    await page.getByRole('table', { name: 'Owners' }).getByText('team-search').waitFor()
    expect(new URL(page.url()).searchParams.get('tab')).toBe('owners')
    const tabs = page.getByRole('navigation', { name: 'Parts of the answer' })
    expect(await tabs.locator('[aria-current]').allTextContents()).toEqual([
      expect.stringContaining('Owners'),
    ])
  })

  it('Where: a question that cannot be understood says at which character', async () => {
    await open(`/where?q=${encodeURIComponent('a b c')}`)
    await page
      .getByRole('alert')
      .getByText(/cannot be understood at character 2/)
      .waitFor()
  })

  it('Image: findings, and why, with an address of its own', async () => {
    await open(`/images/${encodeURIComponent(await imageIdOf(server.url, 'search/engine:4.2'))}`)
    await page.getByText('Fixable.').waitFor()
    await page.getByRole('button', { name: 'Why CVE-2021-44228' }).click()
    const why = page.getByRole('region', { name: 'Why CVE-2021-44228' })
    await why.getByText(/introduced 2\.13\.0, fixed 2\.15\.0/).waitFor()
    await why.getByText(/2\.14\.1, ordered as maven: >= introduced/).waitFor()
    await settled(page)
    await page.reload()
    await page
      .getByRole('region', { name: 'Why CVE-2021-44228' })
      .getByText(/introduced 2\.13\.0, fixed 2\.15\.0/)
      .waitFor()
  })

  it('Image: filter and order are in the address, and survive a reload', async () => {
    await open(`/images/${encodeURIComponent(await imageIdOf(server.url, 'search/engine:4.2'))}`)
    await page.getByRole('button', { name: 'High', exact: true }).click()
    await page.getByRole('button', { name: 'Package', exact: true }).click()
    await settled(page)
    const rows = async () => page.getByRole('table').getByRole('row').allTextContents()
    const before = await rows()
    expect(before.slice(1).every((text) => text.includes('High'))).toBe(true)
    const packages = before.slice(1).map((text) => /High([\w.-]+)/.exec(text)?.[1] ?? '')
    expect(packages).toEqual(packages.toSorted().toReversed())
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      severity: 'high',
      sort: '-package',
    })
    await page.reload()
    await settled(page)
    expect(await rows()).toEqual(before)
    expect(await page.getByRole('columnheader', { name: 'Package' }).getAttribute('aria-sort')).toBe(
      'descending',
    )
  })

  it('Image: an image whose contents nobody knows is not judged, and says what to do', async () => {
    const { rows } = (await (await fetch(`${server.url}/api/v1/images?limit=100`)).json()) as {
      rows: { id: string; known: boolean }[]
    }
    const unknown = rows.find(({ known }) => !known)
    expect(unknown).toBeDefined()
    await open(`/images/${encodeURIComponent(unknown?.id ?? '')}`)
    await page.getByText('Cannot tell.').waitFor()
    await page.getByText(/^allclear import sbom FILE --image /).waitFor()
  })

  it('Advisories: list, filter, record', async () => {
    await open('/advisories')
    await page.getByLabel('Id or words of the title').fill('xz releases')
    await page.keyboard.press('Enter')
    await settled(page)
    expect(await page.getByRole('table').getByRole('row').count()).toBe(2)
    await page.getByRole('link', { name: 'CVE-2024-3094' }).click()
    await page.getByRole('heading', { name: 'CVE-2024-3094', level: 1 }).waitFor()
    await page.getByRole('table', { name: 'What the record says is affected' }).waitFor()
    await page.getByRole('link', { name: /Are we affected/ }).click()
    await page.getByText(/^(No|Cannot tell)\.$/).waitFor()
  })

  it('nothing matches: says the filter, and clears it', async () => {
    await open('/images?q=nothing-is-called-so')
    await page.getByText('Nothing matches').waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Clear the filter' }).last().click()
    await page.getByRole('link', { name: 'registry.shop.example/search/engine:4.2.0' }).waitFor()
    expect(new URL(page.url()).search).toBe('')
  })

  it('an address that is none says so', async () => {
    await open('/nothing/is/here')
    await page.getByRole('heading', { name: 'Nothing is at this address' }).waitFor()
  })
})
