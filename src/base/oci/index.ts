export { digestPattern } from './config.ts'
export {
  imageArchiveKind,
  imageSchemes,
  openImage,
  parseImagePath,
  type ImagePath,
  type ImageScheme,
} from './open-image.ts'
export { defaultPlatform, parsePlatform, type Platform } from './platform.ts'
export type {
  Descriptor,
  EntryKind,
  HistoryStep,
  ImageConfig,
  Layer,
  LayerEntry,
  OpenImage,
  OpenLayer,
} from './types.ts'
