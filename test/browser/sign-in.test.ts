import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violations } from './axe.ts'
import { settled, startBrowser } from './browser.ts'
import { startServer, type RunningServer } from './server.ts'

const data = mkdtempSync(join(tmpdir(), 'allclear-sign-in-'))
let server: RunningServer
let browser: Browser
let page: Page
let password = ''

beforeAll(async () => {
  const add = ['user', 'add', 'alice', '--role', 'administrator', '--display', 'Alice A.', '--data', data]
  const main = join(import.meta.dirname, '../../src/main.ts')
  password = execFileSync(process.execPath, [main, ...add], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
  server = await startServer({ data })
  browser = await startBrowser()
  page = await browser.newPage()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  rmSync(data, { recursive: true, force: true })
})

describe('where people sign in', () => {
  it('the console asks for a name and a password, keeps neither, and says what is wrong', async () => {
    await page.goto(`${server.url}/settings/people`)
    await page.getByLabel('Name').fill('alice')
    expect(await violations(page)).toEqual([])
    await page.getByLabel('Password').fill('not her password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('The name or the password is wrong.').waitFor()
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await settled(page)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('People')
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    )
    expect(kept).not.toContain(password)
    expect(kept).not.toContain('session')
  })

  it('people are added, with a password that is shown once', async () => {
    await page.getByLabel('Name', { exact: true }).fill('bob')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const shown = page.getByRole('status').filter({ hasText: 'The password of bob' })
    expect(await shown.locator('code').textContent()).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/)
    await page.getByLabel('Role of bob').waitFor()
    await page.goto(`${server.url}/settings/audit`)
    await settled(page)
    await page.getByText('user.add').first().waitFor()
    expect(await page.getByText('whole').count()).toBeGreaterThan(0)
  })

  it('a session that is ended asks again, and signing out ends it', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to Allclear' }).waitFor()
    await page.goto(`${server.url}/settings/people`)
    await page.getByRole('heading', { name: 'Sign in to Allclear' }).waitFor()
    expect(await page.getByText('bob').count()).toBe(0)
  })
})
