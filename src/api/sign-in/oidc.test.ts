import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Provider } from 'oidc-provider'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import { overrideLimits } from '../../base/limits.ts'
import type { OidcConfig } from '../../base/oidc.config.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { createApi } from '../app.ts'
import { localPath } from './oidc.ts'
import { openPeople, type People } from './people.ts'

/** End to end against a real provider on this machine: its own pages are walked through as a browser would. */
const directory = mkdtempSync(join(tmpdir(), 'allclear-oidc-'))
const home = 'http://allclear.example:2990'
const groups: Record<string, string[]> = { ada: ['ops', 'leads'], bob: [], root: ['admins'] }
let issuer = ''
let listening: Server
let store: Store
let people: People

beforeAll(async () => {
  store = await openStore({ directory, clock: systemClock })
  listening = createServer()
  await new Promise<void>((resolve) => {
    listening.listen(0, '127.0.0.1', resolve)
  })
  issuer = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'allclear',
        client_secret: 'a secret of the provider',
        redirect_uris: [`${home}/api/v1/sign-in/oidc/callback`],
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: `subject-${id}`,
        name: `${id} of the provider`,
        preferred_username: id,
        email: `${id}@shop.example`,
        groups: groups[id] ?? [],
      }),
    }),
    cookies: { keys: ['a key of the test'] },
    jwks: undefined,
  })
  listening.on('request', provider.callback())
})
beforeEach(async () => {
  for (const table of ['account', 'session', 'audit_entry'] as const)
    await store.db.deleteFrom(table).execute()
  people = openPeople(store, systemClock)
  await people.accounts.add({
    name: 'local-root',
    display: 'local-root',
    role: 'administrator',
    password: null,
    subject: null,
    by: 'test',
  })
})
afterAll(async () => {
  listening.closeAllConnections()
  listening.close()
  await store.close()
  rmSync(directory, { recursive: true })
})

function apiWith(changes: Partial<OidcConfig> = {}) {
  const oidc: OidcConfig = {
    issuer,
    clientId: 'allclear',
    clientSecret: 'a secret of the provider',
    title: 'the shop',
    scopes: ['openid', 'profile', 'email'],
    rolesClaim: 'groups',
    roles: { commander: ['leads'], responder: ['ops'], administrator: ['admins'] },
    newcomers: 'viewer',
    ...changes,
  }
  return createApi({
    knowledge: () => Promise.reject(new Error('nothing here needs knowledge')),
    auth: { mode: 'sign-in', people: async () => people },
    config: {
      version: '0',
      example: false,
      heartbeatMs: 5_000,
      clock: systemClock,
      oidc,
      publicUrl: () => home,
    },
  })
}

/** Cookies of one host. */
class Jar {
  readonly cookies = new Map<string, string>()
  header(): Record<string, string> {
    return this.cookies.size === 0
      ? {}
      : { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') }
  }
  take(response: Response): Response {
    for (const cookie of response.headers.getSetCookie()) {
      const [pair, ...attributes] = cookie.split('; ')
      const at = pair.indexOf('=')
      if (attributes.includes('Max-Age=0')) this.cookies.delete(pair.slice(0, at))
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }
}

class Browser {
  readonly ours = new Jar()
  readonly theirs = new Jar()
  readonly #api: ReturnType<typeof apiWith>
  constructor(api = apiWith()) {
    this.#api = api
  }
  async ask(path: string): Promise<Response> {
    return this.ours.take(await this.#api.request(home + path, { headers: this.ours.header() }))
  }
  /** Through the pages of the provider, to where it sends the browser back. */
  async atProvider(address: string, login: string): Promise<string> {
    let url = new URL(address)
    let form: string | null = null
    for (let step = 0; step < 12; step++) {
      if (url.origin !== issuer) return url.pathname + url.search
      const response: Response = this.theirs.take(
        await fetch(url, {
          redirect: 'manual',
          headers: {
            ...this.theirs.header(),
            ...(form === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          },
          ...(form === null ? {} : { method: 'POST', body: form }),
        }),
      )
      form = null
      const location = response.headers.get('location')
      const text = await response.text()
      if (location !== null) url = new URL(location, url)
      else form = text.includes('name="login"') ? `prompt=login&login=${login}&password=x` : 'prompt=consent'
    }
    throw new Error(`the provider does not come to an end at ${url.href}`)
  }
  async signIn(login: string, to = '/'): Promise<Response> {
    const begun = await this.ask(`/api/v1/sign-in/oidc?to=${encodeURIComponent(to)}`)
    expect(begun.status).toBe(302)
    return this.ask(await this.atProvider(begun.headers.get('location')!, login))
  }
  async me(): Promise<Record<string, unknown>> {
    return (await (await this.ask('/api/v1/me')).json()) as Record<string, unknown>
  }
}

describe('sign-in through a provider', () => {
  it('goes there with PKCE, state and nonce, and comes back signed in, where it came from', async () => {
    const browser = new Browser()
    const begun = await browser.ask('/api/v1/sign-in/oidc?to=%2Fcve%2FCVE-2021-44228')
    const asked = new URL(begun.headers.get('location')!).searchParams
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${home}/api/v1/sign-in/oidc/callback`,
      state: expect.stringMatching(/^[\w-]{40,}$/),
      nonce: expect.stringMatching(/^[\w-]{40,}$/),
    })
    expect(begun.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/)
    const back = await browser.ask(await browser.atProvider(begun.headers.get('location')!, 'ada'))
    expect([back.status, back.headers.get('location')]).toEqual([302, '/cve/CVE-2021-44228'])
    expect(back.headers.getSetCookie().at(-1)).toMatch(/^allclear_session=.*; HttpOnly; SameSite=Strict$/)
    expect(await browser.me()).toMatchObject({
      name: 'ada',
      display: 'ada of the provider',
      role: 'commander',
    })
    expect((await people.audit.list({ limit: 1 }))[0]).toMatchObject({
      actor: 'ada',
      action: 'sign-in',
      subject: 'oidc',
    })
  })

  it('knows a person again by the subject, with the groups of today', async () => {
    await new Browser().signIn('ada')
    groups.ada = ['ops']
    const again = new Browser()
    await again.signIn('ada')
    groups.ada = ['ops', 'leads']
    expect(await again.me()).toMatchObject({ name: 'ada', role: 'responder' })
    expect(await people.accounts.list()).toHaveLength(2)
  })

  it('gives nobody the account of somebody else who is called alike', async () => {
    await people.accounts.add({
      name: 'bob',
      display: 'bob',
      role: 'administrator',
      password: null,
      subject: null,
      by: 'test',
    })
    const browser = new Browser()
    await browser.signIn('bob')
    expect(await browser.me()).toMatchObject({ name: 'bob-2', role: 'viewer' })
  })

  it('lets in no newcomer where it is said so, and nobody who is disabled', async () => {
    const closed = new Browser(apiWith({ newcomers: 'nobody' }))
    const refused = await closed.signIn('bob')
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('not let in here')])
    await new Browser().signIn('ada')
    await people.accounts.setDisabled('ada', true)
    expect((await new Browser().signIn('ada')).status).toBe(403)
    expect((await people.accounts.list()).map(({ name }) => name)).toEqual(['ada', 'local-root'])
  })

  it('takes no answer twice, of another browser, with another state, or without its code', async () => {
    const browser = new Browser()
    const begun = await browser.ask('/api/v1/sign-in/oidc')
    const back = await browser.atProvider(begun.headers.get('location')!, 'ada')
    const cookie = new Map(browser.ours.cookies)
    const attempt = async (path: string, cookies: Map<string, string>) => {
      const one = new Browser()
      for (const [name, value] of cookies) one.ours.cookies.set(name, value)
      const response = await one.ask(path)
      return [response.status, (await response.text()).includes('Not signed in'), one.ours.cookies.size]
    }
    // Login CSRF: an attacker's answer in the browser of somebody else.
    expect(await attempt(back, new Map())).toEqual([401, true, 0])
    const shared = apiWith()
    const first = new Browser(shared)
    const begunThere = await first.ask('/api/v1/sign-in/oidc')
    const good = await first.atProvider(begunThere.headers.get('location')!, 'ada')
    const forged = good.replace(/state=[^&]+/, 'state=forged')
    expect((await first.ask(forged)).status).toBe(401)
    // The cookie went with the first attempt: the true answer comes too late.
    expect((await first.ask(good)).status).toBe(401)
    expect(cookie.size).toBe(1)
    expect(
      (
        await new Browser(shared).ask(
          '/api/v1/sign-in/oidc/callback?error=access_denied&error_description=%3Cscript%3E',
        )
      ).status,
    ).toBe(401)
  })

  it('says what the provider refused in its own word only, and never as markup', async () => {
    const browser = new Browser()
    const begun = await browser.ask('/api/v1/sign-in/oidc')
    const state = new URL(begun.headers.get('location')!).searchParams.get('state')!
    const iss = encodeURIComponent(issuer)
    const back = await browser.ask(
      `/api/v1/sign-in/oidc/callback?state=${state}&iss=${iss}&error=access_denied&error_description=%3Cscript%3Ealert(1)`,
    )
    const text = await back.text()
    expect(back.status).toBe(401)
    expect(text).toContain('access_denied')
    expect(text).not.toContain('script')
  })

  it('is forgotten after ten minutes, and kept for few', async () => {
    const restore = overrideLimits({ oidcMs: 1, oidcBegun: 2 })
    const browser = new Browser()
    const begun = await browser.ask('/api/v1/sign-in/oidc')
    const back = await browser.atProvider(begun.headers.get('location')!, 'ada')
    expect((await browser.ask(back)).status).toBe(401)
    restore()
  })

  it('says that a provider does not answer, and that other ways work', async () => {
    const browser = new Browser(apiWith({ issuer: 'http://127.0.0.1:9' }))
    const response = await browser.ask('/api/v1/sign-in/oidc')
    expect(response.status).toBe(502)
    expect(await response.text()).toContain('Passwords and tokens work meanwhile')
  })
})

it.each([
  ['/cve/CVE-2021-44228?tab=images', true],
  ['/', true],
  ['//attacker.example', false],
  ['/\\attacker.example', false],
  ['https://attacker.example', false],
  ['/a\r\nSet-Cookie: x=y', false],
  ['/\u0009/attacker.example', false],
  ['javascript:alert(1)', false],
  ['', false],
])('%j is a place to come back to: %s', (text, ok) => expect(localPath(text)).toBe(ok ? text : '/'))
