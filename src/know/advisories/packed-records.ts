import type { Severity } from './types.ts'

/** A record ready to be stored: everything that can be made without the store. */
export interface ReadRecord {
  id: string
  feed: string
  summary: string
  severity: Severity
  vector: string | null
  score: number | null
  publishedAtMs: number | null
  modifiedAtMs: number | null
  withdrawnAtMs: number | null
  /** JSON arrays, as they are stored. */
  ecosystems: string
  linksJson: string
  contentHash: string
  /** The record as it came, raw deflate. */
  raw: Uint8Array
  rawBytes: number
  /** Vulnerability and relation, one after the other, as numbers of the batch's texts. */
  links: Uint32Array
  /** Ecosystem, name and what is said of it (`encodeStatement`), likewise; none of a withdrawn record. */
  statements: Uint32Array
}

/**
 * Records on their way from a thread, in columns: three hundred objects would be copied with the names of their
 * seventeen fields, which takes longer than to read them.
 */
export interface PackedRecords {
  count: number
  /** Texts that records share: names, versions and relations repeat, and each travels once. */
  texts: string[]
  /** `stringFields` of each record. */
  strings: string[]
  /** `numberFields` of each record; NaN where there is none. */
  numbers: Float64Array<ArrayBuffer>
  /** `textFields` of each record, as numbers of `texts`. */
  fields: Uint32Array<ArrayBuffer>
  links: Uint32Array<ArrayBuffer>
  statements: Uint32Array<ArrayBuffer>
  /** The buffer of the batch, which has the records as they came. */
  buffer: ArrayBuffer
  /** … and those that are not in it: they did not come deflated. */
  ownRaw: Map<number, Uint8Array>
}

/** id, summary, vector, links, content hash; an empty vector is none. */
const stringFields = 5
/** score, published, modified, withdrawn, bytes unpacked, and where it lies in the buffer. */
const numberFields = 7
/** feed, severity, ecosystems, and where links and statements end. */
const textFields = 5

/** Numbers for texts, in the order in which they first come. */
class Texts {
  readonly list: string[] = []
  readonly #numbers = new Map<string, number>()

  no(text: string): number {
    let no = this.#numbers.get(text)
    if (no === undefined) {
      no = this.list.push(text) - 1
      this.#numbers.set(text, no)
    }
    return no
  }
}

/** Takes records one by one. */
export class RecordPacker {
  readonly texts = new Texts()
  readonly #buffer: ArrayBuffer
  readonly #strings: string[] = []
  readonly #numbers: number[] = []
  readonly #fields: number[] = []
  readonly #links: number[] = []
  readonly #statements: number[] = []
  readonly #ownRaw = new Map<number, Uint8Array>()
  #count = 0

  constructor(buffer: ArrayBuffer) {
    this.#buffer = buffer
  }

  add(
    record: Omit<ReadRecord, 'links' | 'statements'>,
    links: readonly number[],
    statements: readonly number[],
  ): void {
    const { raw } = record
    const lies = raw.buffer === this.#buffer
    if (!lies) this.#ownRaw.set(this.#count, raw)
    this.#strings.push(record.id, record.summary, record.vector ?? '', record.linksJson, record.contentHash)
    this.#numbers.push(
      record.score ?? NaN,
      record.publishedAtMs ?? NaN,
      record.modifiedAtMs ?? NaN,
      record.withdrawnAtMs ?? NaN,
      record.rawBytes,
      lies ? raw.byteOffset : 0,
      lies ? raw.byteLength : 0,
    )
    for (const no of links) this.#links.push(no)
    for (const no of statements) this.#statements.push(no)
    this.#fields.push(
      this.texts.no(record.feed),
      this.texts.no(record.severity),
      this.texts.no(record.ecosystems),
      this.#links.length,
      this.#statements.length,
    )
    this.#count++
  }

  finish(): PackedRecords {
    return {
      count: this.#count,
      texts: this.texts.list,
      strings: this.#strings,
      numbers: Float64Array.from(this.#numbers),
      fields: Uint32Array.from(this.#fields),
      links: Uint32Array.from(this.#links),
      statements: Uint32Array.from(this.#statements),
      buffer: this.#buffer,
      ownRaw: this.#ownRaw,
    }
  }
}

export function idsOf({ count, strings }: PackedRecords): string[] {
  return Array.from({ length: count }, (_, at) => strings[at * stringFields])
}

/** The records of a batch, one after another. */
export function* unpackRecords(packed: PackedRecords): Generator<ReadRecord> {
  const { count, texts, strings, numbers, fields, links, statements, buffer, ownRaw } = packed
  let linksFrom = 0
  let statementsFrom = 0
  for (let at = 0; at < count; at++) {
    const string = at * stringFields
    const number = at * numberFields
    const field = at * textFields
    const numberAt = (index: number): number | null => {
      const value = numbers[number + index]
      return Number.isNaN(value) ? null : value
    }
    const linksEnd = fields[field + 3]
    const statementsEnd = fields[field + 4]
    yield {
      id: strings[string],
      summary: strings[string + 1],
      vector: strings[string + 2] || null,
      linksJson: strings[string + 3],
      contentHash: strings[string + 4],
      feed: texts[fields[field]],
      severity: texts[fields[field + 1]] as Severity,
      ecosystems: texts[fields[field + 2]],
      score: numberAt(0),
      publishedAtMs: numberAt(1),
      modifiedAtMs: numberAt(2),
      withdrawnAtMs: numberAt(3),
      rawBytes: numbers[number + 4],
      raw: ownRaw.get(at) ?? new Uint8Array(buffer, numbers[number + 5], numbers[number + 6]),
      links: links.subarray(linksFrom, linksEnd),
      statements: statements.subarray(statementsFrom, statementsEnd),
    }
    linksFrom = linksEnd
    statementsFrom = statementsEnd
  }
}
