export { type Evidence, type ImagePackage } from './join-layers.ts'
export {
  readImage,
  type ImagePlace,
  type ImageReading,
  type LayerShelf,
  type PackedLayer,
  type ReadImageOptions,
} from './read-image.ts'
export type { LayerFile, LayerReading, Problem } from './types.ts'
