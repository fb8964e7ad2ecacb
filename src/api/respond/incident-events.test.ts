import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { walkInputs } from '../../base/archive/index.ts'
import { systemClock } from '../../base/clock.ts'
import type { Knowledge } from '../../know/knowledge.ts'
import type { IncidentAnswer, TimelineRow } from '../../respond/incidents/answers.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { startServer, type RunningServer } from '../serve.ts'

/** A server that follows its fleet: what changes is told to everybody who watches, and asked of the fleet once. */
const examples = join(import.meta.dirname, '../../../examples')
const directory = mkdtempSync(join(tmpdir(), 'allclear-events-'))
let installation: Installation
let knowledge: Knowledge
let server: RunningServer
let incident: IncidentAnswer

beforeAll(async () => {
  installation = await openInstallation({
    directory,
    example: false,
    clock: systemClock,
    version: '0.0.0-test',
    env: {},
    exclusive: true,
  })
  knowledge = await installation.knowledge()
  const inputs = (name: string) => walkInputs([join(examples, name)])
  await knowledge.importAdvisories(inputs('advisories/CVE-2021-44228.json'), {})
  await knowledge.importSboms(inputs('sboms'), {})
  await knowledge.importManifests(inputs('clusters/shop-ap.json'), { cluster: 'shop-ap' })
  server = await startServer({
    context: {
      knowledge: installation.knowledge,
      response: () => installation.response(),
      auth: { mode: 'local', people: installation.people },
      config: { version: '0.0.0-test', example: false, heartbeatMs: 60_000, clock: systemClock },
    },
    host: '127.0.0.1',
    port: 0,
    names: [],
    consoleDirectory: null,
  })
  ;(await installation.response()).start()
  incident = await call<IncidentAnswer>('POST', '/incidents', { advisory: 'CVE-2021-44228' })
})
afterAll(async () => {
  await server.close()
  await installation.close()
  rmSync(directory, { recursive: true })
})

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return (await response.json()) as T
}

/** Reads entries from the stream until one is what is waited for. */
async function readUntil(
  isLast: (row: TimelineRow) => boolean,
  lastEventId?: number,
): Promise<TimelineRow[]> {
  const stop = new AbortController()
  const response = await fetch(`${server.url}/api/v1/incidents/${incident.id}/events`, {
    signal: stop.signal,
    headers: lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) },
  })
  const rows: TimelineRow[] = []
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^event: entry\n.*\ndata: (.*)$/s.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (data !== undefined) rows.push(JSON.parse(data) as TimelineRow)
      if (rows.length > 0 && isLast(rows.at(-1)!)) {
        stop.abort()
        return rows
      }
    }
  }
  return rows
}

/** The cluster without the workloads whose name is given. */
function withoutWorkloads(names: readonly string[]): string {
  const list = JSON.parse(readFileSync(join(examples, 'clusters/shop-ap.json'), 'utf8')) as {
    items: { metadata: { name: string } }[]
  }
  return JSON.stringify({
    ...list,
    items: list.items.filter(({ metadata }) => !names.some((name) => metadata.name.startsWith(name))),
  })
}

describe('a watched incident', () => {
  it('tells everybody who watches of what people say and of what the fleet says', async () => {
    const watchers = Array.from({ length: 3 }, () => readUntil(({ kind }) => kind === 'coverage.measured'))
    await call('POST', `/incidents/${incident.id}/commands`, { do: 'note', text: 'somebody says something' })
    const bytes = Buffer.from(withoutWorkloads(['query-api']))
    await knowledge.importManifests(
      (async function* () {
        yield { source: 'shop-ap.json', sizeBytes: bytes.byteLength, read: async () => bytes }
      })(),
      { cluster: 'shop-ap' },
    )
    const told = await Promise.all(watchers)
    for (const rows of told) expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, at) => rows[0].seq + at))
    expect(told[0].at(-1)).toMatchObject({ actor: 'allclear' })
    // Once in the timeline, however many watch.
    const { rows } = await call<{ rows: TimelineRow[] }>('GET', `/incidents/${incident.id}/timeline`)
    expect(rows.filter(({ kind }) => kind === 'coverage.measured')).toHaveLength(2)
  })

  it('goes on for who comes back where they stopped', async () => {
    const { rows } = await call<{ rows: TimelineRow[] }>('GET', `/incidents/${incident.id}/timeline`)
    const resumed = await readUntil(({ seq }) => seq === rows.at(-1)!.seq, 3)
    expect(resumed).toEqual(rows.slice(3))
  })

  it('refuses what is no event id, and an incident that is not there', async () => {
    const bad = await fetch(`${server.url}/api/v1/incidents/${incident.id}/events`, {
      headers: { 'last-event-id': 'yesterday' },
    })
    expect(bad.status).toBe(400)
    expect((await fetch(`${server.url}/api/v1/incidents/inc-00000000/events`)).status).toBe(404)
  })
})
