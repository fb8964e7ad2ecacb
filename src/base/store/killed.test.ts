import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTestDatabase, testPostgresUrl } from '../../../test/postgres.ts'
import { rowsPerImport } from '../../../test/store-writer.ts'
import { systemClock } from '../clock.ts'
import { checkStore, openStore, type StoreOptions } from './index.ts'

const writer = join(import.meta.dirname, '../../../test/store-writer.ts')

/** Runs the importing child until `acknowledged` more imports and some moments have passed, then kills it outright. */
async function killWhileImporting(
  place: string,
  mode: 'full' | 'bulk',
  acknowledged: number,
  thenMs: number,
): Promise<number> {
  const child = spawn(process.execPath, [writer, place, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  let lines = 0
  let doomed = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
    lines += text.split('\n').length - 1
    if (lines < acknowledged || doomed) return
    doomed = true
    setTimeout(() => child.kill('SIGKILL'), thenMs)
  })
  const [, signal] = await once(child, 'close')
  expect(signal).toBe('SIGKILL')
  const whole = printed.slice(0, printed.lastIndexOf('\n'))
  return Number(whole.slice(whole.lastIndexOf('\n') + 1))
}

/** Everything that was acknowledged is there, every import is there whole, and the store is undamaged. */
async function inspect(options: Omit<StoreOptions, 'clock'>, lastAcknowledged: number): Promise<void> {
  const store = await openStore({ ...options, clock: systemClock })
  try {
    const imports = await store
      .prepare<{ number: number; rows: number }>(
        'select first_seen_at as number, count(*) as rows from image group by first_seen_at order by 1',
      )
      .all()
    expect(imports.filter(({ rows }) => rows !== rowsPerImport)).toEqual([])
    expect(imports.map(({ number }) => number)).toEqual(Array.from(imports, (_, at) => at + 1))
    expect(imports.length).toBeGreaterThanOrEqual(lastAcknowledged)
    const settings = await store.prepare<{ n: number }>('select count(*) as n from setting').get()
    expect(settings?.n).toBe(imports.length)
    expect(await checkStore(store)).toEqual([])
  } finally {
    await store.close()
  }
}

/** Moments after an acknowledgement: an import takes two to ten milliseconds, so these fall into all parts of one. */
const moments = Array.from({ length: 8 }, (_, round) => ({
  mode: round % 2 ? ('full' as const) : ('bulk' as const),
  thenMs: Math.random() * 25,
}))

describe('a process killed while it imports', () => {
  it('has lost nothing that it acknowledged and left no half import (SQLite)', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'allclear-test-'))
    try {
      for (const { mode, thenMs } of moments)
        await inspect({ directory }, await killWhileImporting(directory, mode, 3, thenMs))
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })

  it.skipIf(testPostgresUrl === null)(
    '… (PostgreSQL; skipped where ALLCLEAR_TEST_POSTGRES names no server)',
    async () => {
      const database = await createTestDatabase()
      try {
        for (const { mode, thenMs } of moments)
          await inspect({ url: database.url }, await killWhileImporting(database.url, mode, 3, thenMs))
      } finally {
        await database.drop()
      }
    },
  )
})
