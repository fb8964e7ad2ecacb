import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeZip } from '../../../test/archives.ts'
import { systemClock } from '../../base/clock.ts'
import { checkStore, openStore } from '../../base/store/index.ts'
import { decodeEntries } from './packed.ts'

const importer = join(import.meta.dirname, '../../../test/advisory-importer.ts')
const archives = 6
const recordsPerArchive = 2_500

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'allclear-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Each archive has records of its own and one package name that all of them touch, so that its row is rewritten. */
function writeArchives(): string[] {
  return Array.from({ length: archives }, (_, archive) => {
    const path = join(folder, `${archive}.zip`)
    const items = Array.from({ length: recordsPerArchive }, (_unused, at) => {
      const affected = ['shared', `own-${archive}-${at}`].map((name) => ({
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: `1.${archive}.${at}` }] }],
      }))
      const record = { id: `A-${archive}-${at}`, modified: '2026-01-01T00:00:00Z', affected }
      return { name: `${at}.json`, content: JSON.stringify({ ...record, details: 'x'.repeat(500) }) }
    })
    writeFileSync(path, makeZip(items))
    return path
  })
}

/** Imports in a child until `acknowledged` archives are in and some moments have passed, then kills it outright. */
async function killWhileImporting(
  directory: string,
  paths: string[],
  acknowledged: number,
  thenMs: number,
): Promise<number> {
  const child = spawn(process.execPath, [importer, directory, ...paths], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let lines = 0
  let doomed = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    lines += text.split('\n').length - 1
    if (doomed || lines < acknowledged) return
    doomed = true
    setTimeout(() => child.kill('SIGKILL'), thenMs)
  })
  await once(child, 'close')
  return lines
}

it('an import of advisories that is killed leaves whole archives and nothing of others', async () => {
  const paths = writeArchives()
  for (let round = 0; round < 4; round++) {
    const directory = mkdtempSync(join(folder, 'data-'))
    const lines = await killWhileImporting(directory, paths, 1 + round, Math.random() * 60)
    const store = await openStore({ directory, clock: systemClock })
    try {
      const found = store
        .sync!.prepare<{ archive: string; records: number }>(
          `select substr(id, 3, 1) as archive, count(*) as records from advisory group by 1 order by 1`,
        )
        .all()
      expect(found.map(({ archive }) => Number(archive))).toEqual(found.map((_, at) => at))
      expect(found.filter(({ records }) => records !== recordsPerArchive)).toEqual([])
      expect(found.length).toBeGreaterThanOrEqual(lines)
      const count = (sql: string) => store.sync!.prepare<{ n: number }>(sql).get()?.n
      expect(count('select count(*) as n from advisory_link')).toBe(found.length * recordsPerArchive)
      expect(count('select count(*) as n from advisory_package')).toBe(found.length * recordsPerArchive + 1)
      expect(count('select records as n from feed')).toBe(found.length * recordsPerArchive)
      const shared = store
        .sync!.prepare<{ entries: string }>(`select entries from advisory_package where name = 'shared'`)
        .get()
      expect(decodeEntries(shared?.entries ?? '[]')).toHaveLength(found.length * recordsPerArchive)
      expect(await checkStore(store)).toEqual([])
    } finally {
      await store.close()
    }
  }
})
