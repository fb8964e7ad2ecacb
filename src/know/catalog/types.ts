export type { CataloguedImagePackage, ImageContents, ImageLayer, PackageEvidence } from './image-contents.ts'
