import { limit, variableOf, type LimitName } from '../limits.ts'
import { bomb } from './refusals.ts'

/** Which limits hold for a root: what an archive of documents may hold differs from what a layer or a jar may. */
export interface BudgetLimits {
  bytes: LimitName
  entries: LimitName
}

const ofArchives: BudgetLimits = { bytes: 'archiveTotalBytes', entries: 'archiveEntries' }

/** What one root, with everything nested in it, may still unpack to. */
export class Budget {
  readonly #where: string
  readonly #limits: BudgetLimits
  #bytes: number
  #entries: number

  constructor(where: string, limits: BudgetLimits = ofArchives) {
    this.#where = where
    this.#limits = limits
    this.#bytes = limit(limits.bytes)
    this.#entries = limit(limits.entries)
  }

  takeBytes(count: number): void {
    this.#bytes -= count
    if (this.#bytes < 0)
      throw bomb(
        this.#where,
        `unpacks to more than ${limit(this.#limits.bytes)} bytes`,
        variableOf(this.#limits.bytes),
      )
  }

  takeEntries(count: number): void {
    this.#entries -= count
    if (this.#entries < 0)
      throw bomb(
        this.#where,
        `has more than ${limit(this.#limits.entries)} entries`,
        variableOf(this.#limits.entries),
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
