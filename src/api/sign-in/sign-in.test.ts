import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../base/clock.ts'
import { limit, overrideLimits } from '../../base/limits.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { createApi } from '../app.ts'
import type { ApiContext } from '../context.ts'
import { openPeople, type People } from './people.ts'

const directory = mkdtempSync(join(tmpdir(), 'allclear-sign-in-'))
const clock = fixedClock(Date.UTC(2026, 10, 18))
const password = 'four unrelated words do'
let store: Store
let people: People
let restore: () => void

beforeAll(async () => {
  // The real cost takes a third of a second for each of some hundred passwords here.
  restore = overrideLimits({ passwordCost: 256 })
  store = await openStore({ directory, clock })
})
beforeEach(async () => {
  for (const table of ['account', 'session', 'token', 'audit_entry'] as const)
    await store.db.deleteFrom(table).execute()
  people = openPeople(store, clock)
})
afterAll(async () => {
  restore()
  await store.close()
  rmSync(directory, { recursive: true })
})

function apiWith(mode: ApiContext['auth']['mode'] = 'sign-in') {
  return createApi({
    knowledge: () => Promise.reject(new Error('nothing here needs knowledge')),
    auth: { mode, people: async () => people },
    config: { version: '0.0.0-test', example: false, heartbeatMs: 5_000, clock },
  })
}

const addAccount = async (name: string, role: 'viewer' | 'responder' | 'commander' | 'administrator') =>
  people.accounts.add({
    name,
    display: name,
    role,
    password: await people.passwords.hash(password, name),
    subject: null,
    by: 'test',
  })

interface Answer {
  status: number
  body: any
  text: string
  headers: Headers
}

/** A browser, as far as cookies go. */
class Browser {
  readonly jar = new Map<string, string>()
  csrf: string | null = null
  readonly #mode: ApiContext['auth']['mode']
  readonly #address: string
  constructor(mode: ApiContext['auth']['mode'] = 'sign-in', address = '192.0.2.1') {
    this.#mode = mode
    this.#address = address
  }
  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await apiWith(this.#mode).request(
      `http://allclear.example/api/v1${path}`,
      {
        method,
        headers: {
          ...(this.jar.size === 0 ? {} : { cookie: [...this.jar].map((pair) => pair.join('=')).join('; ') }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(this.csrf === null ? {} : { 'x-allclear-csrf': this.csrf }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
      { incoming: { socket: { remoteAddress: this.#address } } },
    )
    for (const cookie of response.headers.getSetCookie()) {
      const [pair, ...attributes] = cookie.split('; ')
      const [name, value] = pair.split('=')
      if (attributes.includes('Max-Age=0')) this.jar.delete(name)
      else this.jar.set(name, value)
    }
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json') && text !== ''
    return { status: response.status, body: json ? JSON.parse(text) : null, text, headers: response.headers }
  }
  async signIn(name: string, with_ = password): Promise<Answer> {
    const answer = await this.ask('POST', '/sign-in', { name, password: with_ })
    if (answer.status === 200) this.csrf = answer.body.csrf
    return answer
  }
  get secret(): string {
    return this.jar.get('allclear_session')!
  }
}

async function signedIn(name: string): Promise<Browser> {
  const browser = new Browser()
  expect((await browser.signIn(name)).status).toBe(200)
  return browser
}

describe('passwords', () => {
  it('are kept as scrypt with their parameters, and say nothing of themselves', async () => {
    const kept = await people.passwords.hash(password, 'alice')
    expect(kept).toMatch(/^\$scrypt\$ln=8,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(await people.passwords.hash(password, 'alice')).not.toBe(kept)
    expect(await people.passwords.verify(password, kept)).toEqual({ matches: true, outdated: false })
    expect(await people.passwords.verify(`${password}x`, kept)).toEqual({ matches: false, outdated: false })
  })

  it('cost what OWASP asks for unless a test says otherwise', () => {
    const back = overrideLimits({})
    restore()
    expect(limit('passwordCost')).toBe(2 ** 17)
    back()
    restore = overrideLimits({ passwordCost: 256 })
  })

  it('are hashed anew when stronger parameters have come', async () => {
    await addAccount('alice', 'administrator')
    const before = await people.accounts.passwordOf('alice')
    const back = overrideLimits({ passwordCost: 512 })
    await signedIn('alice')
    const after = await people.accounts.passwordOf('alice')
    expect([before?.slice(0, 13), after?.slice(0, 13)]).toEqual(['$scrypt$ln=8,', '$scrypt$ln=9,'])
    await signedIn('alice')
    expect(await people.accounts.passwordOf('alice')).toBe(after)
    back()
    restore = overrideLimits({ passwordCost: 256 })
  })

  it.each([
    ['short', 'elevenchars'],
    ['aaaaaaaaaaaaaaaa', 'repeats'],
    ['alicealicealice', 'made of a name'],
    ['password1234567890', 'made of a name'],
    ['x'.repeat(1_025), 'more than 1024'],
  ])('%s is not taken', async (typed) => {
    await expect(people.passwords.hash(typed, 'alice')).rejects.toMatchObject({ code: 'usage' })
  })

  it('typed on another keyboard are the same', async () => {
    const kept = await people.passwords.hash('Grüße aus Köln am Rhein', 'alice')
    const decomposed = 'Grüße aus Köln am Rhein'.normalize('NFD')
    expect((await people.passwords.verify(decomposed, kept)).matches).toBe(true)
  })

  it('that are huge cost no more than others, and wait in a bounded line', async () => {
    const browser = new Browser()
    expect(
      (await browser.ask('POST', '/sign-in', { name: 'alice', password: 'x'.repeat(100_000) })).status,
    ).toBe(400)
    const back = overrideLimits({ passwordsAtOnce: 1, passwordsWaiting: 1 })
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => people.passwords.verify(password, null)),
    )
    back()
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const { reason } of refused)
      expect(reason).toMatchObject({ code: 'server.busy', retryAfterMs: 5_000 })
  })
})

describe('sign-in', () => {
  beforeEach(() => addAccount('alice', 'administrator'))

  it('begins a session whose cookie scripts cannot read and other sites cannot send', async () => {
    const answer = await new Browser().signIn(' @Alice ')
    expect(answer.body).toMatchObject({
      name: 'alice',
      role: 'administrator',
      via: 'session',
      account: 'alice',
    })
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^allclear_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    ])
  })

  it('behind TLS its cookie is of this host alone and sent over TLS alone', async () => {
    const browser = new Browser()
    const answer = await browser.ask(
      'POST',
      '/sign-in',
      { name: 'alice', password },
      { 'x-forwarded-proto': 'https' },
    )
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-allclear_session=[\w-]{43}; Path=\/; .*; Secure$/,
    )
    expect((await browser.ask('GET', '/me')).body.name).toBe('alice')
  })

  it('keeps no secret in the store', async () => {
    const browser = await signedIn('alice')
    const rows = JSON.stringify(await store.db.selectFrom('session').selectAll().execute())
    expect(rows).not.toContain(browser.secret)
  })

  it('answers a wrong name and a wrong password alike', async () => {
    const answers = []
    for (const [name, typed] of [
      ['alice', 'wrong words for her'],
      ['nobody-here', password],
      ['аlice', password],
      ["' or 1=1 --", password],
      ['', ''],
    ]) {
      const { status, body } = await new Browser().signIn(name, typed)
      answers.push({ status, ...body.error, requestId: '' })
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ status: 401, code: 'auth.required' })
  })

  it('does the same work for a name that nobody has', async () => {
    const kept = await people.accounts.passwordOf('alice')
    const timeOf = async (hash: string | null) => {
      const begun = process.hrtime.bigint()
      for (let i = 0; i < 20; i++) await people.passwords.verify('wrong words', hash)
      return Number(process.hrtime.bigint() - begun)
    }
    await timeOf(null)
    // An order of magnitude, not a measurement: without the work it would be a thousandth.
    expect(await timeOf(null)).toBeGreaterThan((await timeOf(kept)) / 10)
  })

  it('writes no typed name down that is nobody’s, for it may be a password', async () => {
    await new Browser().signIn('correct horse battery', 'alice')
    await new Browser().signIn('alice', 'correct horse battery')
    const entries = await people.audit.list({ limit: 10 })
    expect(entries.map(({ action, subject }) => [action, subject])).toEqual([
      ['sign-in.failed', 'alice'],
      ['sign-in.failed', null],
    ])
    expect(JSON.stringify(await store.db.selectFrom('audit_entry').selectAll().execute())).not.toContain(
      'horse',
    )
  })

  it('slows guessing at one name, also when all guesses come at once, and says how long', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 15 }, (_, i) => new Browser().signIn('alice', `guess number ${i}`)),
    )
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(limit('signInFailures'))
    const stopped = guesses.find(({ status }) => status === 429)!
    expect(stopped.body.error.code).toBe('auth.too-many')
    expect(Number(stopped.headers.get('retry-after'))).toBe(15 * 60)
    // From elsewhere she comes in; from there, after the window.
    expect((await new Browser('sign-in', '192.0.2.9').signIn('alice')).status).toBe(200)
    expect((await new Browser().signIn('alice')).status).toBe(429)
    clock.advance(15 * 60_000)
    expect((await new Browser().signIn('alice')).status).toBe(200)
  })

  it('slows one address that tries many names, and many addresses that try one', async () => {
    const back = overrideLimits({ signInFailuresOfAddress: 3, signInFailuresOfName: 3 })
    const statuses = async (tries: [string, string][]) => {
      const found = []
      for (const [name, address] of tries)
        found.push((await new Browser('sign-in', address).signIn(name, 'wrong words')).status)
      return found
    }
    expect(await statuses(['a1', 'b2', 'c3', 'd4'].map((name) => [name, '192.0.2.7']))).toEqual([
      401, 401, 401, 429,
    ])
    expect(await statuses(['1', '2', '3', '4'].map((n) => ['alice', `198.51.100.${n}`]))).toEqual([
      401, 401, 401, 429,
    ])
    back()
  })

  it('believes no address that a client writes itself', async () => {
    const back = overrideLimits({ signInFailuresOfAddress: 2 })
    const tries = []
    for (let i = 0; i < 3; i++)
      tries.push(
        (
          await new Browser().ask(
            'POST',
            '/sign-in',
            { name: `n${i}x`, password: 'wrong words' },
            { 'x-forwarded-for': `203.0.113.${i}` },
          )
        ).status,
      )
    expect(tries).toEqual([401, 401, 429])
    back()
  })
})

describe('sessions', () => {
  beforeEach(() => addAccount('alice', 'administrator'))

  it('begin with a secret of their own: one that was planted before is of no use after (fixation)', async () => {
    const victim = new Browser()
    victim.jar.set('allclear_session', 'a'.repeat(43))
    await victim.signIn('alice')
    expect(victim.secret).not.toBe('a'.repeat(43))
    const first = await signedIn('alice')
    const old = first.secret
    await first.signIn('alice')
    const copy = new Browser()
    copy.jar.set('allclear_session', old)
    expect((await copy.ask('GET', '/me')).status).toBe(401)
  })

  it('end when they are not used, and after three days however busy', async () => {
    const idle = await signedIn('alice')
    const busy = await signedIn('alice')
    for (let hours = 0; hours < 71; hours++) {
      clock.advance(60 * 60_000)
      expect((await busy.ask('GET', '/me')).status).toBe(200)
    }
    expect((await idle.ask('GET', '/me')).status).toBe(401)
    clock.advance(60 * 60_000)
    expect((await busy.ask('GET', '/me')).status).toBe(401)
    expect(await store.db.selectFrom('session').selectAll().execute()).toHaveLength(0)
  })

  it('change their secret every hour, and go on when the answer with the new one is lost', async () => {
    const browser = await signedIn('alice')
    const first = browser.secret
    clock.advance(61 * 60_000)
    await browser.ask('GET', '/me')
    expect(browser.secret).not.toBe(first)
    const lost = new Browser()
    lost.jar.set('allclear_session', first)
    expect((await lost.ask('GET', '/me')).status).toBe(200)
    expect(lost.secret).toBe(first)
    clock.advance(61_000)
    await lost.ask('GET', '/me')
    expect(lost.secret).not.toBe(first)
    expect((await lost.ask('GET', '/me')).status).toBe(200)
  })

  it('go on for requests that were on their way while the secret changed', async () => {
    const browser = await signedIn('alice')
    const late = new Browser()
    late.jar.set('allclear_session', browser.secret)
    clock.advance(61 * 60_000)
    await browser.ask('GET', '/me')
    expect((await late.ask('GET', '/me')).status).toBe(200)
    expect((await browser.ask('GET', '/me')).status).toBe(200)
  })

  it('end when a secret that was replaced and confirmed comes again: somebody has a copy', async () => {
    const browser = await signedIn('alice')
    const copy = new Browser()
    copy.jar.set('allclear_session', browser.secret)
    clock.advance(61 * 60_000)
    await browser.ask('GET', '/me')
    await browser.ask('GET', '/me')
    expect((await copy.ask('GET', '/me')).status).toBe(200)
    clock.advance(61_000)
    const stolen = await copy.ask('GET', '/me')
    expect(stolen.status).toBe(401)
    expect(stolen.body.error.message).toContain('copied')
    expect((await browser.ask('GET', '/me')).status).toBe(401)
  })

  it('end with sign-out, a new password and a disabled account, at once', async () => {
    await addAccount('bob', 'responder')
    const [out, stays, other] = [await signedIn('alice'), await signedIn('alice'), await signedIn('bob')]
    expect((await out.ask('DELETE', '/sign-in')).status).toBe(204)
    expect(out.jar.size).toBe(0)
    const third = await signedIn('alice')
    const changed = await stays.ask('POST', '/me/password', {
      current: password,
      next: 'another four words here',
    })
    expect(changed.status).toBe(204)
    expect((await stays.ask('GET', '/me')).status).toBe(200)
    expect((await third.ask('GET', '/me')).status).toBe(401)
    expect((await stays.ask('POST', '/users/bob/disabled', { disabled: true })).status).toBe(200)
    expect((await other.ask('GET', '/me')).status).toBe(401)
    expect((await new Browser().signIn('bob')).status).toBe(401)
  })

  it('are listed, and ended one by one, each by their own', async () => {
    await addAccount('bob', 'viewer')
    const [here, there, bob] = [await signedIn('alice'), await signedIn('alice'), await signedIn('bob')]
    const { rows } = (await here.ask('GET', '/me/sessions')).body
    expect(rows).toHaveLength(2)
    expect((await bob.ask('DELETE', `/me/sessions/${rows[0].id}`)).status).toBe(404)
    const own = await people.sessions.find(here.secret, '')
    const other = rows.find(({ id }: { id: string }) => own !== null && own !== 'stolen' && id !== own.id)
    expect((await here.ask('DELETE', `/me/sessions/${other.id}`)).status).toBe(204)
    expect((await here.ask('GET', '/me')).status).toBe(200)
    expect((await there.ask('GET', '/me')).status).toBe(401)
  })

  it('write only with what their own pages know (CSRF)', async () => {
    const browser = await signedIn('alice')
    const own = browser.csrf
    for (const csrf of [null, '', 'x', own!.slice(1)]) {
      browser.csrf = csrf
      const { status, body } = await browser.ask('POST', '/tokens', { name: 'x' })
      expect([status, body.error.code]).toEqual([403, 'auth.refused'])
    }
    browser.csrf = own
    expect((await browser.ask('POST', '/tokens', { name: 'x' })).status).toBe(201)
    const foreign = await browser.ask(
      'POST',
      '/tokens',
      { name: 'x' },
      { origin: 'https://attacker.example' },
    )
    expect(foreign.status).toBe(403)
    browser.csrf = null
    expect((await browser.ask('GET', '/me')).body.csrf).toBe(own)
  })

  it('that began with a token end with it', async () => {
    const { secret, id } = await people.tokens.create({
      name: 'ci',
      scope: 'read',
      account: null,
      expiresAtMs: clock.nowMs() + 60_000_000,
    })
    const browser = new Browser()
    expect((await browser.ask('POST', '/sign-in', { token: secret })).body).toMatchObject({
      name: 'ci',
      role: 'viewer',
    })
    await people.tokens.revoke(id)
    expect((await browser.ask('GET', '/me')).status).toBe(401)
  })

  it.each([
    '; allclear_session=',
    '\u0000',
    'a'.repeat(100_000),
    '%0d%0aSet-Cookie:%20x=y',
    '=',
    '__proto__=1',
  ])('a cookie %# that is none is nobody', async (value) => {
    const browser = new Browser()
    browser.jar.set('allclear_session', value.replaceAll('\u0000', ''))
    expect((await browser.ask('GET', '/me')).status).toBe(401)
  })
})

describe('roles', () => {
  it('decide what a route gives, for sessions and for the tokens that act for them', async () => {
    await addAccount('root', 'administrator')
    for (const role of ['viewer', 'responder', 'commander', 'administrator'] as const) {
      await addAccount(`a-${role}`, role)
      const browser = await signedIn(`a-${role}`)
      const statusOf = async (method: string, path: string, body?: unknown) =>
        (await browser.ask(method, path, body)).status === 403 ? 'refused' : 'let in'
      expect({
        role,
        read: await statusOf('GET', '/config/limits'),
        people: await statusOf('GET', '/users'),
        declare: await statusOf('POST', '/facts', {}),
        administer: await statusOf('POST', '/sync', 'no json'),
        add: await statusOf('POST', '/users', { name: '' }),
        audit: await statusOf('GET', '/audit'),
      }).toEqual({
        role,
        read: 'let in',
        people: 'let in',
        declare: role === 'viewer' ? 'refused' : 'let in',
        administer: role === 'administrator' ? 'let in' : 'refused',
        add: role === 'administrator' ? 'let in' : 'refused',
        audit: role === 'administrator' ? 'let in' : 'refused',
      })
    }
  })

  it('a token gives no more than its account may, now', async () => {
    await addAccount('alice', 'administrator')
    await addAccount('bob', 'responder')
    const bob = await signedIn('bob')
    expect((await bob.ask('POST', '/tokens', { name: 'x', scope: 'admin' })).status).toBe(403)
    const made = await bob.ask('POST', '/tokens', { name: 'x', scope: 'respond' })
    const bearer = { authorization: `Bearer ${made.body.secret}` }
    const me = async () => (await new Browser().ask('GET', '/me', undefined, bearer)).body
    expect(await me()).toMatchObject({ name: 'bob', role: 'responder', via: 'token' })
    await people.accounts.setRole('bob', 'viewer')
    expect(await me()).toMatchObject({ name: 'bob', role: 'viewer' })
    await people.accounts.setDisabled('bob', true)
    expect((await me()).error.code).toBe('auth.required')
  })

  it('nobody sees or revokes tokens of others but an administrator', async () => {
    await addAccount('alice', 'administrator')
    await addAccount('bob', 'commander')
    const [alice, bob] = [await signedIn('alice'), await signedIn('bob')]
    const { id } = (await alice.ask('POST', '/tokens', { name: 'hers' })).body
    expect((await bob.ask('GET', '/tokens')).body).toEqual({ rows: [] })
    const foreign = await bob.ask('DELETE', `/tokens/${id}`)
    const none = await bob.ask('DELETE', '/tokens/tok-0000000000')
    expect(foreign.text.replace(id, 'X').replace(/"requestId":"\w+"/, '')).toBe(
      none.text.replace('tok-0000000000', 'X').replace(/"requestId":"\w+"/, ''),
    )
    const his = (await bob.ask('POST', '/tokens', { name: 'his' })).body.id
    expect((await alice.ask('DELETE', `/tokens/${his}`)).status).toBe(204)
  })

  it('the last administrator stays', async () => {
    await addAccount('alice', 'administrator')
    const alice = await signedIn('alice')
    for (const [path, body] of [
      ['/users/alice/role', { role: 'viewer' }],
      ['/users/alice/disabled', { disabled: true }],
    ] as const) {
      const { status, body: answer } = await alice.ask('POST', path, body)
      expect([status, answer.error.code]).toEqual([409, 'conflict'])
    }
    expect((await alice.ask('GET', '/me')).body.role).toBe('administrator')
  })
})

describe('loopback', () => {
  it('asks nobody until there is an account, and then everybody', async () => {
    const browser = new Browser('loopback', '127.0.0.1')
    expect((await browser.ask('GET', '/me')).body).toMatchObject({ name: 'local', role: 'administrator' })
    const refused = await browser.ask('POST', '/users', { name: 'bob', role: 'viewer' })
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      'The first account has to be an administrator.',
    ])
    expect((await browser.ask('GET', '/me')).status).toBe(200)
    const added = await browser.ask('POST', '/users', { name: 'alice', role: 'administrator' })
    expect(added.body.password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/)
    expect((await browser.ask('GET', '/me')).status).toBe(401)
    expect((await browser.ask('GET', '/sign-in')).body).toMatchObject({ needed: true, password: true })
    expect((await browser.signIn('alice', added.body.password)).status).toBe(200)
  })

  it('the same process is nobody to be asked: it has the data directory', async () => {
    await addAccount('alice', 'administrator')
    expect((await new Browser('local').ask('GET', '/me')).body.name).toBe('local')
  })
})

describe('names', () => {
  it.each([
    ['аlice', 'only letters a to z'],
    ['al\u202eice', 'only letters a to z'],
    ['a', '2 to 100'],
    ['x'.repeat(101), '2 to 100'],
    ['alice\r\nSet-Cookie: x=y', 'only letters a to z'],
    ['../../etc', 'only letters a to z'],
    ['<img src=x>', 'only letters a to z'],
  ])('%j is no name of an account', async (name, why) => {
    await addAccount('root', 'administrator')
    const browser = await signedIn('root')
    const { status, body } = await browser.ask('POST', '/users', { name })
    expect(status).toBe(400)
    expect(body.error.message).toContain(why)
  })

  it('are one whatever their case, and people are called as they like, but for what cannot be seen', async () => {
    await addAccount('root', 'administrator')
    const browser = await signedIn('root')
    const added = await browser.ask('POST', '/users', {
      name: 'Ana@Shop.Example',
      display: 'Ána \u202eМария\u0007 李',
    })
    expect(added.body.account).toMatchObject({ name: 'ana@shop.example', display: 'Ána Мария 李' })
    expect((await browser.ask('POST', '/users', { name: 'ANA@shop.example' })).status).toBe(409)
  })
})

describe('the trail', () => {
  it('names who did what to what, how it ended, and nothing of the contents', async () => {
    await addAccount('alice', 'administrator')
    await addAccount('bob', 'viewer')
    const alice = await signedIn('alice')
    const bob = await signedIn('bob')
    await alice.ask('POST', '/users', { name: 'carol', password: 'canary words in here' })
    await alice.ask('POST', '/users/carol/role', { role: 'responder' })
    await bob.ask('POST', '/users/carol/role', { role: 'administrator' })
    await bob.ask('DELETE', '/clusters/shop-eu')
    await alice.ask('DELETE', '/tokens/tok-0000000000')
    await alice.ask('DELETE', '/sign-in')
    const entries = (await people.audit.list({ limit: 20 })).toReversed()
    expect(entries.map(({ actor, action, subject, outcome }) => [actor, action, subject, outcome])).toEqual([
      ['alice', 'sign-in', 'password', 'done'],
      ['bob', 'sign-in', 'password', 'done'],
      ['alice', 'user.add', 'carol', 'done'],
      ['alice', 'user.role.responder', 'carol', 'done'],
      ['bob', 'POST /users', 'carol/role', 'refused'],
      ['bob', 'DELETE /clusters', 'shop-eu', 'refused'],
      ['alice', 'DELETE /tokens', 'tok-0000000000', 'failed'],
      ['alice', 'sign-out', null, 'done'],
    ])
    expect(entries[0]).toMatchObject({
      via: 'session',
      through: expect.stringMatching(/^ses-/),
      address: '192.0.2.1',
    })
    expect(JSON.stringify(await store.db.selectFrom('audit_entry').selectAll().execute())).not.toContain(
      'canary',
    )
  })

  it('cannot be altered, thinned out or cut without being found', async () => {
    const add = (action: string) =>
      people.audit.add({
        actor: 'alice',
        via: 'session',
        through: null,
        action,
        subject: null,
        outcome: 'done',
        address: '',
        requestId: '',
      })
    for (let i = 0; i < 5; i++) await add(`act ${i}`)
    const whole = await people.audit.check(null)
    expect(whole).toMatchObject({ entries: 5, break: null, head: { seq: 5 } })
    await add('act 5')
    expect((await people.audit.check(whole.head)).break).toBeNull()

    const row = await store.db
      .selectFrom('audit_entry')
      .selectAll()
      .where('seq', '=', 3)
      .executeTakeFirstOrThrow()
    const set = (values: Partial<typeof row>) =>
      store.db.updateTable('audit_entry').set(values).where('seq', '=', 3).execute()
    const found = async () => (await people.audit.check(whole.head)).break
    await set({ body: row.body.replace('act 2', 'nothing') })
    expect(await found()).toEqual({ seq: 3, kind: 'altered' })
    await set({ body: row.body, actor: 'nobody' })
    expect(await found()).toEqual({ seq: 3, kind: 'altered' })
    await set(row)
    expect(await found()).toBeNull()
    await store.db.deleteFrom('audit_entry').where('seq', '=', 3).execute()
    expect(await found()).toEqual({ seq: 3, kind: 'missing' })
    await store.db.insertInto('audit_entry').values(row).execute()
    // What is cut off at the end only a head that was kept elsewhere shows.
    await store.db.deleteFrom('audit_entry').where('seq', '>=', 5).execute()
    expect((await people.audit.check(null)).break).toBeNull()
    expect(await found()).toEqual({ seq: 5, kind: 'missing' })
  })

  it('holds when many write at once', async () => {
    await addAccount('alice', 'administrator')
    const alice = await signedIn('alice')
    await Promise.all(Array.from({ length: 20 }, () => alice.ask('POST', '/tokens', { name: 'x' })))
    expect(await people.audit.check(null)).toMatchObject({ entries: 21, break: null })
  })
})
