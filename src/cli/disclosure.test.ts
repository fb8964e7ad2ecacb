import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { routes } from '../../test/disclosure/sinks.ts'
import { openInstallation } from '../api/installation.ts'
import { startServer } from '../api/serve.ts'
import { walkInputs } from '../base/archive/index.ts'
import { fixedClock } from '../base/clock.ts'
import { overrideLimits } from '../base/limits.ts'
import { sendNotice } from '../base/outbound/notice.ts'
import { defaultOutboundPolicy } from '../base/outbound/policy.ts'
import { openOutbound } from '../base/outbound/send.ts'
import { backupStore } from '../base/store/backup.ts'
import { classify, clear, type CodeWord, words } from '../core/disclosure/index.ts'
import type { Role } from '../core/people.ts'
import type { AccessAnswer } from '../respond/embargo/answers.ts'
import type { IncidentAnswer } from '../respond/incidents/answers.ts'
import { incidentCommands } from '../respond/incidents/commands/index.ts'
import { runForTest } from './run-for-test.ts'

/**
 * The taint suite. An incident under embargo has a mark in every field that somebody can fill; then everything that leaves
 * the program is read: what outsiders get from every route and command, events, the log, the trail, backups, the store
 * itself, and what is sent to other systems. None of it may have the mark or the code word. And two incidents that differ
 * in their contents only must give outsiders the same bytes.
 */
const examples = join(import.meta.dirname, '../../examples')
const people: Record<string, Role> = {
  alice: 'commander',
  bob: 'responder',
  dave: 'responder',
  eve: 'administrator',
  mallory: 'commander',
  carl: 'viewer',
}

/** What everybody who is no member got, in the order in which it was asked. */
interface Seen {
  incident: string
  codeWord: string
  mark: string
  /** By outsider and by what was asked. */
  answers: { who: string; what: string; text: string }[]
  /** By sink: log, trail, store, backup, outbound. */
  sinks: Record<string, string>
  filled: Set<string>
}

type Say = (body: Record<string, unknown>) => Promise<void>

/** Fills every field of every command with the mark. `text` makes a text of it. */
async function fill(say: Say, text: (field: string) => string, filled: Set<string>): Promise<void> {
  const does = async (word: string, body: Record<string, unknown>): Promise<void> => {
    filled.add(word)
    await say({ do: word, ...body })
  }
  await does('note', { text: text('note') })
  await does('decide', {
    statement: text('statement'),
    reason: text('reason'),
    alternatives: [text('alternative')],
  })
  await does('hypothesis', {
    statement: text('hypothesis'),
    kind: 'attack',
    predictions: [{ text: text('prediction'), probe: 'know.coverage', refutedBy: 'confirmed' }],
  })
  await does('test', { hypothesis: 'H4', result: 'held', evidence: text('evidence') })
  await does('follow-up', { text: text('follow-up'), owner: 'alice', dueAtMs: Date.UTC(2027, 0, 1) })
  await does('follow-up-done', { id: 'F1', note: text('done') })
  await does('score', { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', note: text('score') })
  await does('clock-start', {
    regime: text('regime'),
    title: text('title-of-clock'),
    source: text('source-of-clock'),
    stops: text('stops'),
    dueAtMs: Date.UTC(2026, 11, 1),
  })
  await does('clock-stop', { clock: 'C1', reason: text('clock-reason') })
  await does('clock-rule-out', { regime: 'gdpr', reason: text('ruled-out') })
  await does('check', { item: 'T1', note: text('claim') })
  await does('skip', { item: 'T4', reason: text('skip') })
  await does('role', { role: 'ops', person: 'bob', reason: text('role') })
  await does('handover', { role: 'responder', to: 'bob', note: text('handover') })
  await does('accept', {
    conditions: ['detect.accuracy'],
    reason: text('accept'),
    expiresAtMs: Date.UTC(2026, 11, 1),
  })
  await does('withdraw', { exception: 'X1', reason: text('withdraw') })
  await does('embargo', { action: 'revise', terms: text('terms') })
  await does('embargo', { action: 'reject', reason: text('rejected') })
  await does('grant', { person: 'carol', compartments: ['facts'] })
  await does('revoke', { person: 'carol', reason: text('revoked') })
}

/** They carry no text of their own, or end what the others are tried on. */
const withoutText = ['join', 'pass', 'adopt', 'all-clear', 'reopen', 'close', 'accept-terms']

async function happen(mark: string, text: (field: string) => string): Promise<Seen> {
  const directory = mkdtempSync(join(tmpdir(), 'allclear-taint-'))
  const clock = fixedClock(Date.UTC(2026, 10, 18, 3))
  const log: string[] = []
  const writeError = process.stderr.write.bind(process.stderr)
  process.stderr.write = ((chunk: string | Uint8Array) => {
    log.push(String(chunk))
    return true
  }) as typeof process.stderr.write
  const installation = await openInstallation({
    directory,
    example: false,
    clock,
    version: '0.0.0-test',
    env: {},
    exclusive: true,
  })
  const outside = await listen()
  try {
    const knowledge = await installation.knowledge()
    await knowledge.importAdvisories(walkInputs([join(examples, 'advisories')]), {})
    await knowledge.importSboms(walkInputs([join(examples, 'sboms')]), {})
    await knowledge.importManifests(walkInputs([join(examples, 'clusters/shop-eu.json')]), {
      cluster: 'shop-eu',
    })
    const book = await installation.people()
    const tokens: Record<string, string> = {}
    const token = async (name: string, account: string | null) =>
      (await book.tokens.create({ name, scope: 'admin', account, expiresAtMs: clock.nowMs() + 86_400_000 }))
        .secret
    for (const [name, role] of Object.entries({ root: 'administrator' as Role, ...people })) {
      await book.accounts.add({ name, display: name, role, password: null, subject: null, by: 'test' })
      // They are listed in the order in which they were made.
      clock.advance(1)
      tokens[name] = await token('test', name)
    }
    // A token that acts for itself and was called like a member.
    tokens['a token called alice'] = await token('alice', null)
    const server = await startServer({
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
    try {
      const ask = (who: string, method: string, path: string, body?: unknown) =>
        fetch(`${server.url}/api/v1${path}`, {
          method,
          headers: {
            ...(tokens[who] === undefined ? {} : { authorization: `Bearer ${tokens[who]}` }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
      const must = async <T>(who: string, method: string, path: string, body?: unknown): Promise<T> => {
        const response = await ask(who, method, path, body)
        const answer = await response.text()
        expect(response.ok, `${who} ${method} ${path} ${JSON.stringify(body)}: ${answer}`).toBe(true)
        return JSON.parse(answer) as T
      }

      const outsiders = ['eve', 'mallory', 'carl', 'a token called alice', 'nobody']
      const streams = await Promise.all(outsiders.map((who) => follow(ask, who)))
      const opened = await must<IncidentAnswer>('alice', 'POST', '/incidents', {
        advisory: text('CVE'),
        title: text('title'),
        source: text('source'),
        embargo: { terms: text('first-terms') },
      })
      const { id } = opened
      const filled = new Set<string>()
      await must('alice', 'POST', `/incidents/${id}/commands`, {
        do: 'grant',
        person: 'bob',
        compartments: ['facts'],
      })
      await must('bob', 'POST', `/incidents/${id}/terms`, {})
      await must('alice', 'POST', `/incidents/${id}/commands`, {
        do: 'grant',
        person: 'dave',
        compartments: ['facts'],
      })
      await fill(
        async (body) => void (await must('alice', 'POST', `/incidents/${id}/commands`, body)),
        text,
        filled,
      )
      for (const compartment of ['facts', 'reproduction', 'affected', 'drafts'])
        await must('alice', 'POST', `/incidents/${id}/compartments/${compartment}`, {
          text: text(compartment),
        })
      // Errors that members get name what they asked for; nobody else hears of them.
      await ask('alice', 'POST', `/incidents/${id}/commands`, { do: 'check', item: text('no-item') })

      const answers: Seen['answers'] = []
      const note = (who: string, what: string, got: string) => void answers.push({ who, what, text: got })
      for (const who of outsiders)
        for (const [route, asked] of Object.entries(routes)) {
          if (asked.notAsked !== undefined || asked.follows === true) continue
          const [method, template] = route.split(' ')
          const path = template
            .slice('/api/v1'.length)
            .replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(asked.path![name]))
          const query = asked.query === undefined ? '' : `?${asked.query}`
          const body = method === 'GET' ? undefined : (asked.body ?? {})
          // Each asks for the incident, and for one that never was: the two answers are compared below.
          for (const name of JSON.stringify([path, body]).includes('INCIDENT')
            ? [id, 'inc-00000000']
            : [id]) {
            const put = (value: string) => value.replaceAll('INCIDENT', name)
            const response = await ask(
              who,
              method,
              put(path + query),
              body === undefined ? undefined : JSON.parse(put(JSON.stringify(body))),
            )
            const headers = JSON.stringify(
              [...response.headers].filter(([key]) => !/^(?:date|x-request-id)$/.test(key)),
            )
            const got = `${response.status} ${headers} ${await response.text()}`
            note(who, `${route} ${name === id ? 'INCIDENT' : 'never was'}`, got.replaceAll(name, 'INCIDENT'))
          }
        }
      for (const args of cliLines(id))
        for (const who of ['eve', 'carl']) {
          const { exit, out, error } = await runForTest(
            [...args, '--server', server.url, '--token', tokens[who]],
            {
              env: { HOME: directory },
            },
          )
          note(
            who,
            `allclear ${args.join(' ')}`.replaceAll(id, 'INCIDENT'),
            `${exit}\n${out}\n${error}`.replaceAll(id, 'INCIDENT'),
          )
        }
      for (const [at, read] of streams.entries()) note(outsiders[at], 'the event stream', await read())
      // The same process without a server is an outsider too, once people sign in.
      const { api } = { api: await import('../api/app.ts') }
      const local = api.createApi({
        knowledge: installation.knowledge,
        response: installation.response,
        auth: { mode: 'local', people: installation.people },
        config: { version: '0', example: false, heartbeatMs: 1, clock },
      })
      note('local', 'list', await (await local.request('http://localhost/api/v1/incidents')).text())
      note(
        'local',
        'show',
        (await (await local.request(`http://localhost/api/v1/incidents/${id}`)).text()).replaceAll(
          id,
          'INCIDENT',
        ),
      )

      const member = await must<AccessAnswer>('alice', 'GET', `/incidents/${id}/access`)
      const codeWord = member.codeWord!
      // Members do see all of it, or the suite would prove nothing.
      const whole = JSON.stringify([
        await must('alice', 'GET', `/incidents/${id}`),
        await must('alice', 'GET', `/incidents/${id}/timeline`),
        await must('alice', 'GET', `/incidents/${id}/export`),
        ...(await Promise.all(
          ['reproduction', 'affected', 'drafts'].map((box) =>
            must('alice', 'GET', `/incidents/${id}/compartments/${box}`),
          ),
        )),
      ])
      for (const field of [
        'title',
        'note',
        'claim',
        'evidence',
        'terms',
        'reproduction',
        'affected',
        'drafts',
      ])
        expect(whole, field).toContain(text(field))
      const bob = JSON.stringify(await must('bob', 'GET', `/incidents/${id}`))
      expect(bob).toContain(text('title'))
      note('dave', 'before the terms', await (await ask('dave', 'GET', `/incidents/${id}`)).text())
      note('dave', 'list before the terms', await (await ask('dave', 'GET', '/incidents')).text())

      const outbound = openOutbound(defaultOutboundPolicy)
      const link = `${server.url}/incidents/${id}`
      const draft = words`${classify(text('title'), id, 'facts')} needs you in ${classify(text('note'), id, 'facts')}`
      const disclosure = { kind: 'embargoed' as const, codeWord: codeWord as CodeWord, link }
      await sendNotice(outbound, outside.url, clear(draft, 'webhook', disclosure)!)
      outbound.close()

      await (await installation.response()).gate.settled()
      const backup = join(directory, 'all.backup')
      await backupStore(installation.store, await installation.blobs(), backup)
      return {
        incident: id,
        codeWord,
        mark,
        answers,
        filled,
        sinks: {
          log: log.join(''),
          trail: JSON.stringify(await installation.store.db.selectFrom('audit_entry').selectAll().execute()),
          tables: JSON.stringify(
            await Promise.all(
              (['timeline_entry', 'incident', 'probe_answer', 'change'] as const).map((table) =>
                installation.store.db.selectFrom(table).selectAll().execute(),
              ),
            ),
          ),
          files: filesIn(directory),
          outbound: outside.received.join('\n').replaceAll(codeWord, 'CODE WORD'),
        },
      }
    } finally {
      await server.close()
    }
  } finally {
    process.stderr.write = writeError
    outside.close()
    await installation.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** What outsiders could try from the command line. */
function cliLines(id: string): string[][] {
  const forms = ['table', 'wide', 'json', 'yaml', 'name']
  return [
    ...forms.flatMap((form) => [
      ['incident', 'list', '-o', form],
      ['incident', 'show', id, '-o', form],
    ]),
    ['incident', 'show'],
    ['incident', 'timeline', id],
    ['incident', 'why', 'rollout.digest-coverage', '-i', id],
    ['incident', 'verify', id],
    ['incident', 'export', id, '--format', 'json'],
    ['incident', 'export', id, '--format', 'md'],
    ['incident', 'clock', 'list', id],
    ['incident', 'note', 'x', '-i', id],
    ['incident', 'join', id],
    ['probe', 'run', 'embargo.gate', `incident=${id}`],
    ['audit', '--limit', '1000', '-o', 'json'],
    ['changes', '-o', 'json'],
    ['status', '-o', 'json'],
    ['advisory', 'list', '-o', 'json'],
  ]
}

/** Opens the event stream now; what came is read when the returned function is called. */
async function follow(ask: (who: string, method: string, path: string) => Promise<Response>, who: string) {
  const response = await ask(who, 'GET', '/events')
  const reader = response.body!.getReader()
  let got = `${response.status} `
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }))
      if (done) return
      got += new TextDecoder().decode(value)
    }
  })()
  return async () => {
    await reader.cancel().catch(() => {})
    await reading
    return got.replace(/"requestId":"\w+"/, '')
  }
}

async function listen(): Promise<{ url: string; received: string[]; close(): void }> {
  const received: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      received.push(`${request.method} ${request.url} ${body}`)
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    close: () => server.close(),
  }
}

/** The bytes of every file below a folder, the database and its log among them. */
function filesIn(folder: string): string {
  return (readdirSync(folder, { recursive: true }) as string[])
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path).toString('latin1'))
    .join('\n')
}

/** Ids of vulnerabilities are written in capitals. */
function has(text: string, mark: string): boolean {
  return text.toLowerCase().includes(mark)
}

/** Without what is drawn by chance: ids of requests and tokens, hashes, ports, how long the index took to build. */
function withoutChance(text: string): string {
  const timed = text.includes('builtInMs') ? text.replace(/"content-length","\d+"/, 'LENGTH') : text
  return timed
    .replace(/"builtInMs": ?\d+/, 'TIME')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'SERVER')
    .replaceAll(/allclear-taint-\w+/g, 'FOLDER')
    .replaceAll(/[0-9a-f]{10,}/g, 'HEX')
}

describe('an incident under embargo', () => {
  let short: Seen
  let long: Seen
  beforeAll(async () => {
    // Each of the outsiders asks more than once here.
    const restore = overrideLimits({
      accessAskMs: 0,
      passwordCost: 256,
      signInFailures: 10_000,
      signInFailuresOfAddress: 10_000,
      signInFailuresOfName: 10_000,
    })
    short = await happen('zq7f3a', (field) => `zq7f3a-${field}`)
    long = await happen('kw9d2b', (field) =>
      `kw9d2b ${field} ${'and a good deal more of it '.repeat(20)}`.slice(0, 110).trim(),
    )
    restore()
  })

  it('had a mark in every field that people can fill', () => {
    const all = incidentCommands.map((command) => command.do)
    expect(all.filter((word) => !short.filled.has(word) && !withoutText.includes(word))).toEqual([])
  })

  it('gives no byte of its contents, nor its code word, to anybody outside', () => {
    for (const seen of [short, long]) {
      expect(seen.answers.length).toBeGreaterThan(400)
      const leaks = seen.answers.filter(
        ({ who, text }) => has(text, seen.mark) || (who !== 'dave' && text.includes(seen.codeWord)),
      )
      expect(leaks).toEqual([])
    }
  })

  it('leaves none in the log, the trail, the store, a backup or what is sent', () => {
    for (const seen of [short, long])
      for (const [sink, text] of Object.entries(seen.sinks)) {
        expect(text.length, sink).toBeGreaterThan(0)
        expect(has(text, seen.mark), `${sink} has the mark`).toBe(false)
      }
    for (const sink of ['log', 'trail']) expect(short.sinks[sink].includes(short.codeWord), sink).toBe(false)
    expect(short.sinks.outbound).toMatch(
      /^POST \/ \{"text":"CODE WORD http:\/\/127\.0\.0\.1:\d+\/incidents\/inc-[0-9a-f]+"\}$/,
    )
  })

  it('is to everybody outside what never was, in the same bytes', () => {
    for (const { who, what, text } of short.answers.filter(
      (one) => one.what.endsWith(' INCIDENT') && one.what.includes('/'),
    )) {
      const never = short.answers.find(
        (one) => one.who === who && one.what === what.replace(/ INCIDENT$/, ' never was'),
      )
      if (never === undefined) continue
      expect(withoutChance(text), `${who}: ${what}`).toBe(withoutChance(never.text))
    }
  })

  it('is to everybody outside what any other is', () => {
    expect(long.answers.map(({ who, what }) => [who, what])).toEqual(
      short.answers.map(({ who, what }) => [who, what]),
    )
    for (const [at, { who, what, text }] of short.answers.entries())
      if (who !== 'dave')
        expect(withoutChance(text), `${who}: ${what}`).toBe(withoutChance(long.answers[at].text))
  })

  it('tells a member who has not accepted the terms its code word, and nothing else', () => {
    const [show, list] = short.answers.filter(({ who }) => who === 'dave')
    expect(JSON.parse(show.text).error.code).toBe('embargo.terms')
    expect(show.text).toContain(short.codeWord)
    expect(JSON.parse(list.text)).toEqual({ rows: [] })
  })
})
