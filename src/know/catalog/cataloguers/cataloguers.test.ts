import fc from 'fast-check'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { makeZip, type ZipItem } from '../../../../test/archives.ts'
import { elfOf, goBuildInfo, goBuildInfoByPointers, machOOf, peOf } from '../../../../test/programs.ts'
import {
  berkeleyDatabase,
  ndbDatabase,
  rpmHeader,
  sqliteDatabase,
  type RpmPackage,
} from '../../../../test/rpm-databases.ts'
import { overrideLimits } from '../../../base/limits.ts'
import { cataloguers } from './index.ts'

/** As the layer reader does: whoever wants the path, and for programs whoever reads programs. */
async function readFile(path: string, content: string | Uint8Array, { program = false } = {}) {
  const bytes = Buffer.from(content)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const wanted = cataloguers.filter(
    ({ wants, wantsPrograms }) => wants?.(path, name) === true || (program && wantsPrograms === true),
  )
  const readings = await Promise.all(wanted.map(async (cataloguer) => cataloguer.read({ path, name, bytes })))
  return {
    packages: readings.flatMap(({ packages }) => packages),
    owned: readings.flatMap(({ owned }) => owned ?? []),
    problems: readings.flatMap(({ problems }) => problems ?? []),
    distribution: readings.map(({ distribution }) => distribution).find((found) => found) ?? null,
  }
}

const shown = ({ packages }: Awaited<ReturnType<typeof readFile>>) =>
  packages.map(
    ({ type, namespace, name, version }) =>
      `${type} ${namespace === null ? '' : `${namespace}/`}${name} ${version}`,
  )

describe('each cataloguer on a file of its kind', () => {
  it.each<[path: string, content: string, expected: string[]]>([
    [
      'var/lib/dpkg/status',
      'Package: libc6\nStatus: install ok installed\nSource: glibc (2.36-9)\nVersion: 2.36-9+b1\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: half\nStatus: install ok half-configured\nVersion: 2\n',
      ['deb libc6 2.36-9+b1', 'deb half 2'],
    ],
    [
      'var/lib/dpkg/status.d/libssl3',
      'Package: libssl3\nSource: openssl\nVersion: 3.0.11-1\n',
      ['deb libssl3 3.0.11-1'],
    ],
    [
      'lib/apk/db/installed',
      'P:musl\nV:1.2.5-r0\nA:x86_64\no:musl\nF:lib\nR:libc.so\n\nP:zlib\nV:1.3.1-r1\n',
      ['apk musl 1.2.5-r0', 'apk zlib 1.3.1-r1'],
    ],
    [
      'var/lib/pacman/local/zlib-1:1.3.1-2/desc',
      '%NAME%\nzlib\n\n%VERSION%\n1:1.3.1-2\n\n%ARCH%\nx86_64\n',
      ['alpm zlib 1:1.3.1-2'],
    ],
    ['app/node_modules/@s/a/package.json', '{"name":"@s/a","version":"1.2.3"}', ['npm @s/a 1.2.3']],
    [
      'app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json',
      '{"name":"a","version":"1.0.0"}',
      ['npm a 1.0.0'],
    ],
    ['app/node_modules/a/test/package.json', '{"name":"fixture","version":"1.0.0"}', []],
    ['app/node_modules/a/package.json', '{"type":"module"}', []],
    ['app/package.json', '\uFEFF{"name":"app","version":"1.0.0"}', ['npm app 1.0.0']],
    [
      'usr/lib/python3/x-1.dist-info/METADATA',
      'Metadata-Version: 2.1\nName: Jinja2\nVersion: 3.1.2\n\nVersion: not this one\n',
      ['pypi Jinja2 3.1.2'],
    ],
    ['usr/lib/python3/y.egg-info/PKG-INFO', 'Name: y\nVersion: 1.0\n', ['pypi y 1.0']],
    ['usr/lib/python3/z-2.egg-info', 'Name: z\nVersion: 2\n', ['pypi z 2']],
    [
      'usr/lib/ruby/specifications/rake-13.0.6.gemspec',
      '# -*- encoding: utf-8 -*-\n# stub: rake 13.0.6 ruby lib\n',
      ['gem rake 13.0.6'],
    ],
    [
      'usr/lib/ruby/specifications/default/csv-3.2.gemspec',
      'Gem::Specification.new do |s|\n  s.name = "csv".freeze\n  s.version = "3.2.1"\nend',
      ['gem csv 3.2.1'],
    ],
    [
      'usr/lib/ruby/specifications/odd-1.2.3.gemspec',
      'Gem::Specification.new { |s| s.version = V }',
      ['gem odd 1.2.3'],
    ],
    [
      'app/app.deps.json',
      '{"libraries":{"app/1.0.0":{"type":"project"},"Newtonsoft.Json/13.0.1":{"type":"package"}}}',
      ['nuget Newtonsoft.Json 13.0.1'],
    ],
    [
      'usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1/Microsoft.NETCore.App.deps.json',
      '{"libraries":{}}',
      ['nuget Microsoft.NETCore.App 8.0.1'],
    ],
    [
      'app/vendor/composer/installed.json',
      '{"packages":[{"name":"monolog/monolog","version":"2.9.1"}]}',
      ['composer monolog/monolog 2.9.1'],
    ],
    ['app/vendor/composer/installed.json', '[{"name":"a/b","version":"v1.0"}]', ['composer a/b v1.0']],
    [
      'opt/conda/conda-meta/zlib-1.2.13-h1.json',
      '{"name":"zlib","version":"1.2.13","build":"h1"}',
      ['conda zlib 1.2.13'],
    ],
    [
      'usr/lib/R/library/stats/DESCRIPTION',
      'Package: stats\nVersion: 4.2.2\nBuilt: R 4.2.2; ; 2022\n',
      ['cran stats 4.2.2'],
    ],
    ['usr/share/doc/x/DESCRIPTION', 'Package: stats\nVersion: 4.2.2\n', []],
    [
      'opt/java/release',
      'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="17.0.9"\n',
      ['generic openjdk 17.0.9'],
    ],
    ['bin/busybox', 'xx\0BusyBox v1.36.1 (2023)\0', ['generic busybox 1.36.1']],
    [
      'usr/lib/libcrypto.so.3',
      `${'OpenSSL default\0'.repeat(300)}\0OpenSSL 3.0.11 19 Sep 2023\0`,
      ['generic openssl 3.0.11'],
    ],
    ['usr/lib/libcrypto.so.1.1', '\0OpenSSL 1.1.1w  11 Sep 2023\0', ['generic openssl 1.1.1w']],
    ['usr/local/bin/node', '\0node.js/v20.1.0\0', ['generic node 20.1.0']],
    ['usr/bin/python3.11', '\x003.11.2\0', ['generic python 3.11.2']],
    ['usr/bin/redis-server', '7.0.151790282056000000000\0', ['generic redis 7.0.15']],
    ['usr/sbin/haproxy', 'HAProxy version 2.6.12-1, released 2026/10/17\0', ['generic haproxy 2.6.12']],
    ['usr/sbin/nginx', 'nothing of the kind', []],
  ])('%s', async (path, content, expected) => {
    const reading = await readFile(path, content)
    expect(shown(reading)).toEqual(expected)
    expect(reading.problems).toEqual([])
  })

  it('keeps source packages, architectures and lists of files', async () => {
    const { packages } = await readFile(
      'var/lib/dpkg/status',
      'Package: libc6\nArchitecture: amd64\nSource: glibc (2.36-9)\nVersion: 2.36-9+b1\n',
    )
    expect(packages[0]).toMatchObject({ arch: 'amd64', source: { name: 'glibc', version: '2.36-9' } })
    expect((await readFile('var/lib/dpkg/info/libc6:amd64.list', '/.\n/lib\n/lib/libc.so\n')).owned).toEqual([
      { owner: 'libc6', paths: '.\nlib\nlib/libc.so\n' },
    ])
    expect((await readFile('var/lib/dpkg/status.d/a.md5sums', `${'0'.repeat(32)}  usr/a\n`)).owned).toEqual([
      { owner: 'a', paths: 'usr/a\n' },
    ])
    expect(
      (await readFile('lib/apk/db/installed', 'P:a\nV:1\nF:usr/bin\nR:x\nR:y\nF:\nR:z\n')).owned,
    ).toEqual([{ owner: 'a', paths: 'usr/bin/x\nusr/bin/y\nz' }])
  })

  it.each<[path: string, content: string, distribution: [string, string | null]]>([
    ['etc/os-release', 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n', ['debian', '12']],
    ['usr/lib/os-release', "ID='alpine'\nVERSION_ID=3.20.1\n", ['alpine', '3.20.1']],
    ['etc/os-release', 'ID=debian\nVERSION_CODENAME=sid\n', ['debian', 'sid']],
    ['etc/alpine-release', '3.19.0\n', ['alpine', '3.19.0']],
  ])('knows the distribution by %s', async (path, content, [id, versionId]) => {
    expect((await readFile(path, content)).distribution).toMatchObject({ id, versionId })
  })
})

describe('Go programs', () => {
  const modules = [
    'path\texample.org/cmd/app',
    'mod\texample.org/app\t(devel)\t',
    'dep\tgolang.org/x/net\tv0.17.0\th1:x',
    'dep\tgithub.com/a/old\tv1.0.0',
    '=>\tgithub.com/b/new\tv1.2.0\th1:y',
    'dep\tgithub.com/c/local\tv1.0.0',
    '=>\t./local\t',
    'build\tvcs=git',
    'build\tvcs.revision=abc123',
    'build\tvcs.modified=true',
    '',
  ].join('\n')
  const expected = [
    'golang stdlib 1.21.3',
    'golang example.org/app null',
    'golang golang.org/x/net v0.17.0',
    'golang github.com/b/new v1.2.0',
    'golang ./local null',
  ]

  it.each<[string, Buffer]>([
    [
      'ELF',
      elfOf([
        { name: '.text', content: Buffer.alloc(64) },
        { name: '.go.buildinfo', content: goBuildInfo('go1.21.3', modules) },
      ]),
    ],
    [
      'PE',
      peOf([{ name: '.data', content: Buffer.concat([Buffer.alloc(32), goBuildInfo('go1.21.3', modules)]) }]),
    ],
    [
      'Mach-O',
      machOOf('__DATA', [{ name: '__go_buildinfo', content: goBuildInfo('go1.21.3 X:nocoverage', modules) }]),
    ],
    ['ELF of Go before 1.18', elfOf(goBuildInfoByPointers('go1.21.3', modules))],
  ])('are read from %s', async (_what, bytes) => {
    const reading = await readFile('bin/app', bytes, { program: true })
    expect(shown(reading)).toEqual(expected)
    expect(reading.packages[1].note).toBe('(devel), git revision abc123 with changes')
    expect(reading.packages[3].note).toBe('replaces github.com/a/old v1.0.0')
  })

  it('are named when they were built without modules', async () => {
    const bytes = elfOf([
      {
        name: '.go.buildinfo',
        content: goBuildInfo('go1.19.8', 'path\tgithub.com/opencontainers/runc\nbuild\tCGO_ENABLED=1\n'),
      },
    ])
    expect(shown(await readFile('bin/runc', bytes, { program: true }))).toEqual([
      'golang stdlib 1.19.8',
      'golang github.com/opencontainers/runc null',
    ])
  })

  it('are not mistaken for the text that marks them', async () => {
    const bytes = elfOf([{ name: '.rodata', content: goBuildInfo('go1.21.3', modules) }])
    expect(shown(await readFile('bin/scanner', bytes, { program: true }))).toEqual([])
  })
})

describe('Rust programs', () => {
  const list = {
    packages: [
      { name: 'app', version: '0.1.0', source: 'local', root: true },
      { name: 'serde', version: '1.0.1', source: 'crates.io' },
      { name: 'cc', version: '1.0.0', source: 'crates.io', kind: 'build' },
    ],
  }
  const section = deflateSync(JSON.stringify(list))
  it.each<[string, Buffer]>([
    ['ELF', elfOf([{ name: '.dep-v0', content: section }])],
    ['PE', peOf([{ name: '.dep-v0', content: section }])],
    ['Mach-O', machOOf('__DATA', [{ name: '.dep-v0', content: section }])],
  ])('say which crates they are made of: %s', async (_what, bytes) => {
    expect(shown(await readFile('bin/app', bytes, { program: true }))).toEqual([
      'cargo app 0.1.0',
      'cargo serde 1.0.1',
    ])
  })

  it('do not unpack to more than the specification allows', async () => {
    const bytes = elfOf([{ name: '.dep-v0', content: deflateSync(Buffer.alloc(64 * 1024 * 1024)) }])
    const reading = await readFile('bin/app', bytes, { program: true })
    expect([shown(reading), reading.problems]).toEqual([[], ['a list of crates that cannot be read']])
  })
})

describe('Java archives', () => {
  const pom = (groupId: string, artifactId: string, version: string): ZipItem => ({
    name: `META-INF/maven/${groupId}/${artifactId}/pom.properties`,
    content: `#Generated by Maven\nversion=${version}\ngroupId=${groupId}\nartifactId=${artifactId}\n`,
  })
  const manifest = (lines: string): ZipItem => ({
    name: 'META-INF/MANIFEST.MF',
    content: `Manifest-Version: 1.0\r\n${lines}\r\n\r\n`,
  })
  const places = ({ packages }: Awaited<ReturnType<typeof readFile>>) =>
    packages.map(({ namespace, name, version, method, inside }) => [
      `${namespace}:${name}:${version}`,
      method,
      inside,
    ])

  it('are known by their descriptor, and what is shaded into them by its own', async () => {
    const jar = makeZip([
      manifest('Implementation-Version: 9'),
      pom('org.x', 'lib', '1.0'),
      pom('com.y', 'shaded', '2.0'),
    ])
    expect(places(await readFile('app/lib-1.0.jar', jar))).toEqual([
      ['org.x:lib:1.0', 'pom.properties', null],
      ['com.y:shaded:2.0', 'pom.properties (shaded)', 'META-INF/maven/com.y/shaded/pom.properties'],
    ])
  })

  it('are read in each other: Spring Boot, war in ear', async () => {
    const inner = makeZip([pom('org.x', 'lib', '1.0')])
    const boot = makeZip([
      manifest('Main-Class: org.springframework.boot.loader.launch.JarLauncher'),
      pom('shop', 'app', '3'),
      { name: 'BOOT-INF/lib/lib-1.0.jar', content: inner, method: 'stored' },
    ])
    expect(places(await readFile('app.jar', boot)).sort()).toEqual([
      ['org.x:lib:1.0', 'pom.properties', 'BOOT-INF/lib/lib-1.0.jar'],
      ['shop:app:3', 'pom.properties', null],
    ])
    const ear = makeZip([
      { name: 'web.war', content: makeZip([{ name: 'WEB-INF/lib/lib-1.0.jar', content: inner }]) },
    ])
    expect(places(await readFile('all.ear', ear))).toEqual([
      ['org.x:lib:1.0', 'pom.properties', 'web.war!WEB-INF/lib/lib-1.0.jar'],
    ])
  })

  it('long blanks in a descriptor and a long name of a file are read in one go', async () => {
    const jar = makeZip([
      {
        name: 'META-INF/maven/org.x/lib/pom.properties',
        content: `note=a${' '.repeat(500_000)}b\n#artifactId=none\ngroupId = org.x\nartifactId: lib\nversion=1.0 \n`,
      },
    ])
    const start = process.threadCpuUsage()
    expect(places(await readFile('app/lib-1.0.jar', jar))).toEqual([
      ['org.x:lib:1.0', 'pom.properties', null],
    ])
    await readFile(`${'a-1'.repeat(100_000)}!.jar`, makeZip([{ name: 'a.class', content: 'x' }]))
    const { user, system } = process.threadCpuUsage(start)
    // Read once this takes milliseconds of the thread; from each blank or hyphen anew it takes minutes.
    expect((user + system) / 1e6).toBeLessThan(5)
  })

  it.each<[string, ZipItem[], [string, string | null, string | null, string]]>([
    [
      'mongo-driver-3.6.3.jar',
      [manifest('Bundle-SymbolicName: org.mongodb.mongo-driver\r\nBundle-Version: 3.6.3')],
      ['maven', 'org.mongodb', '3.6.3', 'medium'],
    ],
    [
      'commons-lang3.jar',
      [manifest('Bundle-SymbolicName: org.apache.commons.lang3\r\nImplementation-Version: 3.12.0')],
      ['generic', null, '3.12.0', 'low'],
    ],
    ['thing-1.0.jar', [{ name: 'a.class', content: 'x' }], ['generic', null, '1.0', 'low']],
    [
      'thing-1.0.jar',
      [{ name: 'META-INF/maven/org.t/thing/pom.xml', content: '<project/>' }],
      ['maven', 'org.t', '1.0', 'medium'],
    ],
    ['nothing.jar', [{ name: 'a.class', content: 'x' }], ['generic', null, null, 'low']],
    [
      'long-1.jar',
      [
        manifest(
          'Bundle-SymbolicName: org.verylongname.that.goes.over.the.line.and\r\n .on.long\r\nBundle-Version: 1',
        ),
      ],
      ['maven', 'org.verylongname.that.goes.over.the.line.and.on', '1', 'medium'],
    ],
  ])(
    'without a descriptor are told by less: %s',
    async (name, items, [type, namespace, version, confidence]) => {
      const { packages } = await readFile(`app/${name}`, makeZip(items))
      expect(packages).toMatchObject([{ type, namespace, version, confidence }])
    },
  )

  it('stop where they are nested too deep, too many, or lie', async () => {
    let jar = makeZip([pom('org.x', 'bottom', '1')])
    for (let depth = 0; depth < 50; depth++)
      jar = makeZip([
        pom('org.x', `level${depth}`, '1'),
        { name: 'inner.jar', content: jar, method: 'stored' },
      ])
    const deep = await readFile('deep.jar', jar)
    expect(deep.packages).toHaveLength(9)
    expect(deep.problems).toEqual([expect.stringContaining('nested more than 8 deep')])

    const restore = overrideLimits({ jarEntries: 1000 })
    try {
      const many = await readFile(
        'many.jar',
        makeZip(Array.from({ length: 1001 }, (_, at) => ({ name: `c${at}.class` }))),
      )
      expect(many.problems).toEqual([expect.stringContaining('more than 1000 entries')])
    } finally {
      restore()
    }
    const lying = await readFile('lie.jar', makeZip([{ ...pom('a', 'b', '1'), claims: { sizeBytes: 5 } }]))
    expect(lying.problems).toEqual([expect.stringMatching(/more than the 5 bytes/)])
    expect((await readFile('no.jar', 'no zip')).problems).toEqual([expect.stringContaining('no directory')])
  })
})

describe('rpm databases', () => {
  const many = Array.from({ length: 300 }, (_, at) => ({
    folder: '/usr/share/a-long-folder/',
    name: `file-${at}-of-many`,
  }))
  const packages: RpmPackage[] = [
    {
      name: 'openssl-libs',
      version: '3.0.7',
      release: '24.el9',
      epoch: 1,
      sourceRpm: 'openssl-3.0.7-24.el9.src.rpm',
      files: [{ folder: '/usr/lib64/', name: 'libssl.so.3' }],
    },
    { name: 'httpd', version: '2.4.57', release: '5.el9', module: 'httpd:2.4:8080020:abc', files: many },
    { name: 'gpg-pubkey', version: 'fd431d51', release: '4ae0493b' },
    { name: 'bash', version: '5.1.8', release: '6.el9' },
  ]
  const blobs = packages.map(rpmHeader)
  const expected = ['rpm openssl-libs 1:3.0.7-24.el9', 'rpm httpd 2.4.57-5.el9', 'rpm bash 5.1.8-6.el9']

  it.each<[string, string, Buffer]>([
    ['SQLite', 'var/lib/rpm/rpmdb.sqlite', sqliteDatabase(blobs)],
    ['SQLite, small pages', 'usr/lib/sysimage/rpm/rpmdb.sqlite', sqliteDatabase(blobs, { pageBytes: 512 })],
    ['ndb', 'usr/lib/sysimage/rpm/Packages.db', ndbDatabase(blobs)],
    ['Berkeley DB', 'var/lib/rpm/Packages', berkeleyDatabase(blobs)],
    ['Berkeley DB, big-endian', 'var/lib/rpm/Packages', berkeleyDatabase(blobs, { bigEndian: true })],
  ])('are read: %s', async (_what, path, bytes) => {
    const reading = await readFile(path, bytes)
    expect(shown(reading).sort()).toEqual(expected.toSorted())
    expect(reading.problems).toEqual([])
    expect(reading.packages.find(({ name }) => name === 'openssl-libs')?.source).toEqual({
      name: 'openssl',
      version: '3.0.7-24.el9',
    })
    expect(reading.packages.find(({ name }) => name === 'httpd')?.module).toBe('httpd:2.4:8080020:abc')
    expect(reading.owned.find(({ owner }) => owner === 'openssl-libs')?.paths).toBe('usr/lib64/libssl.so.3')
    expect(reading.owned.find(({ owner }) => owner === 'httpd')?.paths.split('\n')).toHaveLength(300)
  })

  it('give back what SQLite was given, whatever its length', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(512, 1024, 4096, 65_536),
        async (lengths, pageBytes) => {
          const own = lengths.map((count, at) => ({
            name: `p${at}`,
            version: '1',
            release: '1',
            files: [{ folder: '/', name: 'n'.repeat(count) }],
          }))
          const reading = await readFile(
            'var/lib/rpm/rpmdb.sqlite',
            sqliteDatabase(own.map(rpmHeader), { pageBytes }),
          )
          expect(reading.packages.map(({ name }) => name)).toEqual(own.map(({ name }) => name))
          expect(reading.owned.map(({ paths }) => paths.length)).toEqual(lengths)
        },
      ),
      { numRuns: 15 },
    )
  })
})

/** Whatever the bytes are, a cataloguer answers; it throws nothing but errors for people. */
describe('no bytes break a cataloguer', () => {
  const seeds: Record<string, [path: string, bytes: Buffer]> = {
    go: [
      'bin/app',
      elfOf([{ name: '.go.buildinfo', content: goBuildInfo('go1.21.3', 'path\ta\nmod\ta\tv1.0.0\n') }]),
    ],
    'go by pointers': ['bin/app', elfOf(goBuildInfoByPointers('go1.16', 'path\ta\nmod\ta\tv1.0.0\n'))],
    rust: ['bin/app', elfOf([{ name: '.dep-v0', content: deflateSync('{"packages":[]}') }])],
    pe: ['bin/app.exe', peOf([{ name: '.data', content: goBuildInfo('go1.21.3', 'mod\ta\tv1.0.0\n') }])],
    'mach-o': [
      'bin/app',
      machOOf('__DATA', [{ name: '__go_buildinfo', content: goBuildInfo('go1.21.3', 'mod\ta\tv1\n') }]),
    ],
    java: [
      'a.jar',
      makeZip([
        { name: 'META-INF/maven/g/a/pom.properties', content: 'artifactId=a' },
        { name: 'x.jar', content: makeZip([]) },
      ]),
    ],
    sqlite: [
      'var/lib/rpm/rpmdb.sqlite',
      sqliteDatabase([
        rpmHeader({
          name: 'a',
          version: '1',
          release: '1',
          files: [{ folder: '/', name: 'x'.repeat(9000) }],
        }),
      ]),
    ],
    ndb: ['var/lib/rpm/Packages.db', ndbDatabase([rpmHeader({ name: 'a', version: '1', release: '1' })])],
    berkeley: [
      'var/lib/rpm/Packages',
      berkeleyDatabase([
        rpmHeader({
          name: 'a',
          version: '1',
          release: '1',
          files: [{ folder: '/', name: 'x'.repeat(9000) }],
        }),
      ]),
    ],
    apk: ['lib/apk/db/installed', Buffer.from('P:a\nV:1\nF:x\nR:y\n')],
    npm: ['app/package.json', Buffer.from('{"name":"a","version":"1.0.0"}')],
    ruby: ['x/specifications/a-1.gemspec', Buffer.from('# stub: a 1 ruby lib\n')],
    python: ['x.dist-info/METADATA', Buffer.from('Name: a\nVersion: 1\n')],
  }
  it.each(Object.entries(seeds))('%s', async (_what, [path, seed]) => {
    const change = fc.tuple(
      fc.nat(seed.length - 1),
      fc.constantFrom(0, 1, 0x7f, 0x80, 0xff),
      fc.integer({ min: 1, max: 8 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 10 }), fc.nat(seed.length), async (changes, length) => {
        const bytes = Buffer.from(seed.subarray(0, changes.length % 3 === 0 ? length : seed.length))
        for (const [at, value, count] of changes)
          if (at < bytes.length) bytes.fill(value, at, Math.min(bytes.length, at + count))
        const reading = await readFile(path, bytes, { program: true })
        expect(Array.isArray(reading.packages)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
