export { openKeyRing, type KeyRing } from './key-ring.ts'
export { Timelines, type Draft } from './timelines.ts'
