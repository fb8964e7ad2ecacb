import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage, settled, startBrowser } from './browser.ts'
import { startServer, type RunningServer } from './server.ts'

const root = join(import.meta.dirname, '../..')

let elsewhere: string
let program: string
let env: NodeJS.ProcessEnv

/** What `npm pack` makes, unpacked where no checkout is near, with the packages that it declares and no others. */
beforeAll(() => {
  elsewhere = mkdtempSync(join(tmpdir(), 'allclear-packed-'))
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', elsewhere], {
    cwd: root,
    encoding: 'utf8',
  })
  execFileSync('tar', ['-xzf', join(elsewhere, packed.trim().split('\n').at(-1)!), '-C', elsewhere])
  const { bin, dependencies } = JSON.parse(readFileSync(join(elsewhere, 'package/package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    const link = join(elsewhere, 'package/node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
  program = join(elsewhere, 'package', bin.allclear)
  env = { PATH: process.env.PATH, HOME: elsewhere, XDG_CACHE_HOME: join(elsewhere, 'cache') }
})
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }))

/** The output, where the exit code is 0, or 3: answered from partial data. */
function run(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: elsewhere,
    env,
    encoding: 'utf8',
  })
  expect([0, 3], `${args.join(' ')}: ${stderr}`).toContain(status)
  return stdout
}

describe('the packed program, elsewhere', () => {
  const data = () => ['--data', join(elsewhere, 'data')]
  const examples = (name: string) => join(elsewhere, 'package/examples', name)

  it('helps, completes, and answers from the example fleet', () => {
    expect(run('--help')).toContain('Where do we run it?')
    expect(run('completion', 'bash')).toContain('_allclear()')
    expect(run('where', '--example', 'log4j-core@<2.17.1')).toMatch(/^Yes\. /m)
  })

  it('reads documents in its threads, and scans', () => {
    expect(run('import', 'advisories', examples('advisories'), ...data(), '-o', 'json')).toContain('"added"')
    expect(
      JSON.parse(run('import', 'sbom', examples('sboms'), ...data(), '-o', 'json')).added,
    ).toBeGreaterThan(10)
    run('import', 'manifests', examples('clusters/shop-eu.json'), '--cluster', 'shop-eu', ...data())
    expect(run('where', 'CVE-2021-44228', ...data())).toMatch(/^Yes\. /m)
    expect(JSON.parse(run('scan', examples('sboms/engine.cdx.json'), ...data(), '-o', 'json')).length).toBe(1)
  })

  it('migrates, backs up, restores and checks a store', () => {
    expect(run('db', 'migrate', ...data())).toContain('up to date')
    run('db', 'backup', join(elsewhere, 'all.backup'), ...data())
    const other = ['--data', join(elsewhere, 'restored')]
    run('db', 'restore', join(elsewhere, 'all.backup'), ...other)
    expect(run('db', 'check', ...other)).toContain('is sound')
    expect(run('where', 'CVE-2021-44228', ...other)).toMatch(/^Yes\. /m)
  })
})

describe('the packed server, elsewhere', () => {
  let server: RunningServer
  let browser: Browser
  beforeAll(async () => {
    server = await startServer({ program, env })
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  it('serves the console, and ends cleanly on an interrupt', async () => {
    const page = await openPage(browser, server.url, '/where?q=log4j-core')
    await settled(page)
    await page.getByText('Yes.', { exact: true }).waitFor()
    await page.context().close()
    expect(await server.stop()).toBe(0)
  })
})
