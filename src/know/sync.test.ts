import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeZip } from '../../test/archives.ts'
import { openBlobs } from '../base/blobs.ts'
import { fixedClock } from '../base/clock.ts'
import { openStore, type Store } from '../base/store/index.ts'
import { openKnowledge } from './index.ts'
import type { Knowledge } from './knowledge.ts'

/** An export as the public one is laid out, on loopback: an archive, a list of changes, and single records. */
class Export {
  readonly records = new Map<string, string>()
  readonly asked: string[] = []
  etag = '"one"'
  /** How many of the next answers with the whole archive are cut in the middle. */
  cuts = 0
  #server: Server | null = null

  set(id: string, fixed: string, modified: string): void {
    const affected = [
      {
        package: { ecosystem: 'npm', name: 'left-pad' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
      },
    ]
    this.records.set(id, JSON.stringify({ id, modified, affected, details: 'long '.repeat(4000) }))
  }

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      const path = request.url ?? ''
      const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
      this.asked.push(`${path}${range ? ` ${range[0]}` : ''}`)
      const body = this.#body(path)
      if (body === null) return void response.writeHead(404).end()
      const from = range ? Number(range[1]) : 0
      const to = range?.[2] ? Number(range[2]) + 1 : body.length
      const headers: Record<string, string> = { etag: this.etag, 'content-length': String(to - from) }
      if (range) headers['content-range'] = `bytes ${from}-${to - 1}/${body.length}`
      response.writeHead(range ? 206 : 200, headers)
      if (path.endsWith('.zip') && to - from > 1 && this.cuts > 0) {
        this.cuts--
        response.write(body.subarray(from, from + Math.floor((to - from) / 2)), () =>
          setTimeout(() => response.destroy(), 50),
        )
      } else response.end(body.subarray(from, to))
    })
    this.#server = server
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  #body(path: string): Buffer | null {
    if (path === '/npm/all.zip')
      return makeZip(
        [...this.records].map(([id, content]) => ({
          name: `${id}.json`,
          content,
          method: 'stored' as const,
        })),
      )
    if (path === '/npm/modified_id.csv')
      return Buffer.from(
        [...this.records].map(([id, text]) => `${JSON.parse(text).modified},${id}\n`).join(''),
      )
    const record = this.records.get(/^\/npm\/(.+)\.json$/.exec(path)?.[1] ?? '')
    return record === undefined ? null : Buffer.from(record)
  }

  stop(): Promise<void> {
    this.#server?.closeAllConnections()
    return new Promise((done) => this.#server?.close(() => done()))
  }
}

let folder: string
let store: Store
let knowledge: Knowledge
let feed: Export
let baseUrl: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'allclear-sync-'))
  const clock = fixedClock(1_790_000_000_000)
  store = await openStore({ clock })
  knowledge = await openKnowledge({
    store,
    blobs: await openBlobs(join(folder, 'blobs')),
    clock,
    dataDirectory: folder,
    example: false,
  })
  feed = new Export()
  feed.set('GHSA-aaaa-bbbb-0001', '1.0.0', '2026-01-01T00:00:00Z')
  feed.set('GHSA-aaaa-bbbb-0002', '2.0.0', '2026-01-01T00:00:00Z')
  baseUrl = await feed.start()
})
afterEach(async () => {
  await feed.stop()
  await knowledge.close()
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

it('fetches all once, nothing while the validator stays, and then only the records that changed', async () => {
  const sync = () => knowledge.sync({ baseUrl, ecosystems: ['npm'] })
  expect(await sync()).toMatchObject({ feeds: [{ action: 'full', records: 2 }], imported: { added: 2 } })

  feed.asked.length = 0
  expect(await sync()).toMatchObject({ feeds: [{ action: 'unchanged' }], imported: { added: 0 } })
  expect(feed.asked).toEqual(['/npm/all.zip bytes=0-0'])

  feed.etag = '"two"'
  feed.set('GHSA-aaaa-bbbb-0002', '2.0.1', '2026-02-01T00:00:00Z')
  feed.set('GHSA-aaaa-bbbb-0003', '3.0.0', '2026-02-01T00:00:00Z')
  feed.asked.length = 0
  expect(await sync()).toMatchObject({
    feeds: [{ action: 'delta', records: 2 }],
    imported: { added: 1, changed: 1 },
  })
  expect(feed.asked.filter((path) => path.endsWith('.json')).sort()).toEqual([
    '/npm/GHSA-aaaa-bbbb-0002.json',
    '/npm/GHSA-aaaa-bbbb-0003.json',
  ])
  expect(await sync()).toMatchObject({ feeds: [{ action: 'unchanged' }] })
})

it('goes on where a cut connection left the archive', async () => {
  feed.cuts = 1
  expect(await knowledge.sync({ baseUrl, ecosystems: ['npm'] })).toMatchObject({
    feeds: [{ action: 'full' }],
    imported: { added: 2, refusedTotal: 0 },
  })
  const ranges = feed.asked.map((path) => /bytes=(\d+)-$/.exec(path)?.[1]).filter(Boolean)
  expect(ranges.map((from) => Number(from) > 0)).toEqual([true])
})

it('a plan fetches nothing, and an ecosystem that is not there fails alone', async () => {
  expect(await knowledge.sync({ baseUrl, ecosystems: ['npm'], plan: true })).toMatchObject({
    feeds: [{ action: 'full', bytes: expect.any(Number) }],
    imported: null,
  })
  expect(feed.asked).toEqual(['/npm/all.zip bytes=0-0'])
  expect(await knowledge.sync({ baseUrl, ecosystems: ['Nope', 'npm'] })).toMatchObject({
    feeds: [{ action: 'failed', reason: expect.stringContaining('404') }, { action: 'full' }],
    imported: { added: 2 },
  })
})
