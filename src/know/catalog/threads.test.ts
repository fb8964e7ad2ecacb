import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Input } from '../../base/archive/index.ts'
import { openBlobs } from '../../base/blobs.ts'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { liveThreads, openWorkPool, type WorkPool } from '../../base/work/index.ts'
import { importAdvisories } from '../advisories/records/index.ts'
import { importSboms, judgeScanned, openJudge, openScanReader } from './index.ts'
import { readScanned } from './scanned/index.ts'

const clock = fixedClock(1_790_000_000_000)
let folder: string
let store: Store
let work: WorkPool
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'allclear-test-'))
  store = await openStore({ clock })
  work = openWorkPool({ threads: 2 })
  await importAdvisories(store, inputsOf([advisory]), { clock })
})
afterEach(async () => {
  await work.close()
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const advisory = {
  source: 'A-1.json',
  text: JSON.stringify({
    id: 'A-1',
    modified: '2026-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'left-pad' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.0.20' }] }],
      },
    ],
  }),
}

/** Forty documents, of which one is no SBOM, one cannot be read and one is much larger than the others. */
const documents = Array.from({ length: 40 }, (_, at) => {
  const source = `${at}.cdx.json`
  if (at === 7) return { source, text: '{"nothing":1}' }
  if (at === 11) return { source, text: '{"bomFormat":' }
  const components = Array.from({ length: at === 20 ? 9_000 : 3 }, (_unused, no) => ({
    type: 'library',
    name: no === 0 ? 'left-pad' : `package-${no}`,
    version: `1.0.${at}`,
    purl: `pkg:npm/${no === 0 ? 'left-pad' : `package-${no}`}@1.0.${at}`,
  }))
  const component = { type: 'container', name: `registry.example/app:${at}` }
  return {
    source,
    text: JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component }, components }),
  }
})

async function* inputsOf(list: readonly { source: string; text: string }[]): AsyncGenerator<Input> {
  for (const { source, text } of list) {
    const bytes = Buffer.from(text)
    yield { source, sizeBytes: bytes.length, read: async () => bytes }
  }
}

it('documents are scanned in threads as they are here, each refused one with its reason', async () => {
  const judge = await openJudge(store)
  const here = await Promise.allSettled(
    documents.map(async ({ source, text }) =>
      judgeScanned(readScanned({ source, bytes: Buffer.from(text) }), judge),
    ),
  )
  const read = openScanReader(work)
  const there: Promise<unknown>[] = []
  for await (const input of inputsOf(documents))
    there.push(read(input, false).then((document) => judgeScanned(document, judge)))
  const settled = await Promise.allSettled(there)
  expect(liveThreads()).toBe(2)
  expect(settled.map(shownOf)).toEqual(here.map(shownOf))
  expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(2)
  const affected = here.filter((one) => one.status === 'fulfilled' && one.value.findings.length > 0)
  // Versions 1.0.0 to 1.0.19, without the two that are refused.
  expect(affected).toHaveLength(18)
})

it('a small document that comes alone starts no thread, a large one does', async () => {
  const read = openScanReader(work)
  for await (const input of inputsOf(documents.slice(0, 3))) await read(input, true)
  expect(liveThreads()).toBe(0)
  for await (const input of inputsOf([documents[20]])) await read(input, true)
  expect(liveThreads()).toBe(1)
})

it('documents are imported through threads as they are without', async () => {
  const other = await openStore({ clock })
  try {
    await importAdvisories(other, inputsOf([advisory]), { clock })
    const run = async (into: Store, pool: WorkPool | undefined, name: string) => {
      const blobs = await openBlobs(join(folder, name), { clock })
      return importSboms({ store: into, blobs, clock, work: pool }, inputsOf(documents), {}, (storeBatch) =>
        storeBatch(),
      )
    }
    const through = await run(store, work, 'through')
    expect(liveThreads()).toBe(2)
    expect(through).toEqual(await run(other, undefined, 'without'))
    expect(through).toMatchObject({ added: 38, refusedTotal: 2, findingsAdded: 18 })
    for (const table of ['package_version', 'finding', 'image', 'image_reference', 'sbom'])
      expect(store.sync!.prepare(`select * from ${table} order by 1, 2`).all(), table).toEqual(
        other.sync!.prepare(`select * from ${table} order by 1, 2`).all(),
      )
  } finally {
    await other.close()
  }
})

function shownOf(result: PromiseSettledResult<unknown>): unknown {
  if (result.status === 'fulfilled') return result.value
  const { code, message, next, where } = result.reason as Record<string, unknown>
  return { code, message, next, where }
}
