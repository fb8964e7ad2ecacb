import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBlobs } from '../base/blobs.ts'
import { fixedClock } from '../base/clock.ts'
import { openStore, type Store } from '../base/store/index.ts'
import { openKnowledge } from './index.ts'
import type { Input, Knowledge } from './knowledge.ts'

let directory: string
let store: Store
let knowledge: Knowledge

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'allclear-importing-'))
  const clock = fixedClock(Date.UTC(2026, 10, 18))
  store = await openStore({ clock })
  knowledge = await openKnowledge({
    store,
    blobs: await openBlobs(join(directory, 'blobs')),
    clock,
    dataDirectory: directory,
    example: false,
  })
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

async function* files(...texts: (string | Buffer)[]): AsyncIterable<Input> {
  for (const [at, text] of texts.entries())
    yield { source: `file-${at}`, sizeBytes: text.length, read: async () => Buffer.from(text) }
}

const pod = (name: string): string =>
  `kind: Pod\nmetadata: {name: ${name}, namespace: shop}\nspec: {containers: [{name: c, image: "shop/${name}:1"}]}\n`
const imported = (...texts: (string | Buffer)[]) =>
  knowledge.importManifests(files(...texts), { cluster: 'eu' })
const workloads = async (): Promise<number> => (await knowledge.status()).counts.workloads

describe('manifests that cannot be read take nothing away', () => {
  beforeEach(async () => {
    await imported(`${pod('cart')}---\n${pod('wallet')}`)
    expect(await workloads()).toBe(2)
  })

  it.each([
    ['an empty file', ''],
    ['bytes that are no text', Buffer.alloc(100)],
    ['no Kubernetes object', 'a: &a\n  b: 1\n'],
    ['an empty list', '{"kind":"List","items":[]}'],
    ['YAML that is broken', 'kind: ['],
  ])('%s is refused', async (_, body) => {
    await expect(imported(body)).rejects.toThrow(
      expect.objectContaining({
        code: 'manifest.invalid',
        next: expect.stringContaining('Nothing of eu was removed'),
      }),
    )
    expect(await workloads()).toBe(2)
  })

  it('one broken document keeps what it may have named', async () => {
    const report = await imported(`${pod('cart')}---\nkind: [\n---\n${pod('checkout')}`)
    expect(report).toMatchObject({ added: 1, removed: 0, refusedTotal: 1 })
    expect(report.notes).toContain('Nothing was removed, because not everything could be read.')
    expect(await workloads()).toBe(3)
  })

  it('a whole dump without an object removes it', async () => {
    expect(await imported(pod('cart'))).toMatchObject({ removed: 1, refusedTotal: 0 })
    expect(await workloads()).toBe(1)
  })
})

it.each([
  ['a JSON of something else', '{"name":"web","version":"1.0.0","dependencies":{"left":"^1"}}'],
  ['a list of something else', '[{"name":"web"},{"name":"api"}]'],
  ['a kind without a name', '{"kind":"Pod"}'],
])('%s leaves no cluster behind', async (_, body) => {
  await expect(imported(body)).rejects.toThrow(expect.objectContaining({ code: 'manifest.invalid' }))
  expect(await knowledge.clusters()).toEqual([])
  expect((await knowledge.status()).counts.clusters).toBe(0)
})

describe('facts that cannot be believed are counted', () => {
  it('SSVC: a JSON of something else is refused with the reason, and no feed is there', async () => {
    const report = await knowledge.importFacts('ssvc', files('{"name":"web","version":"1.0.0"}'), {})
    expect(report).toMatchObject({ added: 0, refusedTotal: 1 })
    expect(report.refused[0].reason).toContain('it is no CVE record')
    expect((await knowledge.status()).coverage.feeds.filter(({ id }) => id === 'ssvc')).toEqual([])
  })

  it('EPSS: scores beyond 0 to 1, no number, no CVE', async () => {
    const report = await knowledge.importFacts(
      'epss',
      files(
        'cve,epss,percentile\nCVE-2021-44228,0.9,0.99\nCVE-2021-0001,NaN,2\nCVE-2021-0002,,0.5\nCVE-2021-0003,1.5,0.5\nx,0.5,0.5\n\n',
      ),
      {},
    )
    expect(report).toMatchObject({ added: 1, leftOut: [{ count: 4 }] })
  })

  it('KEV: entries without a CVE or a date', async () => {
    const report = await knowledge.importFacts(
      'kev',
      files(
        '{"vulnerabilities":[{"cveID":"CVE-2021-44228","dateAdded":"2021-12-10"},{"cveID":"CVE-2021-1"},{"cveID":"CVE-2021-45046","dateAdded":"soon"},7]}',
      ),
      {},
    )
    expect(report).toMatchObject({
      added: 1,
      leftOut: [{ count: 3, examples: ['/vulnerabilities/1', '/vulnerabilities/2', '/vulnerabilities/3'] }],
    })
  })

  it('SSVC: a document that is no CVE record is refused, one without a decision is not', async () => {
    const report = await knowledge.importFacts(
      'ssvc',
      files('{"vulnerabilities":[]}', '{"cveMetadata":{"cveId":"CVE-2024-12345"}}'),
      {},
    )
    expect(report).toMatchObject({ added: 0, unchanged: 1, refusedTotal: 1 })
    expect(report.refused[0].reason).toContain('names no CVE id')
  })
})
