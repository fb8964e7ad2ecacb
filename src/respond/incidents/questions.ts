import type { Question } from '../../base/probes/index.ts'
import type { ChecklistItem } from '../../core/checklist/types.ts'
import { defaultTolerance, findProbe, type ProbeResult } from '../../core/probe/index.ts'
import type { IncidentState } from './state.ts'

/** Answers of one incident, by the name of the question. */
export type Answers = ReadonlyMap<string, ProbeResult>

/** How an answer is written in the timeline and in pages: `incident.record(part=doc)`. */
export function questionName(probe: string, params: Readonly<Record<string, unknown>> = {}): string {
  const own = Object.entries(params).map(([key, value]) => `${key}=${String(value)}`)
  return own.length === 0 ? probe : `${probe}(${own.toSorted().join(',')})`
}

export function nameOfItem({ probe }: Pick<ChecklistItem, 'probe'>): string | null {
  return probe === null ? null : questionName(probe.id, probe.params)
}

/** The question of an item, for this incident: what the item leaves open the incident fills in. */
export function questionOfItem(state: IncidentState, item: ChecklistItem): Question | null {
  const { probe } = item
  if (probe === null || findProbe(probe.id) === undefined) return null
  const { minCoverage, maxContradicted, freshnessMs } = probe
  return {
    probe: probe.id,
    params: { ...boundOf(state, probe.id), ...probe.params },
    tolerance: { minCoverage, maxContradicted, freshnessMs },
  }
}

/** The question of a condition of the all clear. */
export function questionOfCondition(state: IncidentState, probe: string): Question {
  return { probe, params: boundOf(state, probe), tolerance: defaultTolerance }
}

function boundOf({ id, advisory }: IncidentState, probe: string): Record<string, string> {
  const binds = findProbe(probe)?.binds ?? []
  return {
    ...(binds.includes('advisory') ? { advisory } : {}),
    ...(binds.includes('incident') ? { incident: id } : {}),
  }
}
