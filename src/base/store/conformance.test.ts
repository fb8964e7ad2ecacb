import fc from 'fast-check'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, testPostgresUrl, type TestDatabase } from '../../../test/postgres.ts'
import { type Blobs, openBlobs } from '../blobs.ts'
import { fixedClock } from '../clock.ts'
import { checkStore, migrateStore, openStore, type Store, type TableName } from './index.ts'
import { backupStore } from './backup.ts'
import { migrations } from './migrations.generated.ts'
import { restoreStore } from './restore.ts'

const clock = fixedClock(Date.UTC(2026, 0, 1))

/** How the suite reaches an engine; what it says of the store holds on both. */
interface Engine {
  name: string
  available: boolean
  /** Opens the database of the current test; several openings see the same data. */
  open(options?: { readOnly?: boolean }): Promise<Store>
  openEmpty(): Promise<Store>
  begin(): Promise<void>
  end(): Promise<void>
}

function sqliteEngine(): Engine {
  let directory = ''
  const more: string[] = []
  const folder = () => mkdtemp(join(tmpdir(), 'allclear-test-'))
  return {
    name: 'SQLite',
    available: true,
    open: (options) => openStore({ directory, clock, ...options }),
    async openEmpty() {
      const empty = await folder()
      more.push(empty)
      return openStore({ directory: empty, clock })
    },
    async begin() {
      directory = await folder()
    },
    async end() {
      for (const path of [directory, ...more.splice(0)]) await rm(path, { recursive: true, force: true })
    },
  }
}

function postgresEngine(): Engine {
  const databases: TestDatabase[] = []
  const create = async () => {
    const database = await createTestDatabase()
    databases.push(database)
    return database.url
  }
  let url = ''
  return {
    name: 'PostgreSQL',
    available: testPostgresUrl !== null,
    open: (options) => openStore({ url, clock, ...options }),
    openEmpty: async () => openStore({ url: await create(), clock }),
    async begin() {
      url = await create()
    },
    async end() {
      for (const database of databases.splice(0)) await database.drop()
    },
  }
}

const imageColumns = ['no', 'id', 'digest', 'name', 'first_seen_at'] as const

function imageRow(no: number): [number, string, null, string, number] {
  return [no, `name:image-${no}`, null, `image-${no}`, 1000 + no]
}

for (const engine of [sqliteEngine(), postgresEngine()]) {
  const title = engine.available
    ? engine.name
    : `${engine.name} (skipped: ALLCLEAR_TEST_POSTGRES names no server)`
  describe.skipIf(!engine.available)(`store on ${title}`, () => {
    let store: Store
    beforeEach(async () => {
      await engine.begin()
      store = await engine.open()
    })
    afterEach(async () => {
      await store.close()
      await engine.end()
    })

    const count = async (on: Pick<Store, 'prepare'> = store) =>
      (await on.prepare<{ n: number }>('select count(*) as n from image').get())?.n

    describe('values', () => {
      // A table of the test's own: the kinds of columns that migrations use.
      const probe = 'probe' as TableName
      const probeColumns = ['no', 'words', 'score', 'bytes', 'at']
      interface Probe {
        no: number
        words: string | null
        score: number | null
        bytes: Uint8Array | null
        at: number | null
      }
      beforeEach(async () => {
        const types =
          store.engine === 'sqlite' ? ['integer', 'real', 'blob'] : ['bigint', 'double precision', 'bytea']
        await store
          .prepare(
            `create table probe (no ${types[0]} primary key, words text, score ${types[1]}, bytes ${types[2]}, at ${types[0]})`,
          )
          .run()
      })

      it('come back as they went in, with the same JavaScript types', async () => {
        const bytes = Uint8Array.from([0, 1, 127, 128, 255])
        const words = 'it\'s “odd” \\ \n {a,b} "NULL" NULL'
        const at = Date.UTC(2026, 6, 1)
        await store.insert(probe, probeColumns, [
          [1, words, 7.5, bytes, at],
          [2, null, null, null, null],
          [3, 'NULL', 0.1, new Uint8Array(0), Number.MAX_SAFE_INTEGER],
        ])
        const rows = await store.prepare<Probe>('select * from probe order by no').all()
        expect(rows.map((row) => ({ ...row, bytes: row.bytes && [...row.bytes] }))).toEqual([
          { no: 1, words, score: 7.5, bytes: [...bytes], at },
          { no: 2, words: null, score: null, bytes: null, at: null },
          { no: 3, words: 'NULL', score: 0.1, bytes: [], at: Number.MAX_SAFE_INTEGER },
        ])
        expect(rows[0].bytes).toBeInstanceOf(Uint8Array)
        const sums = await store
          .prepare('select sum(at) as s, count(*) as c, max(score) as m from probe where no <= ?')
          .get(2)
        expect(sums).toEqual({ s: at, c: 2, m: 7.5 })
        expect(await store.prepare<Probe>('select no from probe where bytes = ?').all(bytes)).toEqual([
          { no: 1 },
        ])
      })

      it('survive for any text and bytes, in bulk', async () => {
        let no = 0
        const values = fc.tuple(
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc.uint8Array({ maxLength: 40 }),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
        )
        const keepsRows = fc.asyncProperty(fc.array(values, { maxLength: 8 }), async (rows) => {
          const first = no + 1
          await store.insert(
            probe,
            probeColumns,
            rows.map(([words, bytes, score]) => [++no, words, score, bytes, null]),
          )
          const found = await store
            .prepare<Required<Probe>>('select * from probe where no >= ? order by no')
            .all(first)
          // PostgreSQL's text holds no U+0000; its zero has no sign.
          const kept = (words: string) =>
            store.engine === 'postgres' ? words.replaceAll('\0', '\u{fffd}') : words
          expect(
            found.map(({ words, bytes, score }) => [words, [...(bytes as Uint8Array)], Number(score) + 0]),
          ).toEqual(rows.map(([words, bytes, score]) => [kept(words), [...bytes], score + 0]))
        })
        await fc.assert(keepsRows, { numRuns: 50 })
      })
    })

    describe('bulk insert', () => {
      it('takes many rows, ignores or updates those that are there, and folds repeats in order', async () => {
        await store.insert('image', imageColumns, [])
        expect(await count()).toBe(0)
        await store.insert(
          'image',
          imageColumns,
          Array.from({ length: 12_000 }, (_, at) => imageRow(at + 1)),
        )
        expect(await count()).toBe(12_000)
        await store.insert('image', imageColumns, [imageRow(1), imageRow(12_001)], { onConflict: 'ignore' })
        expect(await count()).toBe(12_001)
        await store.insert(
          'image',
          imageColumns,
          [
            [1, 'name:image-1', null, 'renamed', 5],
            [12_002, 'name:new', null, 'first', 1],
            [12_003, 'name:new', null, 'second', 2],
          ],
          { onConflict: { target: ['id'], update: ['name'] } },
        )
        const rows = await store
          .prepare<{ no: number; name: string; first_seen_at: number }>(
            'select no, name, first_seen_at from image where id in (?, ?) order by no',
          )
          .all('name:image-1', 'name:new')
        expect(rows).toEqual([
          { no: 1, name: 'renamed', first_seen_at: 1001 },
          { no: 12_002, name: 'second', first_seen_at: 1 },
        ])
      })

      it('keeps nothing of a call that fails', async () => {
        await expect(
          store.insert('image', imageColumns, [imageRow(1), imageRow(2), imageRow(1)]),
        ).rejects.toThrow()
        expect(await count()).toBe(0)
      })

      it('lets timers fire while a long one runs', async () => {
        let turns = 0
        const timer = setInterval(() => turns++, 1)
        await store.insert(
          'image',
          imageColumns,
          Array.from({ length: 60_000 }, (_, at) => imageRow(at + 1)),
        )
        clearInterval(timer)
        expect(turns).toBeGreaterThan(1)
      })
    })

    describe('transactions', () => {
      it('commit whole or not at all, and their rows are seen by nobody before', async () => {
        await store.transaction(async (transaction) => {
          await transaction.insert('image', imageColumns, [imageRow(1)])
          expect(await count(transaction)).toBe(1)
          expect(await transaction.db.selectFrom('image').select('id').execute()).toEqual([
            { id: 'name:image-1' },
          ])
          expect(await count()).toBe(0)
        })
        expect(await count()).toBe(1)
        const failure = store.transaction(async (transaction) => {
          await transaction.insert('image', imageColumns, [imageRow(2)])
          throw new Error('half-way')
        })
        await expect(failure).rejects.toThrow('half-way')
        expect(await count()).toBe(1)
      })

      it('never interleave, whatever they wait for', async () => {
        const seen: string[] = []
        const work = (name: string) =>
          store.transaction(async (transaction) => {
            seen.push(`${name} begins`)
            const before = (await count(transaction)) ?? 0
            await new Promise((resolve) => setImmediate(resolve))
            await transaction.insert('image', imageColumns, [imageRow(before + 1)])
            await new Promise((resolve) => setImmediate(resolve))
            seen.push(`${name} ends`)
          })
        await Promise.all(['a', 'b', 'c'].map(work))
        expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
        expect(await count()).toBe(3)
      })

      it('are alone among those of other processes too', async () => {
        const other = await engine.open()
        try {
          const grow = (on: Store) =>
            on.transaction(async (transaction) => {
              const before = (await count(transaction)) ?? 0
              await new Promise((resolve) => setImmediate(resolve))
              await transaction.insert('image', imageColumns, [imageRow(before + 1)])
            })
          await Promise.all(Array.from({ length: 20 }, (_, at) => grow(at % 2 ? store : other)))
          expect(await count()).toBe(20)
        } finally {
          await other.close()
        }
      })

      it('refuse a write around them instead of waiting forever, and allow it afterwards', async () => {
        await store.transaction(async () => {
          await expect(store.insert('image', imageColumns, [imageRow(1)])).rejects.toThrow(
            /inside one of its transactions/,
          )
          await expect(store.transaction(async () => {})).rejects.toThrow(/inside one of its transactions/)
        })
        // Work that a transaction starts and does not wait for is not inside it any more once it has ended.
        const ended = Promise.withResolvers<void>()
        let later: Promise<void> = Promise.resolve()
        await store.transaction(async () => {
          later = ended.promise.then(() => store.insert('image', imageColumns, [imageRow(1)]))
        })
        ended.resolve()
        await later
        expect(await count()).toBe(1)
      })

      it('both modes commit', async () => {
        for (const [at, mode] of (['bulk', 'full'] as const).entries())
          await store.transaction(
            (transaction) => transaction.insert('image', imageColumns, [imageRow(at)]),
            { mode },
          )
        expect(await count()).toBe(2)
      })
    })

    describe('numbers', () => {
      it('are consecutive, start above what is there, and are never given twice', async () => {
        await store.insert('image', imageColumns, [imageRow(10)])
        const take = (size: number) =>
          store.transaction((transaction) => transaction.nextNumbers('image', size))
        expect(await take(3)).toBe(11)
        expect(await take(1)).toBe(14)
        await store.transaction(async (transaction) => {
          await transaction.insert('image', imageColumns, [imageRow(14)])
        })
        await store.prepare('delete from image where no >= ?').run(10)
        expect(await take(1)).toBe(15)
        await expect(
          store.transaction(async (transaction) => {
            await transaction.nextNumbers('image', 100)
            throw new Error('taken back')
          }),
        ).rejects.toThrow('taken back')
        expect(await take(1)).toBe(16)
      })
    })

    describe('statements', () => {
      it('take question marks, leave those in quotes alone, and say how many rows they changed', async () => {
        await store.insert('image', imageColumns, [imageRow(1), imageRow(2)])
        expect(await store.prepare("update image set name = 'what?' where no = ? -- why?").run(1)).toBe(1)
        expect(await store.prepare('update image set name = ?').run('all')).toBe(2)
        expect(
          await store.prepare("select '?' as mark, name from image where no = ? and name <> '?'").get(2),
        ).toEqual({ mark: '?', name: 'all' })
        expect(await store.prepare('select 1 as one from image where no = ?').get(99)).toBeUndefined()
        expect(
          await store.prepare<{ no: number }>('delete from image where no = ? returning no').all(2),
        ).toEqual([{ no: 2 }])
        expect(
          await store
            .prepare(
              'with doomed as (select no from image) delete from image where no in (select no from doomed)',
            )
            .run(),
        ).toBe(1)
      })

      it('of kysely say how many rows they changed', async () => {
        await store.insert('image', imageColumns, [imageRow(1), imageRow(2)])
        const updated = await store.db
          .updateTable('image')
          .set({ name: 'x' })
          .where('no', '<=', 2)
          .executeTakeFirst()
        expect(updated.numUpdatedRows).toBe(2n)
        const change = await store.db
          .insertInto('change')
          .values({ at: 1, kind: 'k', subject: 's', text: 't' })
          .returning('seq')
          .executeTakeFirstOrThrow()
        const next = await store.db
          .insertInto('change')
          .values({ at: 2, kind: 'k', subject: 's', text: 't' })
          .returning('seq')
          .executeTakeFirstOrThrow()
        expect(next.seq).toBe(change.seq + 1)
        const deleted = await store.db.deleteFrom('image').where('no', '=', 1).executeTakeFirst()
        expect(deleted.numDeletedRows).toBe(1n)
      })
    })

    describe('batches', () => {
      it('come from one snapshot while others write and read', async () => {
        await store.insert(
          'image',
          imageColumns,
          Array.from({ length: 2_500 }, (_, at) => imageRow(at + 1)),
        )
        const sizes: number[] = []
        for await (const rows of store.batches<{ no: number }>(
          'select no from image where no > ? order by no',
          [0],
          1000,
        )) {
          sizes.push(rows.length)
          await store.insert('image', imageColumns, [imageRow(10_000 + sizes.length)])
          expect(await count()).toBe(2_500 + sizes.length)
        }
        expect(sizes).toEqual([1000, 1000, 500])
      })

      it('may be left early', async () => {
        await store.insert(
          'image',
          imageColumns,
          Array.from({ length: 50 }, (_, at) => imageRow(at + 1)),
        )
        for (let round = 0; round < 15; round++)
          for await (const rows of store.batches('select no from image', [], 10)) {
            expect(rows).toHaveLength(10)
            break
          }
        expect(await count()).toBe(50)
      })
    })

    describe('schema', () => {
      it('is made once, also by two that come at the same time', async () => {
        expect(await migrateStore(store, clock)).toEqual({ applied: [], pending: [] })
        const fresh = await engine.openEmpty()
        const others = await Promise.all([engine.open(), engine.open(), engine.open()])
        for (const other of [...others, fresh]) {
          expect(await other.prepare('select count(*) as n from migration').get()).toEqual({
            n: migrations[store.engine].length,
          })
          await other.close()
        }
      })

      it('of a newer program is refused, a changed one too', async () => {
        await store
          .prepare(
            "insert into migration (id, name, checksum, applied_at) values (9999, 'from-the-future', 'x', 0)",
          )
          .run()
        await expect(engine.open()).rejects.toMatchObject({ code: 'data.newer' })
        await expect(engine.open({ readOnly: true })).rejects.toMatchObject({ code: 'data.newer' })
        await store.prepare('delete from migration where id = 9999').run()
        await store.prepare("update migration set checksum = 'other' where id = 1").run()
        await expect(engine.open()).rejects.toMatchObject({ code: 'data.damaged' })
      })

      it('has the same tables and columns on every engine', async () => {
        const { listTables } = await import('./tables.ts')
        const shapes = await listTables(store)
        const created = migrations.sqlite
          .map(({ sql }) => sql)
          .join('\n')
          .matchAll(/^create table (\w+)/gm)
        const tables = new Set([...created].map(([, name]) => name))
        expect(shapes.map(({ table }) => table).sort()).toEqual([...tables].sort())
        expect(shapes.find(({ table }) => table === 'finding')?.columns).toEqual([
          'package_version_no',
          'advisory_no',
          'state',
          'fix_state',
          'fixed_in',
          'matched_by',
          'decided_by',
          'first_found_at',
        ])
      })
    })

    describe('reading only', () => {
      it('sees the data and refuses to change it', async () => {
        await store.insert('image', imageColumns, [imageRow(1)])
        const reader = await engine.open({ readOnly: true })
        try {
          expect(await count(reader)).toBe(1)
          await expect(reader.insert('image', imageColumns, [imageRow(2)])).rejects.toMatchObject({
            code: 'conflict',
          })
          await expect(reader.prepare('delete from image').run()).rejects.toMatchObject({ code: 'conflict' })
        } finally {
          await reader.close()
        }
        expect(await count()).toBe(1)
      })
    })

    describe('check', () => {
      it('finds nothing in a whole store and names what is broken', async () => {
        await store.insert('image', imageColumns, [imageRow(1)])
        await store.insert(
          'image_reference',
          ['reference', 'image_no', 'source', 'first_seen_at', 'last_seen_at'],
          [['a:1', 1, 'sbom', 0, 0]],
        )
        expect(await checkStore(store)).toEqual([])
        await store.insert(
          'image_reference',
          ['reference', 'image_no', 'source', 'first_seen_at', 'last_seen_at'],
          [['b:1', 2, 'sbom', 0, 0]],
        )
        expect(await checkStore(store)).toEqual([
          '1 rows of image_reference point at a image that is not there (image_no)',
        ])
      })

      it('asks the owners of packed rows', async () => {
        await store.insert(
          'image',
          imageColumns,
          Array.from({ length: 30 }, (_, at) => imageRow(at + 1)),
        )
        const problems = await checkStore(store, [
          {
            table: 'image',
            key: ['no'],
            columns: ['name'],
            decode({ name, no }) {
              if (Number(no) === 2) throw new Error('it is cut off')
              return Number(no) > 5 ? `${name} is not packed` : null
            },
          },
        ])
        expect(problems).toContain('image 2: it is cut off')
        expect(problems).toContain('image: 6 more rows cannot be read')
        expect(problems).toHaveLength(21)
      })
    })

    describe('backup', () => {
      let folder: string
      let blobs: Blobs
      let others: Blobs
      const documents = ['one', 'two', 'x'.repeat(100_000)].map((text) => Buffer.from(text))
      beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), 'allclear-test-'))
        blobs = await openBlobs(join(folder, 'blobs'))
        others = await openBlobs(join(folder, 'other-blobs'))
      })
      afterEach(() => rm(folder, { recursive: true, force: true }))

      const namesOf = async (kept: Blobs) => (await Array.fromAsync(kept.list())).sort()
      const isEmpty = async (target: Store) =>
        (await count(target)) === 0 && (await namesOf(others)).length === 0

      it('is a consistent copy, taken while others write, and fills an empty store', async () => {
        await store.transaction(async (transaction) => {
          await transaction.nextNumbers('image', 3000)
          await transaction.insert(
            'image',
            imageColumns,
            Array.from({ length: 3000 }, (_, at) => imageRow(at + 1)),
          )
        })
        await store.db.insertInto('change').values({ at: 1, kind: 'k', subject: 's', text: 't' }).execute()
        await blobs.putMany(documents)
        const path = join(folder, 'copy')
        const writing = store.transaction(async (transaction) => {
          const first = await transaction.nextNumbers('image', 3000)
          await transaction.insert(
            'image',
            imageColumns,
            Array.from({ length: 3000 }, (_, at) => imageRow(at + first)),
          )
        })
        const [written] = await Promise.all([backupStore(store, blobs, path), writing])
        const target = await engine.openEmpty()
        try {
          const { rows, documents: documentsRestored } = await restoreStore(target, others, path)
          expect({ rows, documents: documentsRestored }).toEqual(written)
          expect(documentsRestored).toBe(documents.length)
          expect(await namesOf(others)).toEqual(await namesOf(blobs))
          for (const name of await namesOf(blobs))
            expect(await others.get(name)).toEqual(await blobs.get(name))
          const images = (await count(target)) as number
          // The other write is in it whole or not at all.
          expect([3000, 6000]).toContain(images)
          // … and besides the images the change and the next number.
          expect(rows).toBe(images + 2)
          expect(await checkStore(target)).toEqual([])
          const change = await target.db
            .insertInto('change')
            .values({ at: 2, kind: 'k', subject: 's', text: 't' })
            .returning('seq')
            .executeTakeFirstOrThrow()
          expect(change.seq).toBe(2)
          expect(
            await target.transaction((transaction) => transaction.nextNumbers('image', 1)),
          ).toBeGreaterThan(3000)
          await expect(restoreStore(target, others, path)).rejects.toMatchObject({ code: 'conflict' })
        } finally {
          await target.close()
        }
      })

      it('does not replace a file, and refuses what is not a backup', async () => {
        const path = join(folder, 'copy')
        await backupStore(store, blobs, path)
        await expect(backupStore(store, blobs, path)).rejects.toMatchObject({ code: 'conflict' })
        expect(existsSync(`${path}.partial`)).toBe(false)
        await expect(backupStore(store, blobs, join(folder, 'absent/copy'))).rejects.toMatchObject({
          code: 'usage',
        })
        await expect(restoreStore(store, others, join(folder, 'absent'))).rejects.toMatchObject({
          code: 'not-found',
        })
        await expect(
          restoreStore(store, others, join(import.meta.dirname, 'index.ts')),
        ).rejects.toMatchObject({ code: 'archive.unreadable' })
        writeFileSync(join(folder, 'empty'), '')
        await expect(restoreStore(store, others, join(folder, 'empty'))).rejects.toMatchObject({
          code: 'archive.unreadable',
        })
      })

      it('wherever it is cut off or changed, nothing of it stays', async () => {
        await store.insert(
          'image',
          imageColumns,
          Array.from({ length: 50 }, (_, at) => imageRow(at + 1)),
        )
        await blobs.putMany(documents)
        const path = join(folder, 'copy')
        await backupStore(store, blobs, path)
        const lines = zstdDecompressSync(readFileSync(path)).toString().trimEnd().split('\n')
        const damaged = join(folder, 'damaged')
        const target = await engine.openEmpty()
        const refuses = async (kept: readonly string[], what: string) => {
          writeFileSync(damaged, zstdCompressSync(kept.map((line) => `${line}\n`).join('')))
          await expect(restoreStore(target, others, damaged), what).rejects.toMatchObject({
            code: 'archive.unreadable',
          })
          expect(await isEmpty(target), what).toBe(true)
        }
        try {
          for (let kept = 0; kept < lines.length; kept++)
            await refuses(lines.slice(0, kept), `cut after ${kept}`)
          const blobAt = lines.findIndex((line) => line.startsWith('{"blob"'))
          const other = zstdCompressSync('another').toString('base64')
          await refuses(
            lines.map((line, at) =>
              at === blobAt ? line.replace(/"base64":"[^"]*"/, `"base64":"${other}"`) : line,
            ),
            'another document under its name',
          )
          await refuses(lines.toSpliced(blobAt, 1), 'a document less')
          await refuses([...lines, lines[blobAt]], 'more after the end')
          await refuses(
            lines.map((line) => line.replace('"table":"image"', '"table":"picture"')),
            'a table of another name',
          )
          writeFileSync(damaged, readFileSync(path).subarray(0, -20))
          await expect(restoreStore(target, others, damaged)).rejects.toMatchObject({
            code: 'archive.unreadable',
          })
          expect(await isEmpty(target)).toBe(true)
          // After all of this the whole one still fits.
          expect(await restoreStore(target, others, path)).toMatchObject({ documents: documents.length })
          expect(await count(target)).toBe(50)
        } finally {
          await target.close()
        }
      })
    })
  })
}

describe.skipIf(testPostgresUrl === null)(
  'moving between engines (skipped where ALLCLEAR_TEST_POSTGRES names no server)',
  () => {
    const sqlite = sqliteEngine()
    const postgres = postgresEngine()
    let folder = ''
    beforeAll(async () => {
      await sqlite.begin()
      await postgres.begin()
      folder = await mkdtemp(join(tmpdir(), 'allclear-test-'))
    })
    afterAll(async () => {
      await sqlite.end()
      await postgres.end()
      await rm(folder, { recursive: true, force: true })
    })

    it('a backup of one fills the other, there and back', async () => {
      const [first, second, third] = await Promise.all([sqlite.open(), postgres.open(), sqlite.openEmpty()])
      try {
        await first.insert(
          'image',
          imageColumns,
          Array.from({ length: 100 }, (_, at) => imageRow(at + 1)),
        )
        const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => openBlobs(join(folder, name))))
        const name = await a.put(Buffer.from('an original'))
        await backupStore(first, a, join(folder, 'one'))
        await restoreStore(second, b, join(folder, 'one'))
        await backupStore(second, b, join(folder, 'two'))
        await restoreStore(third, c, join(folder, 'two'))
        expect(Buffer.from(await c.get(name)).toString()).toBe('an original')
        const all = (store: Store) => store.db.selectFrom('image').selectAll().orderBy('no').execute()
        expect(await all(third)).toEqual(await all(first))
      } finally {
        await Promise.all([first, second, third].map((store) => store.close()))
      }
    })
  },
)
