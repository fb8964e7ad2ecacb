export * from './answers.ts'
export { declareSoftware, withdrawSoftware, type SoftwareDeclaration } from './declare.ts'
export { listSoftware, showSoftware, type SoftwareQuery } from './register.ts'
