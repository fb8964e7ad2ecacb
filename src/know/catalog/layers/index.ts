export { type Evidence, type ImagePackage } from './join-layers.ts'
export { readImage, type ImageReading, type LayerShelf, type ReadImageOptions } from './read-image.ts'
export { readLayer } from './read-layer.ts'
export type { LayerFile, LayerReading, Problem } from './types.ts'
