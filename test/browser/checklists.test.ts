import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foreignPlaybook } from '../checklists.ts'
import { openPage, startBrowser } from './browser.ts'
import { startServer, type RunningServer } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'allclear-browser-lists-'))
let server: RunningServer
let browser: Browser

beforeAll(async () => {
  server = await startServer({ data: folder })
  browser = await startBrowser()
})
afterAll(async () => {
  await browser.close()
  await server.stop()
  rmSync(folder, { recursive: true })
})

describe('a checklist in the browser', () => {
  it('is judged while it is changed, and stored with a reason under its next number', async () => {
    const page = await openPage(browser, server.url, '/checklists/triage/edit')
    const text = page.getByLabel('The list, as YAML')
    const store = page.getByRole('button', { name: 'Store the version' })
    const before = await text.inputValue()
    await text.fill(before.replace('pause: declare-or-dismiss', 'pause: never'))
    await page.getByText('There is no pause point never.').waitFor()
    await page.getByRole('button', { name: /^24:\d+, go there$/ }).click()
    expect(
      await text.evaluate(
        (area: HTMLTextAreaElement) => area.value.slice(area.selectionStart).split('\n')[0],
      ),
    ).toBe('pause: never')

    await text.fill(before.replace('start the clock.', 'start the clock now.'))
    await page.getByText('reworded', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Call it 1.0.1' }).click()
    await page.getByRole('status').getByText('clean').waitFor()
    expect(await store.getAttribute('aria-disabled')).toBe('true')
    await page.getByLabel('Why do you change it?').fill('It reads better.')
    await store.click()
    await page.waitForURL('**/checklists/triage/v/1.0.1')
    await page.getByText('It reads better.').first().waitFor()
    await page.getByRole('link', { name: 'since 1.0.0' }).click()
    await page.getByText('Reworded.').waitFor()
    await page.context().close()
  })

  it('that is loosened waits, and its author cannot accept it', async () => {
    const page = await openPage(browser, server.url, '/checklists/fix/edit')
    const text = page.getByLabel('The list, as YAML')
    await text.fill((await text.inputValue()).replace('{id: repro.fixed}', '{none: nobody has the time}'))
    await page.getByRole('button', { name: 'Call it 2.0.0' }).click()
    await page.getByLabel('Why do you change it?').fill('In a hurry.')
    await page.getByRole('button', { name: 'Store it for a second person' }).click()
    await page.waitForURL('**/checklists/fix/v/2.0.0')
    await page.getByLabel('Your reason').fill('Fine.')
    await page.getByRole('button', { name: 'Accept it' }).click()
    await page.getByText('accepted by somebody else').waitFor()
    await page.getByRole('button', { name: 'Refuse it' }).click()
    await page.getByText('refused', { exact: true }).waitFor()
    await page.context().close()
  })

  it('is made from a playbook of another tool, or from a list that is there', async () => {
    const page = await openPage(browser, server.url, '/checklists/new')
    const text = page.getByLabel('The list, as YAML')
    const file = page.getByLabel('Or a file: YAML, or a CACAO 2.0 playbook')
    const upload = (content: unknown) =>
      file.setInputFiles({
        name: 'playbook.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(content)),
      })
    await upload({ ...foreignPlaybook, workflow_start: 'start--nowhere' })
    await page.getByText('The playbook was not read: it has errors.').waitFor()
    await upload(foreignPlaybook)
    await page.getByText('nothing in it is run').waitFor()
    expect(await text.inputValue()).toContain('bash: nft add element')

    await page.getByLabel('Begin with a copy of').selectOption('contain-pod')
    await page.waitForFunction(() =>
      document.querySelector('textarea')?.value.includes('derivedFrom: {id: contain-pod, version: 1.0.0}'),
    )
    await page.getByLabel('Why do you change it?').fill('For our own pods.')
    await page.getByRole('button', { name: 'Store the version' }).click()
    await page.waitForURL('**/checklists/our-contain-pod/v/1.0.0')
    await page.context().close()
  })

  it('fits on one page of paper, each of them', async () => {
    const page = await (await browser.newContext()).newPage()
    const { rows } = (await (await fetch(`${server.url}/api/v1/checklists`)).json()) as {
      rows: { id: string }[]
    }
    expect(rows.length).toBeGreaterThan(10)
    for (const { id } of rows) {
      await page.goto(`${server.url}/api/v1/checklists/${id}/text?form=html`)
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
      expect({ id, pages: pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length }).toEqual({ id, pages: 1 })
    }
    // The style is let in by its hash: without it the page would be bare.
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('li') as Element).display)).toBe(
      'grid',
    )
    await page.context().close()
  })
})
