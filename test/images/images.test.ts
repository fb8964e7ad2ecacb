/**
 * Real images: a Debian root file system of Debian's own packages, programs and packages that real tools built, put
 * together by umoci, moved by skopeo, served by docker-registry, and a database that rpm itself wrote.
 */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBlobs } from '../../src/base/blobs.ts'
import { fixedClock } from '../../src/base/clock.ts'
import type { ImageScheme } from '../../src/base/oci/index.ts'
import { openStore, type Store } from '../../src/base/store/index.ts'
import { readImageAt } from '../../src/know/catalog/read-image-at.ts'
import type { ImageContents } from '../../src/know/catalog/types.ts'
import { openKnowledge, type Knowledge } from '../../src/know/index.ts'
import { pushBlob, pushManifest, startRegistry } from './docker-registry.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
let folder: string
let layout: string
let registry: Awaited<ReturnType<typeof startRegistry>>

async function tool(command: string, args: readonly string[], cwd = folder): Promise<string> {
  return (await run(command, args, { cwd, maxBuffer: 64 * 1024 * 1024 })).stdout
}

const skopeo = (from: string, to: string, ...options: string[]) =>
  tool('skopeo', [
    '--insecure-policy',
    'copy',
    '--quiet',
    '--src-tls-verify=false',
    '--dest-tls-verify=false',
    ...options,
    from,
    to,
  ])

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allclear-images-'))
  layout = join(folder, 'layout')
  registry = await startRegistry()
  await tool('mmdebstrap', [
    '--quiet',
    '--mode=chrootless',
    '--variant=custom',
    '--include=base-files,libcommons-codec-java,busybox-static,tzdata',
    'bookworm',
    'base.tar',
  ])
  await tool('umoci', ['init', '--layout', layout])
  await tool('umoci', ['new', '--image', `${layout}:base`])
  await tool('umoci', ['raw', 'add-layer', '--image', `${layout}:base`, 'base.tar'])

  const app = join(folder, 'app/srv')
  mkdirSync(join(app, 'node_modules'), { recursive: true })
  // A package of this project's own tree, as npm unpacked it.
  for (const name of ['commander', '@types/node'])
    cpSync(join(root, 'node_modules', name), join(app, 'node_modules', name), {
      recursive: true,
      dereference: true,
    })
  await tool('python3', [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--no-compile',
    '--target',
    join(app, 'site'),
    'six==1.16.0',
  ])
  mkdirSync(join(folder, 'hello'))
  writeFileSync(join(folder, 'hello/go.mod'), 'module example.org/hello\n\ngo 1.20\n')
  writeFileSync(join(folder, 'hello/main.go'), 'package main\n\nfunc main() { println("hello") }\n')
  await tool('go', ['build', '-trimpath', '-o', join(app, 'hello'), '.'], join(folder, 'hello'))
  await tool('umoci', ['tag', '--image', `${layout}:base`, 'app'])
  await tool('umoci', ['insert', '--rootless', '--image', `${layout}:app`, app, '/srv'])
  // The distribution's busybox is removed, and a jar of the distribution copied to where nobody owns it.
  await tool('umoci', ['insert', '--image', `${layout}:app`, '--whiteout', '/bin/busybox'])
  await tool('tar', ['-xf', 'base.tar', '--wildcards', './usr/share/java/commons-codec*.jar'])
  await tool('umoci', ['insert', '--image', `${layout}:app`, join(folder, 'usr/share/java'), '/opt/lib'])
  await tool('umoci', ['config', '--image', `${layout}:app`, '--config.cmd', '/srv/hello'])
})
afterAll(async () => {
  await registry?.stop()
  await rm(folder, { recursive: true, force: true })
})

const read = (scheme: ImageScheme, path: string) => readImageAt({ scheme, path }, { source: 'image' })
const find = ({ packages }: ImageContents, type: string, name: string) =>
  packages.filter((found) => found.type === type && found.name === name)

describe('an image of Debian packages and real artefacts', () => {
  let contents: ImageContents
  beforeAll(async () => {
    await skopeo(`oci:${layout}:app`, `oci:${join(folder, 'one')}:app`)
    await skopeo(`oci:${layout}:base`, `oci:${join(folder, 'plain')}:base`)
    contents = await read('oci-dir', join(folder, 'one'))
  })

  it('has the packages that dpkg says are installed', async () => {
    const status = await tool('tar', ['-xOf', 'base.tar', './var/lib/dpkg/status'])
    const installed = [...status.matchAll(/^Package: (\S+)$/gm)].map(([, name]) => name).sort()
    const found = contents.packages.filter(({ type }) => type === 'deb').map(({ name }) => name)
    expect(found.sort()).toEqual(installed)
    expect(contents.distribution).toMatchObject({ id: 'debian', versionId: '12' })
    expect(contents.problems).toEqual([])
  })

  it('has what npm, pip and go put there, each in its layer', () => {
    const version = JSON.parse(
      readFileSync(join(root, 'node_modules/commander/package.json'), 'utf8'),
    ).version
    expect(find(contents, 'npm', 'commander')).toMatchObject([
      { version, ownedBy: null, evidence: [{ layer: 1 }] },
    ])
    expect(find(contents, 'npm', 'node')).toMatchObject([{ namespace: '@types' }])
    expect(find(contents, 'pypi', 'six')).toMatchObject([
      { version: '1.16.0', evidence: [{ method: 'dist-info' }] },
    ])
    expect(find(contents, 'golang', 'stdlib')).toMatchObject([{ version: expect.stringMatching(/^1\.\d+/) }])
    expect(find(contents, 'golang', 'hello')).toMatchObject([{ namespace: 'example.org' }])
  })

  it('knows the jar of a Debian package, and that a copy of it belongs to nobody', async () => {
    const [jar] = find(contents, 'maven', 'commons-codec')
    expect(jar).toMatchObject({ namespace: 'commons-codec', ownedBy: null })
    expect(jar.evidence.map(({ path }) => path).some((path) => path.startsWith('opt/lib/'))).toBe(true)
    const [own] = find(await read('oci-dir', join(folder, 'plain')), 'maven', 'commons-codec')
    expect(own.ownedBy).toBe('libcommons-codec-java')
  })

  it('does not have what an upper layer removed', async () => {
    expect(find(contents, 'generic', 'busybox')).toEqual([])
    const base = await read('oci-dir', join(folder, 'plain'))
    expect(find(base, 'generic', 'busybox')).toMatchObject([{ ownedBy: 'busybox-static' }])
  })

  it.each<[string, ImageScheme, (path: string) => string, string[]]>([
    ['docker-archive', 'docker-archive', (path) => `docker-archive:${path}:shop/app:1`, []],
    ['oci-archive', 'oci-archive', (path) => `oci-archive:${path}:app`, []],
    [
      'oci-archive with zstd layers',
      'oci-archive',
      (path) => `oci-archive:${path}:app`,
      ['--dest-compress-format', 'zstd'],
    ],
  ])('is the same as %s', async (what, scheme, target, options) => {
    const path = join(folder, `${what.replaceAll(' ', '-')}.tar`)
    await skopeo(`oci:${layout}:app`, target(path), ...options)
    expect((await read(scheme, path)).packages).toEqual(contents.packages)
  })
})

describe('docker-registry', () => {
  let store: Store
  let knowledge: Knowledge
  beforeAll(async () => {
    const clock = fixedClock(Date.UTC(2026, 0, 1))
    store = await openStore({ clock })
    const blobs = await openBlobs(join(folder, 'blobs'), { clock })
    knowledge = await openKnowledge({ store, blobs, clock, dataDirectory: folder, example: false })
    await skopeo(`oci:${layout}:base`, `docker://${registry.host}/shop/base:1`)
    await skopeo(`oci:${layout}:app`, `docker://${registry.host}/shop/app:1`)
  })
  afterAll(async () => {
    await knowledge?.close()
    await store?.close()
  })

  it('gives images, whose base is recognised and read once', async () => {
    const base = await knowledge.addImage({ scheme: 'registry', path: `${registry.host}/shop/base:1` }, {})
    const app = await knowledge.addImage({ scheme: 'registry', path: `${registry.host}/shop/app:1` }, {})
    expect(app.bases).toMatchObject([{ id: base.id, name: `${registry.host}/shop/base:1`, layers: 1 }])
    const layers = await knowledge.imageLayers(`${registry.host}/shop/app:1`)
    expect(layers.layers.length).toBeGreaterThan(2)
    const read_ = await store.prepare<{ n: number }>('select count(*) as n from layer').get()
    expect(read_?.n).toBe(layers.layers.length)
    const diff = await knowledge.diffImages(`${registry.host}/shop/base:1`, `${registry.host}/shop/app:1`)
    expect(diff.sharedLayers).toBe(1)
    expect(diff.added.map(({ name }) => name)).toContain('commander')
    expect(diff.removed.map(({ name }) => name)).toContain('busybox')
  })

  it('answers where a file is, and where it no longer is', async () => {
    const where = async (query: string) =>
      (await knowledge.where({ query })).images.rows
        .map(({ reference }) => reference.split('/').at(-1))
        .sort()
    expect(await where('file:/etc/debian_version')).toEqual(['app:1', 'base:1'])
    expect(await where('file:/bin/busybox')).toEqual(['base:1'])
    expect(await where('file:/srv/hello')).toEqual(['app:1'])
    const { createHash } = await import('node:crypto')
    const sum = createHash('sha256')
      .update(readFileSync(join(folder, 'app/srv/hello')))
      .digest('hex')
    expect(await where(`sha256-of-a-file:${sum}`)).toEqual(['app:1'])
  })

  it('finds an SBOM beside an image and tells how it differs', async () => {
    const document = {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      components: [
        { type: 'library', name: 'six', version: '1.16.0', purl: 'pkg:pypi/six@1.16.0' },
        { type: 'library', name: 'ghost', version: '1.0.0', purl: 'pkg:npm/ghost@1.0.0' },
      ],
    }
    const { digest } = await knowledge.imageContents(`${registry.host}/shop/app:1`)
    await attach(
      `${registry.host}`,
      'shop/app',
      `${String(digest).replace(':', '-')}.sbom`,
      Buffer.from(JSON.stringify(document)),
    )
    const { attached } = await knowledge.addImage(
      { scheme: 'registry', path: `${registry.host}/shop/app:1` },
      {},
    )
    expect(attached).toMatchObject([
      {
        format: 'cyclonedx-json 1.5',
        signature: 'not signed',
        packages: 2,
        both: 1,
        onlyDocument: ['npm ghost 1.0.0'],
      },
    ])
  })
})

/** As cosign's `attach sbom` leaves it: a manifest under a tag made of the image's digest. */
async function attach(host: string, repository: string, tag: string, document: Buffer): Promise<void> {
  const config = await pushBlob(host, repository, Buffer.from('{}'))
  const layer = await pushBlob(host, repository, document)
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.cyclonedx+json', ...layer }],
  }
  await pushManifest(host, repository, tag, Buffer.from(JSON.stringify(manifest)), manifest.mediaType)
}

describe('a database that rpm wrote', () => {
  it('has the packages that rpm lists', async () => {
    const home = join(folder, 'rpm')
    mkdirSync(home)
    const spec = [
      'Name: widget',
      'Version: 1.2',
      'Release: 3',
      'Epoch: 2',
      'Summary: x',
      'License: MIT',
      'BuildArch: noarch',
      '%description',
      'x',
      '%install',
      'mkdir -p %{buildroot}/usr/lib/widget',
      'for i in $(seq 1 400); do echo a > %{buildroot}/usr/lib/widget/a-long-name-that-needs-overflow-pages-$i; done',
      '%files',
      '/usr/lib/widget',
      '',
    ].join('\n')
    writeFileSync(join(home, 'widget.spec'), spec)
    await tool('rpmbuild', ['-bb', '--quiet', '--define', `_topdir ${home}/build`, 'widget.spec'], home)
    const database = join(home, 'root/var/lib/rpm')
    mkdirSync(database, { recursive: true })
    await tool(
      'rpm',
      [
        '--dbpath',
        database,
        '--justdb',
        '--nodeps',
        '--noscripts',
        '-i',
        join(home, 'build/RPMS/noarch/widget-1.2-3.noarch.rpm'),
      ],
      home,
    )
    expect(existsSync(join(database, 'rpmdb.sqlite'))).toBe(true)
    const found = await read('dir', join(home, 'root'))
    expect(found.packages.map(({ name, version, source }) => [name, version, source])).toEqual([
      ['widget', '2:1.2-3', { name: 'widget', version: '1.2-3' }],
    ])
  })
})
