/**
 * Lists of small records by number, packed into one array: row r holds `counts[r]` records of `width` numbers, from
 * `starts[r]` in `values`. Four bytes a number, where an array for each row would take twenty times as much, and a loop
 * over a row reads memory in order.
 *
 * A row that outgrows its room moves to one twice as large; rooms that are left behind are given to later rows. So a
 * change costs no more than the row it is in, and the array is packed anew only when it is full, which is after as many
 * changes as it has room for. The first number of a record is its key; within a row the order means nothing.
 */
export class Rows {
  readonly width: number
  /** Read directly by the loops that answer questions; written here only. */
  values = new Uint32Array(0)
  starts = new Uint32Array(0)
  counts = new Uint32Array(0)
  #rooms = new Uint32Array(0)
  /** Where the unused end of `values` begins. */
  #end = 0
  /** Empty rooms by the logarithm of how many records fit. */
  #free: number[][] = []

  constructor(width = 1) {
    this.width = width
  }

  /** Fills from records that `each` gives twice in the same order: once to count, once to place. */
  build(
    rowMax: number,
    each: (add: (row: number, a: number, b?: number, c?: number, d?: number) => void) => void,
  ): void {
    const { width } = this
    const counts = new Uint32Array(rowMax + 1)
    each((row) => {
      counts[row]++
    })
    const starts = new Uint32Array(rowMax + 1)
    const rooms = new Uint32Array(rowMax + 1)
    let at = 0
    for (let row = 0; row <= rowMax; row++) {
      starts[row] = at
      // A long row takes its next records without moving.
      rooms[row] = counts[row] + (counts[row] >>> 3)
      at += rooms[row] * width
    }
    // Pages that nothing was written to take no memory yet.
    const values = new Uint32Array(at + Math.max(1024, at >>> 1))
    const next = starts.slice()
    each((row, a, b = 0, c = 0, d = 0) => {
      const place = next[row]
      values[place] = a
      if (width > 1) values[place + 1] = b
      if (width > 2) values[place + 2] = c
      if (width > 3) values[place + 3] = d
      next[row] = place + width
    })
    this.values = values
    this.starts = starts
    this.counts = counts
    this.#rooms = rooms
    this.#end = at
    this.#free = []
  }

  /** Makes sure that the row can be read by number. */
  reserve(row: number): void {
    if (row < this.counts.length) return
    const size = grownSize(row)
    this.starts = grown(this.starts, size)
    this.counts = grown(this.counts, size)
    this.#rooms = grown(this.#rooms, size)
  }

  count(row: number): number {
    return row < this.counts.length ? this.counts[row] : 0
  }

  /** The records of a row, each as its numbers one after the other; valid until the next change. */
  row(row: number): Uint32Array {
    if (row >= this.counts.length) return this.values.subarray(0, 0)
    const start = this.starts[row]
    return this.values.subarray(start, start + this.counts[row] * this.width)
  }

  add(row: number, a: number, b = 0, c = 0, d = 0): void {
    this.reserve(row)
    this.put(row, this.counts[row], a, b, c, d)
  }

  /** Takes the record with this key out; false when there is none. Of several with one key, one. */
  remove(row: number, key: number): boolean {
    const at = this.find(row, key)
    if (at < 0) return false
    this.removeAt(row, at)
    return true
  }

  /** Takes the record at a place out; the last one takes its place. */
  removeAt(row: number, at: number): void {
    const last = this.counts[row] - 1
    const from = this.starts[row] + last * this.width
    this.values.copyWithin(this.starts[row] + at * this.width, from, from + this.width)
    this.shrink(row, last)
  }

  /** Writes one number of the record with this key; nothing when there is no such record. */
  set(row: number, key: number, column: number, value: number): void {
    const at = this.find(row, key)
    if (at >= 0) this.values[this.starts[row] + at * this.width + column] = value
  }

  /** Which record of the row has the key, or -1. */
  find(row: number, key: number): number {
    const { width } = this
    const records = this.row(row)
    if (width === 1) return records.indexOf(key)
    for (let at = 0; at < records.length; at += width) if (records[at] === key) return at / width
    return -1
  }

  /** Writes a record at a place of the row, moving those from there on up. */
  protected put(row: number, at: number, a: number, b = 0, c = 0, d = 0): void {
    const { width } = this
    const count = this.counts[row]
    if (count === this.#rooms[row]) this.#move(row, roomFor(count + 1))
    const place = this.starts[row] + at * width
    if (at < count) this.values.copyWithin(place + width, place, this.starts[row] + count * width)
    this.values[place] = a
    if (width > 1) this.values[place + 1] = b
    if (width > 2) this.values[place + 2] = c
    if (width > 3) this.values[place + 3] = d
    this.counts[row] = count + 1
  }

  protected shrink(row: number, count: number): void {
    this.counts[row] = count
    if (count > 0) return
    this.#release(row)
    this.#rooms[row] = 0
  }

  #move(row: number, room: number): void {
    const place = this.#take(room)
    const start = this.starts[row]
    this.values.copyWithin(place, start, start + this.counts[row] * this.width)
    this.#release(row)
    this.starts[row] = place
    this.#rooms[row] = room
  }

  #take(room: number): number {
    const free = this.#free[Math.log2(room)]?.pop()
    if (free !== undefined) return free
    const length = room * this.width
    if (this.#end + length > this.values.length) this.#pack(length)
    const place = this.#end
    this.#end += length
    return place
  }

  #release(row: number): void {
    const room = this.#rooms[row]
    if (room < roomMin) return
    const size = Math.floor(Math.log2(room))
    ;(this.#free[size] ??= []).push(this.starts[row])
  }

  /** Copies every row with its room into a larger array, without the empty rooms between them. */
  #pack(needed: number): void {
    const { width, counts, starts } = this
    const rooms = this.#rooms
    let live = needed
    for (const room of rooms) live += room * width
    const values = new Uint32Array(live * 2 + 1024)
    let end = 0
    for (let row = 0; row < counts.length; row++) {
      if (rooms[row] === 0) continue
      const start = starts[row]
      values.set(this.values.subarray(start, start + counts[row] * width), end)
      starts[row] = end
      end += rooms[row] * width
    }
    this.values = values
    this.#end = end
    this.#free = []
  }

  /** What is in use; room that nothing was written to is not counted. */
  get bytes(): number {
    return this.#end * 4 + this.counts.byteLength * 3
  }
}

/** Rows of distinct numbers in ascending order: found, added and removed by halving. */
export class SortedRows extends Rows {
  override add(row: number, value: number): void {
    this.reserve(row)
    const at = this.#place(row, value)
    if (at < this.counts[row] && this.values[this.starts[row] + at] === value) return
    this.put(row, at, value)
  }

  override remove(row: number, value: number): boolean {
    const at = this.find(row, value)
    if (at < 0) return false
    const start = this.starts[row]
    const count = this.counts[row]
    this.values.copyWithin(start + at, start + at + 1, start + count)
    this.shrink(row, count - 1)
    return true
  }

  has(row: number, value: number): boolean {
    return this.find(row, value) >= 0
  }

  override find(row: number, value: number): number {
    const at = this.#place(row, value)
    return at < this.count(row) && this.values[this.starts[row] + at] === value ? at : -1
  }

  /** Where the value stands or would stand. */
  #place(row: number, value: number): number {
    const start = row < this.counts.length ? this.starts[row] : 0
    let low = 0
    let high = this.count(row)
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.values[start + middle] < value) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Smaller rooms are not worth keeping. */
const roomMin = 4

/** The smallest power of two that holds so many records. */
function roomFor(count: number): number {
  let room = roomMin
  while (room < count) room *= 2
  return room
}

/** How large an array by number becomes when this number does not fit. */
export function grownSize(no: number): number {
  return Math.max(64, Math.ceil((no + 1) * 1.25))
}

export function grown<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(
  array: T,
  size: number,
): T {
  const larger = new (array.constructor as new (length: number) => T)(size)
  larger.set(array as never)
  return larger
}
