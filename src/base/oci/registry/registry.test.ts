import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildImage, sha256, type BuiltImage } from '../../../../test/image-files.ts'
import { overrideLimits } from '../../limits.ts'
import { defaultOutboundPolicy } from '../../outbound/policy.ts'
import { openImage } from '../open-image.ts'
import type { Platform } from '../platform.ts'
import { parseChallenge } from './challenge.ts'
import { openRepository, retryAfterMs, type RegistrySettings } from './client.ts'
import { findCredential } from './credentials.ts'
import { parseRegistryReference } from './reference.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => boolean | void

/** A registry of ours on loopback; `before` may answer, or do worse, in its place. */
class TestRegistry {
  readonly manifests = new Map<string, { bytes: Buffer; type: string }>()
  readonly blobs = new Map<string, Buffer>()
  readonly requests: { url: string; authorization: string | undefined; range: string | undefined }[] = []
  before: Handler = () => false
  readonly #server: Server = createServer((request, response) => this.#answer(request, response))

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  put(image: BuiltImage, tag: string): void {
    const manifest = { bytes: image.manifest, type: 'application/vnd.oci.image.manifest.v1+json' }
    this.manifests.set(tag, manifest)
    this.manifests.set(image.digest, manifest)
    for (const [digest, bytes] of image.blobs) this.blobs.set(digest, bytes)
  }

  putIndex(tag: string, manifests: object[], type = 'application/vnd.oci.image.index.v1+json'): string {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }))
    this.manifests.set(tag, { bytes, type })
    this.manifests.set(sha256(bytes), { bytes, type })
    return sha256(bytes)
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? ''
    this.requests.push({ url, authorization: request.headers.authorization, range: request.headers.range })
    if (this.before(request, response)) return
    const manifest = /^\/v2\/.+\/manifests\/([^/]+)$/.exec(url)?.[1]
    const blob = /^\/v2\/.+\/blobs\/([^/]+)$/.exec(url)?.[1]
    const found = manifest === undefined ? undefined : this.manifests.get(manifest)
    const bytes = found?.bytes ?? (blob === undefined ? undefined : this.blobs.get(blob))
    if (bytes === undefined) return void response.writeHead(404).end('{"errors":[{"code":"NAME_UNKNOWN"}]}')
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(from > 0 ? 206 : 200, { 'content-type': found?.type ?? 'application/octet-stream' })
    response.end(bytes.subarray(from))
  }
}

let registry: TestRegistry
let folder: string
let restoreLimits = () => {}
beforeEach(async () => {
  restoreLimits = overrideLimits({ registryBackoffMs: 1 })
  registry = await new TestRegistry().start()
  folder = await mkdtemp(join(tmpdir(), 'allclear-registry-'))
})
afterEach(async () => {
  restoreLimits()
  registry.close()
  await rm(folder, { recursive: true, force: true })
})

const settings = (own: Partial<RegistrySettings> = {}): RegistrySettings => ({
  mirrors: {},
  insecure: [],
  credentialFiles: [join(folder, 'config.json')],
  outbound: defaultOutboundPolicy,
  ...own,
})
const keep = (config: object) => writeFile(join(folder, 'config.json'), JSON.stringify(config))
const basic = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64')

async function readAll(name: string, own: Partial<RegistrySettings> = {}, platform?: Platform) {
  const image = await openImage({ scheme: 'registry', path: name }, { registry: settings(own), platform })
  try {
    const files: string[] = []
    for await (const { layer, entries } of image.openLayers())
      for await (const entry of entries()) files.push(`${layer.position}:${entry.name}`)
    return { files, digest: image.digest, references: image.references }
  } finally {
    await image.close()
  }
}

const image = buildImage([[{ name: 'a', content: 'x'.repeat(2000) }], [{ name: 'b' }]])

describe('an image in a registry', () => {
  it('is read by tag and by digest', async () => {
    registry.put(image, '1')
    expect(await readAll(`${registry.host}/shop/cart:1`)).toEqual({
      files: ['0:a', '1:b'],
      digest: image.digest,
      references: [`${registry.host}/shop/cart:1`, `${registry.host}/shop/cart@${image.digest}`],
    })
    expect((await readAll(`${registry.host}/shop/cart@${image.digest}`)).files).toEqual(['0:a', '1:b'])
  })

  it('is chosen from an index by platform, and known by the digest of the index too', async () => {
    const arm = buildImage([[{ name: 'arm' }]], { architecture: 'arm64' })
    registry.put(image, 'amd')
    registry.put(arm, 'arm')
    const describe_ = (one: BuiltImage, architecture: string) => ({
      digest: one.digest,
      size: one.manifest.length,
      platform: { os: 'linux', architecture },
    })
    const index = registry.putIndex('both', [
      { digest: sha256(Buffer.from('x')), size: 1, platform: { os: 'unknown', architecture: 'unknown' } },
      describe_(image, 'amd64'),
      describe_(arm, 'arm64'),
    ])
    const own = await readAll(`${registry.host}/a/b:both`)
    expect(own.files).toEqual(['0:a', '1:b'])
    expect(own.references).toContain(`${registry.host}/a/b@${index}`)
    expect(
      (await readAll(`${registry.host}/a/b:both`, {}, { os: 'linux', architecture: 'arm64', variant: null }))
        .files,
    ).toEqual(['0:arm'])
    await expect(
      readAll(`${registry.host}/a/b:both`, {}, { os: 'linux', architecture: 's390x', variant: null }),
    ).rejects.toThrow(/only linux\/amd64, linux\/arm64/)
  })

  it('comes from a mirror first, and from the registry when the mirror has it not', async () => {
    const mirror = await new TestRegistry().start()
    try {
      registry.put(image, '1')
      const mirrors = { [registry.host]: [`http://${mirror.host}`] }
      expect((await readAll(`${registry.host}/a/b:1`, { mirrors })).files).toEqual(['0:a', '1:b'])
      expect(mirror.requests.length).toBeGreaterThan(0)
      mirror.put(image, '1')
      registry.requests.length = 0
      await readAll(`${registry.host}/a/b:1`, { mirrors })
      expect(registry.requests).toEqual([])
    } finally {
      mirror.close()
    }
  })
})

describe('signing in', () => {
  const challenge = (response: ServerResponse, header: string) => {
    response.writeHead(401, { 'www-authenticate': header }).end()
    return true
  }

  it('meets a basic challenge with what docker login kept', async () => {
    registry.put(image, '1')
    registry.before = ({ headers }, response) =>
      headers.authorization === `Basic ${basic('me', 'se:cret')}`
        ? false
        : challenge(response, 'Basic realm="r"')
    await expect(readAll(`${registry.host}/a/b:1`)).rejects.toMatchObject({ code: 'registry.refused' })
    await keep({ auths: { [registry.host]: { auth: basic('me', 'se:cret') } } })
    expect((await readAll(`${registry.host}/a/b:1`)).files).toHaveLength(2)
  })

  it('fetches a bearer token once, for the scope that is asked', async () => {
    registry.put(image, '1')
    let tokens = 0
    registry.before = ({ url, headers }, response) => {
      if (url?.startsWith('/token')) {
        tokens++
        expect(headers.authorization).toBe(`Basic ${basic('me', 'x')}`)
        expect(new URL(url, 'http://x').searchParams.get('scope')).toBe('repository:a/b:pull')
        response.end(JSON.stringify({ access_token: 'T', expires_in: 300 }))
        return true
      }
      if (headers.authorization === 'Bearer T') return false
      return challenge(
        response,
        `Bearer realm="http://${registry.host}/token",service="s",scope="repository:a/b:pull"`,
      )
    }
    await keep({ auths: { [`https://${registry.host}/v2/`]: { auth: basic('me', 'x') } } })
    expect((await readAll(`${registry.host}/a/b:1`)).files).toHaveLength(2)
    expect(tokens).toBe(1)
  })

  it('does not follow a realm that leads to the metadata service', async () => {
    registry.before = (_request, response) =>
      challenge(response, 'Bearer realm="http://169.254.169.254/token"')
    await expect(readAll(`${registry.host}/a/b:1`)).rejects.toMatchObject({ code: 'outbound.refused' })
  })

  it('asks a credential helper', async () => {
    const helper = join(folder, 'docker-credential-test')
    await writeFile(
      helper,
      '#!/bin/sh\nread server\nprintf \'{"Username":"u","Secret":"for %s"}\' "$server"\n',
    )
    await chmod(helper, 0o755)
    await keep({ credHelpers: { 'r.example': 'test' } })
    const path = process.env.PATH
    process.env.PATH = `${folder}${delimiter}${path}`
    try {
      expect(await findCredential('r.example', 'a/b', [join(folder, 'config.json')])).toEqual({
        kind: 'password',
        user: 'u',
        password: 'for r.example',
      })
    } finally {
      process.env.PATH = path
    }
  })

  it('says which file of credentials is broken', async () => {
    await writeFile(join(folder, 'config.json'), '{')
    await expect(findCredential('r', 'a', [join(folder, 'config.json')])).rejects.toThrow(
      /cannot be read as a file of credentials/,
    )
  })

  it.each([
    [
      'Bearer realm="https://a/t",service="s",scope="x:y:pull,push"',
      { scheme: 'bearer', realm: 'https://a/t', service: 's', scope: 'x:y:pull,push' },
    ],
    ['Basic realm="x", Bearer realm="https://b"', { scheme: 'bearer', realm: 'https://b' }],
    ['basic realm="x"', { scheme: 'basic' }],
    ['Negotiate', null],
    ['Bearer nothing', null],
  ])('reads the challenge %s', (header, expected) => {
    if (expected === null) expect(parseChallenge(header)).toBeNull()
    else expect(parseChallenge(header)).toMatchObject(expected)
  })
})

describe('networks and servers that fail', () => {
  it('takes up a blob where the connection was cut', async () => {
    const big = buildImage(
      [
        [
          {
            name: 'big',
            content: Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7919) % 251)),
          },
        ],
      ],
      { packing: 'plain' },
    )
    registry.put(big, '1')
    const layer = [...big.blobs].sort((a, b) => b[1].length - a[1].length)[0]
    let cuts = 2
    registry.before = ({ url, headers }, response) => {
      if (!url?.endsWith(layer[0]) || cuts-- <= 0) return false
      const from = Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0)
      response.writeHead(from > 0 ? 206 : 200)
      response.write(layer[1].subarray(from, from + 70_000), () => response.destroy())
      return true
    }
    expect((await readAll(`${registry.host}/a/b:1`)).files).toEqual(['0:big'])
    const ranges = registry.requests.filter(({ url }) => url.endsWith(layer[0])).map(({ range }) => range)
    expect(ranges).toHaveLength(3)
    expect(ranges[0]).toBeUndefined()
    expect(ranges[2]).toMatch(/^bytes=\d+-$/)
  })

  it('waits as long as it is asked, and tries again', async () => {
    registry.put(image, '1')
    let refusals = 1
    registry.before = (_request, response) => {
      if (refusals-- <= 0) return false
      response.writeHead(429, { 'retry-after': '0' }).end()
      return true
    }
    expect((await readAll(`${registry.host}/a/b:1`)).files).toHaveLength(2)
  })

  it('does not wait for an hour', async () => {
    registry.before = (_request, response) => {
      response.writeHead(503, { 'retry-after': '3600' }).end()
      return true
    }
    await expect(readAll(`${registry.host}/a/b:1`)).rejects.toMatchObject({ code: 'registry.unreachable' })
    expect(registry.requests).toHaveLength(1)
  })

  it('understands both forms of Retry-After', () => {
    expect(retryAfterMs('120')).toBe(120_000)
    expect(retryAfterMs('Thu, 01 Jan 1970 00:01:00 GMT', 0)).toBe(60_000)
    expect(retryAfterMs('soon')).toBe(0)
  })

  it.each<[string, (one: BuiltImage) => void, object]>([
    [
      'a manifest that is another',
      () => registry.manifests.set(image.digest, { bytes: Buffer.from('{}'), type: 'x' }),
      { code: 'image.wrong-digest' },
    ],
    [
      'a layer that is another',
      (one) =>
        replaceLayer(one, (bytes) =>
          Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]),
        ),
      { message: expect.stringMatching(/digest|unpacked/) },
    ],
    [
      'a layer that is longer than promised',
      (one) => replaceLayer(one, (bytes) => Buffer.concat([bytes, Buffer.alloc(100)])),
      { code: 'image.wrong-digest' },
    ],
    [
      'a configuration that is another',
      (one) => registry.blobs.set(one.configDigest, Buffer.from('{}')),
      { code: 'image.wrong-digest' },
    ],
  ])('refuses %s', async (_what, harm, error) => {
    registry.put(image, '1')
    harm(image)
    await expect(readAll(`${registry.host}/a/b@${image.digest}`)).rejects.toMatchObject(error)
  })

  it('refuses a giant manifest before it is all there', async () => {
    const restore = overrideLimits({ imageManifestBytes: 10_000 })
    try {
      registry.before = (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(Buffer.alloc(1_000_000, 0x20))
        return true
      }
      await expect(readAll(`${registry.host}/a/b:1`)).rejects.toMatchObject({ code: 'input.too-large' })
    } finally {
      restore()
    }
  })

  it.each<[string, string]>([
    ['redirects without end', '/v2/again'],
    ['redirects to the metadata service', 'http://169.254.169.254/'],
  ])('refuses %s', async (_what, location) => {
    registry.before = (_request, response) => {
      response.writeHead(307, { location }).end()
      return true
    }
    await expect(readAll(`${registry.host}/a/b:1`)).rejects.toMatchObject({ code: 'outbound.refused' })
  })

  it('gives up on a blob that comes to a halt', async () => {
    const restore = overrideLimits({ outboundIdleMs: 60 })
    try {
      registry.put(image, '1')
      registry.before = ({ url }, response) => {
        if (!url?.includes('/blobs/') || url.endsWith(image.configDigest)) return false
        response.writeHead(200)
        response.write(Buffer.alloc(1))
        return true
      }
      await expect(readAll(`${registry.host}/a/b:1`)).rejects.toMatchObject({ code: 'registry.unreachable' })
    } finally {
      restore()
    }
  })
})

function replaceLayer(one: BuiltImage, change: (bytes: Buffer) => Buffer): void {
  const [digest, bytes] = [...one.blobs].find(([, blob]) => blob[0] === 0x1f) as [string, Buffer]
  registry.blobs.set(digest, change(bytes))
}

describe('referrers', () => {
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [] }))
  const open = () => openRepository(parseRegistryReference(`${registry.host}/a/b:1`), settings())

  it('come from the API where there is one', async () => {
    registry.before = ({ url }, response) => {
      if (!url?.includes('/referrers/')) return false
      response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' }).end(index)
      return true
    }
    expect(await open().referrers(image.digest)).toEqual(index)
  })

  it('come from the tag where there is none, or from nowhere', async () => {
    expect(await open().referrers(image.digest)).toBeNull()
    registry.manifests.set(image.digest.replace(':', '-'), { bytes: index, type: 'application/json' })
    expect(await open().referrers(image.digest)).toEqual(index)
  })
})

describe('references', () => {
  it.each([
    ['nginx', 'docker.io', 'library/nginx', 'latest', null],
    ['a/b:1', 'docker.io', 'a/b', '1', null],
    ['index.docker.io/library/x', 'docker.io', 'library/x', 'latest', null],
    ['localhost/a', 'localhost', 'a', 'latest', null],
    ['r.example:5000/a/b/c:v1', 'r.example:5000', 'a/b/c', 'v1', null],
    [`r.example/a@sha256:${'0'.repeat(64)}`, 'r.example', 'a', null, `sha256:${'0'.repeat(64)}`],
    ['[::1]:5000/a:1', '[::1]:5000', 'a', '1', null],
  ])('%s', (text, host, repository, tag, digest) => {
    expect(parseRegistryReference(text)).toMatchObject({ registry: host, repository, tag, digest })
  })
  it.each([
    '',
    'UPPER/case',
    'a b',
    'r.example/a/../b',
    'r.example/a@sha256:12',
    'a:',
    'http://r.example/a',
    'r.example/a?x=1',
  ])('refuses %j', (text) => {
    expect(() => parseRegistryReference(text)).toThrow(/is no image reference/)
  })
})
