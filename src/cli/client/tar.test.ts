import { execFileSync } from 'node:child_process'
import { Readable } from 'node:stream'
import { extract } from 'tar-stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Input } from '../../know/knowledge.ts'
import { packTar } from './tar.ts'

const inputOf = (source: string, text: string): Input => {
  const bytes = Buffer.from(text)
  return { source, sizeBytes: bytes.byteLength, read: async () => bytes }
}

async function unpack(inputs: Input[]): Promise<[string, string][]> {
  async function* all() {
    yield* inputs
  }
  const reader = extract()
  Readable.from(packTar(all())).pipe(reader)
  const entries: [string, string][] = []
  for await (const entry of reader) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    entries.push([entry.header.name, Buffer.concat(chunks).toString()])
  }
  return entries
}

describe('packTar', () => {
  it('gives back names and contents, long names too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.stringMatching(/^[a-zA-Z0-9 _.-]{1,300}$/).filter((name) => !/^\.{1,2}$/.test(name)),
            fc.string({ maxLength: 2000 }),
          ),
          { maxLength: 5 },
        ),
        async (pairs) => {
          const entries = await unpack(pairs.map(([name, text]) => inputOf(name, text)))
          expect(entries).toEqual(pairs.map(([name, text]) => [name, Buffer.from(text).toString()]))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('never names a place outside', async () => {
    const entries = await unpack([
      inputOf('/etc/../../x.json', 'a'),
      inputOf(`${'ü'.repeat(90)}/y.json`, 'b'),
    ])
    expect(entries.map(([name]) => name)).toEqual(['etc/x.json', `${'ü'.repeat(90)}/y.json`])
  })

  it('is read by the tar of the system', async () => {
    async function* all() {
      yield inputOf('a.json', '{}')
      yield inputOf(`${'long/'.repeat(40)}b.json`, '[]')
    }
    const chunks: Uint8Array[] = []
    for await (const chunk of packTar(all())) chunks.push(chunk)
    const listed = execFileSync('tar', ['-tf', '-'], { input: Buffer.concat(chunks) })
      .toString()
      .trim()
      .split('\n')
    expect(listed).toEqual(['a.json', `${'long/'.repeat(40)}b.json`])
  })
})
