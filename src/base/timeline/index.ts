export { openKeyRing, type KeyRing } from './key-ring.ts'
export type { Sealer } from './timeline.store.ts'
export { Timelines, type Draft } from './timelines.ts'
