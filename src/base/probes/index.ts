export type { KeptAnswer } from './answers.store.ts'
export type { Question } from './question.ts'
export { ProbeRunner } from './runner.ts'
