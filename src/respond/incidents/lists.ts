import type { Checklist, IncidentStage } from '../../core/checklist/types.ts'
import { builtInChecklists, checklistOf } from '../../prepare/checklists/index.ts'

/** The order of the stages. */
const stages: readonly IncidentStage[] = ['triage', 'communicate', 'fix', 'rollout', 'after']

/** One list for each stage: of the pinned versions where they are here, else the current ones. */
export function incidentLists(pinned: { id: string; version: string }[] | null): readonly Checklist[] {
  const current = builtInChecklists().filter(({ phase }) => phase === 'incident')
  return stages.map((stage) => {
    const list = current.find((one) => one.stage === stage) as Checklist
    const pin = pinned?.find(({ id }) => id === list.id)
    return pin === undefined || pin.version === list.version ? list : pinnedOr(list, pin)
  })
}

/** A version that this program does not bring is read by the lines that it brings: ids of items keep their meaning. */
function pinnedOr(list: Checklist, { id, version }: { id: string; version: string }): Checklist {
  try {
    return checklistOf(id, version)
  } catch {
    return list
  }
}
