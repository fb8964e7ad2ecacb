/** Signed attestations beside an image in a real registry (Debian's docker-registry), with keys made here. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBlobs } from '../../src/base/blobs.ts'
import { fixedClock } from '../../src/base/clock.ts'
import { openStore, type Store } from '../../src/base/store/index.ts'
import { openKnowledge, type Knowledge } from '../../src/know/index.ts'
import { buildImage, sha256 } from '../image-files.ts'
import { pushManifest, pushBlob, startRegistry } from './docker-registry.ts'

const image = buildImage([
  [{ name: 'srv/node_modules/left-pad/package.json', content: '{"name":"left-pad","version":"1.3.0"}' }],
])
const keys = {
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ed25519: generateKeyPairSync('ed25519'),
  stranger: generateKeyPairSync('ed25519'),
}
const document = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components: [{ type: 'library', name: 'left-pad', version: '1.3.0', purl: 'pkg:npm/left-pad@1.3.0' }],
}

let folder: string
let registry: Awaited<ReturnType<typeof startRegistry>>
let store: Store
let knowledge: Knowledge

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'allclear-attestations-'))
  registry = await startRegistry()
  const attestationKeys = (['p256', 'ed25519'] as const).map((name) => {
    const path = join(folder, `${name}.pub`)
    writeFileSync(path, keys[name].publicKey.export({ type: 'spki', format: 'pem' }))
    return path
  })
  const clock = fixedClock(Date.UTC(2026, 0, 1))
  store = await openStore({ clock })
  knowledge = await openKnowledge({
    store,
    blobs: await openBlobs(join(folder, 'blobs'), { clock }),
    clock,
    dataDirectory: folder,
    example: false,
    registries: { mirrors: {}, insecure: [], attestationKeys, readRunning: false },
  })
})
afterAll(async () => {
  await knowledge?.close()
  await store?.close()
  await registry?.stop()
  rmSync(folder, { recursive: true })
})

/** A statement about an image, signed as cosign and others do. */
function attestation(key: KeyObject, hash: string | null, digest = image.digest): Buffer {
  const payloadType = 'application/vnd.in-toto+json'
  const payload = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'shop/app', digest: { sha256: digest.slice('sha256:'.length) } }],
    predicateType: 'https://cyclonedx.org/bom',
    predicate: document,
  })
  const message = Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} ${payload}`)
  return Buffer.from(
    JSON.stringify({
      payloadType,
      payload: Buffer.from(payload).toString('base64'),
      signatures: [{ keyid: 'builder', sig: sign(hash, message, key).toString('base64') }],
    }),
  )
}

/** Pushes the image to a repository of its own, and what refers to it under the tag that registries of before 1.1 need. */
async function pushReferring(repository: string, body: Buffer, mediaType: string): Promise<string> {
  for (const bytes of image.blobs.values()) await pushBlob(registry.host, repository, bytes)
  const manifestType = 'application/vnd.oci.image.manifest.v1+json'
  await pushManifest(registry.host, repository, '1', image.manifest, manifestType)
  const referring = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: mediaType,
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        ...(await pushBlob(registry.host, repository, Buffer.from('{}'))),
      },
      layers: [{ mediaType, ...(await pushBlob(registry.host, repository, body)) }],
      subject: { mediaType: manifestType, digest: image.digest, size: image.manifest.length },
    }),
  )
  await pushManifest(registry.host, repository, sha256(referring), referring, manifestType)
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      { mediaType: manifestType, artifactType: mediaType, digest: sha256(referring), size: referring.length },
    ],
  }
  const tag = image.digest.replace(':', '-')
  await pushManifest(registry.host, repository, tag, Buffer.from(JSON.stringify(index)), index.mediaType)
  return `${registry.host}/${repository}:1`
}

const dsse = 'application/vnd.dsse.envelope.v1+json'

it.each<[string, () => Buffer, string, object]>([
  [
    'p256',
    () => attestation(keys.p256.privateKey, 'sha256'),
    dsse,
    { signature: 'signature verified with p256.pub', both: 1, refused: '' },
  ],
  [
    'ed25519',
    () => attestation(keys.ed25519.privateKey, null),
    dsse,
    { signature: 'signature verified with ed25519.pub', both: 1, refused: '' },
  ],
  [
    'stranger',
    () => attestation(keys.stranger.privateKey, null),
    dsse,
    {
      signature: 'wrong signature by “builder”: it fits none of the configured keys (p256.pub, ed25519.pub)',
      both: 1,
    },
  ],
  [
    'other-image',
    () => attestation(keys.p256.privateKey, 'sha256', `sha256:${'0'.repeat(64)}`),
    dsse,
    { refused: 'The statement is about another image.', signature: '' },
  ],
  [
    'unsigned',
    () => Buffer.from(JSON.stringify(document)),
    'application/vnd.cyclonedx+json',
    { signature: 'not signed', both: 1 },
  ],
])(
  'an attestation by %s is found through referrers, and what became of it is said',
  async (name, body, type, said) => {
    const path = await pushReferring(`shop/${name}`, body(), type)
    const { attached } = await knowledge.addImage({ scheme: 'registry', path }, {})
    expect(attached).toMatchObject([said])
  },
)
