export { type Envelopes, isSealed, openEnvelopes } from './envelopes.store.ts'
export { openKeyCommand } from './key-command.ts'
export type { KeyEncryption } from './key-encryption.ts'
export { addKey, dropOldKeys, openKeyFile } from './key-file.ts'
