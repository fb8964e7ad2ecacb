import { Budget } from '../archive/budget.ts'
import { ByteStream } from '../archive/byte-stream.ts'
import { decompress } from '../archive/decompress.ts'
import { detectFormat, headBytes } from '../archive/format.ts'
import { unreadableImage } from './refusals.ts'
import { readTarLayer } from './tar-layer.ts'
import type { Layer, OpenLayer } from './types.ts'
import { verified } from './verify.ts'

/** A layer from the blob as it is stored; what is packed and how is told by its bytes, digests by what promised them. */
export function openLayer(layer: Layer, blob: AsyncIterable<Uint8Array>, where: string): OpenLayer {
  return {
    layer,
    async *entries() {
      const digest = layer.descriptor?.digest
      const stored = new ByteStream(digest ? verified(blob, digest, where) : blob)
      const { format, title } = detectFormat(await stored.peek(headBytes))
      let chunks: AsyncIterable<Uint8Array>
      if (format === 'gzip' || format === 'zstd')
        chunks = decompress(
          format,
          stored,
          where,
          new Budget(where, { bytes: 'layerBytes', entries: 'layerEntries' }),
        )
      else if (format === 'tar' || format === 'plain') chunks = stored
      else throw unreadableImage(where, `it is packed with ${title}`)
      if (layer.diffId !== null) chunks = verified(chunks, layer.diffId, where)
      yield* readTarLayer(chunks, where)
    },
  }
}
