import { createHash } from 'node:crypto'

/** The namespace of ids that Allclear makes (RFC 9562, version 5): chosen once, never changed. */
const namespace = Buffer.from('5f0b2c1e7a3d4c6e9b8a1d2e3f405162', 'hex')

/** `playbook--UUID`, the same for the same name on every machine: a newer version keeps the id, as CACAO wants it (3.1). */
export function identifierOf(type: string, ...name: string[]): string {
  const hash = createHash('sha1')
    .update(namespace)
    .update([type, ...name].join('\0'))
    .digest()
  hash[6] = (hash[6] & 0x0f) | 0x50
  hash[8] = (hash[8] & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return `${type}--${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

/** The extension that carries what CACAO has no place for. */
export const fleetCheckExtension = identifierOf('extension-definition', 'fleet-check')
