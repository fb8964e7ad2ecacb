export { channels, type Channel } from './channels.ts'
export { type Classified, classify } from './classified.ts'
export { clear, type Cleared, contentOf, type Disclosure } from './clear.ts'
export {
  type Access,
  type Clearance,
  clearanceOf,
  NotCleared,
  read,
  type WhyNot,
  whyNotCleared,
} from './clearance.ts'
export { type CodeWord, drawCodeWord, isCodeWord } from './code-word.ts'
export { type Compartment, compartments } from './compartments.ts'
export {
  type Embargo,
  type EmbargoAction,
  type EmbargoState,
  type EmbargoStep,
  type EmbargoTerms,
  isSettled,
  isShut,
  legalActions,
  nextState,
  noEmbargo,
  takeStep,
} from './embargo.ts'
export { type Draft, words } from './words.ts'
