import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { envelopeIn, readTrustedKey, signatureInWords, type SignedEnvelope } from './signed-envelope.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'allclear-keys-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

type Pair = { publicKey: KeyObject; privateKey: KeyObject }
const pairs: Record<string, [Pair, string | null]> = {
  'ECDSA P-256': [generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'sha256'],
  'ECDSA P-384': [generateKeyPairSync('ec', { namedCurve: 'P-384' }), 'sha384'],
  Ed25519: [generateKeyPairSync('ed25519'), null],
  RSA: [generateKeyPairSync('rsa', { modulusLength: 2048 }), 'sha256'],
}

const type = 'application/vnd.in-toto+json'
const payload = '{"_type":"https://in-toto.io/Statement/v1"}'
/** As the specification writes it: `DSSEv1 SP LEN(type) SP type SP LEN(body) SP body`. */
const encoded = (body = payload) => Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length} ${body}`)

function signedBy(name: keyof typeof pairs, keyid?: string): SignedEnvelope {
  const [{ privateKey }, hash] = pairs[name]
  return {
    payload: Buffer.from(payload).toString('base64'),
    payloadType: type,
    signatures: [{ sig: sign(hash, encoded(), privateKey).toString('base64'), keyid }],
  }
}

async function trust(...names: (keyof typeof pairs)[]) {
  return Promise.all(
    names.map((name) => {
      const path = join(folder, `${name}.pub`)
      writeFileSync(path, pairs[name][0].publicKey.export({ type: 'spki', format: 'pem' }))
      return readTrustedKey(path)
    }),
  )
}

describe('a signed envelope', () => {
  it.each(Object.keys(pairs))('is verified with %s, and names the key', async (name) => {
    const others = Object.keys(pairs).filter((other) => other !== name)
    expect(signatureInWords(signedBy(name), await trust(...others, name))).toBe(
      `signature verified with ${name}.pub`,
    )
    expect(signatureInWords(signedBy(name), await trust(...others))).toMatch(/^wrong signature: it fits none/)
  })

  it('that was changed is wrong, and says by whom it claims to be', async () => {
    const changed = {
      ...signedBy('Ed25519', 'release@shop.example'),
      payload: Buffer.from(payload.replace('v1', 'v2')).toString('base64'),
    }
    expect(signatureInWords(changed, await trust('Ed25519'))).toBe(
      'wrong signature by “release@shop.example”: it fits none of the configured keys (Ed25519.pub)',
    )
    const otherType = { ...signedBy('Ed25519'), payloadType: 'text/plain' }
    expect(signatureInWords(otherType, await trust('Ed25519'))).toMatch(/^wrong signature/)
    const noSignature = { ...signedBy('Ed25519'), signatures: [{ sig: 'AAAA' }] }
    expect(signatureInWords(noSignature, await trust(...Object.keys(pairs)))).toMatch(/^wrong signature/)
  })

  it('is not verified where no key is configured, and one without signatures is not signed', async () => {
    expect(signatureInWords(signedBy('RSA'), [])).toBe('signed, not verified: no key is configured')
    expect(signatureInWords({ ...signedBy('RSA'), signatures: [] }, await trust('RSA'))).toBe('not signed')
    expect(signatureInWords(undefined, await trust('RSA'))).toBe('not signed')
  })

  it('is found in a Sigstore bundle, too', () => {
    const envelope = signedBy('Ed25519')
    expect(envelopeIn({ mediaType: 'x', dsseEnvelope: envelope })).toEqual(envelope)
    expect(envelopeIn(envelope)).toEqual(envelope)
    expect(envelopeIn({ bomFormat: 'CycloneDX' })).toBeUndefined()
  })
})

it.each([
  ['is no key', 'no key', /is no public key/],
  [
    'cannot sign',
    generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    /it is of type x25519/,
  ],
])('a file that %s is refused', async (_, text, message) => {
  const path = join(folder, 'bad.pub')
  writeFileSync(path, text)
  await expect(readTrustedKey(path)).rejects.toThrow(message)
})
