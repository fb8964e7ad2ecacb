import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Blobs, openBlobs } from './blobs.ts'
import { fixedClock } from './clock.ts'
import { overrideLimits } from './limits.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('blobs', () => {
  let folder: string
  let blobs: Blobs
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'allclear-test-'))
    blobs = await openBlobs(folder)
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const place = (name: string) => join(folder, name.slice(0, 2), `${name.slice(2)}.zst`)

  it('come back as they went in, each kept once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 6 }), async (contents) => {
        const names = await blobs.putMany([...contents, ...contents])
        expect(names).toEqual([...contents, ...contents].map(sha256))
        for (const [at, content] of contents.entries())
          expect(Buffer.from(await blobs.get(names[at])).equals(content)).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it('are listed, found, and removed', async () => {
    const names = await blobs.putMany([
      Buffer.from('one'),
      { bytes: Buffer.from('two'), sha256: sha256(Buffer.from('two')) },
    ])
    expect(await blobs.put(Buffer.from('one'))).toBe(names[0])
    expect((await Array.fromAsync(blobs.list())).sort()).toEqual([...names].sort())
    expect(await blobs.has(names[0])).toBe(true)
    await blobs.remove(names[0])
    expect(await blobs.has(names[0])).toBe(false)
    await expect(blobs.get(names[0])).rejects.toMatchObject({ code: 'not-found' })
    expect(readdirSync(join(folder, 'incoming'))).toEqual([])
  })

  it('that were changed or cut off on the disk are not given out', async () => {
    const name = await blobs.put(Buffer.from('what somebody signed '.repeat(50)))
    writeFileSync(place(name), zstdCompressSync('something else'))
    await expect(blobs.get(name)).rejects.toMatchObject({ code: 'data.damaged', where: place(name) })
    writeFileSync(place(name), zstdCompressSync('what somebody signed '.repeat(50)).subarray(0, 20))
    await expect(blobs.get(name)).rejects.toMatchObject({ code: 'data.damaged' })
  })

  it('that would unpack beyond the limit are not unpacked', async () => {
    const name = await blobs.put(Buffer.alloc(5000))
    const restore = overrideLimits({ archiveEntryBytes: 1000 })
    try {
      await expect(blobs.get(name)).rejects.toMatchObject({ code: 'data.damaged' })
      await expect(blobs.put(Buffer.alloc(5001))).rejects.toMatchObject({ code: 'input.too-large' })
    } finally {
      restore()
    }
  })

  it.each(['', '../../etc/passwd', 'A'.repeat(64), 'a'.repeat(63)])(
    'have names that are digests, not %j',
    async (name) => {
      await expect(blobs.get(name)).rejects.toMatchObject({ code: 'usage' })
      await expect(blobs.remove(name)).rejects.toMatchObject({ code: 'usage' })
      await expect(blobs.putMany([{ bytes: Buffer.from('x'), sha256: name }])).rejects.toMatchObject({
        code: 'usage',
      })
    },
  )

  it('that a crash left half-written are swept away once they are old', async () => {
    const clock = fixedClock(Date.UTC(2026, 0, 1))
    for (const [name, ageMs] of [
      ['old', 2 * 3_600_000],
      ['new', 60_000],
    ] as const) {
      writeFileSync(join(folder, 'incoming', name), 'half')
      const seconds = (clock.nowMs() - ageMs) / 1000
      utimesSync(join(folder, 'incoming', name), seconds, seconds)
    }
    await openBlobs(folder, { clock })
    expect(readdirSync(join(folder, 'incoming'))).toEqual(['new'])
  })
})
