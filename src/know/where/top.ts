/** Before (negative) or after: an order without ties gives the same page each time. */
export type Order = (a: number, b: number) => number

/**
 * The first so many of the numbers that are offered, without keeping or sorting the rest: a page shows fifty of up to
 * a hundred thousand. A heap whose root is the last of those kept, so that most numbers cost one comparison.
 */
export class Top {
  readonly #count: number
  readonly #order: Order
  readonly #heap: number[] = []

  constructor(count: number, order: Order) {
    this.#count = count
    this.#order = order
  }

  offer(no: number): void {
    const heap = this.#heap
    if (heap.length < this.#count) {
      heap.push(no)
      this.#rise(heap.length - 1)
    } else if (heap.length > 0 && this.#order(no, heap[0]) < 0) {
      heap[0] = no
      this.#sink()
    }
  }

  /** Those kept, in order. */
  first(): number[] {
    return [...this.#heap].sort(this.#order)
  }

  #rise(at: number): void {
    const heap = this.#heap
    while (at > 0) {
      const above = (at - 1) >> 1
      if (this.#order(heap[at], heap[above]) <= 0) return
      ;[heap[at], heap[above]] = [heap[above], heap[at]]
      at = above
    }
  }

  #sink(): void {
    const heap = this.#heap
    for (let at = 0; ;) {
      let last = 2 * at + 1
      if (last >= heap.length) return
      if (last + 1 < heap.length && this.#order(heap[last + 1], heap[last]) > 0) last++
      if (this.#order(heap[last], heap[at]) <= 0) return
      ;[heap[at], heap[last]] = [heap[last], heap[at]]
      at = last
    }
  }
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
