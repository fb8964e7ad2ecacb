import { limit } from '../limits.ts'
import { bomb } from './refusals.ts'

/** What one root, with everything nested in it, may still unpack to. */
export class Budget {
  readonly #where: string
  #bytes = limit('archiveTotalBytes')
  #entries = limit('archiveEntries')

  constructor(where: string) {
    this.#where = where
  }

  takeBytes(count: number): void {
    this.#bytes -= count
    if (this.#bytes < 0)
      throw bomb(
        this.#where,
        `unpacks to more than ${limit('archiveTotalBytes')} bytes`,
        'ALLCLEAR_LIMIT_ARCHIVE_TOTAL_BYTES',
      )
  }

  takeEntries(count: number): void {
    this.#entries -= count
    if (this.#entries < 0)
      throw bomb(
        this.#where,
        `has more than ${limit('archiveEntries')} entries`,
        'ALLCLEAR_LIMIT_ARCHIVE_ENTRIES',
      )
  }
}

/** Below this much output no ratio is alarming: a megabyte of blanks is not a bomb. */
const harmlessBytes = 1024 * 1024

export function checkRatio(where: string, packedBytes: number, unpackedBytes: number): void {
  const ratio = limit('archiveRatio')
  if (unpackedBytes > harmlessBytes && unpackedBytes > packedBytes * ratio)
    throw bomb(where, `unpacks to more than ${ratio} times its size`, 'ALLCLEAR_LIMIT_ARCHIVE_RATIO')
}
