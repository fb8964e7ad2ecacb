import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBlobs } from '../../base/blobs.ts'
import { fixedClock } from '../../base/clock.ts'
import { openStore, type Store } from '../../base/store/index.ts'
import { openKnowledge } from '../index.ts'
import type { Input, Knowledge } from '../knowledge.ts'

let directory: string
let store: Store
let knowledge: Knowledge
let clock: ReturnType<typeof fixedClock>

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'allclear-where-'))
  clock = fixedClock(Date.UTC(2026, 10, 18))
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

async function* file(text: string): AsyncIterable<Input> {
  yield { source: 'file', sizeBytes: text.length, read: async () => Buffer.from(text) }
}

const digests = { engine: `sha256:${'a'.repeat(64)}`, cart: `sha256:${'b'.repeat(64)}` }
type Image = keyof typeof digests

const pod = (name: string, node: string, ...images: Image[]): unknown => ({
  kind: 'Pod',
  metadata: { name, namespace: 'shop' },
  spec: { nodeName: node, containers: images.map((image) => ({ name: image, image: referenceOf(image) })) },
})
const referenceOf = (image: Image): string => `registry.example/${image}:1@${digests[image]}`

async function runs(cluster: string, pods: unknown[]): Promise<void> {
  const nodes = ['n1', 'n2', 'n3'].map((name) => ({ kind: 'Node', metadata: { name } }))
  await knowledge.importManifests(file(JSON.stringify({ kind: 'List', items: [...nodes, ...pods] })), {
    cluster,
  })
}

/** Describes an image; a component without a name is left out by the reader, so that the document is known in part. */
async function describes(image: Image, components: object[]): Promise<void> {
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: {
      component: { type: 'container', name: `registry.example/${image}:1`, version: digests[image] },
    },
    components,
  }
  const report = await knowledge.importSboms(file(JSON.stringify(document)), {})
  expect(report.refused).toEqual([])
}

const sprig = {
  type: 'library',
  name: 'github.com/Masterminds/sprig',
  version: 'v2.22.0',
  purl: 'pkg:golang/github.com/Masterminds/sprig@v2.22.0',
}

describe('a question about a workload is answered for that workload alone', () => {
  beforeEach(async () => {
    await describes('engine', [sprig])
    await runs('eu', [pod('query', 'n1', 'engine', 'cart'), pod('indexer', 'n2', 'engine')])
    await runs('us', [pod('query', 'n3', 'engine'), pod('indexer', 'n1', 'engine')])
  })

  it('in every count and list', async () => {
    expect((await knowledge.where({ query: `registry.example/engine:1` })).radius.workloads.value).toBe(4)
    const answer = await knowledge.where({ query: 'eu/shop/Pod/query' })
    expect(answer.sentence.replaceAll('\u00a0', ' ')).toBe('Yes. 1 workload (1 pod) in 1 cluster runs it.')
    expect(answer.radius).toMatchObject({
      images: { value: 2 },
      workloads: { value: 1, atLeast: false },
      pods: { value: 1 },
      nodes: { value: 1 },
      clusters: { value: 1 },
      seen: { images: 2, workloads: 1, clusters: 1 },
    })
    expect(answer.workloads.rows.map(({ id }) => id)).toEqual(['eu/shop/Pod/query'])
    expect(answer.nodes.rows).toMatchObject([{ cluster: 'eu', name: 'n1', pods: 1 }])
    expect(answer.clusters.rows).toMatchObject([{ name: 'eu', pods: 1, workloads: 1 }])
    expect(answer.images.rows).toMatchObject([
      { digest: digests.cart, pods: 1, workloads: 1, clusters: 1 },
      { digest: digests.engine, pods: 1, workloads: 1, clusters: 1 },
    ])
  })

  it('the end of a name that several have asks about all of them', async () => {
    expect((await knowledge.where({ query: 'Pod/query' })).workloads.rows.map(({ id }) => id)).toEqual([
      'eu/shop/Pod/query',
      'us/shop/Pod/query',
    ])
  })
})

describe('what nobody found', () => {
  const absent = [
    'nothing-has-this',
    'nothing-has-this@<2',
    'pkg:npm/nothing-has-this@1.0.0',
    'github.com/nobody/has-this',
    'registry.example/none:1',
    `sha256:${'c'.repeat(64)}`,
  ]
  const verdicts = async (): Promise<string[]> =>
    Promise.all(absent.map(async (query) => (await knowledge.where({ query })).verdict))

  it('is unknown while nothing runs', async () => {
    await describes('engine', [sprig])
    expect(new Set(await verdicts())).toEqual(new Set(['unknown']))
  })

  it('is a no where the contents of all that runs are known', async () => {
    await describes('engine', [sprig])
    await runs('eu', [pod('query', 'n1', 'engine')])
    expect(new Set(await verdicts())).toEqual(new Set(['no']))
  })

  it('is unknown where one image that runs has no document', async () => {
    await describes('engine', [sprig])
    await runs('eu', [pod('query', 'n1', 'engine', 'cart')])
    expect(new Set(await verdicts())).toEqual(new Set(['unknown']))
  })

  it('is unknown where a document was understood in part', async () => {
    await describes('engine', [sprig, { type: 'library', version: '1' }])
    await runs('eu', [pod('query', 'n1', 'engine')])
    expect(new Set(await verdicts())).toEqual(new Set(['unknown']))
    expect((await knowledge.where({ query: absent[0] })).sentence.replaceAll('\u00a0', ' ')).toBe(
      'Cannot tell: nothing found, but 1 running image was understood only in part.',
    )
  })

  it('is unknown where a cluster was not seen lately', async () => {
    await describes('engine', [sprig])
    await runs('eu', [pod('query', 'n1', 'engine')])
    const sentence = async () =>
      (await knowledge.where({ query: absent[0] })).sentence.replaceAll('\u00a0', ' ')
    clock.advance(25 * 3_600_000)
    expect(new Set(await verdicts())).toEqual(new Set(['unknown']))
    expect(await sentence()).toBe('Cannot tell: nothing found, but eu was last seen at 2026-11-18 00:00 UTC.')
    await runs('us', [pod('query', 'n1', 'engine', 'cart')])
    expect(await sentence()).toBe(
      'Cannot tell: nothing found in the 50 % of running images that can be checked, but eu was last seen at 2026-11-18 00:00 UTC.',
    )
    await runs('eu', [pod('query', 'n1', 'engine')])
    await runs('us', [pod('query', 'n1', 'engine')])
    expect(new Set(await verdicts())).toEqual(new Set(['no']))
  })

  it('is unknown where a package of that name runs in a release that no source covers', async () => {
    const record = (ecosystem: string, fixed: string) => ({
      package: { ecosystem, name: 'openssl' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
    })
    const advisory = { id: 'DSA-1-1', upstream: ['CVE-2026-1'], affected: [record('Debian:11', '1.1.1n-1')] }
    await knowledge.importAdvisories(file(JSON.stringify(advisory)), {})
    const libssl = (release: string) => ({
      type: 'library',
      name: 'libssl3',
      version: '3.0.2-1',
      purl: `pkg:deb/debian/libssl3@3.0.2-1?distro=debian-${release}&upstream=openssl`,
    })
    await describes('engine', [libssl('11')])
    await runs('eu', [pod('query', 'n1', 'engine')])
    expect((await knowledge.where({ query: 'CVE-2026-1' })).verdict).toBe('no')
    await describes('cart', [libssl('12')])
    await runs('us', [pod('query', 'n1', 'cart')])
    const answer = await knowledge.where({ query: 'CVE-2026-1' })
    expect(answer.sentence.replaceAll('\u00a0', ' ')).toBe(
      'Cannot tell: nothing found, but 1 package version of that name cannot be judged.',
    )
    expect(await knowledge.cve('CVE-2026-1')).toMatchObject({
      verdict: 'unknown',
      unknown: [{ images: 1, packages: 1, reason: 'no advisory source for its release' }],
    })
  })

  it('is asked as a package where no image has the name of a repository', async () => {
    await describes('engine', [sprig])
    await runs('eu', [pod('query', 'n1', 'engine')])
    expect(await knowledge.where({ query: 'github.com/Masterminds/sprig' })).toMatchObject({
      kind: 'package',
      verdict: 'yes',
      packages: { total: 1 },
    })
  })
})
