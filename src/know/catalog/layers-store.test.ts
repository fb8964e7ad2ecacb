import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildImage, layoutTar, sha256 } from '../../../test/image-files.ts'
import type { TarItem } from '../../../test/layer-tar.ts'
import { createTestDatabase, testPostgresUrl, type TestDatabase } from '../../../test/postgres.ts'
import { openBlobs } from '../../base/blobs.ts'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { Context } from '../context.ts'
import { addImageAt, imageContents } from '../images/layers.ts'
import { imagesWithContent, imagesWithPath } from './layers.store.ts'
import { listUnread, noteUnread, unreadRunningImages } from './unread.store.ts'

const status = (version: string): TarItem => ({
  name: 'var/lib/dpkg/status',
  content: `Package: base\nStatus: install ok installed\nVersion: ${version}\n`,
})
const base: TarItem[] = [
  status('1'),
  { name: 'usr/lib/old.so', content: 'old' },
  { name: 'etc/conf', content: 'one' },
]
const images: Record<string, TarItem[][]> = {
  'shop/base:1': [base],
  'shop/app:1': [base, [{ name: 'srv/app', content: 'app' }]],
  'shop/app:2': [
    base,
    [{ name: 'srv/app', content: 'app' }],
    [{ name: 'usr/lib/.wh.old.so' }, { name: 'etc/conf', content: 'two' }],
  ],
  'shop/bare:1': [base, [{ name: '.wh..wh..opq' }, { name: 'srv/app', content: 'app' }]],
  'shop/file:1': [base, [{ name: 'usr', content: 'a file where a folder was' }]],
}

for (const engine of ['SQLite', 'PostgreSQL'] as const) {
  const available = engine === 'SQLite' || testPostgresUrl !== null
  const title = available ? engine : `${engine} (skipped: ALLCLEAR_TEST_POSTGRES names no server)`
  describe.skipIf(!available)(`layers in the store on ${title}`, () => {
    let folder: string
    let database: TestDatabase | null = null
    let store: Store
    let context: Context
    const clock = fixedClock(Date.UTC(2026, 0, 1))
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'allclear-layers-'))
      if (engine === 'PostgreSQL') database = await createTestDatabase()
      store = await openStore({ clock, ...(database === null ? {} : { url: database.url }) })
      const blobs = await openBlobs(join(folder, 'blobs'), { clock })
      context = new Context({ store, blobs, clock, dataDirectory: folder, example: false })
      for (const [reference, layers] of Object.entries(images)) await add(reference, layers)
    })
    afterAll(async () => {
      await context.work.close()
      await store.close()
      await database?.drop()
      await rm(folder, { recursive: true, force: true })
    })

    async function add(reference: string, layers: TarItem[][]) {
      const path = join(folder, 'image.tar')
      await writeFile(path, layoutTar(buildImage(layers), reference))
      return addImageAt(context, { scheme: 'oci-archive', path }, {})
    }
    async function names(numbers: Promise<number[]>): Promise<string[]> {
      const statement = store.prepare<{ name: string }>('select name from image where no = ?')
      return (
        await Promise.all((await numbers).map(async (no) => (await statement.get(no))?.name ?? ''))
      ).sort()
    }

    it.each<[path: string, expected: string[]]>([
      ['usr/lib/old.so', ['shop/app:1', 'shop/base:1']],
      ['etc/conf', ['shop/app:1', 'shop/app:2', 'shop/base:1', 'shop/file:1']],
      ['srv/app', ['shop/app:1', 'shop/app:2', 'shop/bare:1']],
      ['usr', ['shop/file:1']],
      ['not/there', []],
    ])('knows which images show /%s', async (path, expected) => {
      expect(await names(imagesWithPath(store, path))).toEqual(expected)
    })

    it.each<[content: string, expected: string[]]>([
      ['old', ['shop/app:1', 'shop/base:1']],
      ['one', ['shop/app:1', 'shop/base:1', 'shop/file:1']],
      ['two', ['shop/app:2']],
      ['app', ['shop/app:1', 'shop/app:2', 'shop/bare:1']],
      ['nothing', []],
    ])('knows which images show a file with the content %j', async (content, expected) => {
      expect(await names(imagesWithContent(store, sha256(Buffer.from(content)).slice(7)))).toEqual(expected)
    })

    it('reads a layer once however many images have it', async () => {
      const distinct = new Set(Object.values(images).flatMap((layers) => buildImage(layers).diffIds))
      const rows = await store.prepare<{ n: number }>('select count(*) as n from layer').get()
      expect(Number(rows?.n)).toBe(distinct.size)
    })

    it('recognises the base by its chain of layers, the nearest first', async () => {
      const again = await add('shop/app:2', images['shop/app:2'])
      expect(again.changed).toBe(false)
      expect(again.bases.map(({ name, layers }) => [name, layers])).toEqual([
        ['shop/app:1', 2],
        ['shop/base:1', 1],
      ])
      expect((await imageContents(context, 'shop/app:2')).packages.map(({ name }) => name)).toEqual(['base'])
    })

    it('replaces what was read of an image by what is read now', async () => {
      const other = await add('shop/late:1', [[status('2')]])
      expect(other).toMatchObject({ changed: true, packages: 1, bases: [] })
    })

    it('keeps the last failure of an image, and forgets it when it is read', async () => {
      const unread = {
        no: 1,
        id: 'x',
        digest: null,
        reference: 'shop/base:1',
        pods: 1,
        attempts: 0,
        triedAtMs: null,
      }
      await noteUnread(store, clock, unread, { code: 'not-found', reason: 'gone' })
      await noteUnread(store, clock, { ...unread, attempts: 1 }, { code: 'registry.refused', reason: 'no' })
      expect(await listUnread(store)).toMatchObject([{ code: 'registry.refused', attempts: 2 }])
      await add('shop/base:1', images['shop/base:1'])
      expect(await listUnread(store)).toEqual([])
      expect(await unreadRunningImages(store)).toEqual([])
    })
  })
}
