/** A set of small numbers that is emptied in no time: a number is in it when it carries the current stamp. */
export class Marks {
  #stamps: Uint32Array
  #stamp = 1
  size = 0

  constructor(max: number) {
    this.#stamps = new Uint32Array(max + 1)
  }

  clear(max: number): void {
    if (max >= this.#stamps.length) this.#stamps = new Uint32Array(Math.ceil((max + 1) * 1.25))
    this.#stamp++
    this.size = 0
  }

  /** True when the number was not in the set before. */
  add(number: number): boolean {
    if (this.#stamps[number] === this.#stamp) return false
    this.#stamps[number] = this.#stamp
    this.size++
    return true
  }

  has(number: number): boolean {
    return this.#stamps[number] === this.#stamp
  }
}
