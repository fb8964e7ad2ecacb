import { unjudged } from '../matching/index.ts'
import type { PackageKey } from '../matching/types.ts'
import type { Coverage } from '../answers.ts'
import { grown, grownSize } from './rows.ts'

const ecosystemsListed = 30

/** What decides whether a package version can be judged, beside which ecosystems have an advisory source. */
type Version = 'missing' | 'unorderable' | 'fine'

interface Kind {
  ecosystem: string
  type: string
  version: Version
  /** Package versions of the kind, and those of them that are in an image that runs. */
  all: number
  running: number
}

/**
 * Counts package versions by what decides whether they can be judged: so the share that cannot is known at any time
 * without looking at them again, also while images come and go.
 */
export class PackageTally {
  readonly #kinds: Kind[] = []
  readonly #kindNumbers = new Map<string, number>()
  #kindOf = new Uint32Array(0)
  /** Running images that contain the package version. */
  #images = new Uint32Array(0)

  set(
    no: number,
    { ecosystem, type, version }: Pick<PackageKey, 'ecosystem' | 'type' | 'version'>,
    orderable: boolean,
  ): void {
    if (no >= this.#kindOf.length) {
      const size = grownSize(no)
      this.#kindOf = grown(this.#kindOf, size)
      this.#images = grown(this.#images, size)
    }
    const quality: Version = version === '' ? 'missing' : orderable ? 'fine' : 'unorderable'
    const text = `${ecosystem}\n${type}\n${quality}`
    let kind = this.#kindNumbers.get(text)
    if (kind === undefined) {
      kind = this.#kinds.length
      this.#kinds.push({ ecosystem, type, version: quality, all: 0, running: 0 })
      this.#kindNumbers.set(text, kind)
    }
    this.#kindOf[no] = kind
    this.#kinds[kind].all++
  }

  isOrderable(no: number): boolean {
    return this.#kinds[this.#kindOf[no]].version === 'fine'
  }

  /** An image that contains the package version began to run, or a running one got it. */
  start(no: number): void {
    if (this.#images[no]++ > 0) return
    this.#kinds[this.#kindOf[no]].running++
  }

  stop(no: number): void {
    if (--this.#images[no] > 0) return
    this.#kinds[this.#kindOf[no]].running--
  }

  /**
   * What can be judged of the package versions in running images, or of `all`: a fleet in which nothing runs is judged
   * whole, since somebody imported SBOMs to ask about them.
   */
  coverage(covered: ReadonlySet<string>, counts: 'running' | 'all'): Coverage['packages'] {
    const packages = { total: 0, withoutAdvisorySource: 0, unorderable: 0 }
    const uncovered = new Map<string, number>()
    for (const kind of this.#kinds) {
      const { ecosystem, type, version } = kind
      const count = kind[counts]
      if (count === 0) continue
      packages.total += count
      const key = { ecosystem, type, name: '', sourceName: '', sourceVersion: '', module: '' }
      const reason = unjudged({ ...key, version: version === 'missing' ? '' : '1' }, covered)
      if (reason === 'version missing' || (reason === null && version === 'unorderable'))
        packages.unorderable += count
      else if (reason !== null) {
        packages.withoutAdvisorySource += count
        const name = ecosystem || type || 'unnamed'
        uncovered.set(name, (uncovered.get(name) ?? 0) + count)
      }
    }
    return {
      ...packages,
      uncoveredEcosystems: [...uncovered]
        .map(([ecosystem, count]) => ({ ecosystem, packages: count }))
        .sort((a, b) => b.packages - a.packages || (a.ecosystem < b.ecosystem ? -1 : 1))
        .slice(0, ecosystemsListed),
    }
  }

  get bytes(): number {
    return this.#kindOf.byteLength + this.#images.byteLength
  }
}
