import { createHash } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Store, Transaction } from '../../base/store/index.ts'
import { cataloguersVersion } from './cataloguers/version.ts'
import type { ImageContents } from './image-contents.ts'
import { contentKey, hidingKeys, pathKey } from './layers/file-keys.ts'
import type { LayerReading, LayerShelf } from './layers/index.ts'
import { packJson, unpackJson } from './packed-json.ts'

/**
 * Layers that were read before, for whoever reads an image next. Only a layer with a digest of its unpacked tar is kept,
 * and that digest was checked while it was read: nobody can leave a reading under another layer's name.
 */
export function openLayerShelf(store: Store, clock: Clock): LayerShelf {
  return {
    async find({ diffId }) {
      if (diffId === null) return null
      const row = await store
        .prepare<{ reading: Uint8Array; reader_version: number }>(
          'select reading, reader_version from layer where diff_id = ?',
        )
        .get(diffId)
      return row?.reader_version === cataloguersVersion ? row.reading : null
    },
    async keep({ diffId }, { reading, keys }) {
      if (diffId === null) return
      await store.transaction(
        async (transaction) => {
          const known = await transaction
            .prepare<{ no: number }>('select no from layer where diff_id = ?')
            .get(diffId)
          const no = known?.no ?? (await transaction.nextNumbers('layer', 1))
          await transaction.insert(
            'layer',
            ['no', 'diff_id', 'reader_version', 'read_at', 'reading'],
            [[no, diffId, cataloguersVersion, clock.nowMs(), reading]],
            { onConflict: { target: ['diff_id'], update: ['reader_version', 'read_at', 'reading'] } },
          )
          await transaction.insert('layer_file', ['key', 'layer_no'], rowsOf(keys, no), {
            onConflict: 'ignore',
          })
        },
        { mode: 'bulk' },
      )
    },
  }
}

function* rowsOf(keys: Float64Array, layerNo: number): Generator<[number, number]> {
  for (const key of keys) yield [key, layerNo]
}

/** Chain ids: what identifies a layer together with all below it (OCI image specification, "Layer ChainID"). */
function chainIds(diffIds: readonly string[]): string[] {
  const chains: string[] = []
  for (const [at, diffId] of diffIds.entries())
    chains.push(
      at === 0
        ? diffId
        : `sha256:${createHash('sha256')
            .update(`${chains[at - 1]} ${diffId}`)
            .digest('hex')}`,
    )
  return chains
}

/** Keeps what an image contains and which layers it has. Its document is stored in the same transaction by the caller. */
export async function storeImageContents(
  transaction: Transaction,
  imageNo: number,
  contents: ImageContents,
  nowMs: number,
): Promise<void> {
  await transaction.prepare('delete from image_layer where image_no = ?').run(imageNo)
  const diffIds = contents.layers.flatMap(({ diffId }) => (diffId === null ? [] : [diffId]))
  if (diffIds.length === contents.layers.length) {
    const chains = chainIds(diffIds)
    const lookup = transaction.prepare<{ no: number }>('select no from layer where diff_id = ?')
    for (const [at, layer] of contents.layers.entries()) {
      const found = await lookup.get(diffIds[at])
      if (found === undefined) continue
      await transaction.insert(
        'image_layer',
        ['image_no', 'position', 'layer_no', 'digest', 'size_bytes', 'created_by', 'chain'],
        [[imageNo, layer.position, found.no, layer.digest, layer.sizeBytes, layer.createdBy, chains[at]]],
      )
    }
  }
  await transaction.insert(
    'image_catalogue',
    ['image_no', 'catalogued_at', 'layers', 'packages', 'contents'],
    [[imageNo, nowMs, contents.layers.length, contents.packages.length, packJson(contents)]],
    { onConflict: { target: ['image_no'], update: ['catalogued_at', 'layers', 'packages', 'contents'] } },
  )
  await transaction.prepare('delete from image_unread where image_no = ?').run(imageNo)
}

/** What was read of an image, or null when its layers were not. */
export async function loadImageContents(
  store: Store,
  imageNo: number,
): Promise<{ contents: ImageContents; cataloguedAtMs: number } | null> {
  const row = await store
    .prepare<{ contents: Uint8Array; catalogued_at: number }>(
      'select contents, catalogued_at from image_catalogue where image_no = ?',
    )
    .get(imageNo)
  return row === undefined
    ? null
    : { contents: unpackJson<ImageContents>(row.contents), cataloguedAtMs: row.catalogued_at }
}

export interface BaseImage {
  no: number
  id: string
  name: string
  /** How many of the image's layers are the base's. */
  layers: number
}

/** Images whose whole chain of layers this one is built on, the nearest first: the longest shared chain. */
export async function basesOf(store: Store, imageNo: number): Promise<BaseImage[]> {
  const rows = await store
    .prepare<{ no: number; id: string; name: string; layers: number }>(
      `select image.no as no, image.id as id, image.name as name, image_catalogue.layers as layers
       from image_layer as own
       join image_catalogue as mine on mine.image_no = own.image_no
       join image_layer as other on other.chain = own.chain and other.image_no <> own.image_no
       join image_catalogue on image_catalogue.image_no = other.image_no
         and image_catalogue.layers = other.position + 1 and image_catalogue.layers < mine.layers
       join image on image.no = other.image_no
       where own.image_no = ? order by image_catalogue.layers desc, image.name limit 20`,
    )
    .all(imageNo)
  return rows
}

/** Images that show a file at a path. */
export async function imagesWithPath(store: Store, path: string): Promise<number[]> {
  const having = await layersWith(store, [pathKey(path)])
  if (having.size === 0) return []
  return imagesShowing(store, having, await layersWith(store, hidingKeys(path)))
}

/**
 * Images that show a file with this content. Where a layer has it is read from the layer itself, because the same
 * content may lie under several names of which some are hidden.
 */
export async function imagesWithContent(store: Store, sha256: string): Promise<number[]> {
  const images = new Set<number>()
  for (const layerNo of await layersWith(store, [contentKey(sha256)])) {
    const row = await store
      .prepare<{ reading: Uint8Array }>('select reading from layer where no = ?')
      .get(layerNo)
    if (row === undefined) continue
    const { files } = unpackJson<LayerReading>(row.reading)
    for (const { path, sha256: own } of files) {
      if (own !== sha256) continue
      // What lies above at the same path hides it too.
      const hiding = await layersWith(store, [...hidingKeys(path), pathKey(path)])
      for (const no of await imagesShowing(store, new Set([layerNo]), hiding)) images.add(no)
    }
  }
  return [...images]
}

async function layersWith(store: Store, keys: readonly number[]): Promise<Set<number>> {
  const statement = store.prepare<{ layer_no: number }>('select layer_no from layer_file where key = ?')
  const layers = new Set<number>()
  for (const key of keys) for (const row of await statement.all(key)) layers.add(row.layer_no)
  return layers
}

/** Images in which no hiding layer lies above the topmost layer that has it. A layer hides nothing of its own. */
async function imagesShowing(
  store: Store,
  having: ReadonlySet<number>,
  hiding: ReadonlySet<number>,
): Promise<number[]> {
  const ofLayer = store.prepare<{ image_no: number }>('select image_no from image_layer where layer_no = ?')
  const ofImage = store.prepare<{ layer_no: number }>(
    'select layer_no from image_layer where image_no = ? order by position desc',
  )
  const candidates = new Set<number>()
  for (const no of having) for (const { image_no } of await ofLayer.all(no)) candidates.add(image_no)
  const showing: number[] = []
  for (const imageNo of candidates) {
    for (const { layer_no } of await ofImage.all(imageNo)) {
      if (having.has(layer_no)) {
        showing.push(imageNo)
        break
      }
      if (hiding.has(layer_no)) break
    }
  }
  return showing
}

/** Numbers of the images whose layers were read: the others cannot answer for their files. */
export async function cataloguedImages(store: Store): Promise<Set<number>> {
  const rows = await store.prepare<{ image_no: number }>('select distinct image_no from image_layer').all()
  return new Set(rows.map(({ image_no }) => image_no))
}
