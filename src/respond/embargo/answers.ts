import type { Compartment, EmbargoState, WhyNot } from '../../core/disclosure/index.ts'

/** How somebody stands to an incident: `reads`, or why they do not. */
export type Standing = 'reads' | WhyNot

export interface AccessPerson {
  person: string
  compartments: Compartment[]
  standing: Standing
  grantedAtMs: number
  grantedBy: string
  why: 'member' | 'break-glass'
  endsAtMs: number | null
  lastReadAtMs: number | null
  /** At most one is counted in a quarter of an hour. */
  reads: number
}

/** Who can see an incident, who did, and where its embargo stands: for its members. */
export interface AccessAnswer {
  incident: string
  codeWord: string | null
  state: EmbargoState
  /** When what is agreed ends; null when nothing is. */
  endsAtMs: number | null
  terms: { version: number; text: string }
  proposal: { endsAtMs: number; text: string } | null
  /** What may be done with the embargo now. */
  legal: ('propose' | 'activate' | 'reject' | 'revise' | 'lift')[]
  you: { person: string | null; standing: Standing; compartments: Compartment[] }
  /** Nobody, as long as you have not accepted the terms. */
  people: AccessPerson[]
  /** Outsiders who ask to be let in. */
  asks: { person: string; reason: string | null; atMs: number }[]
  /** Outsiders who want to break the glass and wait for a second one. */
  glass: { person: string; reason: string; atMs: number }[]
}

/** A note in a compartment. */
export interface CompartmentNote {
  id: string
  compartment: Compartment
  by: string
  atMs: number
  text: string
}
