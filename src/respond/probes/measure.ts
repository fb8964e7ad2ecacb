import type { Counterexample, InputCoverage, Measurement } from '../../core/probe/index.ts'
import { limit } from '../../base/limits.ts'
import type { IncidentState } from '../incidents/state.ts'
import type { Looked } from './types.ts'

const nothing = { total: 0, sample: [] } as const

/** The record is kept here: all of it is seen. */
export function recordSeen({ changedAtMs }: IncidentState): InputCoverage[] {
  return [{ input: 'incident', coverage: 1, asOfMs: changedAtMs, gaps: [] }]
}

/** A measurement of the record of an incident. */
export function ofRecord(
  state: IncidentState,
  found: {
    sentence: string
    examined: number
    against?: readonly Counterexample[]
    withheld?: string
    values?: Record<string, number>
  },
): Measurement {
  const { sentence, examined, against = [], withheld, values } = found
  return {
    query: `allclear incident show ${state.id}`,
    sentence,
    examined,
    counterexamples: { total: against.length, sample: against.slice(0, limit('probeSamples')) },
    excepted: 0,
    unknownTargets: nothing,
    inputs: recordSeen(state),
    ...(withheld === undefined ? {} : { withheld }),
    ...(values === undefined ? {} : { values }),
  }
}

/** The number that somebody wrote down as the answer to a probe; null when nobody did. */
export function writtenFor(state: IncidentState, probe: string): number | null {
  return Object.values(state.claims).find((claim) => claim.probe === probe)?.value ?? null
}

/** Whether somebody ticked an item that asks the probe. */
export function isClaimed(state: IncidentState, probe: string): boolean {
  return Object.values(state.claims).some((claim) => claim.probe === probe)
}

/** The incident that a probe is asked about: an item fills it in, a person names it. */
export function incidentOf(
  looked: Looked,
  params: Readonly<Record<string, unknown>>,
): Promise<IncidentState> {
  const { incident } = params
  if (typeof incident === 'string') return looked.incident(incident)
  throw new Error('no incident is named; write incident=inc-…')
}

/** `3 roles`, `1 role` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
