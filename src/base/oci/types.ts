/** A blob by its digest, as manifests name it (OCI image specification 1.1, "Content Descriptors"). */
export interface Descriptor {
  mediaType: string
  digest: string
  sizeBytes: number
}

/** A step of the build, from the image configuration; `emptyLayer` steps have no layer of their own. */
export interface HistoryStep {
  createdBy: string | null
  comment: string | null
  createdAtMs: number | null
  emptyLayer: boolean
}

/** What a container runtime is told, as far as it is shown. */
export interface ImageConfig {
  architecture: string | null
  os: string | null
  variant: string | null
  createdAtMs: number | null
  /** Digests of the unpacked layers, the lowest first. */
  diffIds: string[]
  history: HistoryStep[]
  env: string[]
  entrypoint: string[]
  command: string[]
  user: string | null
  labels: Record<string, string>
}

/** One layer of an opened image; `position` counts from 0 at the bottom. */
export interface Layer {
  position: number
  /** Of the blob as it is stored or transferred; null for a folder. */
  descriptor: Descriptor | null
  /** Digest of the unpacked tar, as the configuration promises it; null for a folder. */
  diffId: string | null
  /** The step of the history that made it. */
  createdBy: string | null
}

/** What an entry of a layer is. `special` are devices, pipes and sockets, which have no content here. */
export type EntryKind = 'file' | 'folder' | 'symlink' | 'hardlink' | 'special'

/** One entry of a layer, while its turn lasts. */
export interface LayerEntry {
  /** As it is written in the layer, not yet cleaned. */
  name: string
  kind: EntryKind
  sizeBytes: number
  /** Permission bits. */
  mode: number
  /** Target of a link. */
  target: string | null
  /** Hands over the content in parts, in order; a part is only valid during the call. Does nothing the second time. */
  read(onPart: (part: Buffer) => void): Promise<void>
}

/** A layer with its entries, read once and in their order. */
export interface OpenLayer {
  layer: Layer
  entries(): AsyncIterable<LayerEntry>
}

/** An image that is open for reading, wherever it lies. */
export interface OpenImage {
  /** For messages: the path or reference it was opened by. */
  source: string
  kind: 'docker-archive' | 'oci-archive' | 'oci-dir' | 'dir' | 'registry'
  /** Names found with it (`registry/name:tag`). */
  references: string[]
  /** Digest of the manifest (`sha256:…`); null where there is none (docker archives, folders). */
  digest: string | null
  /** Digest of the configuration, which Docker calls the image id. */
  configDigest: string | null
  config: ImageConfig
  layers: Layer[]
  /**
   * Each layer once, in whatever order its place gives them cheapest: layers are read independently of each other.
   * `wanted` leaves out layers that are known already. Throws `AllclearError` when the image cannot be read.
   */
  openLayers(wanted?: (layer: Layer) => boolean): AsyncGenerator<OpenLayer>
  close(): Promise<void>
}

export const imageSchemes = ['docker-archive', 'oci-archive', 'oci-dir', 'dir'] as const
export type ImageScheme = (typeof imageSchemes)[number]

/** Where an image lies: a path on this machine, or a reference in a registry. */
export interface ImagePath {
  scheme: ImageScheme | 'registry'
  path: string
}
