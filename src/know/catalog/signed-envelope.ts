import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { AllclearError } from '../../base/errors.ts'

/** A public key that the configuration trusts. */
export interface TrustedKey {
  /** Name of its file. */
  name: string
  key: KeyObject
}

const envelope = z.object({
  payload: z.string(),
  payloadType: z.string(),
  signatures: z.array(z.object({ sig: z.string(), keyid: z.string().optional() })).max(100),
})
const bundle = z.object({ dsseEnvelope: envelope })

/** DSSE v1 (https://github.com/secure-systems-lab/dsse), alone or in a Sigstore bundle. */
export type SignedEnvelope = z.infer<typeof envelope>

export function envelopeIn(json: unknown): SignedEnvelope | undefined {
  return bundle.safeParse(json).data?.dsseEnvelope ?? envelope.safeParse(json).data
}

export function payloadOf({ payload }: SignedEnvelope): Buffer {
  return Buffer.from(payload, 'base64')
}

/** What became of the signatures, in words. One that a trusted key verifies is enough. */
export function signatureInWords(signed: SignedEnvelope | undefined, keys: readonly TrustedKey[]): string {
  if (signed === undefined || signed.signatures.length === 0) return 'not signed'
  if (keys.length === 0) return 'signed, not verified: no key is configured'
  const message = preAuthenticationEncoding(signed)
  for (const { name, key } of keys)
    if (signed.signatures.some(({ sig }) => verifies(message, key, Buffer.from(sig, 'base64'))))
      return `signature verified with ${name}`
  const claimed = signed.signatures.flatMap(({ keyid }) => (keyid ? [`“${keyid.slice(0, 100)}”`] : []))
  const by = claimed.length > 0 ? ` by ${claimed.slice(0, 3).join(', ')}` : ''
  return `wrong signature${by}: it fits none of the configured keys (${keys.map(({ name }) => name).join(', ')})`
}

/** DSSE v1, "Signature Definition": lengths before type and payload, so that neither can stand for the other. */
function preAuthenticationEncoding(signed: SignedEnvelope): Buffer {
  const payload = payloadOf(signed)
  const type = signed.payloadType
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload])
}

/** The hash goes with the curve, as cosign has it (FIPS 186-5, 6.1.1); Ed25519 has its own. */
const hashOfCurve: Readonly<Record<string, string>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
}

function hashFor({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | null | undefined {
  switch (asymmetricKeyType) {
    case 'ed25519':
      return null
    case 'rsa':
      return 'sha256'
    case 'ec':
      return hashOfCurve[asymmetricKeyDetails?.namedCurve ?? '']
    default:
      return undefined
  }
}

function verifies(message: Buffer, key: KeyObject, signature: Buffer): boolean {
  return verify(hashFor(key), message, key, signature)
}

/** Throws `usage` for a file that is no public key of a kind that signs attestations. */
export async function readTrustedKey(path: string): Promise<TrustedKey> {
  const refuse = (reason: string, cause?: unknown) =>
    new AllclearError('usage', {
      message: `${path} is no public key: ${reason}`,
      next: 'Correct ALLCLEAR_ATTESTATION_KEYS, or `registries.attestationKeys` in the configuration.',
      where: path,
      cause,
    })
  let key: KeyObject
  try {
    key = createPublicKey(await readFile(path))
  } catch (error) {
    throw refuse((error as Error).message, error)
  }
  if (hashFor(key) === undefined)
    throw refuse(
      `it is of type ${key.asymmetricKeyType}; ECDSA (P-256, P-384, P-521), Ed25519 and RSA are known.`,
    )
  return { name: basename(path), key }
}
