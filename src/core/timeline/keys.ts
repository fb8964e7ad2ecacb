import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import type { TimelineKey } from './types.ts'

/** A key pair that signs. */
export interface SigningKey extends TimelineKey {
  privateKey: KeyObject
}

/** The public half as timelines carry it. */
export function timelineKeyOf(key: KeyObject): TimelineKey {
  const der = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' })
  return { id: idOf(der), publicKey: der.toString('base64url') }
}

/** Null when it is no Ed25519 key, or not the one of this id. */
export function publicKeyOf({ id, publicKey }: TimelineKey): KeyObject | null {
  const der = Buffer.from(publicKey, 'base64url')
  if (idOf(der) !== id) return null
  try {
    const key = createPublicKey({ key: der, type: 'spki', format: 'der' })
    return key.asymmetricKeyType === 'ed25519' ? key : null
  } catch {
    return null
  }
}

function idOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex').slice(0, 32)
}
