import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInstallation, type Installation } from '../../api/installation.ts'
import { startServer, type RunningServer } from '../../api/serve.ts'
import { fixedClock } from '../../base/clock.ts'
import { overrideLimits } from '../../base/limits.ts'
import { runForTest } from '../run-for-test.ts'

const directory = mkdtempSync(join(tmpdir(), 'allclear-login-'))
const credentials = join(directory, '.config/allclear/credentials.json')
const clock = fixedClock(Date.UTC(2026, 10, 18, 14))
let installation: Installation
let server: RunningServer
let restore: () => void
let password = ''

const allclear = (args: string[], stdin = '') =>
  runForTest([...args, '--server', server.url], { env: { HOME: directory, USER: 'alice' }, stdin })

beforeAll(async () => {
  restore = overrideLimits({ passwordCost: 256 })
  installation = await openInstallation({
    directory,
    example: false,
    clock,
    version: '0.0.0-test',
    env: {},
    exclusive: true,
  })
  server = await startServer({
    context: {
      knowledge: installation.knowledge,
      auth: { mode: 'local', people: installation.people },
      config: { version: '0.0.0-test', example: false, heartbeatMs: 5_000, clock },
    },
    host: '127.0.0.1',
    port: 0,
    names: [],
    consoleDirectory: null,
  })
})
afterAll(async () => {
  restore()
  await server.close()
  await installation.close()
  rmSync(directory, { recursive: true })
})

describe('login', () => {
  it('is not needed before there is an account, and is from then on', async () => {
    expect((await allclear(['whoami'])).out).toBe('local, administrator: nobody signs in here.\n')
    const first = await allclear(['user', 'add', 'bob'])
    expect([first.exit, first.error]).toEqual([2, expect.stringContaining('has to be an administrator')])
    const added = await allclear(['user', 'add', 'alice', '--role', 'administrator'])
    password = added.out.trim()
    expect(added.error).toContain('shown only now')
    const asked = await allclear(['whoami'])
    expect([asked.exit, asked.error]).toEqual([4, expect.stringContaining('allclear login')])
  })

  it('keeps a token that only its owner may read, and no password', async () => {
    const wrong = await allclear(['login'], 'not her password\n')
    expect([wrong.exit, wrong.error]).toEqual([
      4,
      expect.stringContaining('The name or the password is wrong'),
    ])
    const right = await allclear(['login'], `${password}\n`)
    expect(right.out).toBe(`Signed in to ${server.url} as alice (administrator) until 2026-11-25.\n`)
    expect(statSync(credentials).mode & 0o777).toBe(0o600)
    expect(readFileSync(credentials, 'utf8')).not.toContain(password)
    expect((await allclear(['whoami'])).out).toBe('alice, administrator.\n')
    expect((await allclear(['token', 'list'])).out).toMatch(/command line on .* admin +alice/)
  })

  it('takes a token that was made elsewhere, and revokes the one it had', async () => {
    const made = await allclear(['token', 'create', '--scope', 'respond', '-o', 'json'])
    const { secret } = JSON.parse(made.out)
    expect((await allclear(['login', '--with-token'], `${secret}\n`)).out).toContain('as alice (responder)')
    expect((await allclear(['token', 'list', '-o', 'name'])).out.trim().split('\n')).toHaveLength(1)
    expect((await allclear(['user', 'add', 'eve'])).exit).toBe(4)
  })

  it('ends with logout: the token is revoked, and other servers keep theirs', async () => {
    const kept = JSON.parse(readFileSync(credentials, 'utf8')) as Record<string, unknown>
    writeFileSync(credentials, JSON.stringify({ ...kept, 'https://other.example': { token: 'ac_other' } }))
    expect((await allclear(['logout'])).out).toBe(`Signed out of ${server.url}.\n`)
    expect((await allclear(['whoami'])).exit).toBe(4)
    expect(JSON.parse(readFileSync(credentials, 'utf8'))).toEqual({
      'https://other.example': { token: 'ac_other' },
    })
    expect((await allclear(['logout'])).out).toContain('You were not signed in')
    await allclear(['login'], `${password}\n`)
    expect((await allclear(['token', 'list', '-o', 'name'])).out.trim().split('\n')).toHaveLength(1)
  })

  it('says so when the file of tokens is none', async () => {
    const before = readFileSync(credentials)
    writeFileSync(credentials, '{"half')
    const { exit, error } = await allclear(['whoami'])
    expect([exit, error]).toEqual([2, expect.stringContaining(credentials)])
    writeFileSync(credentials, before)
  })

  it('needs a server', async () => {
    const { exit, error } = await runForTest(['login', '--data', join(directory, 'none')], {
      env: { HOME: directory },
    })
    expect([exit, error]).toEqual([2, expect.stringContaining('no server to sign in to')])
  })
})

describe('audit', () => {
  it('shows what was done, by whom and through what', async () => {
    const { out } = await allclear(['audit', '--actor', 'alice', '--action', 'token.create.respond'])
    expect(out).toMatch(/alice +token\.create\.respond +tok-[0-9a-f]{10} +done +127\.0\.0\.1/)
    const head = (await allclear(['audit', '--check', '-o', 'name'])).out.trim()
    await allclear(['user', 'add', 'carol'])
    expect((await allclear(['audit', '--check', '--head', head])).exit).toBe(0)
    const other = await allclear(['audit', '--check', '--head', `2:${'0'.repeat(64)}`])
    expect([other.exit, other.out]).toEqual([1, 'The trail does not hold: entry 2 is altered.\n'])
    expect((await allclear(['audit', '--head', 'x'])).exit).toBe(2)
  })
})
