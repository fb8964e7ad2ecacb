import { isIndex, parseConfig, parseManifest } from '../config.ts'
import { choosePlatform, type Platform } from '../platform.ts'
import { unreadableImage } from '../refusals.ts'
import type { OpenImage } from '../types.ts'
import { layersOf } from '../layers-of.ts'
import { openLayer } from '../open-layer.ts'
import { limit } from '../../limits.ts'
import { openRepository, type RegistrySettings } from './client.ts'
import { parseRegistryReference } from './reference.ts'

/** Opens an image in a registry: its manifest and configuration are fetched, its layers when they are read. */
export async function openRemoteImage(
  text: string,
  settings: RegistrySettings,
  { platform, signal }: { platform?: Platform; signal?: AbortSignal } = {},
): Promise<OpenImage> {
  const reference = parseRegistryReference(text)
  const repository = openRepository(reference, settings, signal)
  const source = reference.text
  try {
    let found = await repository.manifest(reference.digest ?? (reference.tag as string))
    const asked = found
    for (let depth = 0; ; depth++) {
      const manifest = parseManifest(found.bytes, source)
      if (isIndex(manifest)) {
        if (depth >= 4) throw unreadableImage(source, 'its index is nested more than four deep')
        found = await repository.manifest(choosePlatform(manifest.manifests, platform, source).digest)
        continue
      }
      const config = parseConfig(
        await repository.document(manifest.config.digest, limit('imageManifestBytes')),
        `${source}: configuration`,
      )
      const layers = layersOf(manifest.layers, config, source)
      const name = `${reference.registry}/${reference.repository}`
      return {
        source,
        kind: 'registry',
        references: [
          ...(reference.tag === null ? [] : [`${name}:${reference.tag}`]),
          `${name}@${found.digest}`,
          // Runtimes that pulled by the index know the image by the index's digest.
          ...(asked.digest === found.digest ? [] : [`${name}@${asked.digest}`]),
        ],
        digest: found.digest,
        configDigest: manifest.config.digest,
        config,
        layers,
        async *openLayers(wanted = () => true) {
          for (const layer of layers) {
            if (!wanted(layer) || layer.descriptor === null) continue
            const { digest, sizeBytes } = layer.descriptor
            yield openLayer(
              layer,
              repository.blob(digest, sizeBytes),
              `${source}: layer ${layer.position + 1}`,
            )
          }
        },
        close: async () => repository.close(),
      }
    }
  } catch (error) {
    repository.close()
    throw error
  }
}
