export { analysePrivileges } from './analyse.ts'
export type {
  IdentityPrivileges,
  PrivilegesAnswer,
  StepTaken,
  Target,
  Ways,
  WorkloadPrivileges,
} from './analyse.ts'
export type { Step } from './steps.ts'
export { stepTitle } from './steps.ts'
