import { type Classified, valueOf } from './classified.ts'
import type { Compartment } from './compartments.ts'

/** What an incident knows of one person, as far as seeing goes. */
export interface Access {
  person: string
  /** Joined one by one; facts are the first. */
  compartments: readonly Compartment[]
  /** Version of the terms that the person accepted; null: none yet. */
  termsAccepted: number | null
  /** When it was given, epoch milliseconds. */
  grantedAtMs: number
  /** When somebody else last gave that account a way to sign in; null: never. See `whyNotCleared`. */
  accountResetAtMs: number | null
  /** When it ends by itself (break-glass); null: with the membership. */
  endsAtMs: number | null
}

export type WhyNot = 'not-a-member' | 'terms' | 'ended' | 'account-reset' | 'compartment'

/** Those that `clearanceOf` made. */
const made = new WeakSet<object>()

class PersonalClearance {
  declare private readonly brand: true
  readonly person: string
  readonly incident: string
  readonly compartments: ReadonlySet<Compartment>

  constructor(person: string, incident: string, compartments: ReadonlySet<Compartment>) {
    this.person = person
    this.incident = incident
    this.compartments = compartments
  }
}

/** Proof that somebody may read some compartments of one incident. Only `clearanceOf` makes one. */
export type Clearance = PersonalClearance

/**
 * Why somebody may not read a compartment now; null: they may. The order is from what says least to what says most, so that
 * somebody who is no member learns nothing but that.
 */
export function whyNotCleared(
  access: Access | null,
  compartment: Compartment,
  { nowMs, terms }: { nowMs: number; terms: number },
): WhyNot | null {
  if (access === null) return 'not-a-member'
  if (access.endsAtMs !== null && access.endsAtMs <= nowMs) return 'ended'
  // Whoever can set a password could sign in as a member: what was given before that waits for another member's word.
  if (access.accountResetAtMs !== null && access.accountResetAtMs >= access.grantedAtMs)
    return 'account-reset'
  if (access.termsAccepted === null || access.termsAccepted < terms) return 'terms'
  return access.compartments.includes(compartment) ? null : 'compartment'
}

/** What somebody may read of an incident now; null when nothing. */
export function clearanceOf(
  incident: string,
  access: Access | null,
  now: { nowMs: number; terms: number },
): Clearance | null {
  if (access === null) return null
  const open = access.compartments.filter((compartment) => whyNotCleared(access, compartment, now) === null)
  if (open.length === 0) return null
  const clearance = new PersonalClearance(access.person, incident, new Set(open))
  made.add(clearance)
  return clearance
}

/** The value, for a person who may read it. Throws when the clearance is of another incident or compartment, or forged. */
export function read<T>(classified: Classified<T>, clearance: Clearance): T {
  if (
    !made.has(clearance) ||
    clearance.incident !== classified.incident ||
    !clearance.compartments.has(classified.compartment)
  )
    throw new NotCleared(classified.compartment)
  return valueOf(classified)
}

/** A defect of the caller: what may not be read is to be asked before it is read. Says nothing of the incident. */
export class NotCleared extends Error {
  constructor(compartment: Compartment) {
    super(`a clearance for ${compartment} is missing`)
    this.name = 'NotCleared'
  }
}
