import type { Compartment } from '../../core/disclosure/index.ts'

/** Entries of the timeline about who may see the incident. */
export interface EmbargoEntryData {
  'embargo.proposed': { endsAtMs: number; terms: string; codeWord: string }
  'embargo.accepted': { reason: string | null }
  'embargo.rejected': { reason: string }
  /** `early`: before its date, by somebody's word. */
  'embargo.terminated': { reason: string; early: boolean }

  /** Somebody outside asks to be let in. */
  'access.asked': { person: string; reason: string | null }
  'access.granted': {
    person: string
    compartments: Compartment[]
    endsAtMs: number | null
    why: 'member' | 'break-glass'
  }
  'access.revoked': { person: string; reason: string }
  'terms.accepted': { person: string; version: number }
  /** Somebody outside says that it cannot wait for a member. */
  'glass.asked': { person: string; reason: string }
  /** A second one outside says so too: the first is let in for a day, and every member reads it here. */
  'glass.broken': { person: string; by: string; reason: string }

  /** The text is encrypted apart, with the key of its compartment: having the timeline is not having it. */
  'compartment.noted': { id: string; compartment: Compartment; sealed: string }
}
