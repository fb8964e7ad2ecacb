/**
 * What encrypts the keys that encrypt contents. It is not in the store, so that whoever has the store, a backup of it or
 * the account of its database has only what cannot be read. A file (`key-file.ts`) or a program that speaks to a key
 * management service (`key-command.ts`).
 */
export interface KeyEncryption {
  /** Name of the key that wraps now. */
  readonly current: string
  /** Encrypts 32 bytes with the current key. */
  wrap(dataKey: Buffer): Promise<{ key: string; wrapped: Buffer }>
  /** Throws `key.missing` when the key is not there any more, and `data.damaged` when the bytes are not what it wrapped. */
  unwrap(key: string, wrapped: Buffer): Promise<Buffer>
}
