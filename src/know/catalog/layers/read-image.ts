import type {
  ImageConfig,
  ImagePath,
  Layer,
  OpenImage,
  Platform,
  RegistrySettings,
} from '../../../base/oci/index.ts'
import { taskBeside, type WorkPool } from '../../../base/work/index.ts'
import { packJson, unpackJson } from '../packed-json.ts'
import { keysOfLayer } from './file-keys.ts'
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

/** A layer's reading as it is kept and as it comes from a thread. */
export interface PackedLayer {
  position: number
  /** `packJson` of a `LayerReading`. */
  reading: Uint8Array
  keys: Float64Array
}

/** Readings of layers that are known from other images; without it every layer is read. */
export interface LayerShelf {
  find(layer: Layer): Promise<Uint8Array | null>
  keep(layer: Layer, packed: PackedLayer): Promise<void>
}

export interface ReadImageOptions {
  shelf?: LayerShelf
  /** Threads to read in; without them layers are read here, one after another. */
  work?: WorkPool
  signal?: AbortSignal
  onLayer?(done: number, total: number): void
}

/** Where an opened image lies, so that a thread can open it for itself. */
export interface ImagePlace {
  path: ImagePath
  platform?: Platform
  registry?: RegistrySettings
}

export interface ReadLayersInput {
  path: ImagePath
  source: string
  platform: Platform | undefined
  registry: RegistrySettings | undefined
  positions: number[]
}

const readLayersTask = taskBeside<ReadLayersInput, PackedLayer[]>('read-layers', import.meta.url)

/**
 * Reads every layer that is not known and joins them. `at` says where the image lies, so that threads can open it for
 * themselves. Throws `AllclearError` when the image cannot be read.
 */
export async function readImage(
  image: OpenImage,
  at: ImagePlace,
  { shelf, work, signal, onLayer }: ReadImageOptions = {},
): Promise<ImageReading> {
  const readings = new Map<string | number, LayerReading>()
  const keyOf = ({ diffId, position }: Layer) => diffId ?? position
  const total = image.layers.length
  for (const layer of image.layers) {
    if (readings.has(keyOf(layer))) continue
    const known = await shelf?.find(layer)
    if (known) readings.set(keyOf(layer), unpackJson<LayerReading>(known))
  }
  // The same layer may occur twice in an image; it is read once.
  const missing = [
    ...new Map(
      image.layers.filter((layer) => !readings.has(keyOf(layer))).map((layer) => [keyOf(layer), layer]),
    ).values(),
  ]
  let done = total - missing.length
  onLayer?.(done, total)
  const take = async (layer: Layer, reading: LayerReading, packed: () => PackedLayer) => {
    readings.set(keyOf(layer), reading)
    await shelf?.keep(layer, packed())
    onLayer?.(++done, total)
  }
  if (work !== undefined) {
    const shares = sharesOf(missing, work.size)
    await Promise.all(
      shares.map(async (share) => {
        const positions = share.map(({ position }) => position)
        const { path, platform, registry } = at
        const input = { path, source: image.source, platform, registry, positions }
        for (const packed of await work.run(readLayersTask, { source: image.source, input }, { signal }))
          await take(image.layers[packed.position], unpackJson<LayerReading>(packed.reading), () => packed)
      }),
    )
  } else {
    const wanted = new Set(missing)
    for await (const { layer, entries } of image.openLayers((one) => wanted.has(one))) {
      signal?.throwIfAborted()
      const reading = await readLayer(entries())
      await take(layer, reading, () => ({
        position: layer.position,
        reading: packJson(reading),
        keys: keysOfLayer(reading),
      }))
    }
  }
  const joined = joinLayers(image.layers.map((layer) => readings.get(keyOf(layer)) as LayerReading))
  return {
    source: image.source,
    kind: image.kind,
    references: image.references,
    digest: image.digest,
    configDigest: image.configDigest,
    config: image.config,
    distribution: joined.distribution,
    layers: image.layers.map((layer, position) => ({ ...layer, ...joined.layers[position] })),
    packages: joined.packages,
    problems: joined.problems,
  }
}

/** Layers for each thread, the largest first to whoever has least: reading time follows size. */
function sharesOf(layers: readonly Layer[], threads: number): Layer[][] {
  const sizeOf = ({ descriptor }: Layer) => descriptor?.sizeBytes ?? 0
  const shares = Array.from({ length: Math.min(threads, layers.length) }, () => ({
    bytes: 0,
    layers: [] as Layer[],
  }))
  for (const layer of layers.toSorted((a, b) => sizeOf(b) - sizeOf(a))) {
    const [least] = shares.toSorted((a, b) => a.bytes - b.bytes)
    least.layers.push(layer)
    least.bytes += sizeOf(layer)
  }
  return shares.map((share) => share.layers)
}
