import type { ProbeDescription } from '../types.ts'
import { detectProbes } from './detect.ts'
import { knowProbes } from './know.ts'
import { learnProbes } from './learn.ts'
import { prepareProbes } from './prepare.ts'
import { repairProbes } from './repair.ts'
import { respondProbes } from './respond.ts'

/** Every probe that a checklist may name, whether or not something answers it yet. */
export const probeCatalogue: readonly ProbeDescription[] = [
  ...knowProbes,
  ...prepareProbes,
  ...detectProbes,
  ...respondProbes,
  ...repairProbes,
  ...learnProbes,
]

const byId = new Map(probeCatalogue.map((probe) => [probe.id, probe]))

export function findProbe(id: string): ProbeDescription | undefined {
  return byId.get(id)
}
