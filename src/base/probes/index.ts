export type { KeptAnswer } from './answers.store.ts'
export { keyOf, type Question } from './question.ts'
export { ProbeRunner } from './runner.ts'
