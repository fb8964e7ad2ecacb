import type { Measurement, ProbeParameters, ProbeRun } from '../../core/probe/index.ts'
import type { Knowledge } from '../knowledge.ts'

/** A probe that the know wing answers from the fleet. */
export interface KnowProbe {
  id: string
  ask(knowledge: ProbedKnowledge, params: ProbeParameters, run: ProbeRun): Promise<Measurement>
}

/** What probes may ask of the wing. */
export type ProbedKnowledge = Pick<
  Knowledge,
  | 'fleetState'
  | 'status'
  | 'imagesByTag'
  | 'podShapes'
  | 'clusters'
  | 'clusterWorkloads'
  | 'reach'
  | 'privileges'
  | 'identities'
>
