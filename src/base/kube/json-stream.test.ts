import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { overrideLimits } from '../limits.ts'
import { nameInHead, readItems, readLines, type StreamedValue } from './json-stream.ts'

let restore = () => {}
afterEach(() => {
  restore()
  restore = () => {}
})

async function* chunked(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  let at = 0
  for (let turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % Math.max(1, sizes.length)] ?? bytes.length)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function itemsOf(
  text: string,
  sizes: readonly number[] = [],
): Promise<{ items: unknown[]; frame: unknown; tooLarge: StreamedValue[] }> {
  const items: unknown[] = []
  const tooLarge: StreamedValue[] = []
  const reading = readItems(chunked(text, sizes))
  for (;;) {
    const { done, value } = await reading.next()
    if (done) return { items, tooLarge, frame: JSON.parse(Buffer.from(value).toString()) }
    if ('bytes' in value) items.push(JSON.parse(Buffer.from(value.bytes).toString()))
    else tooLarge.push(value)
  }
}

describe('the items of a list', () => {
  it('are what JSON.parse gives, wherever the network cuts', async () => {
    const json = fc.jsonValue({ maxDepth: 3 })
    const item = fc.dictionary(fc.string(), json)
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 6 }),
        fc.dictionary(fc.constantFrom('kind', 'apiVersion', 'metadata', 'x"y\\'), json),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (items, around, sizes, last) => {
          const list = last ? { ...around, items } : { items, ...around }
          const text = JSON.stringify(list, null, last ? 1 : undefined)
          const read = await itemsOf(text, sizes)
          expect(read.items).toEqual(JSON.parse(JSON.stringify(items)))
          expect(read.frame).toEqual(JSON.parse(JSON.stringify({ ...list, items: [] })))
        },
      ),
      { numRuns: 200 },
    )
  })

  it.each([
    ['in an item', '{"kind":"PodList","items":[{"metadata":{"name":"a"'],
    ['between items', '{"kind":"PodList","items":[{"a":1},'],
    ['before the end', '{"kind":"PodList","items":[{"a":1}]'],
    ['at once', ''],
  ])('that break off %s are no list', async (_, text) => {
    await expect(itemsOf(text)).rejects.toMatchObject({ name: 'CutOff' })
  })

  it('that are too large are passed over, named, and the others stay', async () => {
    restore = overrideLimits({ kubeObjectBytes: 1000 })
    const large = { metadata: { name: 'big', namespace: 'shop', annotations: { a: 'x'.repeat(5000) } } }
    const { items, tooLarge } = await itemsOf(JSON.stringify({ items: [{ a: 1 }, large, { b: 2 }] }), [300])
    expect(items).toEqual([{ a: 1 }, { b: 2 }])
    const [passed] = tooLarge
    if (!('tooLargeBytes' in passed)) throw new Error('it was kept')
    expect(passed.tooLargeBytes).toBe(JSON.stringify(large).length)
    expect(nameInHead(passed.head)).toBe('shop/big')
  })

  it('without end are given up', async () => {
    restore = overrideLimits({ kubeObjectBytes: 100, kubeSkippedBytes: 10_000 })
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"items":[{"a":"')
      for (;;) yield Buffer.alloc(1000, 0x61)
    }
    const reading = readItems(endless())
    await expect(reading.next()).rejects.toMatchObject({ name: 'Endless' })
  })

  it('a frame without end is given up', async () => {
    restore = overrideLimits({ kubeFrameBytes: 5000 })
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"metadata":"')
      for (;;) yield Buffer.alloc(1000, 0x61)
    }
    await expect(readItems(endless()).next()).rejects.toMatchObject({ name: 'Endless' })
  })
})

describe('the lines of a watch', () => {
  const linesOf = async (text: string, sizes: readonly number[]) => {
    const lines: string[] = []
    for await (const line of readLines(chunked(text, sizes)))
      lines.push('bytes' in line ? Buffer.from(line.bytes).toString() : `too large: ${line.tooLargeBytes}`)
    return lines
  }

  it('are those of the text, wherever the network cuts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ minLength: 1 }).filter((line) => !line.includes('\n')),
          { maxLength: 8 },
        ),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (lines, sizes) => {
          expect(await linesOf(lines.map((line) => `${line}\n`).join(''), sizes)).toEqual(lines)
        },
      ),
    )
  })

  it('a last one without its newline was cut off', async () => {
    await expect(linesOf('{"a":1}\n{"b"', [4])).rejects.toMatchObject({ name: 'CutOff' })
  })

  it('too large ones are passed over; one without end ends the watch', async () => {
    restore = overrideLimits({ kubeObjectBytes: 10, kubeSkippedBytes: 100 })
    expect(await linesOf(`${'a'.repeat(50)}\nshort\n`, [7])).toEqual(['too large: 50', 'short'])
    await expect(linesOf('a'.repeat(500), [7])).rejects.toMatchObject({ name: 'Endless' })
  })
})
