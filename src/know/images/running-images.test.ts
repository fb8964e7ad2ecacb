import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildImage, type BuiltImage } from '../../../test/image-files.ts'
import { openBlobs } from '../../base/blobs.ts'
import { fixedClock } from '../../base/clock.ts'
import { overrideLimits } from '../../base/limits.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { Context } from '../context.ts'
import { importManifests } from '../importing.ts'
import { ReadingJobs } from './reading-jobs.ts'
import { addRunningImages, imageContents, listUnreadImages } from './layers.ts'

const status = 'Package: base\nStatus: install ok installed\nVersion: 1\n'
const readable = buildImage([[{ name: 'var/lib/dpkg/status', content: status }]])
let folder: string
let server: Server
let asked: string[]
let store: Store
let context: Context
let restore: () => void
const clock = fixedClock(Date.UTC(2026, 0, 1))

beforeEach(async () => {
  restore = overrideLimits({ registryBackoffMs: 1, registryPauseMs: 1, runningImagesAtOnce: 1 })
  folder = await mkdtemp(join(tmpdir(), 'allclear-running-'))
  asked = []
  server = createServer((request, response) => {
    const url = request.url ?? ''
    asked.push(url)
    const found = url.startsWith('/v2/shop/secret/') ? undefined : blobOf(readable, url)
    response.writeHead(found === undefined ? (url.includes('secret') ? 403 : 404) : 200).end(found)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  store = await openStore({ clock })
  const blobs = await openBlobs(join(folder, 'blobs'), { clock })
  context = new Context({ store, blobs, clock, dataDirectory: folder, example: false })
})
afterEach(async () => {
  restore()
  server.closeAllConnections()
  server.close()
  await context.work.close()
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

function blobOf(image: BuiltImage, url: string): Buffer | undefined {
  const digest = /sha256:[0-9a-f]{64}$/.exec(url)?.[0]
  return digest === undefined ? undefined : image.blobs.get(digest)
}

const host = () => `127.0.0.1:${(server.address() as AddressInfo).port}`
const unreadable = `sha256:${'1'.repeat(64)}`

async function runPods(
  pods: readonly { repository: string; digest: string; count: number }[],
): Promise<void> {
  const items = pods.flatMap(({ repository, digest, count }) =>
    Array.from({ length: count }, (_, at) => {
      const name = `${repository.replace('/', '-')}-${at}`
      const image = `${host()}/${repository}:1`
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'shop', uid: name },
        spec: { nodeName: 'n', containers: [{ name: 'c', image }] },
        status: {
          phase: 'Running',
          containerStatuses: [{ name: 'c', image, imageID: `${host()}/${repository}@${digest}` }],
        },
      }
    }),
  )
  const bytes = Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  async function* inputs() {
    yield { source: 'pods.json', sizeBytes: bytes.length, read: async () => bytes }
  }
  await importManifests(context, inputs(), { cluster: 'c1' })
}

describe('running images', () => {
  it('are read by the digest that runs, the most used first; what cannot be is named and waits', async () => {
    await runPods([
      { repository: 'shop/secret', digest: unreadable, count: 1 },
      { repository: 'shop/cart', digest: readable.digest, count: 3 },
    ])
    const first = await addRunningImages(context, {})
    expect(first).toMatchObject({ read: 1, failedTotal: 1, waiting: 0, left: 0 })
    expect(first.failed).toMatchObject([{ id: unreadable, code: 'registry.refused' }])
    expect(asked[0]).toBe(`/v2/shop/cart/manifests/${readable.digest}`)
    const { packages } = await imageContents(context, readable.digest)
    expect(packages.map(({ name }) => name)).toEqual(['base'])
    expect(await listUnreadImages(context)).toMatchObject([{ id: unreadable, attempts: 1 }])

    asked.length = 0
    expect(await addRunningImages(context, {})).toMatchObject({ read: 0, failedTotal: 0, waiting: 1 })
    expect(asked).toEqual([])
    clock.advance(7 * 60 * 60 * 1000)
    expect(await addRunningImages(context, {})).toMatchObject({ failedTotal: 1, waiting: 0 })
    expect(await listUnreadImages(context)).toMatchObject([{ id: unreadable, attempts: 2 }])
    // Twice as long after the second time.
    clock.advance(7 * 60 * 60 * 1000)
    expect(await addRunningImages(context, {})).toMatchObject({ failedTotal: 0, waiting: 1 })
  })

  it('are read in parts when a number is given', async () => {
    await runPods([
      { repository: 'shop/secret', digest: unreadable, count: 1 },
      { repository: 'shop/cart', digest: readable.digest, count: 3 },
    ])
    expect(await addRunningImages(context, { limit: 1 })).toMatchObject({ read: 1, failedTotal: 0, left: 1 })
  })

  it('are read by a job, once for each interval, and by none when nothing is due', async () => {
    const jobs = new ReadingJobs(context)
    expect(await jobs.request()).toBe(false)
    await runPods([{ repository: 'shop/cart', digest: readable.digest, count: 1 }])
    expect([await jobs.request(), await jobs.request()]).toEqual([true, true])
    await jobs.runDue()
    expect(await store.prepare('select kind, state from job').all()).toEqual([
      { kind: 'images.read-running', state: 'done' },
    ])
    expect((await imageContents(context, readable.digest)).packages).toHaveLength(1)
    expect(await jobs.request()).toBe(false)
    await jobs.stop()
  })
})
