import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openInstallation, type Installation } from '../../api/installation.ts'
import { startServer, type RunningServer } from '../../api/serve.ts'
import { fixedClock } from '../../base/clock.ts'
import { overrideLimits } from '../../base/limits.ts'
import type { Role } from '../../core/people.ts'
import { runForTest, type CliResult } from '../run-for-test.ts'

const directory = mkdtempSync(join(tmpdir(), 'allclear-embargo-'))
const clock = fixedClock(Date.UTC(2026, 10, 18, 14))
const day = 24 * 60 * 60_000
const people: Record<string, Role> = {
  root: 'administrator',
  alice: 'commander',
  ben: 'responder',
  lena: 'commander',
  otto: 'commander',
}
const tokens: Record<string, string> = {}
let installation: Installation
let server: RunningServer
let restore: () => void
let id = ''
let opened = 0

const open = () =>
  openInstallation({ directory, example: false, clock, version: '0.0.0-test', env: {}, exclusive: true })
const serve = () =>
  startServer({
    context: {
      knowledge: installation.knowledge,
      response: installation.response,
      auth: { mode: 'local', people: installation.people },
      config: { version: '0.0.0-test', example: false, heartbeatMs: 60_000, clock },
    },
    host: '127.0.0.1',
    port: 0,
    names: [],
    consoleDirectory: null,
  })

/** As somebody at their own terminal. */
const as = (who: string, ...args: string[]): Promise<CliResult> =>
  runForTest(['incident', ...args, '--server', server.url, '--token', tokens[who]], {
    env: { HOME: directory },
  })
async function does(who: string, ...args: string[]): Promise<string> {
  const { exit, out, error } = await as(who, ...args)
  expect([0, 3], `${who}: ${args.join(' ')}\n${error}`).toContain(exit)
  return out
}
const sees = async (who: string): Promise<boolean> => (await as(who, 'show', id)).exit === 3
/** The command line has a clock of its own in tests, which stands still. */
const inDays = (days: number) => `${new Date(clock.nowMs() + days * day).toISOString().slice(0, 16)}Z`
const settled = async () => (await installation.response()).gate.settled()

beforeAll(async () => {
  restore = overrideLimits({ accessAskMs: 0 })
  installation = await open()
  server = await serve()
  const { accounts, tokens: book } = await installation.people()
  for (const [name, role] of Object.entries(people)) {
    await accounts.add({ name, display: name, role, password: null, subject: null, by: 'test' })
    const made = await book.create({
      name: 'x',
      scope: 'admin',
      account: name,
      expiresAtMs: clock.nowMs() + 900 * day,
    })
    tokens[name] = made.secret
  }
})
/** A new incident under embargo: alice leads, ben is in and has accepted. */
beforeEach(async () => {
  const made = await does(
    'alice',
    'open',
    `CVE-2026-${10_000 + opened++}`,
    '--embargo',
    '--until',
    inDays(7),
    '-o',
    'name',
  )
  id = made.trim()
  await does('alice', 'access', 'grant', '@ben', '-i', id)
  await does('ben', 'access', 'accept', id)
})
afterAll(async () => {
  restore()
  await server.close()
  await installation.close()
  rmSync(directory, { recursive: true })
})

describe('an embargo', () => {
  it('shuts the incident for everybody who is not on its list, administrators too', async () => {
    expect(await Promise.all(['alice', 'ben', 'lena', 'root'].map(sees))).toEqual([true, true, false, false])
    expect((await as('root', 'show', id)).error).toContain(`There is no incident \`${id}\``)
    expect((await as('lena', 'note', 'x', '-i', id)).exit).toBe(2)
    expect((await does('root', 'list', '-o', 'name')).includes(id)).toBe(false)
  })

  it('can be proposed for an incident that is open; who works in it is in, and what was written is encrypted', async () => {
    const { out } = await as('alice', 'open', 'CVE-2026-4242', '--title', 'canary-in-the-clear', '-o', 'name')
    const other = out.trim()
    await does('ben', 'join', other)
    expect((await as('root', 'show', other)).exit).toBe(3)
    const stored = () =>
      installation.store.db.selectFrom('timeline_entry').selectAll().where('timeline', '=', other).execute()
    expect(JSON.stringify(await stored())).toContain('canary')
    await does('alice', 'embargo', 'propose', '-i', other, '--until', inDays(3))
    expect(JSON.stringify(await stored())).not.toContain('canary')
    expect((await as('root', 'show', other)).exit).toBe(2)
    expect((await as('ben', 'show', other)).error).toContain('terms come before its facts')
    await does('ben', 'access', 'accept', other)
    expect((await as('ben', 'show', other)).exit).toBe(3)
    expect((await as('ben', 'embargo', 'activate', '-i', other)).error).toContain('@alice')
    await does('alice', 'embargo', 'activate', '-i', other)
    expect(await does('alice', 'verify', other)).toContain('is whole')
    // Rejected, a proposal would have opened it again; now only its end does.
    await does('alice', 'embargo', 'lift', '-i', other, '--reason', 'it is public')
    expect((await as('root', 'show', other)).exit).toBe(3)
    expect(await does('root', 'verify', other)).toContain('is whole')
    expect((await as('alice', 'embargo', 'propose', '-i', other)).error).toContain('cannot be undone')
  })

  it('asks for new terms to be accepted anew, and holds while they are negotiated', async () => {
    await does(
      'alice',
      'embargo',
      'revise',
      '-i',
      id,
      '--until',
      inDays(20),
      '--terms',
      'Also not to my team.',
    )
    expect(await Promise.all(['ben', 'root'].map(sees))).toEqual([true, false])
    await does('alice', 'embargo', 'activate', '-i', id)
    expect((await as('ben', 'show', id)).exit).toBe(4)
    await does('ben', 'access', 'accept', id)
    expect(await sees('ben')).toBe(true)
    expect(await does('ben', 'access', 'list', id)).toContain('Also not to my team.')
  })

  it('ends with its date, also when nobody does anything', async () => {
    clock.advance(8 * day)
    await (await installation.response()).incidents.noticeAll()
    expect(await sees('root')).toBe(true)
    expect(await does('root', 'timeline', id)).toContain('its date has come')
  })

  it.each([
    [['embargo', 'activate'], 'no change of it is proposed'],
    [['embargo', 'reject', '--reason', 'x'], 'no change of it is proposed'],
    [['embargo', 'lift'], 'needs a reason'],
    [['embargo', 'revise', '--until', '2020-01-01'], 'cannot end'],
    [['embargo', 'revise', '--until', '2030-01-01'], 'within 180 days'],
    [['access', 'grant', '@alice'], 'Nobody lets themselves in'],
    [['access', 'grant', '@Аlice'], 'no name of a person'],
    [['access', 'revoke', '@alice', '--reason', 'x'], 'nobody could see'],
  ])('%j is refused with what to do', async (args, why) => {
    if (args[1] === 'revoke') await does('alice', 'access', 'revoke', '@ben', '--reason', 'done', '-i', id)
    const { exit, error } = await as('alice', ...args, '-i', id)
    expect([exit === 0, error]).toEqual([false, expect.stringContaining(why)])
  })
})

describe('access', () => {
  it('is taken away at once, from whoever follows the incident too', async () => {
    const stopped = new AbortController()
    const stream = await fetch(`${server.url}/api/v1/incidents/${id}/events`, {
      headers: { authorization: `Bearer ${tokens.ben}` },
      signal: stopped.signal,
    })
    let got = ''
    const reading = (async () => {
      for await (const chunk of stream.body!) got += new TextDecoder().decode(chunk)
    })()
    await does('alice', 'note', 'before', '-i', id)
    await does('alice', 'access', 'revoke', '@ben', '--reason', 'has moved on', '-i', id)
    await does('alice', 'note', 'after', '-i', id)
    // The stream ends by itself.
    await reading
    expect(got).toContain('before')
    expect(got).not.toMatch(/after|has moved on/)
    expect(await sees('ben')).toBe(false)
  })

  it('waits for another member when somebody else gave the account a new password', async () => {
    const { accounts, passwords } = await installation.people()
    clock.advance(1_000)
    await accounts.setPassword('ben', await passwords.rehash('a password that root has chosen'), 'root')
    expect(await sees('ben')).toBe(false)
    expect(await does('alice', 'access', 'list', id)).toContain('sign-in was reset')
    clock.advance(1_000)
    await does('alice', 'access', 'grant', '@ben', '-i', id)
    expect(await sees('ben')).toBe(true)
  })

  it('ends at its time', async () => {
    await does('alice', 'access', 'grant', '@otto', '--until', inDays(2), '-i', id)
    await does('otto', 'access', 'accept', id)
    expect(await sees('otto')).toBe(true)
    clock.advance(2 * day)
    expect(await sees('otto')).toBe(false)
  })

  it('is asked for without learning anything, and members see who asks and who reads', async () => {
    const there = await as('root', 'access', 'ask', id, '--reason', 'I run the cluster')
    const never = await as('root', 'access', 'ask', 'inc-00000000', '--reason', 'I run the cluster')
    expect(there).toEqual(never)
    await settled()
    expect(await sees('ben')).toBe(true)
    const list = JSON.parse(await does('alice', 'access', 'list', id, '-o', 'json'))
    expect(list.asks).toMatchObject([{ person: 'root', reason: 'I run the cluster' }])
    expect(list.people).toMatchObject([
      { person: 'alice', standing: 'reads' },
      { person: 'ben', reads: 1, lastReadAtMs: clock.nowMs() },
    ])
    const back = overrideLimits({ accessAskMs: 15 * 60_000 })
    const again = await Promise.all([
      as('otto', 'access', 'ask', id),
      as('otto', 'access', 'ask', 'inc-00000000'),
    ])
    expect(again.map(({ exit }) => exit).toSorted()).toEqual([0, 4])
    back()
    restore = overrideLimits({ accessAskMs: 0 })
  })
})

describe('breaking the glass', () => {
  it('takes two commanders, lets one in for a day, and tells every member', async () => {
    const first = await as('lena', 'access', 'break-glass', id, '--reason', 'no member answers')
    expect(first).toEqual(
      await as('lena', 'access', 'break-glass', 'inc-00000000', '--reason', 'no member answers'),
    )
    await settled()
    expect(await sees('lena')).toBe(false)
    await does('otto', 'access', 'break-glass', id, '--for', '@lena', '--reason', 'I tried too')
    await settled()
    await does('lena', 'access', 'accept', id)
    expect(await Promise.all(['lena', 'otto'].map(sees))).toEqual([true, false])
    expect(await does('ben', 'timeline', id)).toContain('THE GLASS IS BROKEN for @lena by @otto: I tried too')
    clock.advance(day)
    expect(await sees('lena')).toBe(false)
  })

  it.each<[string, () => Promise<unknown>]>([
    ['one alone', () => as('lena', 'access', 'break-glass', id, '--reason', 'x')],
    [
      'one alone twice',
      async () => {
        await as('lena', 'access', 'break-glass', id, '--reason', 'x')
        await as('lena', 'access', 'break-glass', id, '--reason', 'x', '--for', '@lena')
      },
    ],
    [
      'a second one for nobody',
      () => as('otto', 'access', 'break-glass', id, '--reason', 'x', '--for', '@lena'),
    ],
    [
      'a second one too late',
      async () => {
        await as('lena', 'access', 'break-glass', id, '--reason', 'x')
        await settled()
        clock.advance(61 * 60_000)
        await as('otto', 'access', 'break-glass', id, '--reason', 'x', '--for', '@lena')
      },
    ],
    [
      'a responder as the second',
      async () => {
        await as('lena', 'access', 'break-glass', id, '--reason', 'x')
        await as('ben', 'access', 'break-glass', id, '--reason', 'x', '--for', '@lena')
      },
    ],
  ])('is not done by %s', async (_who, attempt) => {
    await attempt()
    await settled()
    await as('lena', 'access', 'accept', id)
    expect(await sees('lena')).toBe(false)
  })
})

describe('compartments', () => {
  it('are seen by those who were let into them, and by no other member', async () => {
    await does('alice', 'compartment', 'add', 'reproduction', 'canary-of-the-exploit', '-i', id)
    expect((await as('ben', 'compartment', 'show', 'reproduction', '-i', id)).error).toContain(
      'not in the compartment',
    )
    const exported = await does('ben', 'export', id, '--format', 'json')
    expect(exported).not.toContain('canary')
    await does('alice', 'access', 'grant', '@ben', '--to', 'reproduction', '-i', id)
    expect(await does('ben', 'compartment', 'show', 'reproduction', '-i', id)).toContain(
      'canary-of-the-exploit',
    )
    expect((await as('ben', 'compartment', 'show', 'drafts', '-i', id)).exit).not.toBe(0)
  })
})

describe('the key', () => {
  it('can be replaced while everything goes on, and incidents stay as they are', async () => {
    const key = (...args: string[]) =>
      runForTest(['key', ...args, '--server', server.url, '--token', tokens.root], {
        env: { HOME: directory },
      })
    const before = (await key('list', '-o', 'name')).out.trim()
    expect((await key('rotate')).out).toContain('protected by a new key')
    const after = (await key('list', '-o', 'name')).out.trim()
    expect(after).not.toBe(before)
    expect(after.split('\n')).toHaveLength(1)
    expect(await sees('ben')).toBe(true)
    const lena = await runForTest(['key', 'rotate', '--server', server.url, '--token', tokens.lena], {
      env: { HOME: directory },
    })
    expect(lena.error).toContain('needs the role administrator')
  })

  it('lost, leaves embargoed incidents shut and everything else as it was; back, it opens them', async () => {
    await does('alice', 'open', 'CVE-2026-777', '-o', 'name')
    const file = join(directory, 'keys/embargo.keys')
    expect(readFileSync(file, 'utf8')).toContain('kek-')
    const restart = async () => {
      await server.close()
      await installation.close()
      installation = await open()
      server = await serve()
    }
    renameSync(file, `${file}.elsewhere`)
    await restart()
    expect(await does('alice', 'list')).toContain('CVE-2026-777')
    expect(await does('alice', 'list', '-o', 'name')).not.toContain(id)
    const lost = await as('alice', 'show', id)
    expect([lost.exit, lost.error]).toEqual([4, expect.stringContaining('is not there')])
    expect(lost.error).not.toContain('CVE-2026')
    await (await installation.response()).incidents.noticeAll()
    renameSync(`${file}.elsewhere`, file)
    await restart()
    expect(await sees('alice')).toBe(true)
  })
})
