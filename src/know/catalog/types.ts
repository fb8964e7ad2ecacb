export type { CataloguedImagePackage, ImageContents, ImageLayer, PackageEvidence } from './image-contents.ts'
export type { ImageDiff } from './diff-contents.ts'
export type { ImageAdded, ImageLayers, RunningImagesRead, UnreadImageRow } from './image-answers.ts'
