import type { ImagePath } from '../oci/types.ts'

/** A document to read, wherever it lies: a file, an entry of an archive, the standard input, the body of a request. */
export interface Input {
  /** Shown in messages: `fleet/checkout.cdx.json`, `all.zip: CVE-2021-44228.json`. */
  source: string
  sizeBytes: number | null
  /** The bytes, checked against what the archive says of them. Throws `AllclearError` that names archive and entry. */
  read(): Promise<Uint8Array>
  /**
   * Present for an image archive on this machine: where it lies. It is no document; its bytes would be a gigabyte, and
   * `read` refuses.
   */
  imageAt?: ImagePath
  /**
   * Present for entries of a zip: the entry as it lies there, so that it can be unpacked elsewhere (`unpackEntry`) or
   * kept without packing again. `null` when `read` would refuse it.
   */
  packed?(): PackedEntry | null
}

/** Packed bytes, and what the directory of the zip says of them; nothing vouches for it until it is unpacked. */
export interface PackedEntry {
  bytes: Uint8Array
  method: 'stored' | 'deflated' | 'zstd'
  sizeBytes: number
  crc: number
}

/** Where to look: a path (file, folder, archive, `-` for the standard input), or what was received. */
export type Root = string | { source: string; bytes: Uint8Array } | { source: string; path: string }
