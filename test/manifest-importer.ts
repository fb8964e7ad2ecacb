/**
 * A child process that imports manifests until it is killed: `node test/manifest-importer.ts DIRECTORY CLUSTER PATH`.
 * Prints `read` for each file that was read, and `imported` once the import has returned.
 */
import { join } from 'node:path'
import { walkInputs } from '../src/base/archive/index.ts'
import { openBlobs } from '../src/base/blobs.ts'
import { systemClock } from '../src/base/clock.ts'
import { openStore } from '../src/base/store/index.ts'
import { openKnowledge } from '../src/know/index.ts'

const [directory, cluster, path] = process.argv.slice(2)
const clock = systemClock
const store = await openStore({ directory, clock })
const knowledge = await openKnowledge({
  store,
  blobs: await openBlobs(join(directory, 'blobs')),
  clock,
  dataDirectory: directory,
  example: false,
})
await knowledge.importManifests(walkInputs([path]), {
  cluster,
  onProgress: () => process.stdout.write('read\n'),
})
process.stdout.write('imported\n')
await knowledge.close()
await store.close()
