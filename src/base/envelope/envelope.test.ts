import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../clock.ts'
import { overrideLimits } from '../limits.ts'
import { openStore, type Store } from '../store/index.ts'
import {
  addKey,
  dropOldKeys,
  type Envelopes,
  isSealed,
  openEnvelopes,
  openKeyCommand,
  openKeyFile,
} from './index.ts'
import { openBytes, sealBytes } from './sealed-bytes.ts'

const directory = mkdtempSync(join(tmpdir(), 'allclear-envelope-'))
const clock = fixedClock(Date.UTC(2026, 10, 18))
const secret = 'canary-51ce: RCE in the payment gateway'
let files = 0
let keyFile: string
let store: Store

const plainly = (envelopes: Envelopes) => ({
  ...envelopes,
  seal: async (box: string, place: string, text: string) => (await envelopes.sealer(box))(place, text),
  open: async (box: string, place: string, sealed: string) => (await envelopes.opener(box))(place, sealed),
})
const envelopesOf = (path = keyFile, make = true) =>
  plainly(openEnvelopes(store, clock, () => openKeyFile(path, { make })))
const inStore = async () => JSON.stringify(await store.db.selectFrom('envelope').selectAll().execute())

beforeAll(async () => {
  store = await openStore({ directory, clock })
})
beforeEach(async () => {
  await store.db.deleteFrom('envelope').execute()
  keyFile = join(directory, `keys-${files++}`, 'allclear.keys')
})
afterAll(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

describe('sealed bytes', () => {
  it('open with their key and context, and never when one bit of anything differs', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.string(),
        fc.nat(),
        (plain, key, context, bit) => {
          const sealed = sealBytes(Buffer.from(key), Buffer.from(plain), context)
          expect(openBytes(Buffer.from(key), sealed, context)).toEqual(Buffer.from(plain))
          const flip = (bytes: Buffer) => {
            const copy = Buffer.from(bytes)
            copy[(bit >> 3) % copy.length] ^= 1 << (bit & 7)
            return copy
          }
          expect(() => openBytes(Buffer.from(key), flip(sealed), context)).toThrow('cannot be opened')
          expect(() => openBytes(flip(Buffer.from(key)), sealed, context)).toThrow('cannot be opened')
          expect(() => openBytes(Buffer.from(key), sealed, `${context}x`)).toThrow('cannot be opened')
          expect(() => openBytes(Buffer.from(key), sealed.subarray(0, bit % sealed.length), context)).toThrow(
            'cannot',
          )
        },
      ),
    )
  })
})

describe('envelopes', () => {
  it('give back what was put in, from another process too, and the store has nothing of it', async () => {
    const sealed = await envelopesOf().seal('inc-a/facts', 'entry 1', secret)
    expect(isSealed(sealed)).toBe(true)
    expect(sealed + (await inStore())).not.toContain('canary')
    const keys = readFileSync(keyFile, 'utf8').split('\n').at(-2)!.split(' ')[1]
    expect(await inStore()).not.toContain(keys)
    expect(await envelopesOf(keyFile, false).open('inc-a/facts', 'entry 1', sealed)).toBe(secret)
  })

  it('open nowhere but in their own place', async () => {
    const envelopes = envelopesOf()
    const sealed = await envelopes.seal('inc-a/facts', 'entry 1', secret)
    await envelopes.seal('inc-a/drafts', 'entry 1', 'x')
    await expect(envelopes.open('inc-a/facts', 'entry 2', sealed)).rejects.toMatchObject({
      code: 'data.damaged',
    })
    await expect(envelopes.open('inc-a/drafts', 'entry 1', sealed)).rejects.toMatchObject({
      code: 'data.damaged',
    })
    await expect(envelopes.open('inc-b/facts', 'entry 1', sealed)).rejects.toMatchObject({
      code: 'key.missing',
    })
  })

  it('have one data key for each box, also when many begin it at once', async () => {
    const sealed = await Promise.all(
      Array.from({ length: 20 }, (_, i) => envelopesOf().seal('inc-a/facts', `entry ${i}`, secret)),
    )
    const reader = envelopesOf()
    for (const [i, text] of sealed.entries())
      expect(await reader.open('inc-a/facts', `entry ${i}`, text)).toBe(secret)
  })

  it('hold few keys in the clear', async () => {
    const restore = overrideLimits({ openBoxes: 2 })
    const envelopes = envelopesOf()
    const sealed = []
    for (let i = 0; i < 5; i++) sealed.push(await envelopes.seal(`inc-${i}/facts`, 'x', secret))
    for (let i = 0; i < 5; i++) expect(await envelopes.open(`inc-${i}/facts`, 'x', sealed[i])).toBe(secret)
    restore()
  })

  it('are moved to a new key without touching what is in them, and the old key can go then', async () => {
    const envelopes = envelopesOf()
    const sealed = await envelopes.seal('inc-a/facts', 'x', secret)
    const [old] = await envelopes.keysInUse()
    const next = await addKey(keyFile)
    expect(await envelopesOf().open('inc-a/facts', 'x', sealed)).toBe(secret)
    expect(await envelopesOf().rewrap()).toBe(1)
    expect(await envelopesOf().rewrap()).toBe(0)
    expect(await envelopesOf().keysInUse()).toEqual([next])
    expect(await dropOldKeys(keyFile)).toEqual([old])
    expect(await envelopesOf(keyFile, false).open('inc-a/facts', 'x', sealed)).toBe(secret)
  })

  it('of a lost key stay shut, say which key is missing, and open when it is back', async () => {
    const sealed = await envelopesOf().seal('inc-a/facts', 'x', secret)
    const [lost] = await envelopesOf().keysInUse()
    const kept = readFileSync(keyFile)
    rmSync(keyFile)
    await expect(envelopesOf(keyFile, false).open('inc-a/facts', 'x', sealed)).rejects.toMatchObject({
      code: 'key.missing',
      message: expect.stringContaining('is not there'),
    })
    // Another file, made anew, opens nothing of before.
    const error = await envelopesOf(`${keyFile}.new`)
      .open('inc-a/facts', 'x', sealed)
      .catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'key.missing', message: expect.stringContaining(lost) })
    expect(error.message + error.next).not.toContain('canary')
    writeFileSync(keyFile, kept)
    expect(await envelopesOf(keyFile, false).open('inc-a/facts', 'x', sealed)).toBe(secret)
  })

  it('that are forgotten are gone for good', async () => {
    const envelopes = envelopesOf()
    const sealed = await envelopes.seal('inc-a/reproduction', 'x', secret)
    await envelopes.forget('inc-a/reproduction')
    await expect(envelopes.open('inc-a/reproduction', 'x', sealed)).rejects.toMatchObject({
      code: 'key.missing',
    })
    // A box of the same name that is begun again has another key.
    await envelopes.seal('inc-a/reproduction', 'y', 'new')
    await expect(envelopes.open('inc-a/reproduction', 'x', sealed)).rejects.toMatchObject({
      code: 'data.damaged',
    })
  })
})

describe('the file of keys', () => {
  it('is for its owner alone', async () => {
    await openKeyFile(keyFile, { make: true })
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
  })

  it('is the one of whoever came first', async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => openKeyFile(keyFile, { make: true })))
    expect(new Set(opened.map(({ current }) => current)).size).toBe(1)
  })

  it.each([
    ['is empty', () => ''],
    ['was cut off', (text: string) => text.slice(0, -10)],
    ['has another key under the name', (text: string) => text.replace(/ \S+\n$/, ` ${'A'.repeat(43)}=\n`)],
    ['is something else', () => '{"keys":[]}'],
  ])('that %s is refused, and is not replaced', async (_what, change) => {
    await openKeyFile(keyFile, { make: true })
    const text = change(readFileSync(keyFile, 'utf8'))
    writeFileSync(keyFile, text)
    await expect(openKeyFile(keyFile, { make: true })).rejects.toMatchObject({
      code: 'key.missing',
      where: keyFile,
    })
    expect(readFileSync(keyFile, 'utf8')).toBe(text)
  })
})

describe('a key command', () => {
  const commandOf = (script: string): string[] => {
    const path = join(directory, `kms-${files++}`)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return [path]
  }
  /** Wraps by writing the bytes backwards in hexadecimal: no secret, but nothing that contains the key. */
  const working = `case "$1" in
current) echo vault:transit/allclear/3;;
wrap) base64 -d | od -An -v -tx1 | tr -d ' \\n' | rev | base64 -w0;;
unwrap) [ "$2" = vault:transit/allclear/3 ] || exit 4; base64 -d | rev | xxd -r -p | base64 -w0;;
esac`

  it('wraps and unwraps', async () => {
    const command = commandOf(working)
    const envelopes = plainly(openEnvelopes(store, clock, () => openKeyCommand(command)))
    const sealed = await envelopes.seal('inc-a/facts', 'x', secret)
    expect(await envelopes.keysInUse()).toEqual(['vault:transit/allclear/3'])
    const fresh = plainly(openEnvelopes(store, clock, () => openKeyCommand(command)))
    expect(await fresh.open('inc-a/facts', 'x', sealed)).toBe(secret)
  })

  it.each<[string, string[], string]>([
    ['is not there', ['/nothing/is/here'], 'ENOENT'],
    ['fails', commandOf('echo permission denied by policy >&2; exit 3'), 'permission denied by policy'],
    ['names no key', commandOf('echo'), 'no name of a key'],
    ['prints without end', commandOf('yes'), 'prints without end'],
    [
      'hands the key back as it came',
      commandOf('if [ "$1" = current ]; then echo k; else cat; fi'),
      'not an encrypted key',
    ],
  ])('that %s is told of', async (_what, command, why) => {
    const envelopes = plainly(openEnvelopes(store, clock, () => openKeyCommand(command)))
    await expect(envelopes.seal('inc-a/facts', 'x', secret)).rejects.toMatchObject({
      code: 'key.missing',
      message: expect.stringContaining(why),
    })
    expect(await inStore()).toBe('[]')
  })

  it('that hangs is given up', async () => {
    const restore = overrideLimits({ keyCommandMs: 50 })
    await expect(openKeyCommand(commandOf('exec sleep 60'))).rejects.toMatchObject({ code: 'key.missing' })
    restore()
  })
})
