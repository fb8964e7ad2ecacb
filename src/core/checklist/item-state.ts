import type { Verdict } from '../probe/index.ts'
import type { Claim } from './types.ts'

/** What a person said of an item. */
export type ItemClaim = 'ticked' | 'open' | 'skipped'

/**
 * `done`: said and seen. `disputed`: said, but the fleet says otherwise. `claimed`: said, and nothing can be seen.
 * `offered`: seen, and nobody said it yet. `open`: neither. `waived`: left out, by name and with a reason.
 */
export type ItemState = 'done' | 'disputed' | 'claimed' | 'offered' | 'open' | 'waived'

export interface ItemStanding {
  state: ItemState
  /** The gate waits for this item. */
  holds: boolean
  /** Something is shown to be different: a fix is offered. */
  fixOffered: boolean
}

/**
 * The table of claim and verdict. A tick is a claim and never an input: it cannot make a verdict better, and what is not
 * seen stays hollow. `verdict` is null for an item without a probe, where the word of a person is all there is.
 */
export function itemStanding(claim: ItemClaim, verdict: Verdict | null, rule: Claim): ItemStanding {
  if (verdict === 'contradicted') {
    const state = claim === 'open' ? 'open' : 'disputed'
    return { state, holds: true, fixOffered: true }
  }
  if (verdict === 'confirmed') {
    const done = claim !== 'open' || rule !== 'required'
    return { state: done ? 'done' : 'offered', holds: !done, fixOffered: false }
  }
  if (claim === 'skipped') return { state: 'waived', holds: false, fixOffered: false }
  if (verdict === null)
    return claim === 'ticked' || rule === 'none'
      ? { state: 'done', holds: false, fixOffered: false }
      : { state: 'open', holds: true, fixOffered: false }
  return { state: claim === 'ticked' ? 'claimed' : 'open', holds: true, fixOffered: false }
}
