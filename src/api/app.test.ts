import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Validator } from '@seriousme/openapi-schema-validator'
import { fixedClock } from '../base/clock.ts'
import { listErrors } from '../base/errors.ts'
import { openStore } from '../base/store/index.ts'
import type { Store } from '../base/store/index.ts'
import { createApi } from './app.ts'
import { openPeople, type People } from './sign-in/people.ts'
import type { ApiContext } from './context.ts'

const clock = fixedClock(Date.UTC(2026, 10, 18))
const directory = mkdtempSync(join(tmpdir(), 'allclear-api-'))
let store: Store
let people: People

beforeAll(async () => {
  store = await openStore({ directory, clock })
  people = openPeople(store, clock)
})
afterAll(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

function apiWith(changes: { mode?: ApiContext['auth']['mode']; hosts?: string[]; example?: boolean } = {}) {
  const context: ApiContext = {
    knowledge: () => Promise.reject(new Error('these routes need no knowledge')),
    auth: { mode: changes.mode ?? 'local', people: async () => people },
    config: {
      version: '0.0.0-test',
      example: changes.example ?? false,
      hosts: changes.hosts,
      heartbeatMs: 5_000,
      clock,
    },
  }
  return createApi(context)
}

const post = (body: unknown, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

describe('errors', () => {
  it.each([
    ['/api/v1/nothing', 404, 'not-found'],
    ['/api/v1/where', 400, 'usage'],
    ['/api/v1/images?limit=1000000', 400, 'usage'],
    ['/api/v2/where?q=x', 404, 'not-found'],
  ])('%s is %i %s, with what to do next', async (path, status, code) => {
    const response = await apiWith().request(path)
    expect(response.status).toBe(status)
    const { error } = (await response.json()) as { error: Record<string, string> }
    expect(error.code).toBe(code)
    expect(error.message).not.toBe('')
    expect(error.next).not.toBe('')
    expect(error.requestId).toBe(response.headers.get('x-request-id'))
  })

  it('says nothing of the inside of a defect', async () => {
    const response = await apiWith().request('/api/v1/status')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('these routes need no knowledge')
  })

  it('refuses a body that is no JSON as usage', async () => {
    const response = await apiWith().request('/api/v1/versions/compare', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"scheme":',
    })
    expect(response.status).toBe(400)
    expect(((await response.json()) as { error: { code: string } }).error.code).toBe('usage')
  })
})

describe('headers', () => {
  it.each(['/api/v1/health', '/api/v1/nothing', '/api/v1/where'])(
    '%s carries the security headers',
    async (path) => {
      const { headers } = await apiWith().request(path)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('no-store')
    },
  )

  it('answers only under its own names', async () => {
    const api = apiWith({ hosts: ['127.0.0.1:2990', 'localhost:2990'] })
    const ask = (host: string) => api.request('/api/v1/health', { headers: { host } })
    expect((await ask('127.0.0.1:2990')).status).toBe(200)
    expect((await ask('LOCALHOST:2990')).status).toBe(200)
    expect((await ask('attacker.example')).status).toBe(403)
    expect((await ask('127.0.0.1:2991')).status).toBe(403)
  })

  it('takes writes of its own pages and of programs only', async () => {
    const ask = (origin?: string) =>
      apiWith().request(
        'http://127.0.0.1:2990/api/v1/purls/parse',
        post({ lines: [] }, { host: '127.0.0.1:2990', ...(origin ? { origin } : {}) }),
      )
    expect((await ask('https://attacker.example')).status).toBe(403)
    expect((await ask('null')).status).toBe(403)
    expect((await ask('http://127.0.0.1:2990')).status).toBe(200)
    expect((await ask()).status).toBe(200)
  })

  it.each([
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 403],
    [{ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 200],
    [{ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }, 200],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
  ])('a browser that reads with %j is answered %i', async (headers, status) => {
    expect((await apiWith().request('/api/v1/config/limits', { headers })).status).toBe(status)
  })

  it('a form of a foreign page writes nothing, even where a browser sends no origin', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    expect((await apiWith().request('/api/v1/purls/parse', post({ lines: [] }, headers))).status).toBe(403)
  })
})

describe('tokens', () => {
  it('keeps only the hash, and the secret works until it expires or is revoked', async () => {
    const local = apiWith()
    const made = await local.request('/api/v1/tokens', post({ name: 'ci', scope: 'admin', days: 1 }))
    expect(made.status).toBe(201)
    const { secret, id } = (await made.json()) as { secret: string; id: string }
    expect(secret).toMatch(/^ac_[\w-]{43}$/)
    const rows = await store.db.selectFrom('token').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(secret)
    expect(await (await local.request('/api/v1/tokens')).text()).not.toContain(secret)

    const remote = apiWith({ mode: 'sign-in' })
    const ask = (token: string) =>
      remote.request('/api/v1/config/limits', { headers: { authorization: `Bearer ${token}` } })
    expect((await ask(secret)).status).toBe(200)
    expect((await ask(`${secret}x`)).status).toBe(401)
    clock.advance(25 * 60 * 60 * 1000)
    expect((await ask(secret)).status).toBe(401)
    expect((await local.request(`/api/v1/tokens/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await local.request(`/api/v1/tokens/${id}`, { method: 'DELETE' })).status).toBe(404)
  })

  it('needs one where sign-in is on, and says how to get it', async () => {
    const response = await apiWith({ mode: 'sign-in' }).request('/api/v1/config/limits')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
    expect(await response.text()).toContain('allclear login')
    expect((await apiWith({ mode: 'sign-in' }).request('/api/v1/health')).status).toBe(200)
  })

  it('checks a token that is given although none is needed', async () => {
    const ask = (authorization: string) =>
      apiWith().request('/api/v1/config/limits', { headers: { authorization } })
    expect((await ask('Bearer ac_wrong')).status).toBe(401)
    expect((await ask('Basic abc')).status).toBe(401)
  })

  it('lets a reader read and ask, and nothing else', async () => {
    const { secret } = await people.tokens.create({
      name: 'reader',
      scope: 'read',
      account: null,
      expiresAtMs: clock.nowMs() + 60_000,
    })
    const api = apiWith({ mode: 'sign-in' })
    const headers = { authorization: `Bearer ${secret}` }
    expect((await api.request('/api/v1/config/limits', { headers })).status).toBe(200)
    expect((await api.request('/api/v1/purls/parse', post({ lines: ['pkg:npm/a@1'] }, headers))).status).toBe(
      200,
    )
    expect(await (await api.request('/api/v1/tokens', { headers })).json()).toEqual({ rows: [] })
    expect((await api.request('/api/v1/tokens', post({ name: 'x', scope: 'admin' }, headers))).status).toBe(
      403,
    )
    expect((await api.request('/api/v1/import/sbom', { method: 'POST', body: '{}', headers })).status).toBe(
      403,
    )
    expect((await api.request('/api/v1/sync', post({}, headers))).status).toBe(403)
  })

  it('signs a browser in with a cookie that scripts cannot read', async () => {
    const { secret } = await people.tokens.create({
      name: 'browser',
      scope: 'admin',
      account: null,
      expiresAtMs: clock.nowMs() + 60_000,
    })
    const api = apiWith({ mode: 'sign-in' })
    expect((await api.request('/api/v1/sign-in', post({ token: 'ac_wrong' }))).status).toBe(401)
    const response = await api.request('/api/v1/sign-in', post({ token: secret }))
    expect(await response.json()).toMatchObject({ name: 'browser', role: 'administrator', via: 'session' })
    const cookie = response.headers.get('set-cookie')!
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Strict')
    expect(cookie).not.toContain(secret)
    const asked = await api.request('/api/v1/config/limits', { headers: { cookie: cookie.split(';')[0] } })
    expect(asked.status).toBe(200)
  })
})

describe('the example fleet', () => {
  it.each(['advisories', 'sbom', 'manifests', 'kev', 'epss', 'ssvc', 'vex'])(
    'takes no import of %s',
    async (kind) => {
      const response = await apiWith({ example: true }).request(`/api/v1/import/${kind}?cluster=x`, {
        method: 'POST',
        body: '{}',
      })
      expect(response.status).toBe(409)
      const { error } = (await response.json()) as { error: { code: string; next: string } }
      expect(error.code).toBe('example.read-only')
      expect(error.next).toContain('--data DIR')
    },
  )
})

describe('openapi.json', () => {
  it('describes every route of 3.1 with its error answer', async () => {
    const response = await apiWith().request('/api/v1/openapi.json')
    const document = (await response.json()) as {
      openapi: string
      paths: Record<
        string,
        Record<string, { responses: object; summary: string; tags: string[]; operationId: string }>
      >
      components: { schemas: object }
    }
    expect(document.openapi).toBe('3.1.0')
    const validity = await new Validator().validate(structuredClone(document))
    expect(validity.errors).toBeUndefined()
    expect(validity.valid).toBe(true)
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
    )
    for (const { name, operation } of operations) {
      expect(operation.responses, name).toHaveProperty('default')
      expect(operation.summary, name).not.toBe('')
      expect(operation.tags, name).toHaveLength(1)
    }
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
    for (const { code } of listErrors()) expect(JSON.stringify(operations[0].operation)).toContain(code)
    // The reference page is the list that people read; `npm run generate` makes it.
    const page = readFileSync(join(import.meta.dirname, '../../docs/reference/api.md'), 'utf8')
    for (const { name } of operations) {
      const [method, path] = name.split(' ')
      expect(page).toContain(`| \`${method.toUpperCase()} ${path}\` |`)
    }
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining([
        'WhereAnswer',
        'CveAnswer',
        'Coverage',
        'Counted',
        'ScanReport',
        'ImportReport',
        'Error',
      ]),
    )
  })
})
