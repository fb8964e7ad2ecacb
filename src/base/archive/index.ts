import type { Input } from './types.ts'
import { walkInputs } from './walk.ts'

export { estimateInputs, type Estimate } from './estimate.ts'
export type { Input, PackedEntry, Root } from './types.ts'
export { walkInputs, type WalkOptions } from './walk.ts'
export { unpackEntry, unpackTogether } from './zip.ts'

/** The documents of one archive, by its path or as bytes. */
export function openArchive(
  archive: string | Uint8Array,
  { source = 'archive' } = {},
): AsyncGenerator<Input> {
  return walkInputs([typeof archive === 'string' ? archive : { source, bytes: archive }])
}
