/** Judging documents that are not kept: without what stores them. */
export { openJudge } from '../judge.ts'
export { judgeScanned } from '../scan.ts'
