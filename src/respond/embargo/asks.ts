import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'

/** People who have asked lately; the oldest are forgotten first. */
const peopleMax = 10_000

/** Lets each person ask once in a while. It counts whether there is something to ask for or not, and so says neither. */
export class Asks {
  readonly #lastMs = new Map<string, number>()

  /** Throws `auth.too-many` with the time to wait. */
  begin(person: string, nowMs: number): void {
    const last = this.#lastMs.get(person)
    const waitMs = last === undefined ? 0 : last + limit('accessAskMs') - nowMs
    if (waitMs > 0)
      throw new AllclearError('auth.too-many', {
        message: 'You have asked already.',
        next: `You can ask again in ${Math.ceil(waitMs / 60_000)} min.`,
        retryAfterMs: waitMs,
      })
    this.#lastMs.delete(person)
    this.#lastMs.set(person, nowMs)
    for (const oldest of this.#lastMs.keys()) {
      if (this.#lastMs.size <= peopleMax) break
      this.#lastMs.delete(oldest)
    }
  }
}
