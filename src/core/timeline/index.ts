export { timelineKeyOf, type SigningKey } from './keys.ts'
export { sealEntry, sealHead, sealRotation } from './seal.ts'
export type { TimelineBody, TimelineEntry, TimelineHead, TimelineKey } from './types.ts'
export { verifyTimeline, type TimelineProblem, type Verification } from './verify.ts'
