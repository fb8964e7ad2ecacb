import type { CataloguedPackage, FoundDistribution, OwnedFiles } from '../cataloguers/index.ts'

/** A file, link or folder of one layer. */
export interface LayerFile {
  /** Without a leading slash. */
  path: string
  kind: 'file' | 'folder' | 'link' | 'special'
  sizeBytes: number
  /** SHA-256 of the content, hexadecimal; empty for what is no file. */
  sha256: string
}

export interface Problem {
  reason: string
  count: number
  /** At most five places. */
  examples: string[]
}

/**
 * What one layer holds, read without looking at any other, so that it is read once however many images have it. Which
 * of it can be seen in an image is decided when layers are joined.
 */
export interface LayerReading {
  files: LayerFile[]
  /** Paths that the layer removes from those below it. */
  whiteouts: string[]
  /** Folders of which nothing below shows through. */
  opaque: string[]
  /** What each file says, by its path. */
  finds: { path: string; cataloguer: string; packages: CataloguedPackage[] }[]
  owned: { path: string; lists: OwnedFiles[] }[]
  distributions: (FoundDistribution & { path: string })[]
  problems: Problem[]
  /** Sum of the files' sizes. */
  contentBytes: number
}
