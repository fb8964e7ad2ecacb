import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headerOf, paxItem, tarOf, withChecksum } from '../../../test/layer-tar.ts'
import { AllclearError } from '../errors.ts'
import { overrideLimits } from '../limits.ts'
import { readTarLayer } from './tar-layer.ts'

async function* chunksOf(bytes: Buffer, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

async function read(bytes: Buffer, { chunkBytes = 1000, contents = true } = {}) {
  const entries: {
    name: string
    kind: string
    sizeBytes: number
    target: string | null
    text: string | null
  }[] = []
  for await (const { name, kind, sizeBytes, target, read: take } of readTarLayer(
    chunksOf(bytes, chunkBytes),
    'layer',
  )) {
    const parts: Buffer[] = []
    if (contents) await take((part) => parts.push(Buffer.from(part)))
    entries.push({ name, kind, sizeBytes, target, text: contents ? Buffer.concat(parts).toString() : null })
  }
  return entries
}

const long = `${'deep/'.repeat(40)}file`

describe('readTarLayer', () => {
  it('reads files, links, folders and special files', async () => {
    const tar = tarOf([
      { name: './usr/', type: '5' },
      { name: './usr/a', content: 'hello' },
      { name: './usr/b', type: '1', target: './usr/a' },
      { name: './usr/c', type: '2', target: '../usr/a' },
      { name: './dev/null', type: '3' },
      { name: './run/pipe', type: '6' },
      { name: './empty' },
    ])
    expect(await read(tar)).toEqual([
      { name: './usr/', kind: 'folder', sizeBytes: 0, target: null, text: '' },
      { name: './usr/a', kind: 'file', sizeBytes: 5, target: null, text: 'hello' },
      { name: './usr/b', kind: 'hardlink', sizeBytes: 0, target: './usr/a', text: '' },
      { name: './usr/c', kind: 'symlink', sizeBytes: 0, target: '../usr/a', text: '' },
      { name: './dev/null', kind: 'special', sizeBytes: 0, target: null, text: '' },
      { name: './run/pipe', kind: 'special', sizeBytes: 0, target: null, text: '' },
      { name: './empty', kind: 'file', sizeBytes: 0, target: null, text: '' },
    ])
  })

  it.each([
    ['GNU long name', tarOf([{ name: long, content: 'x' }]), long],
    ['pax path', tarOf([paxItem({ path: 'näme/ü' }), { name: 'short', content: 'x' }]), 'näme/ü'],
    ['pax path over GNU name', tarOf([paxItem({ path: 'pax' }), { name: long, content: 'x' }]), 'pax'],
    ['ustar prefix', ustarWithPrefix('dir/deeper', 'file'), 'dir/deeper/file'],
  ])('understands names: %s', async (_what, tar, name) => {
    expect((await read(tar))[0]).toMatchObject({ name, text: 'x' })
  })

  it('takes a pax header for the next entry only', async () => {
    const names = (await read(tarOf([paxItem({ path: 'first' }), { name: 'a' }, { name: 'b' }]))).map(
      ({ name }) => name,
    )
    expect(names).toEqual(['first', 'b'])
  })

  it('takes an end without padding for an end', async () => {
    const tar = tarOf([
      { name: 'a', content: 'x' },
      { name: 'b', content: 'yz' },
    ])
    expect((await read(tar.subarray(0, 512 * 3 + 2))).map(({ text }) => text)).toEqual(['x', 'yz'])
  })

  it('ignores what links and folders claim as their size', async () => {
    const tar = tarOf([
      { name: 'l', type: '2', target: 'x', sizeBytes: 4096 },
      { name: 'after', content: 'y' },
    ])
    expect((await read(tar)).map(({ name }) => name)).toEqual(['l', 'after'])
  })

  it.each([
    [
      'cut inside a content',
      tarOf([{ name: 'a', content: 'x'.repeat(5000) }]).subarray(0, 2000),
      /ends in the middle/,
    ],
    ['cut inside a header', tarOf([{ name: 'a' }]).subarray(0, 300), /ends in the middle/],
    ['a header of noise', Buffer.alloc(1024, 0x41), /header of its tar is damaged/],
    ['a size that no file has', hugeSize(), /size that no file has/],
    [
      'a pax record that lies about its length',
      tarOf([{ name: 'x', type: 'x', content: '999 path=a\n' }, { name: 'a' }]),
      /extended header/,
    ],
    [
      'a pax record of length 0',
      tarOf([{ name: 'x', type: 'x', content: '0 path=a\n' }, { name: 'a' }]),
      /extended header/,
    ],
  ])('refuses %s', async (_what, tar, message) => {
    await expect(read(tar)).rejects.toThrow(message)
  })

  it('stops at its limits', async () => {
    const restore = overrideLimits({ layerEntries: 10, layerHeaderBytes: 2048 })
    try {
      const many = tarOf(Array.from({ length: 11 }, (_, at) => ({ name: `f${at}` })))
      await expect(read(many)).rejects.toMatchObject({ code: 'archive.bomb' })
      const header = tarOf([{ name: 'x', type: 'L', content: 'n'.repeat(4096) }, { name: 'a' }])
      await expect(read(header)).rejects.toMatchObject({ code: 'archive.bomb' })
    } finally {
      restore()
    }
  })

  it('reads the same however the bytes arrive, and whether contents are read or not', async () => {
    const tar = tarOf([
      paxItem({ path: 'päx' }),
      { name: 'a', content: 'x'.repeat(3000) },
      { name: long, content: 'y'.repeat(512) },
      { name: 'c', type: '2', target: long },
    ])
    const whole = await read(tar, { chunkBytes: tar.length })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2000 }), async (chunkBytes) => {
        expect(await read(tar, { chunkBytes })).toEqual(whole)
        const skipped = await read(tar, { chunkBytes, contents: false })
        expect(skipped.map(({ name }) => name)).toEqual(whole.map(({ name }) => name))
      }),
      { numRuns: 60 },
    )
  })

  it('ends for any bytes, with entries or with an error for people', async () => {
    const valid = tarOf([
      { name: 'a', content: 'x'.repeat(700) },
      paxItem({ path: 'b' }),
      { name: 'c', content: 'z' },
    ])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 12 }),
        fc.boolean(),
        async (changes, sign) => {
          const bytes = Buffer.from(valid)
          for (const [at, value] of changes) bytes[at] = value
          // With right checksums the damage gets past the first gate.
          if (sign)
            for (let at = 0; at + 512 <= bytes.length; at += 512)
              if (bytes[at + 257] === 0x75) withChecksum(bytes.subarray(at, at + 512))
          await read(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(AllclearError))
        },
      ),
      { numRuns: 300 },
    )
  })
})

function ustarWithPrefix(prefix: string, name: string): Buffer {
  const header = headerOf(name, '0', 1)
  header.write(prefix, 345)
  return Buffer.concat([withChecksum(header), Buffer.from('x'), Buffer.alloc(511), Buffer.alloc(1024)])
}

function hugeSize(): Buffer {
  const header = headerOf('a', '0', 0)
  header.fill(0xff, 124, 136)
  return Buffer.concat([withChecksum(header), Buffer.alloc(1024)])
}
