import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, testPostgresUrl, type TestDatabase } from '../../../test/postgres.ts'
import { verifyTimeline, type TimelineEntry } from '../../core/timeline/index.ts'
import { fixedClock } from '../clock.ts'
import { openEnvelopes, openKeyFile } from '../envelope/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { openKeyRing, Timelines, type KeyRing } from './index.ts'

const clock = fixedClock(Date.UTC(2026, 10, 18))
let directory: string
let database: TestDatabase | null = null
let store: Store
let keys: KeyRing
let timelines: Timelines

type Engine = 'SQLite' | 'PostgreSQL'
/** PostgreSQL where `ALLCLEAR_TEST_POSTGRES` names a server. */
const engines: readonly Engine[] = testPostgresUrl === null ? ['SQLite'] : ['SQLite', 'PostgreSQL']

async function begin(engine: Engine): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), 'allclear-timeline-'))
  database = engine === 'PostgreSQL' ? await createTestDatabase() : null
  store = await openStore(database === null ? { directory, clock } : { url: database.url, clock })
  keys = await openKeyRing(join(directory, 'keys'))
  timelines = new Timelines(store, keys, clock, envelopesOf(store))
}
afterEach(async () => {
  await store.close()
  await database?.drop()
  rmSync(directory, { recursive: true, force: true })
})

const envelopesOf = (of: Store) =>
  openEnvelopes(of, clock, () => openKeyFile(join(directory, 'keys/embargo.keys'), { make: true }))

const drafts = [{ actor: 'anna', kind: 'note.added', data: { text: 'a' } }]
async function write(last: TimelineEntry | null, command?: string) {
  return timelines.append({ timeline: 'inc-1', last, drafts, command })
}

describe.each(engines)('Timelines on %s', (engine) => {
  beforeEach(() => begin(engine))

  it('lets one of two writers through', async () => {
    const [a, b] = await Promise.all([write(null), write(null)])
    expect([a.outcome, b.outcome].toSorted()).toEqual(['moved', 'written'])
    expect(await timelines.read('inc-1')).toHaveLength(1)
  })

  it('writes a command once, whatever was written between', async () => {
    await write(null, 'command-1')
    const [first] = await timelines.read('inc-1')
    await write(first)
    expect(await write(null, 'command-1')).toEqual({ outcome: 'repeated' })
    expect(await timelines.read('inc-1')).toHaveLength(2)
  })

  it('writes nothing when what goes with it fails', async () => {
    const failing = timelines.append({
      timeline: 'inc-1',
      last: null,
      drafts,
      also: () => Promise.reject(new Error('the disk is full')),
    })
    await expect(failing).rejects.toThrow('the disk is full')
    expect(await timelines.read('inc-1')).toEqual([])
  })

  it('goes on with a new key that the old one vouches for; without the old one that is said', async () => {
    await write(null)
    await keys.rotate()
    let entries = await timelines.read('inc-1')
    await write(entries[0])
    entries = await timelines.read('inc-1')
    expect(entries.map(({ body }) => body.kind)).toEqual(['note.added', 'key.rotated', 'note.added'])
    const proven = () =>
      verifyTimeline(entries, { head: timelines.headOf(entries.at(-1)!), trusted: keys.ids() })
    expect(proven()).toMatchObject({ whole: true, keys: [{ from: 1 }, { from: 2 }] })

    const elsewhere = await openKeyRing(join(directory, 'other-keys'))
    timelines = new Timelines(store, elsewhere, clock, envelopesOf(store))
    await write(entries.at(-1)!)
    entries = await timelines.read('inc-1')
    expect(proven().problems).toMatchObject([{ kind: 'unvouched-key', seq: 4 }])
  })

  it('keeps its time when the clock is set back', async () => {
    await write(null)
    clock.advance(-60_000)
    const [first] = await timelines.read('inc-1')
    await write(first)
    const [a, b] = await timelines.read('inc-1')
    expect(b.body.atMs).toBe(a.body.atMs)
  })
})

describe('openKeyRing', () => {
  beforeEach(() => begin('SQLite'))

  it('keeps keys that only their owner reads, over restarts', async () => {
    const folder = join(directory, 'keys')
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    const again = await openKeyRing(folder)
    expect(again.current().id).toBe(keys.current().id)
    const next = await again.rotate()
    expect((await openKeyRing(folder)).ids()).toEqual([keys.current().id, next.id].toSorted())
  })

  it('signs nothing with another key when the current one is gone', async () => {
    const folder = join(directory, 'keys')
    rmSync(join(folder, `${keys.current().id}.pem`))
    await expect(openKeyRing(folder)).rejects.toMatchObject({ code: 'data.damaged' })
  })
})
