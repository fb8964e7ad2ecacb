import { limit } from '../limits.ts'
import { descriptorOf, stepsOfLayers, type FoundDescriptor } from './config.ts'
import { overLimit, unreadableImage } from './refusals.ts'
import type { ImageConfig, Layer } from './types.ts'

/** The layers that a manifest names, each with the digest and the step that the configuration gives it. */
export function layersOf(found: readonly FoundDescriptor[], config: ImageConfig, source: string): Layer[] {
  if (found.length > limit('imageLayers'))
    throw overLimit(source, `has more than ${limit('imageLayers')} layers`, 'ALLCLEAR_LIMIT_IMAGE_LAYERS')
  if (config.diffIds.length !== found.length)
    throw unreadableImage(
      source,
      `its configuration names ${config.diffIds.length} layers and its manifest ${found.length}`,
    )
  const steps = stepsOfLayers(config.history, found.length)
  return found.map((descriptor, position) => ({
    position,
    descriptor: descriptorOf(descriptor),
    diffId: config.diffIds[position],
    createdBy: steps[position],
  }))
}
