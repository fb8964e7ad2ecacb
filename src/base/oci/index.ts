export { isIndex, parseManifest } from './config.ts'
export { imageArchiveKind } from './archive-kind.ts'
export { openImage } from './open-image.ts'
export { parsePlatform, type Platform } from './platform.ts'
export type {
  Descriptor,
  EntryKind,
  HistoryStep,
  ImagePath,
  ImageScheme,
  ImageConfig,
  Layer,
  LayerEntry,
  OpenImage,
  OpenLayer,
} from './types.ts'
export { credentialFiles } from './registry/credentials.ts'
export { openRepository, type RegistrySettings, type Repository } from './registry/client.ts'
export { parseRegistryReference, type RegistryReference } from './registry/reference.ts'
