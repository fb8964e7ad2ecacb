import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { AllclearError } from '../errors.ts'

export const keyBytes = 32
/** NIST SP 800-38D: 96 random bits are safe for 2^32 messages of one key; a compartment has some thousands. */
const nonceBytes = 12
const tagBytes = 16

/**
 * AES-256-GCM: nonce, text, tag. `context` is not in the bytes and has to be the same when they are opened, so that what was
 * sealed for one place cannot be put into another.
 */
export function sealBytes(key: Buffer, plain: Buffer, context: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws `data.damaged` when the bytes, the key or the context are not those of the sealing. */
export function openBytes(key: Buffer, sealed: Buffer, context: string): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-tagBytes))
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch (error) {
    throw new AllclearError('data.damaged', {
      message:
        'Something that was encrypted cannot be opened: it was altered, or is in the place of something else.',
      next: 'Restore a backup of the store; the key is the right one.',
      cause: error,
    })
  }
}
