export { builtInChecklists, checklistOf } from './built-in.ts'
