import type { Json } from '../canonical-json.ts'
import type { Link } from '../chain/index.ts'

/** A public key of a timeline. */
export interface TimelineKey {
  /** SHA-256 of the key, the first 16 bytes, hexadecimal: what people compare. */
  id: string
  /** Ed25519, SPKI DER, base64url. */
  publicKey: string
}

/** What happened, as it is hashed and signed. */
export type TimelineBody = {
  /** The timeline it belongs to: an entry cannot be moved to another one. */
  readonly timeline: string
  /** Epoch ms. */
  readonly atMs: number
  /** Who did it; `allclear` when nobody did and it was noticed. */
  readonly actor: string
  readonly kind: string
  readonly data: { readonly [key: string]: Json | undefined }
  /** By chance, where the hash is seen by those who may not see the rest: it cannot be guessed from what it says. */
  readonly salt?: string
  /** Key that signs this entry. */
  readonly keyId: string
  /** A key that is trusted from the next entry on; in the first entry the one that signs it. */
  readonly introduces?: { readonly id: string; readonly publicKey: string }
}

export interface TimelineEntry extends Link<TimelineBody> {
  /** Ed25519 over the hash, base64url. */
  signature: string
}

/** Where a timeline ends, signed: an export without its last entries does not fit it. */
export interface TimelineHead {
  timeline: string
  seq: number
  hash: string
  atMs: number
  keyId: string
  signature: string
}
