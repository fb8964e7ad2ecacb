/**
 * A hub of its own process: `node test/hub.ts URL DIRECTORY KUBECONFIG`, on a PostgreSQL database. It watches what it
 * may and prints, ten times a second, a line of JSON for `g1`: whether this process watches it, and how many pods it
 * answers with. The cluster is added by the first that finds it missing.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openBlobs } from '../src/base/blobs.ts'
import { systemClock } from '../src/base/clock.ts'
import { openStore } from '../src/base/store/index.ts'
import { openKnowledge } from '../src/know/index.ts'

const [url, directory, kubeconfig] = process.argv.slice(2)
const clock = systemClock
const store = await openStore({ url, clock })
const knowledge = await openKnowledge({
  store,
  blobs: await openBlobs(join(directory, 'blobs')),
  clock,
  dataDirectory: directory,
  example: false,
})
const live = await knowledge.live()
await live.start()
if ((await knowledge.clusters()).length === 0)
  await live.add({
    name: 'g1',
    access: { kind: 'kubeconfig', file: kubeconfig, context: 'g1' },
    secretMetadata: false,
    by: 'test',
  })
const stopped = new AbortController()
process.once('SIGTERM', () => stopped.abort())
while (!stopped.signal.aborted) {
  const [cluster] = await knowledge.clusters()
  const { sight, reason } = (await live.show('g1')).state
  const watches = sight === 'seen' && reason === null
  process.stdout.write(`${JSON.stringify({ watches, sight, pods: cluster.pods })}\n`)
  await pause(100, undefined, { signal: stopped.signal }).catch(() => {})
}
await knowledge.close()
await store.close()
