import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { tarOf, type TarItem } from './layer-tar.ts'

export interface BuiltImage {
  /** Manifest digest. */
  digest: string
  configDigest: string
  diffIds: string[]
  /** Every blob by its digest, manifest and configuration among them. */
  blobs: Map<string, Buffer>
  manifest: Buffer
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

export type Packing = 'gzip' | 'zstd' | 'plain'

const packings: Record<Packing, { mediaType: string; pack(bytes: Buffer): Buffer }> = {
  gzip: { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', pack: (bytes) => gzipSync(bytes) },
  zstd: {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
    pack: (bytes) => zstdCompressSync(bytes),
  },
  plain: { mediaType: 'application/vnd.oci.image.layer.v1.tar', pack: (bytes) => bytes },
}

/** An image of the given layers, the lowest first. */
export function buildImage(
  layers: readonly (readonly TarItem[])[],
  {
    packing = 'gzip',
    architecture = 'amd64',
    createdBy = layers.map((_, at) => `step ${at + 1}`),
  }: { packing?: Packing; architecture?: string; createdBy?: readonly string[] } = {},
): BuiltImage {
  const blobs = new Map<string, Buffer>()
  const put = (bytes: Buffer): { digest: string; size: number } => {
    blobs.set(sha256(bytes), bytes)
    return { digest: sha256(bytes), size: bytes.length }
  }
  const { mediaType, pack } = packings[packing]
  const tars = layers.map(tarOf)
  const diffIds = tars.map(sha256)
  const config = put(
    Buffer.from(
      JSON.stringify({
        architecture,
        os: 'linux',
        created: '2026-01-02T03:04:05Z',
        config: { Env: ['PATH=/bin'], Entrypoint: ['/bin/app'] },
        rootfs: { type: 'layers', diff_ids: diffIds },
        history: [
          ...createdBy.map((step) => ({ created_by: step })),
          { created_by: 'ENTRYPOINT ["/bin/app"]', empty_layer: true },
        ],
      }),
    ),
  )
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: tars.map((tar) => ({ mediaType, ...put(pack(tar)) })),
    }),
  )
  return { digest: put(manifest).digest, configDigest: config.digest, diffIds, blobs, manifest }
}

/** An OCI layout in a folder. */
export async function writeLayout(
  folder: string,
  image: BuiltImage,
  { name }: { name?: string } = {},
): Promise<void> {
  for (const [path, bytes] of layoutFiles(image, name)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
}

/** The same as one tar. */
export function layoutTar(image: BuiltImage, name?: string): Buffer {
  return tarOf(layoutFiles(image, name).map(([path, content]) => ({ name: path, content })))
}

function layoutFiles(image: BuiltImage, name: string | undefined): [string, Buffer][] {
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: image.digest,
        size: image.manifest.length,
        ...(name === undefined ? {} : { annotations: { 'org.opencontainers.image.ref.name': name } }),
      },
    ],
  }
  return [
    ...[...image.blobs].map(([digest, bytes]): [string, Buffer] => [
      `blobs/${digest.replace(':', '/')}`,
      bytes,
    ]),
    ['oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
    ['index.json', Buffer.from(JSON.stringify(index))],
  ]
}

/** What `docker save` wrote before it wrote layouts: `manifest.json`, a configuration, a folder for each layer. */
export function dockerTar(layers: readonly (readonly TarItem[])[], tag: string): Buffer {
  const tars = layers.map(tarOf)
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: tars.map(sha256) },
      history: tars.map((_, at) => ({ created_by: `step ${at + 1}` })),
    }),
  )
  const configName = `${sha256(config).slice(7)}.json`
  const names = tars.map((tar, at) => `${sha256(Buffer.from(`${at}${sha256(tar)}`)).slice(7)}/layer.tar`)
  const manifest = [{ Config: configName, RepoTags: [tag], Layers: names }]
  return tarOf([
    ...tars.map((content, at) => ({ name: names[at], content })),
    { name: configName, content: config },
    { name: 'manifest.json', content: JSON.stringify(manifest) },
  ])
}
