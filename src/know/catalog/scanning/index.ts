/** Judging documents that are not kept: without what stores them. */
export { openJudge, type Judge } from '../judge.ts'
export { openScanner } from '../scan.ts'
