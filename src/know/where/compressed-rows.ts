/**
 * Lists of numbers by number, packed: the values of row r stand in `values` from `starts[r]` to `starts[r + 1]`. Built in
 * two passes over all pairs; later changes go to a small overlay beside it, and what is removed is marked. 4 bytes a
 * pair, where an array for each row would take twenty times as much.
 */
export class CompressedRows {
  #starts = new Uint32Array(1)
  #values = new Uint32Array(0)
  #rows = 0
  /** Rows that changed since the build, whole. */
  readonly #changed = new Map<number, number[]>()
  /** Values that were taken out of every packed row. */
  readonly #removed = new Set<number>()

  /** Builds from pairs that `each` gives twice in the same order: once to count, once to place. */
  build(rowMax: number, each: (pair: (row: number, value: number) => void) => void): void {
    const starts = new Uint32Array(rowMax + 2)
    each((row) => {
      starts[row + 1]++
    })
    for (let row = 0; row <= rowMax; row++) starts[row + 1] += starts[row]
    const values = new Uint32Array(starts[rowMax + 1])
    const next = starts.slice()
    each((row, value) => {
      values[next[row]++] = value
    })
    this.#starts = starts
    this.#values = values
    this.#rows = rowMax + 1
    this.#changed.clear()
    this.#removed.clear()
  }

  /** Calls `visit` with each value of a row. */
  forEach(row: number, visit: (value: number) => void): void {
    const changed = this.#changed.get(row)
    if (changed) {
      for (const value of changed) visit(value)
      return
    }
    if (row >= this.#rows) return
    const end = this.#starts[row + 1]
    if (this.#removed.size === 0) {
      for (let at = this.#starts[row]; at < end; at++) visit(this.#values[at])
      return
    }
    for (let at = this.#starts[row]; at < end; at++)
      if (!this.#removed.has(this.#values[at])) visit(this.#values[at])
  }

  count(row: number): number {
    const changed = this.#changed.get(row)
    if (changed) return changed.length
    if (row >= this.#rows) return 0
    if (this.#removed.size === 0) return this.#starts[row + 1] - this.#starts[row]
    let count = 0
    this.forEach(row, () => count++)
    return count
  }

  values(row: number): number[] {
    const values: number[] = []
    this.forEach(row, (value) => values.push(value))
    return values
  }

  add(row: number, value: number): void {
    this.#writable(row).push(value)
  }

  remove(row: number, value: number): void {
    const values = this.#writable(row)
    const at = values.indexOf(value)
    if (at >= 0) values.splice(at, 1)
  }

  /** Takes a value out of every row: the old contents of an image, before the new ones are added. */
  removeValue(value: number): void {
    for (const [row, values] of this.#changed) {
      const at = values.indexOf(value)
      if (at >= 0)
        this.#changed.set(
          row,
          values.filter((other) => other !== value),
        )
    }
    this.#removed.add(value)
  }

  get bytes(): number {
    let overlay = 0
    for (const values of this.#changed.values()) overlay += 48 + values.length * 8
    return this.#starts.byteLength + this.#values.byteLength + overlay
  }

  #writable(row: number): number[] {
    let values = this.#changed.get(row)
    if (!values) {
      values = this.values(row)
      this.#changed.set(row, values)
    }
    return values
  }
}
