/** Before (negative) or after: an order without ties gives the same page each time. */
export type Order = (a: number, b: number) => number

/**
 * The heaviest so many of the numbers that are offered, without keeping or sorting the rest: a page shows fifty of up
 * to a hundred thousand. A heap whose root is the last of those kept; `least` is its weight, so that a loop can pass over
 * most numbers with one comparison. Among equal weights `order` decides.
 */
export class Top {
  /** What weighs less has no place among those kept. */
  least = -Infinity
  readonly #count: number
  readonly #order: Order
  readonly #numbers: number[] = []
  readonly #weights: number[] = []

  constructor(count: number, order: Order) {
    this.#count = count
    this.#order = order
  }

  offer(no: number, weight: number): void {
    const at = this.#numbers.length
    if (at < this.#count) {
      this.#numbers.push(no)
      this.#weights.push(weight)
      this.#rise(at)
    } else if (at > 0 && this.#compare(no, weight, this.#numbers[0], this.#weights[0]) < 0) {
      this.#numbers[0] = no
      this.#weights[0] = weight
      this.#sink()
    }
    if (this.#numbers.length === this.#count) this.least = this.#weights[0] ?? Infinity
  }

  /** Those kept, in order. */
  first(): number[] {
    const numbers = this.#numbers
    const weights = this.#weights
    return [...numbers.keys()]
      .sort((a, b) => this.#compare(numbers[a], weights[a], numbers[b], weights[b]))
      .map((at) => numbers[at])
  }

  #compare(a: number, weightOfA: number, b: number, weightOfB: number): number {
    return weightOfB - weightOfA || this.#order(a, b)
  }

  /** Whether the one is after the other. */
  #isAfter(a: number, b: number): boolean {
    const weights = this.#weights
    return this.#compare(this.#numbers[a], weights[a], this.#numbers[b], weights[b]) > 0
  }

  #swap(a: number, b: number): void {
    const numbers = this.#numbers
    const weights = this.#weights
    ;[numbers[a], numbers[b]] = [numbers[b], numbers[a]]
    ;[weights[a], weights[b]] = [weights[b], weights[a]]
  }

  #rise(from: number): void {
    for (let at = from; at > 0;) {
      const above = (at - 1) >> 1
      if (!this.#isAfter(at, above)) return
      this.#swap(at, above)
      at = above
    }
  }

  #sink(): void {
    for (let at = 0; ;) {
      let last = 2 * at + 1
      if (last >= this.#numbers.length) return
      if (last + 1 < this.#numbers.length && this.#isAfter(last + 1, last)) last++
      if (!this.#isAfter(last, at)) return
      this.#swap(last, at)
      at = last
    }
  }
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
