import type { Measurement, ProbeParameters, ProbeRun } from '../../core/probe/index.ts'
import type { Knowledge } from '../../know/knowledge.ts'
import type { IncidentState } from '../incidents/state.ts'

/** What probes of the respond wing look at. */
export interface Looked {
  incident(id: string): Promise<IncidentState>
  knowledge: Pick<Knowledge, 'fleetState' | 'exposure' | 'exploitation' | 'imageFindings'>
}

/** A probe that is answered from an incident, alone or beside the fleet. */
export interface RespondProbe {
  id: string
  ask(looked: Looked, params: ProbeParameters, run: ProbeRun): Promise<Measurement>
}
