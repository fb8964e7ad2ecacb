export { inOrderOrHere } from './in-order.ts'
export { liveThreads, openWorkPool } from './pool.ts'
export { taskBeside } from './task.ts'
export type { Run, Task, Work, WorkPool } from './types.ts'
