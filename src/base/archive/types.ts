/** A document to read, wherever it lies: a file, an entry of an archive, the standard input, the body of a request. */
export interface Input {
  /** Shown in messages: `fleet/checkout.cdx.json`, `all.zip: CVE-2021-44228.json`. */
  source: string
  sizeBytes: number | null
  /** The bytes, checked against what the archive says of them. Throws `AllclearError` that names archive and entry. */
  read(): Promise<Uint8Array>
  /**
   * Present for entries of a zip: the entry as it lies there (raw deflate), so that it can be kept without packing
   * again; null when it is packed otherwise. Nothing vouches for it until `read` has succeeded.
   */
  rawDeflated?(): Uint8Array | null
}

/** Where to look: a path (file, folder, archive, `-` for the standard input), or what was received. */
export type Root = string | { source: string; bytes: Uint8Array } | { source: string; path: string }
