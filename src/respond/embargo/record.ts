import {
  type Access,
  type Compartment,
  type Embargo,
  isShut,
  noEmbargo,
} from '../../core/disclosure/index.ts'

export interface Grant extends Omit<Access, 'accountResetAtMs'> {
  grantedBy: string
  why: 'member' | 'break-glass'
}

interface Asked {
  person: string
  atMs: number
}

/** What an incident knows of its embargo. */
export interface EmbargoRecord {
  embargo: Embargo
  /** Null before the first proposal. */
  codeWord: string | null
  /** What members promise; the version counts texts, so that a new one is accepted anew. */
  terms: { version: number; text: string }
  /** By person; null once it was taken away. */
  access: Record<string, Grant | null>
  /** Outsiders who asked and have no answer. */
  asks: (Asked & { reason: string | null })[]
  /** Outsiders for whom a second one has to speak. */
  glass: (Asked & { reason: string })[]
  notes: { id: string; compartment: Compartment; sealed: string; by: string; atMs: number }[]
}

export function newRecord(): EmbargoRecord {
  return {
    embargo: noEmbargo,
    codeWord: null,
    terms: { version: 0, text: '' },
    access: {},
    asks: [],
    glass: [],
    notes: [],
  }
}

/** Whether only members may know of the incident. */
export function isEmbargoed({ embargo }: EmbargoRecord): boolean {
  return isShut(embargo)
}
