import type { Value } from './types.ts'

/**
 * A value as `pg` sends it. PostgreSQL's text cannot hold U+0000, which hostile or broken documents contain; it becomes
 * the replacement character, in what is stored and in what is asked for alike.
 */
export function postgresValue(value: Value | undefined): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\u{fffd}') : value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return value ?? null
}
