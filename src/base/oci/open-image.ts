import { stat } from 'node:fs/promises'
import { AllclearError } from '../errors.ts'
import { openFolderPlace, openTarPlace, type BlobPlace } from './blob-places.ts'
import {
  emptyConfig,
  isIndex,
  parseConfig,
  parseManifest,
  stepsOfLayers,
  type FoundDescriptor,
} from './config.ts'
import { readDockerManifest } from './docker-archive.ts'
import { readFolderLayer } from './folder-layer.ts'
import { layersOf } from './layers-of.ts'
import { openLayer } from './open-layer.ts'
import { choosePlatform, type Platform } from './platform.ts'
import { openRemoteImage } from './registry/open-remote.ts'
import type { RegistrySettings } from './registry/client.ts'
import { unreadableImage } from './refusals.ts'
import type { ImagePath, ImageScheme, Layer, OpenImage, OpenLayer } from './types.ts'
import { checkDigest } from './verify.ts'

export interface OpenOptions {
  /** For messages; the path when absent. */
  source?: string
  platform?: Platform
  /** For images in a registry. */
  registry?: RegistrySettings
  signal?: AbortSignal
}

/** Opens an image, on this machine or in a registry. Throws `image.unreadable` and others with the reason. */
export async function openImage(
  { scheme, path }: ImagePath,
  { source = path, platform, registry, signal }: OpenOptions = {},
): Promise<OpenImage> {
  if (scheme === 'registry') {
    if (registry === undefined) throw new Error('an image in a registry is opened with the settings for it')
    return openRemoteImage(path, registry, { platform, signal })
  }
  const found = await stat(path).catch((error: unknown) => {
    throw new AllclearError('not-found', {
      message: `${path} cannot be read: ${(error as Error).message}`,
      next: 'Name a file or a folder that is there.',
      where: path,
      cause: error,
    })
  })
  const folder = scheme === 'dir' || scheme === 'oci-dir'
  if (found.isDirectory() !== folder)
    throw unreadableImage(source, folder ? 'it is no folder' : 'it is no file')
  if (scheme === 'dir') return openRootFolder(path, source)
  const place = scheme === 'oci-dir' ? openFolderPlace(path, source) : await openTarPlace(path, source)
  try {
    // `docker save` of today writes both; what the layout says is more, and has digests.
    const layout = await place.document('index.json')
    if (layout !== null) return await openLayout(place, layout, scheme, source, platform)
    if (scheme === 'oci-dir' || scheme === 'oci-archive')
      throw unreadableImage(source, 'it has no index.json, as an OCI layout must')
    return await openDocker(place, source)
  } catch (error) {
    await place.close()
    throw error
  }
}

async function openRootFolder(path: string, source: string): Promise<OpenImage> {
  const layer: Layer = { position: 0, descriptor: null, diffId: null, createdBy: null }
  return {
    source,
    kind: 'dir',
    references: [],
    digest: null,
    configDigest: null,
    config: emptyConfig,
    layers: [layer],
    async *openLayers(wanted = () => true) {
      if (wanted(layer)) yield { layer, entries: () => readFolderLayer(path, source) }
    },
    close: async () => {},
  }
}

/** OCI image layout (OCI image specification 1.1, "Image Layout"), as a folder or a tar; containerd exports are one too. */
async function openLayout(
  place: BlobPlace,
  layout: Uint8Array,
  scheme: ImageScheme,
  source: string,
  platform: Platform | undefined,
): Promise<OpenImage> {
  const blobName = (digest: string) => `blobs/${digest.replace(':', '/')}`
  const blob = async ({ digest }: { digest: string }): Promise<Uint8Array> => {
    const bytes = await place.document(blobName(digest))
    if (bytes === null) throw unreadableImage(source, `it lacks the blob ${digest}`)
    checkDigest(bytes, digest, `${source}: ${digest}`)
    return bytes
  }
  const references: string[] = []
  let chosen = await chooseOne(layout, `${source}: index.json`)
  for (let depth = 0; ; depth++) {
    const where = `${source}: ${chosen.digest}`
    const manifest = parseManifest(await blob(chosen), where)
    if (isIndex(manifest)) {
      if (depth >= 4) throw unreadableImage(where, 'its index is nested more than four deep')
      chosen = choosePlatform(manifest.manifests, platform, where)
      continue
    }
    const config = parseConfig(await blob(manifest.config), `${source}: configuration`)
    const layers = layersOf(manifest.layers, config, source)
    return {
      source,
      kind: scheme === 'oci-dir' ? 'oci-dir' : scheme === 'docker-archive' ? 'docker-archive' : 'oci-archive',
      references,
      digest: chosen.digest,
      configDigest: manifest.config.digest,
      config,
      layers,
      openLayers: (wanted) =>
        openBlobs(place, layers, (layer) => blobName(layer.descriptor?.digest ?? ''), source, wanted),
      close: place.close,
    }
  }

  async function chooseOne(bytes: Uint8Array, where: string): Promise<FoundDescriptor> {
    const index = parseManifest(bytes, where)
    if (!isIndex(index)) throw unreadableImage(where, 'it is no index')
    const named = index.manifests.filter(({ artifactType }) => !artifactType)
    for (const { annotations } of named) {
      const name =
        annotations?.['io.containerd.image.name'] ?? annotations?.['org.opencontainers.image.ref.name']
      // The annotation may hold a tag alone, which names nothing without its repository.
      if (name && /[/:]/.test(name)) references.push(name)
    }
    return choosePlatform(named, platform, where)
  }
}

async function openDocker(place: BlobPlace, source: string): Promise<OpenImage> {
  const bytes = await place.document('manifest.json')
  if (bytes === null)
    throw unreadableImage(source, 'it has neither index.json (OCI layout) nor manifest.json (docker save)')
  const manifest = readDockerManifest(bytes, source)
  const configBytes = await place.document(manifest.config)
  if (configBytes === null) throw unreadableImage(source, `it lacks its configuration ${manifest.config}`)
  const config = parseConfig(configBytes, `${source}: ${manifest.config}`)
  const { createHash } = await import('node:crypto')
  const names = manifest.layers
  if (config.diffIds.length !== names.length)
    throw unreadableImage(
      source,
      `its configuration names ${config.diffIds.length} layers and its manifest ${names.length}`,
    )
  const steps = stepsOfLayers(config.history, names.length)
  const layers = await Promise.all(
    names.map(async (name, position): Promise<Layer> => {
      const sizeBytes = await place.sizeOf(name)
      if (sizeBytes === null) throw unreadableImage(source, `it lacks its layer ${name}`)
      return {
        position,
        descriptor: { mediaType: 'application/vnd.docker.image.rootfs.diff.tar', digest: '', sizeBytes },
        diffId: config.diffIds[position],
        createdBy: steps[position],
      }
    }),
  )
  return {
    source,
    kind: 'docker-archive',
    references: manifest.references,
    digest: null,
    configDigest: `sha256:${createHash('sha256').update(configBytes).digest('hex')}`,
    config,
    layers,
    openLayers: (wanted) => openBlobs(place, layers, ({ position }) => names[position], source, wanted),
    close: place.close,
  }
}

async function* openBlobs(
  place: BlobPlace,
  layers: readonly Layer[],
  nameOf: (layer: Layer) => string,
  source: string,
  wanted: (layer: Layer) => boolean = () => true,
): AsyncGenerator<OpenLayer> {
  const layersOfName = new Map<string, Layer[]>()
  for (const layer of layers) {
    if (!wanted(layer)) continue
    const name = nameOf(layer)
    layersOfName.set(name, [...(layersOfName.get(name) ?? []), layer])
  }
  let missing = layersOfName.size
  for await (const { name, chunks } of place.streams(new Set(layersOfName.keys()))) {
    missing--
    // An image may hold the same layer twice; its blob is read once and counts for both.
    const [layer] = layersOfName.get(name) as Layer[]
    yield openLayer(layer, chunks, `${source}: layer ${layer.position + 1}`)
  }
  if (missing > 0) throw unreadableImage(source, `it lacks ${missing} of its layers`)
}
