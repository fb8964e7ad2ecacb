import type { Transferable } from 'node:worker_threads'

/** The bytes of one document, to be read here or in a thread. */
export interface DocumentBytes {
  source: string
  bytes: Uint8Array
  /** Which image it describes, when it does not say. */
  image?: string
}

/** Bytes that may be moved to a thread: a piece of something larger is copied, for the rest of it belongs to others. */
export function movable(bytes: Uint8Array): { bytes: Uint8Array; transfer: Transferable[] } {
  const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
  return { bytes: own, transfer: [own.buffer as ArrayBuffer] }
}
