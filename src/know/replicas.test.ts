import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startGenerated, type GeneratedServer } from '../../test/cluster/generated-cluster.ts'
import { createTestDatabase, testPostgresUrl, type TestDatabase } from '../../test/postgres.ts'

const program = join(import.meta.dirname, '../../test/hub.ts')

interface Line {
  watches: boolean
  sight: string
  pods: number
}

let folder: string
let server: GeneratedServer
let database: TestDatabase
let hubs: ChildProcess[]
beforeEach(async () => {
  if (testPostgresUrl === null) return
  folder = mkdtempSync(join(tmpdir(), 'allclear-replicas-'))
  server = await startGenerated(['g1'])
  server.cluster('g1').put('/api/v1/namespaces', { metadata: { name: 'kube-system', uid: 'cluster-1' } })
  writeFileSync(join(folder, 'kubeconfig'), server.kubeconfig())
  database = await createTestDatabase()
  hubs = []
})
afterEach(async () => {
  if (testPostgresUrl === null) return
  for (const hub of hubs) {
    if (hub.exitCode === null && hub.signalCode === null) {
      hub.kill('SIGTERM')
      await once(hub, 'close')
    }
  }
  await database.drop()
  await server.close()
  rmSync(folder, { recursive: true })
})

/** A hub, what it said last, and whether it ever watched. */
function startHub(): { process: ChildProcess; last: () => Line | null; everWatched: () => boolean } {
  const hub = spawn(process.execPath, [program, database.url, folder, join(folder, 'kubeconfig')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ALLCLEAR_LIMIT_WATCH_LEASE_MS: '3000', ALLCLEAR_LIMIT_KUBE_PROBE_MS: '500' },
  })
  hubs.push(hub)
  let last: Line | null = null
  let everWatched = false
  createInterface({ input: hub.stdout }).on('line', (line) => {
    last = JSON.parse(line) as Line
    everWatched ||= last.watches
  })
  return { process: hub, last: () => last, everWatched: () => everWatched }
}

async function until(what: string, is: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 120_000
  while (!is()) {
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within two minutes`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const addPod = (name: string) =>
  server.cluster('g1').put('/api/v1/pods', {
    metadata: { name, namespace: 'shop', uid: `uid-${name}` },
    spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'registry.example/web:1' }] },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'main',
          image: 'registry.example/web:1',
          imageID: `registry.example/web@sha256:${'a'.repeat(64)}`,
        },
      ],
    },
  })

it.skipIf(testPostgresUrl === null)(
  'of two hubs on one database one watches a cluster, the other follows, and takes over when it dies (skipped where ALLCLEAR_TEST_POSTGRES names no server)',
  async () => {
    addPod('a')
    const first = startHub()
    await until('the first hub watches', () => first.last()?.watches === true && first.last()?.pods === 1)
    const second = startHub()
    await until('the second hub knows', () => second.last()?.pods === 1 && second.last()?.sight === 'seen')
    addPod('b')
    await until('both know what came', () => first.last()?.pods === 2 && second.last()?.pods === 2)
    expect(second.everWatched()).toBe(false)

    first.process.kill('SIGKILL')
    addPod('c')
    await until('the second hub watches', () => second.last()?.watches === true && second.last()?.pods === 3)

    // A hub that ends in order gives its clusters back at once, and one that comes goes on from there.
    second.process.kill('SIGTERM')
    await once(second.process, 'close')
    addPod('d')
    const third = startHub()
    await until('the third hub watches', () => third.last()?.watches === true && third.last()?.pods === 4)
  },
)
