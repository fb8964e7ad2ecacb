import fc from 'fast-check'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildImage, dockerTar, layoutTar, writeLayout, type Packing } from '../../../../test/image-files.ts'
import { tarOf, type TarItem } from '../../../../test/layer-tar.ts'
import { makeZip } from '../../../../test/archives.ts'
import { overrideLimits } from '../../../base/limits.ts'
import type { ImagePath } from '../../../base/oci/index.ts'
import { readTarLayer } from '../../../base/oci/tar-layer.ts'
import { readImageAt } from '../read-image-at.ts'
import { joinLayers } from './join-layers.ts'
import { readLayer } from './read-layer.ts'

async function* oneChunk(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

const readTar = (items: readonly TarItem[]) => readLayer(readTarLayer(oneChunk(tarOf(items)), 'layer'))

async function join_(...layers: TarItem[][]) {
  return joinLayers(await Promise.all(layers.map(readTar)))
}

const status = (...packages: [name: string, version: string][]) =>
  packages
    .map(
      ([name, version]) =>
        `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
    )
    .join('\n')
const dpkgStatus = (...packages: [string, string][]): TarItem => ({
  name: 'var/lib/dpkg/status',
  content: status(...packages),
})
const osRelease: TarItem = { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' }
const npmPackage = (path: string, name: string, version: string): TarItem => ({
  name: `${path}/package.json`,
  content: JSON.stringify({ name, version }),
})
const named = ({ packages }: { packages: readonly { name: string; version: string | null }[] }) =>
  packages.map(({ name, version }) => `${name} ${version}`).sort()

describe('layers joined to an image', () => {
  it('says which layer brought a package, and which its upgrade', async () => {
    const joined = await join_(
      [osRelease, dpkgStatus(['base', '1'], ['ssl', '1'])],
      [dpkgStatus(['base', '1'], ['ssl', '1'], ['curl', '8'])],
      [dpkgStatus(['base', '1'], ['ssl', '2'], ['curl', '8'])],
    )
    expect(joined.packages.map(({ name, version, evidence: [{ layer }] }) => [name, version, layer])).toEqual(
      [
        ['base', '1', 0],
        ['ssl', '2', 2],
        ['curl', '8', 1],
      ],
    )
    expect(joined.layers.map(({ packages }) => packages)).toEqual([1, 1, 1])
    expect(joined.packages[0].purl).toBe('pkg:deb/debian/base@1?arch=amd64&distro=debian-12')
  })

  it.each<[string, TarItem[], TarItem[], string[]]>([
    [
      'a file that is removed',
      [npmPackage('app/node_modules/a', 'a', '1.0.0')],
      [{ name: 'app/node_modules/a/.wh.package.json' }],
      [],
    ],
    [
      'a folder that is removed',
      [npmPackage('app/node_modules/a', 'a', '1.0.0')],
      [{ name: 'app/.wh.node_modules' }],
      [],
    ],
    ['a removed folder above', [npmPackage('app/node_modules/a', 'a', '1.0.0')], [{ name: '.wh.app' }], []],
    [
      'an opaque folder with new content',
      [npmPackage('app/node_modules/a', 'a', '1.0.0')],
      [{ name: 'app/.wh..wh..opq' }, npmPackage('app/node_modules/b', 'b', '2.0.0')],
      ['b 2.0.0'],
    ],
    [
      'an opaque mark after its content, which does not hide its own layer',
      [npmPackage('app/node_modules/a', 'a', '1.0.0')],
      [npmPackage('app/node_modules/b', 'b', '2.0.0'), { name: 'app/.wh..wh..opq' }],
      ['b 2.0.0'],
    ],
    [
      'an opaque root',
      [npmPackage('app/node_modules/a', 'a', '1.0.0')],
      [{ name: '.wh..wh..opq' }, npmPackage('srv/node_modules/b', 'b', '2.0.0')],
      ['b 2.0.0'],
    ],
    [
      'a whiteout beside the same name anew',
      [npmPackage('app/node_modules/a', 'a', '1.0.0')],
      [{ name: 'app/node_modules/.wh.a' }, npmPackage('app/node_modules/a', 'a', '1.1.0')],
      ['a 1.1.0'],
    ],
    [
      'a folder that became a file',
      [npmPackage('app/node_modules/a', 'a', '1.0.0')],
      [{ name: 'app/node_modules', content: 'now a file' }],
      [],
    ],
    [
      'a folder that became a link',
      [npmPackage('app/node_modules/a', 'a', '1.0.0')],
      [{ name: 'app/node_modules', type: '2', target: '/elsewhere' }],
      [],
    ],
    [
      'a folder that is only touched',
      [npmPackage('app/node_modules/a', 'a', '1.0.0')],
      [{ name: 'app/node_modules/', type: '5', mode: 0o755 }],
      ['a 1.0.0'],
    ],
    [
      'names that only look alike',
      [npmPackage('app/node_modules/a', 'a', '1.0.0'), npmPackage('app2/node_modules/b', 'b', '2.0.0')],
      [{ name: '.wh.app' }],
      ['b 2.0.0'],
    ],
  ])('shows what is left of %s', async (_what, lower, upper, expected) => {
    expect(named(await join_(lower, upper))).toEqual(expected)
  })

  it('names hostile entries and loses nothing beside them', async () => {
    const joined = await join_([
      { name: '../../etc/passwd', content: 'x' },
      { name: 'a/../../b', content: 'x' },
      { name: '/absolute/is/taken/package.json', content: '{"name":"c","version":"3.0.0"}' },
      { name: '.wh...', content: '' },
      { name: 'x/.wh..', content: '' },
      { name: 'out', type: '1', target: '../../../etc/shadow' },
      { name: 'dangling', type: '1', target: 'not/here' },
      { name: 'srv/disk', type: '4' },
      { name: 'dev/null', type: '3' },
      { name: `${'long/'.repeat(1000)}x`, content: '' },
      npmPackage('app/node_modules/a', 'a', '1.0.0'),
    ])
    expect(named(joined)).toEqual(['a 1.0.0', 'c 3.0.0'])
    expect(Object.fromEntries(joined.problems.map(({ reason, count }) => [reason, count]))).toEqual({
      'path that leads out of the image': 2,
      'whiteout of the folder itself or of its parent': 2,
      'hard link out of the image': 1,
      'hard link to a file of another layer, or to none': 1,
      'device, pipe or socket: nothing to read': 1,
      'path longer than 4,096 bytes': 1,
    })
  })

  it('gives a hard link the content of its file', async () => {
    const { files } = await readTar([
      { name: 'b', content: 'same' },
      { name: 'a', type: '1', target: './b' },
    ])
    expect(files.map(({ path, sizeBytes, sha256 }) => [path, sizeBytes, sha256.slice(0, 8)])).toEqual([
      ['b', 4, '0967115f'],
      ['a', 4, '0967115f'],
    ])
  })

  it('leaves what a distribution package brought to the distribution, also where /usr is merged', async () => {
    const jar = makeZip([
      { name: 'META-INF/maven/g/a/pom.properties', content: 'groupId=g\nartifactId=a\nversion=1\n' },
    ])
    const joined = await join_([
      osRelease,
      dpkgStatus(['liba-java', '1-1'], ['python3-x', '2-1']),
      { name: 'var/lib/dpkg/info/liba-java.list', content: '/.\n/usr\n/usr/share/java/a.jar\n' },
      { name: 'var/lib/dpkg/info/python3-x:amd64.list', content: '/lib/python3/x.dist-info/METADATA\n' },
      { name: 'usr/share/java/a.jar', content: jar },
      { name: 'usr/lib/python3/x.dist-info/METADATA', content: 'Name: x\nVersion: 2\n\nText: here\n' },
      { name: 'opt/venv/y.dist-info/METADATA', content: 'Name: y\nVersion: 3\n' },
    ])
    const owners = joined.packages
      .filter(({ type }) => type !== 'deb')
      .map(({ name, ownedBy }) => [name, ownedBy])
    expect(owners.sort()).toEqual([
      ['a', 'liba-java'],
      ['x', 'python3-x'],
      ['y', null],
    ])
  })

  it('counts a package that lies in two places once, and as free when one of them is', async () => {
    const joined = await join_([
      dpkgStatus(['node-a', '1-1']),
      { name: 'var/lib/dpkg/info/node-a.list', content: '/usr/share/nodejs/a/package.json\n' },
      npmPackage('usr/share/nodejs/a', 'a', '1.0.0'),
      npmPackage('app/node_modules/a', 'a', '1.0.0'),
    ])
    const [found] = joined.packages.filter(({ type }) => type === 'npm')
    expect(found).toMatchObject({ name: 'a', ownedBy: null })
    expect(found.evidence.map(({ path }) => path)).toEqual([
      'usr/share/nodejs/a/package.json',
      'app/node_modules/a/package.json',
    ])
  })

  /** The rules once more, the slow way: layers are unpacked one over the other, as a runtime would. */
  it('shows the same files as unpacking does', async () => {
    const part = fc.constantFrom('a', 'b', 'c')
    const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
    const item: fc.Arbitrary<TarItem> = fc.oneof(
      { weight: 4, arbitrary: path.map((name) => ({ name, content: name })) },
      { weight: 2, arbitrary: path.map((name) => ({ name: `${name}/`, type: '5' })) },
      {
        weight: 2,
        arbitrary: path.map((name) => ({ name: name.replace(/[^/]+$/, (last) => `.wh.${last}`) })),
      },
      { weight: 1, arbitrary: path.map((name) => ({ name: `${name}/.wh..wh..opq` })) },
    )
    const layer = fc
      .uniqueArray(item, { maxLength: 6, selector: ({ name }) => name.replace(/\/$/, '') })
      .filter(isConsistent)
    await fc.assert(
      fc.asyncProperty(fc.array(layer, { minLength: 1, maxLength: 4 }), async (layers) => {
        const readings = await Promise.all(layers.map(readTar))
        const joined = joinLayers(readings)
        const shown = joined.layers.map(({ files }) => files)
        expect(shown).toEqual(unpackedCounts(layers))
      }),
      { numRuns: 500 },
    )
  })
})

/** Within one layer a path is not both a file and the folder of another entry. */
function isConsistent(items: readonly TarItem[]): boolean {
  const files = items
    .filter(({ name, type }) => type === undefined && !name.includes('.wh.'))
    .map(({ name }) => name)
  return files.every((file) => items.every(({ name }) => !name.startsWith(`${file}/`)))
}

function unpackedCounts(layers: readonly (readonly TarItem[])[]): number[] {
  const tree = new Map<string, { layer: number; folder: boolean }>()
  const removeBelow = (folder: string, own: number) => {
    for (const [path, { layer }] of tree) if (path.startsWith(`${folder}/`) && layer < own) tree.delete(path)
  }
  for (const [layer, items] of layers.entries()) {
    for (const { name } of items) {
      const opaque = /^(.*)\/\.wh\.\.wh\.\.opq$/.exec(name)
      const whiteout = /^(.*\/)?\.wh\.([^/]+)$/.exec(name)
      if (opaque) removeBelow(opaque[1], layer)
      else if (whiteout) {
        const path = `${whiteout[1] ?? ''}${whiteout[2]}`
        tree.delete(path)
        removeBelow(path, layer)
      }
    }
    for (const { name, type } of items) {
      if (name.includes('.wh.')) continue
      const path = name.replace(/\/$/, '')
      const folder = type === '5'
      // A folder of an entry that the layer does not list is made; a file in its place goes.
      for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
        const above = path.slice(0, at)
        if (tree.get(above)?.folder === false) tree.delete(above)
      }
      if (!folder) removeBelow(path, layer + 1)
      tree.set(path, { layer, folder })
    }
  }
  return layers.map(
    (_, at) => [...tree.values()].filter(({ layer, folder }) => layer === at && !folder).length,
  )
}

describe('images on this machine', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'allclear-image-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const layers: TarItem[][] = [
    [osRelease, dpkgStatus(['base', '1'])],
    [npmPackage('app/node_modules/@s/a', '@s/a', '1.0.0'), dpkgStatus(['base', '1'], ['curl', '8'])],
  ]
  const expected = ['a 1.0.0', 'base 1', 'curl 8']
  const save = async (name: string, bytes: Uint8Array) => {
    await writeFile(join(folder, name), bytes)
    return join(folder, name)
  }

  it.each<Packing>(['gzip', 'zstd', 'plain'])(
    'reads layouts with %s layers, as folder and as archive',
    async (packing) => {
      const image = buildImage(layers, { packing })
      await writeLayout(join(folder, 'layout'), image, { name: 'shop/cart:1' })
      const asFolder = await readImageAt({ scheme: 'oci-dir', path: join(folder, 'layout') })
      expect(named(asFolder)).toEqual(expected)
      expect(asFolder).toMatchObject({
        references: ['shop/cart:1'],
        digest: image.digest,
        imageId: image.configDigest,
        platform: 'linux/amd64',
        distribution: { id: 'debian', versionId: '12' },
      })
      expect(asFolder.layers.map(({ createdBy, diffId }) => [createdBy, diffId])).toEqual([
        ['step 1', image.diffIds[0]],
        ['step 2', image.diffIds[1]],
      ])
      const path = await save('layout.tar', layoutTar(image, 'shop/cart:1'))
      expect(await readImageAt({ scheme: 'oci-archive', path }, { source: asFolder.source })).toEqual({
        ...asFolder,
        kind: 'oci-archive',
      })
    },
  )

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['plain', (bytes) => bytes],
    ['gzip', (bytes) => gzipSync(bytes)],
    ['zstd', (bytes) => zstdCompressSync(bytes)],
  ])('reads what docker save writes: %s', async (_what, pack) => {
    const path = await save('saved', pack(dockerTar(layers, 'shop/cart:1')))
    const contents = await readImageAt({ scheme: 'docker-archive', path })
    expect(named(contents)).toEqual(expected)
    expect(contents.references).toEqual(['shop/cart:1'])
    expect(contents.packages.find(({ name }) => name === 'a')).toMatchObject({
      purl: 'pkg:npm/%40s/a@1.0.0',
      evidence: [
        { path: 'app/node_modules/@s/a/package.json', layer: 1, method: 'package.json', confidence: 'high' },
      ],
    })
  })

  it('reads a root file system without following its links', async () => {
    await mkdir(join(folder, 'root/var/lib/dpkg'), { recursive: true })
    await writeFile(join(folder, 'root/var/lib/dpkg/status'), status(['base', '1']))
    await mkdir(join(folder, 'outside/node_modules/evil'), { recursive: true })
    await writeFile(
      join(folder, 'outside/node_modules/evil/package.json'),
      '{"name":"evil","version":"1.0.0"}',
    )
    await symlink(join(folder, 'outside'), join(folder, 'root/link'))
    const contents = await readImageAt({ scheme: 'dir', path: join(folder, 'root') })
    expect(named(contents)).toEqual(['base 1'])
  })

  it.each<[string, () => Promise<ImagePath>, RegExp]>([
    [
      'a layer that is not what its digest says',
      async () => {
        const image = buildImage(layers)
        const [digest, bytes] = [...image.blobs].find(([, blob]) => blob[0] === 0x1f) as [string, Buffer]
        const changed = Buffer.from(bytes)
        changed[changed.length - 5] ^= 1
        image.blobs.set(digest, changed)
        return { scheme: 'oci-archive', path: await save('a.tar', layoutTar(image)) }
      },
      /cannot be unpacked|not what its digest/,
    ],
    [
      'a configuration that promises another layer',
      async () => {
        const tar = dockerTar([[dpkgStatus(['base', '1'])]], 'a:1')
        const other = dockerTar([[dpkgStatus(['base', '2'])]], 'a:1')
        // Same lengths, so that the second's layer lies where the first's configuration promises its own.
        const swapped = Buffer.from(tar)
        const at = tar.indexOf('Version: 1')
        other.copy(swapped, at, at, at + 10)
        return { scheme: 'docker-archive', path: await save('b.tar', swapped) }
      },
      /not what its digest promises/,
    ],
    [
      'a file that is no archive',
      async () => ({ scheme: 'docker-archive', path: await save('c.tar', Buffer.from('hello')) }),
      /neither a tar/,
    ],
    [
      'an archive of something else',
      async () => ({
        scheme: 'docker-archive',
        path: await save('d.tar', tarOf([{ name: 'README', content: 'x' }])),
      }),
      /neither index.json/,
    ],
    [
      'an index whose manifests form a loop',
      async () => {
        const image = buildImage(layers)
        await writeLayout(join(folder, 'loop'), image)
        const index = {
          schemaVersion: 2,
          manifests: [
            { digest: image.digest, size: 1, platform: { os: 'unknown', architecture: 'unknown' } },
          ],
        }
        await writeFile(join(folder, 'loop/index.json'), JSON.stringify(index))
        return { scheme: 'oci-dir', path: join(folder, 'loop') }
      },
      /lists no image/,
    ],
    ['a folder given as an archive', async () => ({ scheme: 'oci-archive', path: folder }), /it is no file/],
  ])('refuses %s', async (_what, place, message) => {
    await expect(readImageAt(await place())).rejects.toThrow(message)
  })

  it('stops at a layer that unpacks to more than the limit, and says how to raise it', async () => {
    const restore = overrideLimits({ layerBytes: 100_000 })
    try {
      const image = buildImage([[{ name: 'zeros', content: Buffer.alloc(300_000) }]])
      const path = await save('bomb.tar', layoutTar(image))
      await expect(readImageAt({ scheme: 'oci-archive', path })).rejects.toMatchObject({
        code: 'archive.bomb',
        next: expect.stringContaining('ALLCLEAR_LIMIT_LAYER_BYTES'),
      })
    } finally {
      restore()
    }
  })
})
