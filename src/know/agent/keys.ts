import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign as signBytes,
  verify as verifyBytes,
  type KeyObject,
} from 'node:crypto'

/** An Ed25519 key pair; the public half as the 32 bytes of RFC 8032, base64url. */
export interface KeyPair {
  publicKey: string
  /** PKCS #8, base64url. */
  privateKey: string
}

export function createKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync('ed25519')
  return pairOf(privateKey)
}

export function keyPairOf(privateKey: string): KeyPair {
  return pairOf(importPrivate(privateKey))
}

export function sign({ privateKey }: KeyPair, bytes: Uint8Array): string {
  return signBytes(null, bytes, importPrivate(privateKey)).toString('base64url')
}

export function verify(publicKey: string, bytes: Uint8Array, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
    return verifyBytes(null, bytes, key, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

/** 128 bits that nobody said before. */
export function freshNonce(): string {
  return randomBytes(16).toString('base64url')
}

function importPrivate(privateKey: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(privateKey, 'base64url'), format: 'der', type: 'pkcs8' })
}

function pairOf(privateKey: KeyObject): KeyPair {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  return {
    publicKey: x!,
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
  }
}
