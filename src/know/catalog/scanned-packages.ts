import type { PackageKey } from '../matching/types.ts'

/** What a scan wants to know of one package. */
export interface ScannedPackage {
  key: PackageKey
  purl: string
  /** Where it stands in the document. */
  locator: string
}

/**
 * The packages of a document on their way from a thread. Nine texts for each would be nine copies and an object; this
 * is one text and the ends of its fields, of which most are never cut out: nothing is found in most packages.
 */
export interface PackedPackages {
  count: number
  /** Fields one after another, each with a line feed behind it. */
  text: string
  /** Of field after field: where it ends in `text`. */
  ends: Uint32Array<ArrayBuffer>
}

const fields = 9
const keyFields = 7

export function packPackages(packages: readonly ScannedPackage[]): PackedPackages {
  const parts: string[] = []
  const ends = new Uint32Array(packages.length * fields)
  let end = 0
  let field = 0
  for (const { key, purl, locator } of packages)
    for (const part of [
      key.ecosystem,
      key.type,
      key.name,
      key.version,
      key.sourceName,
      key.sourceVersion,
      key.module,
      purl,
      locator,
    ]) {
      parts.push(part)
      end += part.length
      ends[field++] = end++
    }
  parts.push('')
  return { count: packages.length, text: parts.join('\n'), ends }
}

/** Cuts packed packages apart where it is asked. */
export class ScannedPackages {
  readonly count: number
  readonly #text: string
  readonly #ends: Uint32Array

  constructor({ count, text, ends }: PackedPackages) {
    this.count = count
    this.#text = text
    this.#ends = ends
  }

  /** The fields of the key as one text; see `textOfKey`. */
  keyText(at: number): string {
    const first = at * fields
    return this.#text.slice(this.#start(first), this.#ends[first + keyFields - 1])
  }

  key(at: number): PackageKey {
    const first = at * fields
    return {
      ecosystem: this.#field(first),
      type: this.#field(first + 1),
      name: this.#field(first + 2),
      version: this.#field(first + 3),
      sourceName: this.#field(first + 4),
      sourceVersion: this.#field(first + 5),
      module: this.#field(first + 6),
    }
  }

  purl(at: number): string {
    return this.#field(at * fields + keyFields)
  }

  locator(at: number): string {
    return this.#field(at * fields + keyFields + 1)
  }

  #field(field: number): string {
    return this.#text.slice(this.#start(field), this.#ends[field])
  }

  #start(field: number): number {
    return field === 0 ? 0 : this.#ends[field - 1] + 1
  }
}
