import { diffChecklists } from '../diff/index.ts'
import { isStep, stepBetween } from '../versions.ts'
import type { Check } from './context.ts'

/** The number of a version says how much has to be read again. */
export const checkSuccession: Check = (checklist, { previous }, say) => {
  if (previous === null) return
  const { step } = diffChecklists(previous, checklist)
  if (step === null || isStep(stepBetween(previous.version, checklist.version), step)) return
  say(
    'version-step',
    ['metadata', 'version'],
    `What changed needs a new ${step} version after ${previous.version}; this says ${checklist.version}.`,
  )
}
