import type { ImageConfig, Layer, OpenImage } from '../../../base/oci/index.ts'
import { joinLayers, type ImagePackage, type JoinedLayers } from './join-layers.ts'
import { readLayer } from './read-layer.ts'
import type { LayerReading, Problem } from './types.ts'

/** An image read from its layers. */
export interface ImageReading {
  source: string
  kind: OpenImage['kind']
  references: string[]
  digest: string | null
  configDigest: string | null
  config: ImageConfig
  distribution: JoinedLayers['distribution']
  layers: (Layer & JoinedLayers['layers'][number])[]
  packages: ImagePackage[]
  problems: Problem[]
}

/** Readings of layers that are known from other images; without it every layer is read. */
export interface LayerShelf {
  find(layer: Layer): Promise<LayerReading | null>
  keep(layer: Layer, reading: LayerReading): Promise<void>
}

export interface ReadImageOptions {
  shelf?: LayerShelf
  signal?: AbortSignal
  onLayer?(done: number, total: number): void
}

/** Reads every layer that is not known and joins them. Throws `AllclearError` when the image cannot be read. */
export async function readImage(
  image: OpenImage,
  { shelf, signal, onLayer }: ReadImageOptions = {},
): Promise<ImageReading> {
  const readings = new Map<number, LayerReading>()
  for (const layer of image.layers) {
    const known = await shelf?.find(layer)
    if (known) readings.set(layer.position, known)
  }
  const total = image.layers.length
  onLayer?.(readings.size, total)
  const byDiffId = new Map<string, LayerReading>()
  for await (const opened of image.openLayers(({ position }) => !readings.has(position))) {
    signal?.throwIfAborted()
    const reading = await readLayer(opened.entries())
    readings.set(opened.layer.position, reading)
    if (opened.layer.diffId !== null) byDiffId.set(opened.layer.diffId, reading)
    await shelf?.keep(opened.layer, reading)
    onLayer?.(readings.size, total)
  }
  // The same layer may occur twice in an image; its blob was read once.
  const ordered = image.layers.map(
    ({ position, diffId }) => readings.get(position) ?? (byDiffId.get(diffId ?? '') as LayerReading),
  )
  const joined = joinLayers(ordered)
  return {
    source: image.source,
    kind: image.kind,
    references: image.references,
    digest: image.digest,
    configDigest: image.configDigest,
    config: image.config,
    distribution: joined.distribution,
    layers: image.layers.map((layer, at) => ({ ...layer, ...joined.layers[at] })),
    packages: joined.packages,
    problems: joined.problems,
  }
}
