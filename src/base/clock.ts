/** Time is passed in, so that tests never sleep and "now" is one value within an answer. */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }

/** A clock that stands still until told otherwise. */
export function fixedClock(startMs: number): Clock & { advance(byMs: number): void } {
  let nowMs = startMs
  return {
    nowMs: () => nowMs,
    advance(byMs) {
      nowMs += byMs
    },
  }
}
