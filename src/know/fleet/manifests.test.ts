import { describe, expect, it } from 'vitest'
import { hasTestData, testData } from '../../../test/data.ts'
import { walkInputs } from '../../base/archive/index.ts'
import type { Input } from '../knowledge.ts'
import { readManifests } from './manifests.ts'
import { digestOfImageId, parseReference } from './reference.ts'

function files(...texts: string[]): AsyncIterable<Input> {
  return (async function* () {
    for (const [at, text] of texts.entries())
      yield { source: `file-${at}.yaml`, sizeBytes: text.length, read: async () => Buffer.from(text) }
  })()
}

const read = (...texts: string[]) => readManifests(files(...texts), { cluster: 'test', atMs: 1 })

describe('image references', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.25', 'docker.io/library/nginx:1.25'],
    ['grafana/grafana', 'docker.io/grafana/grafana:latest'],
    ['index.docker.io/library/redis:7', 'docker.io/library/redis:7'],
    ['localhost:5000/a/b:c', 'localhost:5000/a/b:c'],
    ['ghcr.io/x/y@sha256:' + 'a'.repeat(64), `ghcr.io/x/y@sha256:${'a'.repeat(64)}`],
  ])('%s is %s', (text, normal) => expect(parseReference(text)?.text).toBe(normal))

  it.each(['', 'a b', 'x:', 'x@sha256:zz', ':tag'])('%j is none', (text) =>
    expect(parseReference(text)).toBeNull(),
  )

  it.each([
    [`docker-pullable://nginx@sha256:${'b'.repeat(64)}`],
    [`docker.io/library/nginx@sha256:${'b'.repeat(64)}`],
    [`sha256:${'b'.repeat(64)}`],
    [`docker://sha256:${'b'.repeat(64)}`],
  ])('%s has the digest', (imageId) => expect(digestOfImageId(imageId)).toBe(`sha256:${'b'.repeat(64)}`))
})

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  replicas: 3
  template:
    spec:
      containers: [{name: cart, image: "shop/cart:1"}]
      initContainers: [{name: prepare, image: "busybox"}]
`

describe('manifests', () => {
  it('a bad document is refused by name and line, the others count', async () => {
    const { snapshot, refused } = await read(
      `${deployment}---\nkind: [\n---\n${deployment.replace('name: cart,', 'name: wallet,')}`,
    )
    expect(snapshot.workloads.map(({ name }) => name)).toEqual(['cart', 'wallet'])
    expect(refused).toMatchObject([
      { source: expect.stringMatching(/file-0\.yaml, document 2, line \d+/), code: 'input.not-yaml' },
    ])
  })

  it('duplicate keys and alias bombs are refused', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\nkind: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n`
    const { refused } = await read('kind: Pod\nkind: Pod\n', bomb, deployment)
    expect(refused.map(({ source }) => source.slice(0, 11))).toEqual(['file-0.yaml', 'file-1.yaml'])
  })

  it.each([
    ['sequences in sequences', '- '.repeat(5_000) + 'x', 'nested more than 128 levels'],
    ['maps in maps', '{a: '.repeat(5_000), 'nested more than 128 levels'],
    ['keys of keys', '? '.repeat(5_000), 'nested more than 128 levels'],
    [
      'ever more indentation',
      Array.from({ length: 2_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      'nested more than 128 levels',
    ],
    [
      'a chain of anchors',
      `k: &a0 1\n${Array.from({ length: 5_000 }, (_, at) => `k${at}: &a${at + 1} [*a${at}]\n`).join('')}`,
      'more than 1000 aliases',
    ],
    ['an alias without an anchor', 'a: *b\n', 'alias'],
    ['a key named twice deep inside', 'kind: Pod\nmetadata:\n  name: a\n  name: b\n', 'twice in one map'],
    ['tabs', 'kind: Pod\n\tmetadata: x\n', 'Tabs'],
  ])('%s are refused with the place', async (_, text, reason) => {
    const { refused, snapshot } = await read(text, deployment)
    expect(refused).toHaveLength(1)
    expect(refused[0].reason).toContain(reason)
    expect(refused[0].source).toMatch(/^file-0\.yaml, (?:document 1, )?line \d+/)
    expect(snapshot.workloads).toHaveLength(1)
  })

  it('many keys of one map are not compared with each other', async () => {
    const keys = Array.from({ length: 20_000 }, (_, at) => `  k${at}: "1"\n`).join('')
    const { snapshot } = await read(`kind: Pod\nmetadata:\n  name: wide\nspec:\n${keys}`)
    expect(snapshot.workloads.map(({ name }) => name)).toEqual(['wide'])
  })

  it('pods lead to the Deployment above their ReplicaSet, and bring the digest that runs', async () => {
    const digest = `sha256:${'c'.repeat(64)}`
    const list = {
      kind: 'List',
      items: [
        {
          kind: 'Node',
          metadata: { name: 'n1' },
          status: { nodeInfo: { osImage: 'Debian', kubeletVersion: 'v1' } },
        },
        {
          kind: 'ReplicaSet',
          metadata: {
            name: 'cart-5d',
            namespace: 'shop',
            ownerReferences: [{ kind: 'Deployment', name: 'cart', controller: true }],
          },
          spec: { template: { spec: { containers: [{ name: 'cart', image: 'shop/cart:1' }] } } },
        },
        {
          kind: 'Deployment',
          metadata: { name: 'cart', namespace: 'shop' },
          spec: { template: { spec: { containers: [{ name: 'cart', image: 'shop/cart:1' }] } } },
        },
        {
          kind: 'Pod',
          metadata: {
            name: 'cart-5d-x',
            namespace: 'shop',
            uid: 'u1',
            ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-5d', controller: true }],
          },
          spec: { nodeName: 'n1', containers: [{ name: 'cart', image: 'shop/cart:1' }] },
          status: {
            phase: 'Running',
            containerStatuses: [{ name: 'cart', imageID: `docker-pullable://shop/cart@${digest}` }],
          },
        },
      ],
    }
    const { snapshot } = await read(JSON.stringify(list))
    expect(snapshot.declaredOnly).toBe(false)
    expect(snapshot.workloads.map(({ kind, name }) => `${kind}/${name}`)).toEqual(['Deployment/cart'])
    expect(snapshot.pods).toMatchObject([
      {
        workload: 'Deployment/cart',
        node: 'n1',
        containers: [{ digest, reference: 'docker.io/shop/cart:1' }],
      },
    ])
  })

  it('finds pod templates in kinds that it does not know', async () => {
    const { snapshot } = await read(
      'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: "web:2"}]}}}\n',
    )
    expect(snapshot.workloads).toMatchObject([
      { kind: 'Rollout', name: 'web', containers: [{ reference: 'docker.io/library/web:2' }] },
    ])
  })
})

describe.skipIf(!hasTestData)(
  '39 real manifest sets (skipped where ALLCLEAR_TEST_DATA names no data)',
  () => {
    it('give every workload and image that the list of the pack names', async () => {
      // File by file: the sets hold variants of the same objects, of which one cluster would have the last.
      const sets = new Map<string, Input[]>()
      let table = ''
      for await (const input of walkInputs([testData('k8s/manifests.tar.zst')])) {
        const path = input.source.slice(input.source.lastIndexOf(': ') + 2).replace(/^\.\//, '')
        if (path.endsWith('IMAGES.tsv')) table = Buffer.from(await input.read()).toString()
        else if (/\.(?:ya?ml|json)$/.test(path)) {
          sets.set(path, [{ ...input, read: keep(await input.read()) }])
        }
      }
      const found = new Set<string>()
      for (const [set, inputs] of sets) {
        const { snapshot } = await readManifests(
          (async function* () {
            yield* inputs
          })(),
          { cluster: set, atMs: 1 },
        )
        for (const { containers } of snapshot.workloads)
          for (const { reference } of containers) found.add(`${set.split('/', 1)[0]} ${reference}`)
      }
      const wanted = new Set(
        table
          .trim()
          .split('\n')
          .slice(1)
          .map((row) => row.split('\t'))
          .filter(([, , , , , slot]) => slot === 'containers' || slot === 'initContainers')
          .map((row) => `${row[0]} ${parseReference(row[7])?.text ?? row[7]}`),
      )
      const missing = [...wanted].filter((image) => !found.has(image))
      expect(wanted.size).toBeGreaterThan(400)
      // What is left: objects that have no name until the API server gives one, and templates that are no YAML yet.
      expect(missing.length / wanted.size, missing.slice(0, 30).join('; ')).toBeLessThan(0.03)
    })
  },
)

function keep(bytes: Uint8Array): () => Promise<Uint8Array> {
  return async () => bytes
}
