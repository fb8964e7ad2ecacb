import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeTar, makeZip, tarHeader, type ZipItem } from '../../../test/archives.ts'
import { hasTestData, testData } from '../../../test/data.ts'
import { AllclearError } from '../errors.ts'
import { type LimitName, overrideLimits } from '../limits.ts'
import {
  estimateInputs,
  openArchive,
  unpackEntry,
  walkInputs,
  type Input,
  type Root,
  type WalkOptions,
} from './index.ts'

/** Everything a walk yields: contents, or the code of the error and where it is. */
async function readAll(roots: readonly Root[], options?: WalkOptions): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const input of walkInputs(roots, options)) found[input.source] = await outcome(input)
  return found
}

async function outcome(input: Input): Promise<string> {
  try {
    return Buffer.from(await input.read()).toString()
  } catch (error) {
    // Anything else would be a defect.
    if (!(error instanceof AllclearError)) throw error
    expect(error.where).toContain(input.source)
    return `${error.code}: ${error.message}`
  }
}

const fromBytes = (bytes: Uint8Array, source = 'a') => [{ source, bytes }]

async function withLimits<T>(limits: Partial<Record<LimitName, number>>, work: () => Promise<T>): Promise<T> {
  const restore = overrideLimits(limits)
  try {
    return await work()
  } finally {
    restore()
  }
}

describe('zip', () => {
  it('is read whatever the method and however the sizes are written', async () => {
    const items: ZipItem[] = [
      { name: 'stored.json', content: 'one', method: 'stored' },
      { name: 'deflated.json', content: 'two '.repeat(1000) },
      { name: 'zstd.json', content: 'three '.repeat(1000), method: 'zstd' },
      { name: 'large.json', content: 'four', zip64: true },
      { name: 'streamed.json', content: 'five', streamed: true },
      { name: 'empty.json' },
      { name: 'folder/' },
      { name: './ä/✓.json', content: 'six' },
    ]
    const expected = {
      'a: stored.json': 'one',
      'a: deflated.json': 'two '.repeat(1000),
      'a: zstd.json': 'three '.repeat(1000),
      'a: large.json': 'four',
      'a: streamed.json': 'five',
      'a: empty.json': '',
      'a: ä/✓.json': 'six',
    }
    for (const options of [
      {},
      { zip64: true },
      { prefix: '#!/bin/sh\n' },
      { comment: 'PK\u{5}\u{6} a comment' },
    ])
      expect(await readAll(fromBytes(makeZip(items, options)))).toEqual(
        options.prefix ? { a: expect.anything() } : expected,
      )
    expect(await readAll(fromBytes(makeZip([])))).toEqual({})
  })

  it('gives entries packed, to be unpacked elsewhere under the same checks', async () => {
    const inputs = [
      { name: 'a.json', content: 'abc' },
      { name: 'b.json', content: 'abc', method: 'stored' as const },
      { name: 'c.json', content: 'abc', method: 'zstd' as const },
      { name: 'd.json', content: 'abc', method: 99 },
      { name: 'e.json', content: 'abc', unixMode: 0o120777 },
    ]
    const unpacked: unknown[] = []
    for await (const { source, packed } of openArchive(makeZip(inputs))) {
      const entry = packed?.() ?? null
      unpacked.push(entry && [entry.method, Buffer.from(unpackEntry(entry, source)).toString()])
      if (entry === null) continue
      expect(() => unpackEntry({ ...entry, crc: entry.crc ^ 1 }, source)).toThrow(/checksum is wrong/)
      expect(() => unpackEntry({ ...entry, sizeBytes: 2 }, source)).toThrow(/bytes/)
    }
    expect(unpacked).toEqual([['deflated', 'abc'], ['stored', 'abc'], ['zstd', 'abc'], null, null])
  })

  it('holds any content under any name', async () => {
    const item = fc.record({
      name: fc.uuid().map((id) => `${id}.json`),
      content: fc.uint8Array({ maxLength: 300 }),
      method: fc.constantFrom('stored' as const, 'deflated' as const, 'zstd' as const),
      zip64: fc.boolean(),
      streamed: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 6 }), async (items) => {
        const found: [string, number[]][] = []
        for await (const input of openArchive(makeZip(items)))
          found.push([input.source, [...(await input.read())]])
        expect(found).toEqual(items.map(({ name, content }) => [`archive: ${name}`, [...content]]))
      }),
      { numRuns: 60 },
    )
  })

  const hostile: { what: string; zip: Uint8Array; outcome: RegExp }[] = [
    {
      what: 'a name that leads upwards',
      zip: makeZip([{ name: 'x.json' }, { name: 'b/../../etc/passwd' }]),
      outcome: /^archive.unsafe-path: .*leads out/,
    },
    {
      what: 'the same with backslashes',
      zip: makeZip([{ name: '..\\x.json' }]),
      outcome: /^archive.unsafe-path/,
    },
    {
      what: 'an absolute name',
      zip: makeZip([{ name: '/etc/passwd' }]),
      outcome: /^archive.unsafe-path: .*absolute/,
    },
    {
      what: 'a name with a drive',
      zip: makeZip([{ name: 'C:x.json' }]),
      outcome: /^archive.unsafe-path: .*absolute/,
    },
    { what: 'a name with NUL', zip: makeZip([{ name: 'x\0.json' }]), outcome: /^archive.unsafe-path: .*NUL/ },
    {
      what: 'a symbolic link',
      zip: makeZip([{ name: 'x.json', content: '/etc/passwd', unixMode: 0o120777 }]),
      outcome: /^archive.unsafe-path: .*symbolic link/,
    },
    {
      what: 'an encrypted entry',
      zip: makeZip([{ name: 'x.json', content: 'x', encrypted: true }]),
      outcome: /^archive.unreadable: .*encrypted/,
    },
    {
      what: 'a method nobody knows',
      zip: makeZip([{ name: 'x.json', content: 'x', method: 12 }]),
      outcome: /^archive.unreadable: .*method 12/,
    },
    {
      what: 'a wrong checksum',
      zip: makeZip([{ name: 'x.json', content: 'x', claims: { crc: 1 } }]),
      outcome: /^archive.unreadable: .*checksum/,
    },
    {
      what: 'more content than it says',
      zip: makeZip([{ name: 'x.json', content: 'x'.repeat(5000), claims: { sizeBytes: 10 } }]),
      outcome: /^archive.unreadable: .*more than the 10 bytes/,
    },
    {
      what: 'less content than it says',
      zip: makeZip([{ name: 'x.json', content: 'x', claims: { sizeBytes: 10 } }]),
      outcome: /^archive.unreadable: .*1 bytes where the directory says 10/,
    },
    {
      what: 'packed bytes beyond the file',
      zip: makeZip([{ name: 'x.json', content: 'x', claims: { packedBytes: 1e6 } }]),
      outcome: /^archive.unreadable: .*reaches into the directory/,
    },
    {
      what: 'an offset beyond the file',
      zip: makeZip([{ name: 'x.json', content: 'x', claims: { offset: 1e6 } }]),
      outcome: /^archive.unreadable/,
    },
    {
      what: 'an offset at something else',
      zip: makeZip([
        { name: 'x.json', content: 'x'.repeat(90), method: 'stored', claims: { offset: 4, packedBytes: 40 } },
      ]),
      outcome: /^archive.unreadable: .*header is damaged/,
    },
    {
      what: 'entries that overlap',
      zip: makeZip([
        { name: 'x.json', content: 'abc' },
        { name: 'y.json', content: 'abc', claims: { offset: 0 } },
      ]),
      outcome: /^archive.unreadable: .*overlaps/,
    },
    {
      what: 'more entries than there is room for',
      zip: makeZip([{ name: 'x.json' }], { count: 60_000 }),
      outcome: /^archive.unreadable: .*no room for 60000/,
    },
    {
      what: 'one entry more than there are',
      zip: makeZip([{ name: `${'x'.repeat(90)}.json` }], { count: 2 }),
      outcome: /^archive.unreadable: .*directory is damaged/,
    },
    {
      what: 'a size that unpacks a thousandfold',
      zip: makeZip([{ name: 'x.json', content: Buffer.alloc(8 << 20) }]),
      outcome: /^archive.bomb: .*1000 times/,
    },
    {
      what: 'the same in zstd',
      zip: makeZip([{ name: 'x.json', content: Buffer.alloc(8 << 20), method: 'zstd' }]),
      outcome: /^archive.bomb: .*1000 times/,
    },
    {
      what: 'a promise of 4 GB',
      zip: makeZip([{ name: 'x.json', content: 'x', claims: { sizeBytes: 0xfffffffe } }]),
      outcome: /^input.too-large/,
    },
    {
      what: 'a promise of 16 EB',
      zip: makeZip([{ name: 'x.json', content: 'x', zip64: true, claims: { sizeBytes: 2 ** 60 } }]),
      outcome: /^archive.unreadable: .*no file has|^archive.bomb/,
    },
    {
      what: 'no directory',
      zip: makeZip([{ name: 'x.json', content: 'x' }]).subarray(0, 40),
      outcome: /^archive.unreadable: .*no directory/,
    },
  ]
  it.each(hostile)('with $what is refused', async ({ zip, outcome: expected }) => {
    const found = Object.values(await readAll(fromBytes(zip)))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(expected)
  })

  it('loses only the entries that are wrong', async () => {
    const zip = makeZip([
      { name: 'a.json', content: 'good' },
      { name: 'b.json', content: 'x', claims: { crc: 1 } },
      { name: 'c.json', content: 'good' },
    ])
    expect(await readAll(fromBytes(zip))).toEqual({
      'a: a.json': 'good',
      'a: b.json': expect.stringContaining('checksum'),
      'a: c.json': 'good',
    })
  })

  it('is bounded in entries and in sum', async () => {
    const zip = makeZip(
      Array.from({ length: 20 }, (_, at) => ({ name: `${at}.json`, content: 'x'.repeat(100) })),
    )
    expect(Object.values(await withLimits({ archiveEntries: 10 }, () => readAll(fromBytes(zip))))).toEqual([
      expect.stringMatching(/^archive.bomb: .*10 entries/),
    ])
    expect(
      Object.values(await withLimits({ archiveTotalBytes: 1500 }, () => readAll(fromBytes(zip)))),
    ).toEqual([expect.stringMatching(/^archive.bomb: .*1500 bytes/)])
  })
})

describe('tar, gzip and zstd', () => {
  const items = [
    { name: 'folder/', type: 'directory' as const },
    { name: './folder/a.json', content: 'one' },
    { name: `${'long/'.repeat(60)}b.json`, content: 'two' },
    { name: 'c.json.gz', content: gzipSync('three') },
    { name: '.hidden.json', content: 'no' },
  ]
  const expected = {
    'a: folder/a.json': 'one',
    [`a: ${'long/'.repeat(60)}b.json`]: 'two',
    'a: c.json.gz': 'three',
  }

  it('are read in every combination, told by content', async () => {
    const tar = await makeTar(items)
    for (const bytes of [tar, gzipSync(tar), zstdCompressSync(tar), gzipSync(zstdCompressSync(tar))])
      expect(await readAll(fromBytes(bytes))).toEqual(expected)
    expect(await readAll(fromBytes(gzipSync('plain'), 'x.json.gz'))).toEqual({ 'x.json.gz': 'plain' })
    const twice = Buffer.concat([gzipSync('one '), gzipSync('two')])
    expect(await readAll(fromBytes(twice))).toEqual({ a: 'one two' })
    const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
    const noise = Array.from({ length: 300_000 }, (_, at) => Math.imul(at, 2_654_435_761).toString(36)).join(
      '',
    )
    const frames = Buffer.concat([
      zstdCompressSync('one '),
      skippable,
      zstdCompressSync(noise),
      zstdCompressSync(' two'),
      skippable,
    ])
    expect(await readAll(fromBytes(frames))).toEqual({ a: `one ${noise} two` })
  })

  it('with GNU long names and without `ustar` are read', async () => {
    const name = `${'x'.repeat(150)}.json`
    const long = Buffer.alloc(512)
    long.write(`${name}\0`)
    const content = Buffer.alloc(512)
    content.write('abc')
    const tar = Buffer.concat([
      tarHeader('././@LongLink', name.length + 1, 'L'),
      long,
      tarHeader('short', 3, '0'),
      content,
      Buffer.alloc(1024),
    ])
    expect(await readAll(fromBytes(tar))).toEqual({ [`a: ${name}`]: 'abc' })
  })

  it('lose only the entries that are no documents', async () => {
    const tar = await makeTar([
      { name: 'a.json', content: 'one' },
      { name: 'b.json', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'c.json', type: 'link', linkname: 'a.json' },
      { name: 'd.json', type: 'fifo' },
      { name: 'e.json', content: 'two' },
    ])
    expect(await readAll(fromBytes(tar))).toEqual({
      'a: a.json': 'one',
      'a: b.json': expect.stringMatching(/^archive.unsafe-path: .*link/),
      'a: c.json': expect.stringMatching(/^archive.unsafe-path: .*link/),
      'a: d.json': expect.stringMatching(/^archive.unreadable: .*fifo/),
      'a: e.json': 'two',
    })
  })

  it('end at a name that leads outside or where they are damaged, keeping what came before', async () => {
    const good = await makeTar([{ name: 'a.json', content: 'one' }])
    for (const name of ['../x.json', '/x.json', 'a/../../x.json']) {
      const tar = Buffer.concat([good.subarray(0, 1024), await makeTar([{ name, content: 'x' }])])
      expect(await readAll(fromBytes(tar))).toEqual({
        'a: a.json': 'one',
        a: expect.stringMatching(/^archive.unsafe-path/),
      })
    }
    const broken = Buffer.concat([good.subarray(0, 1024), Buffer.alloc(512, 7)])
    expect(await readAll(fromBytes(broken))).toEqual({
      'a: a.json': 'one',
      a: expect.stringMatching(/^archive.unreadable/),
    })
    const cut = Buffer.concat([good.subarray(0, 1024), tarHeader('b.json', 100_000, '0'), Buffer.alloc(512)])
    expect(await readAll(fromBytes(cut))).toEqual({
      'a: a.json': 'one',
      a: expect.stringMatching(/^archive.unreadable/),
    })
  })

  it('are bounded: entries, sums, ratios, headers, depth', async () => {
    const zeros = Buffer.alloc(16 << 20)
    const zstdBomb = zstdCompressSync(zeros)
    expect(zeros.length / zstdBomb.length).toBeGreaterThan(5000)
    expect(await readAll(fromBytes(zstdBomb))).toEqual({
      a: expect.stringMatching(/^archive.bomb: .*1000 times/),
    })
    expect(await withLimits({ archiveRatio: 500 }, () => readAll(fromBytes(gzipSync(zeros))))).toEqual({
      a: expect.stringMatching(/^archive.bomb/),
    })
    expect(
      await withLimits({ archiveTotalBytes: 1 << 20, archiveRatio: 2000 }, () =>
        readAll(fromBytes(gzipSync(zeros))),
      ),
    ).toEqual({ a: expect.stringMatching(/^archive.bomb/) })
    expect(
      await withLimits({ archiveEntryBytes: 1 << 20, archiveRatio: 2000 }, () =>
        readAll(fromBytes(gzipSync(zeros))),
      ),
    ).toEqual({ a: expect.stringMatching(/^input.too-large/) })
    const large = Buffer.concat([
      tarHeader('a.json', 2048, '0'),
      Buffer.alloc(2048, 65),
      tarHeader('b.json', 3, '0'),
      Buffer.from('abc'),
      Buffer.alloc(509 + 1024),
    ])
    expect(await withLimits({ archiveEntryBytes: 1024 }, () => readAll(fromBytes(large)))).toEqual({
      'a: a.json': expect.stringMatching(/^input.too-large/),
      'a: b.json': 'abc',
    })
    const header = gzipSync(Buffer.concat([tarHeader('x', 64 << 20, 'x'), Buffer.alloc(64 << 20)]))
    expect(await readAll(fromBytes(header))).toEqual({
      a: expect.stringMatching(/^archive.unreadable|^archive.bomb/),
    })
    const many = await makeTar(Array.from({ length: 20 }, (_, at) => ({ name: `${at}.json` })))
    expect(
      Object.values(await withLimits({ archiveEntries: 10 }, () => readAll(fromBytes(many)))).at(-1),
    ).toMatch(/^archive.bomb: .*10 entries/)
    let nested: Buffer = Buffer.from('deep')
    for (let depth = 0; depth < 6; depth++) nested = makeZip([{ name: 'in.zip', content: nested }])
    expect(Object.values(await readAll(fromBytes(nested)))).toEqual([
      expect.stringMatching(/^archive.bomb: .*nested/),
    ])
  })

  it('that are cut off or damaged are refused', async () => {
    const tar = await makeTar(
      Array.from({ length: 30 }, (_, at) => ({
        name: `${at}.json`,
        content: `content ${at} ${Math.sin(at)}`,
      })),
    )
    for (const packed of [gzipSync(tar), zstdCompressSync(tar)]) {
      const found = await readAll(fromBytes(packed.subarray(0, packed.length - 20)))
      expect(found.a).toMatch(/^archive.unreadable/)
    }
  })

  it('of other kinds are named', async () => {
    const xz = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0, 0])
    expect(await readAll(fromBytes(xz))).toEqual({ a: expect.stringMatching(/^archive.unreadable: .*xz/) })
  })
})

it('any damage to an archive is an error with a place, or no damage to the document', async () => {
  const items = Array.from({ length: 4 }, (_, at) => ({
    name: `${at}.json`,
    content: `{"value": "${'x'.repeat(at * 50)}"}`,
  }))
  const tar = await makeTar(items)
  const archives = [
    makeZip(items),
    makeZip(
      items.map((item) => ({ ...item, zip64: true })),
      { zip64: true },
    ),
    tar,
    gzipSync(tar),
    zstdCompressSync(tar),
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...archives),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: 1 }),
      async (archive, changes, keep) => {
        const damaged = Buffer.from(archive)
        for (const [place, byte] of changes) damaged[Math.floor(place * (damaged.length - 1))] = byte
        await readAll(fromBytes(damaged.subarray(0, Math.ceil(damaged.length * keep))))
      },
    ),
    { numRuns: 600 },
  )
})

describe('walking', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'allclear-test-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('goes through folders by name, leaves out links and hidden files, and looks into archives whatever they are called', async () => {
    mkdirSync(join(folder, 'b/c'), { recursive: true })
    mkdirSync(join(folder, '.git'))
    writeFileSync(join(folder, 'z.json'), 'last')
    writeFileSync(join(folder, 'a.json'), 'first')
    writeFileSync(join(folder, 'b/c/d.json'), 'deep')
    writeFileSync(join(folder, 'b/readme.txt'), 'words')
    writeFileSync(join(folder, '.git/x.json'), 'hidden')
    writeFileSync(
      join(folder, 'b/export'),
      makeZip([
        { name: 'in.json', content: 'zipped' },
        { name: 'in.txt', content: 'words' },
      ]),
    )
    writeFileSync(join(folder, 'b/more.json.gz'), gzipSync('gzipped'))
    symlinkSync(join(folder, 'z.json'), join(folder, 'link.json'))
    symlinkSync(folder, join(folder, 'loop'))
    const accept = (name: string) => name.endsWith('.json')
    const found = await readAll(['.'], { cwd: folder, accept })
    expect(Object.entries(found)).toEqual([
      ['a.json', 'first'],
      ['b/c/d.json', 'deep'],
      ['b/export: in.json', 'zipped'],
      ['b/more.json.gz', 'gzipped'],
      ['z.json', 'last'],
    ])
    expect(await estimateInputs(['b/export', 'a.json'], { cwd: folder, accept })).toEqual({
      bytes: expect.any(Number),
      documents: 2,
    })
    expect((await estimateInputs(['.'], { cwd: folder, accept })).documents).toBeNull()
    expect(await readAll(['b/readme.txt', 'link.json'], { cwd: folder, accept })).toEqual({
      'b/readme.txt': 'words',
      'link.json': 'last',
    })
  })

  it('reads the standard input and pipes, whatever comes', async () => {
    const tar = await makeTar([{ name: 'x.json', content: 'one' }])
    async function* slowly(bytes: Uint8Array) {
      for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100)
    }
    for (const [bytes, expected] of [
      [Buffer.from('{}'), { 'standard input': '{}' }],
      [gzipSync('{}'), { 'standard input': '{}' }],
      [gzipSync(tar), { 'standard input: x.json': 'one' }],
      [makeZip([{ name: 'x.json', content: 'one' }]), { 'standard input: x.json': 'one' }],
      [Buffer.alloc(0), { 'standard input': '' }],
    ] as const)
      expect(await readAll(['-'], { stdin: slowly(bytes) })).toEqual(expected)
    if (process.platform !== 'win32') {
      const pipe = join(folder, 'pipe')
      execFileSync('mkfifo', [pipe])
      const { createWriteStream } = await import('node:fs')
      createWriteStream(pipe).end('piped')
      expect(await readAll([pipe])).toEqual({ [pipe]: 'piped' })
    }
  })

  it('says before anything else that a root is not there', async () => {
    writeFileSync(join(folder, 'a.json'), '{}')
    await expect(readAll(['a.json', 'absent'], { cwd: folder })).rejects.toMatchObject({
      code: 'not-found',
      where: 'absent',
    })
    await expect(readAll(['-'])).rejects.toMatchObject({ code: 'usage' })
  })

  it('goes on after a broken archive and may be left early', async () => {
    writeFileSync(join(folder, 'a.zip'), makeZip([{ name: 'x.json', content: 'x' }]).subarray(0, 30))
    writeFileSync(
      join(folder, 'b.tar'),
      await makeTar(
        Array.from({ length: 50 }, (_, at) => ({ name: `${at}.json`, content: 'y'.repeat(70_000) })),
      ),
    )
    const found = await readAll([folder])
    expect(Object.keys(found)).toHaveLength(51)
    expect(found[join(folder, 'a.zip')]).toMatch(/^archive.unreadable/)
    for await (const input of walkInputs([join(folder, 'b.tar')])) {
      expect(await input.read()).toHaveLength(70_000)
      break
    }
  })

  it('keeps inputs readable after the walk has gone on', async () => {
    writeFileSync(
      join(folder, 'a.zip'),
      makeZip(Array.from({ length: 200 }, (_, at) => ({ name: `${at}.json`, content: `${at}` }))),
    )
    const inputs: Input[] = []
    for await (const input of walkInputs([join(folder, 'a.zip')])) inputs.push(input)
    expect(await Promise.all(inputs.map(outcome))).toEqual(Array.from({ length: 200 }, (_, at) => String(at)))
  })

  it('refuses a file over the limit without reading it', async () => {
    writeFileSync(join(folder, 'a.json'), 'x'.repeat(2000))
    const found = await withLimits({ archiveEntryBytes: 1000 }, () => readAll([folder]))
    expect(Object.values(found)).toEqual([expect.stringMatching(/^input.too-large/)])
  })
})

describe.skipIf(!hasTestData)('public data (skipped where ALLCLEAR_TEST_DATA names none)', () => {
  it('every pack of advisories and SBOMs is read without a refusal', async () => {
    let documents = 0
    const refused: string[] = []
    for await (const input of walkInputs([
      testData('advisories/osv'),
      testData('sboms/cyclonedx-conformance.zip'),
      testData('k8s/manifests.tar.zst'),
    ])) {
      documents++
      await input.read().catch((error: unknown) => refused.push(`${input.source}: ${String(error)}`))
    }
    expect(refused).toEqual([])
    expect(documents).toBeGreaterThan(20_000)
  })
})
