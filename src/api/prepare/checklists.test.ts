import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../../base/clock.ts'
import type { Role } from '../../core/people.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { ChecklistLibrary } from '../../prepare/checklists/index.ts'
import { createApi } from '../app.ts'
import { openPeople, type People } from '../sign-in/people.ts'
import { scopeRoles, type TokenScope } from '../sign-in/tokens.store.ts'

/** Who may do what with checklists, and what a second person is, where everybody signs in. */
const clock = fixedClock(Date.UTC(2026, 10, 18))
const secrets = new Map<string, string>()
let store: Store
let people: People
let library: ChecklistLibrary

beforeAll(async () => {
  store = await openStore({ clock })
  people = openPeople(store, clock)
  library = new ChecklistLibrary({ store, clock, folder: null })
  const add = (name: string, role: Role) =>
    people.accounts.add({ name, display: name, role, password: null, subject: null, by: 'test' })
  await add('root', 'administrator')
  for (const [name, scope] of [
    ['vera', 'read'],
    ['rob', 'respond'],
    ['cleo', 'command'],
    ['carl', 'command'],
  ] as [string, TokenScope][]) {
    await add(name, scopeRoles[scope])
    const { secret } = await people.tokens.create({
      name,
      scope,
      account: name,
      expiresAtMs: clock.nowMs() + 1e9,
    })
    secrets.set(name, secret)
  }
  const { secret } = await people.tokens.create({
    name: 'robot',
    scope: 'command',
    account: null,
    expiresAtMs: clock.nowMs() + 1e9,
  })
  secrets.set('robot', secret)
})
afterAll(() => store.close())

async function ask(who: string, method: string, path: string, body?: unknown) {
  const api = createApi({
    knowledge: () => Promise.reject(new Error('nothing here needs knowledge')),
    checklists: async () => library,
    auth: { mode: 'sign-in', people: async () => people },
    config: { version: '0.0.0-test', example: false, heartbeatMs: 5_000, clock },
  })
  const response = await api.request(`http://allclear.example/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${secrets.get(who)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

async function loosened(): Promise<string> {
  const { text } = await library.version('fix')
  return text.replace('version: 1.0.0', 'version: 2.0.0').replace('{id: repro.fixed}', '{none: no time}')
}

describe('checklists over the API', () => {
  it('are read and judged by viewers, stored by responders, and decided about by commanders', async () => {
    const text = await loosened()
    const decision = { accept: true, reason: 'Seen.' }
    const decide = (who: string) => ask(who, 'POST', '/checklists/fix/versions/2.0.0/decision', decision)
    expect((await ask('vera', 'GET', '/checklists/fix')).status).toBe(200)
    expect((await ask('vera', 'POST', '/checklist-drafts', { text })).status).toBe(200)
    expect((await ask('vera', 'POST', '/checklists/fix/versions', { text, reason: 'x' })).status).toBe(403)
    expect((await ask('cleo', 'POST', '/checklists/fix/versions', { text, reason: 'x' })).status).toBe(201)
    for (const who of ['rob', 'cleo', 'robot']) expect((await decide(who)).status, who).toBe(403)
    expect((await decide('carl')).status).toBe(200)
    expect(JSON.parse((await ask('vera', 'GET', '/checklists/fix')).text).made).toMatchObject({
      version: '2.0.0',
      author: 'cleo',
      decision: { by: 'carl' },
    })
  })

  it('are not said in the name of somebody else, and the trail names who stored them', async () => {
    const body = { text: await loosened(), reason: 'x' }
    expect((await ask('rob', 'POST', '/checklists/fix/versions?as=@carl', body)).status).toBe(403)
    const rows = await people.audit.list({ limit: 50 })
    expect(rows.map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`)).toContain(
      'carl checklist.accept done',
    )
  })

  it('refuse a text that is too large, one of another list, and what is no playbook, each with the next step', async () => {
    const huge = await ask('rob', 'POST', '/checklists/fix/versions', {
      text: 'x'.repeat(300_000),
      reason: 'x',
    })
    const other = await ask('rob', 'POST', '/checklists/network/versions', {
      text: await loosened(),
      reason: 'x',
    })
    const broken = await ask('rob', 'POST', '/checklist-drafts/cacao', { playbook: { type: 'playbook' } })
    expect([huge.status, other.status, broken.status]).toEqual([400, 400, 200])
    for (const { text } of [huge, other]) expect(JSON.parse(text).error.next).toMatch(/\S/)
    expect(JSON.parse(broken.text)).toMatchObject({ text: null, problems: [{ rule: 'not-a-playbook' }] })
  })

  it('print with a policy of their own that lets in the one style, and no script', async () => {
    const { headers, text } = await ask('vera', 'GET', '/checklists/triage/text?form=html')
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+';/,
    )
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(text).not.toContain('<script')
  })
})
