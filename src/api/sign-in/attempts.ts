import { createHash } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'

/**
 * Counts sign-ins that failed, so that nobody guesses. Three counts run side by side: one name from one address (somebody
 * who mistypes), one address (a list of names), one name from everywhere (many addresses). The last is large, or anybody
 * could lock a person out. Counts are of this process and end with their window.
 */
export interface Attempts {
  /**
   * Before anything is checked: throws `auth.too-many` with the time to wait, else counts the attempt as failed. So many
   * at once are no way around.
   */
  begin(name: string, address: string): void
  /** Takes it back, and forgets what was counted of this name from this address. */
  succeeded(name: string, address: string): void
}

interface Count {
  failures: number
  /** When the window of the first failure ends. */
  untilMs: number
}

export function openAttempts(clock: Clock): Attempts {
  const counts = new Map<string, Count>()

  return {
    begin(name, address) {
      const nowMs = clock.nowMs()
      const bounds = boundsOf(name, address)
      for (const { key, max } of bounds) {
        const count = counts.get(key)
        if (count === undefined || count.untilMs <= nowMs || count.failures < max) continue
        throw new AllclearError('auth.too-many', {
          message: 'Too many sign-ins have failed.',
          next: 'Wait as long as `Retry-After` says, then try again. Who is signed in stays so.',
          retryAfterMs: count.untilMs - nowMs,
        })
      }
      for (const { key } of bounds) {
        const count = counts.get(key)
        const begins = count === undefined || count.untilMs <= nowMs
        counts.delete(key)
        counts.set(
          key,
          begins
            ? { failures: 1, untilMs: nowMs + limit('signInWindowMs') }
            : { ...count, failures: count.failures + 1 },
        )
      }
      // The oldest go first: whoever still guesses has just been counted.
      for (const key of counts.keys()) {
        if (counts.size <= limit('signInCounts')) break
        counts.delete(key)
      }
    },
    succeeded(name, address) {
      const [both, ...others] = boundsOf(name, address)
      counts.delete(both.key)
      for (const { key } of others) {
        const count = counts.get(key)
        if (count !== undefined) count.failures--
      }
    },
  }
}

function boundsOf(name: string, address: string): { key: string; max: number }[] {
  // Names are what somebody typed and may be anything: only a hash of them is kept.
  const hash = createHash('sha256').update(name).digest('base64url').slice(0, 22)
  return [
    { key: `both ${hash} ${address}`, max: limit('signInFailures') },
    { key: `address ${address}`, max: limit('signInFailuresOfAddress') },
    { key: `name ${hash}`, max: limit('signInFailuresOfName') },
  ]
}
