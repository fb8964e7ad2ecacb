/**
 * A child process that imports advisories until it is killed: `node test/advisory-importer.ts DIRECTORY ARCHIVE…`.
 * Each archive is one transaction; its path is printed once its import has returned.
 */
import { walkInputs } from '../src/base/archive/index.ts'
import { systemClock } from '../src/base/clock.ts'
import { openStore } from '../src/base/store/index.ts'
import { openWorkPool } from '../src/base/work/index.ts'
import { importAdvisories } from '../src/know/advisories/records/index.ts'

const [directory, ...archives] = process.argv.slice(2)
const store = await openStore({ directory, clock: systemClock })
const work = openWorkPool()
for (const archive of archives) {
  await importAdvisories(store, walkInputs([archive]), { clock: systemClock, work })
  process.stdout.write(`${archive}\n`)
}
await work.close()
await store.close()
