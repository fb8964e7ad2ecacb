import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { walkInputs } from '../../base/archive/index.ts'
import { systemClock } from '../../base/clock.ts'
import { checkStore, openStore } from '../../base/store/index.ts'
import { listTables } from '../../base/store/tables.ts'
import { readObjects } from './manifests.ts'

const importer = join(import.meta.dirname, '../../../test/manifest-importer.ts')
const cluster = 'lab'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'allclear-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Told {
  imported: boolean
  /** From the moment when all is read to the end, ms. */
  writingMs: number
}

/** Imports one file in a child, which is killed outright some moments after it has read it. */
async function importInChild(
  directory: string,
  path: string,
  killedAfterMs: number | null = null,
): Promise<Told> {
  const child = spawn(process.execPath, [importer, directory, cluster, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const told: Told = { imported: false, writingMs: 0 }
  let readAtMs = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('imported\n')) told.imported = true
    if (readAtMs !== 0 || !text.includes('read\n')) return
    readAtMs = performance.now()
    if (killedAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killedAfterMs)
  })
  await once(child, 'close')
  told.writingMs = performance.now() - readAtMs
  return told
}

/** How many rows each table has, and how many of them ended: two states of a fleet do not share it. */
async function stateOf(directory: string): Promise<string> {
  const store = await openStore({ directory, clock: systemClock })
  try {
    expect(await checkStore(store)).toEqual([])
    const counts: string[] = []
    for (const { table, columns } of await listTables(store)) {
      const ended = columns.includes('last_seen_at') ? 'count(last_seen_at)' : '0'
      const row = await store
        .prepare<{ n: number; ended: number }>(`select count(*) as n, ${ended} as ended from "${table}"`)
        .get()
      counts.push(`${table} ${row?.n} ${row?.ended}`)
    }
    return counts.join('\n')
  } finally {
    await store.close()
  }
}

it.skipIf(!hasTestData)(
  'an import of manifests that is killed leaves the cluster as it was or as it is told, with its line in the log (skipped where ALLCLEAR_TEST_DATA names no data)',
  async () => {
    const earlier = join(folder, 'earlier')
    mkdirSync(earlier)
    // What is gone afterwards: an import that is half done would have ended it, or not.
    const small = join(folder, 'pod.json')
    const containers = [{ name: 'a', image: 'registry.example/old:1' }]
    writeFileSync(
      small,
      JSON.stringify({ kind: 'Pod', metadata: { name: 'old', namespace: 'shop' }, spec: { containers } }),
    )
    await importInChild(earlier, small)
    const before = await stateOf(earlier)

    const pack = join(folder, 'objects.json')
    const items = (await readObjects(walkInputs([testData('k8s/manifests.tar.zst')]))).objects.map(
      ({ object }) => object,
    )
    expect(items.length).toBeGreaterThan(8_000)
    writeFileSync(pack, JSON.stringify({ kind: 'List', items }))
    const whole = join(folder, 'whole')
    cpSync(earlier, whole, { recursive: true })
    const { imported, writingMs } = await importInChild(whole, pack)
    expect(imported).toBe(true)
    const after = await stateOf(whole)
    expect(after).not.toBe(before)

    for (let round = 0; round < 8; round++) {
      const directory = join(folder, `round-${round}`)
      cpSync(earlier, directory, { recursive: true })
      const told = await importInChild(directory, pack, Math.random() * writingMs)
      const state = await stateOf(directory)
      if (told.imported) expect(state).toBe(after)
      else expect([before, after]).toContain(state)
    }
  },
)
