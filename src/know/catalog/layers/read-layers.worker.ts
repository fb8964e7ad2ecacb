import type { Run } from '../../../base/work/index.ts'
import { openImage } from '../../../base/oci/index.ts'
import { packJson } from '../packed-json.ts'
import { keysOfLayer } from './file-keys.ts'
import type { PackedLayer, ReadLayersInput } from './read-image.ts'
import { readLayer } from './read-layer.ts'

/** Reads some layers of an image on this machine, in a thread of their own. */
export const run: Run<ReadLayersInput, PackedLayer[]> = async (
  { path, source, platform, registry, positions },
  transfer,
) => {
  const image = await openImage(path, { source, platform, registry })
  const wanted = new Set(positions)
  const packed: PackedLayer[] = []
  try {
    for await (const { layer, entries } of image.openLayers(({ position }) => wanted.has(position))) {
      const reading = await readLayer(entries())
      // A copy of its own: short results lie in a piece of memory that many share, which cannot move.
      const bytes = new Uint8Array(packJson(reading))
      const keys = keysOfLayer(reading)
      transfer.push(bytes.buffer, keys.buffer as ArrayBuffer)
      packed.push({ position: layer.position, reading: bytes, keys })
    }
  } finally {
    await image.close()
  }
  return packed
}
