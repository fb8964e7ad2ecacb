import type { Store } from '../base/store/index.ts'
import { rawRecord, type Advisory, type AdvisoryFactsRow } from './advisories/index.ts'
import type { CveAnswer } from './answers.ts'

const rangesMax = 200
/** Records whose ranges are kept in words: those of the vulnerabilities that people look at today. */
const keptMax = 1000

/** What records say is affected, in words. Records are large and change seldom: each is read once while it stays. */
export class RangeWords {
  readonly #store: Store
  readonly #kept = new Map<string, { modifiedAtMs: number | null; ranges: CveAnswer['ranges'] }>()

  constructor(store: Store) {
    this.#store = store
  }

  async of(records: readonly AdvisoryFactsRow[]): Promise<CveAnswer['ranges']> {
    const ranges: CveAnswer['ranges'] = []
    for (const record of records) {
      ranges.push(...(await this.#ofRecord(record)))
      if (ranges.length >= rangesMax) break
    }
    return ranges.slice(0, rangesMax)
  }

  /** Advisories changed. */
  forget(): void {
    this.#kept.clear()
  }

  async #ofRecord({ id, modifiedAtMs }: AdvisoryFactsRow): Promise<CveAnswer['ranges']> {
    const kept = this.#kept.get(id)
    if (kept && kept.modifiedAtMs === modifiedAtMs) return kept.ranges
    const raw = await rawRecord(this.#store, id)
    // The reader of records loads with the first page that shows one.
    const { parseOsv } = await import('./advisories/records/index.ts')
    const parsed = parseOsv(raw)
    const ranges = parsed.ok ? wordsOf(id, parsed.value) : []
    if (this.#kept.size >= keptMax) this.#kept.clear()
    this.#kept.set(id, { modifiedAtMs, ranges })
    return ranges
  }
}

function wordsOf(advisory: string, { affected }: Advisory): CveAnswer['ranges'] {
  const ranges: CveAnswer['ranges'] = []
  for (const { ecosystem, name, ranges: own, versions } of affected) {
    if (ranges.length >= rangesMax) break
    for (const { events } of own) {
      const words = events
        .map(
          ({ kind, version }) =>
            ({
              introduced: version === '0' ? '' : `>= ${version}`,
              fixed: `< ${version}`,
              last_affected: `<= ${version}`,
              limit: `below ${version}`,
            })[kind],
        )
        .filter((word) => word !== '')
      ranges.push({
        advisory,
        ecosystem,
        name,
        text: words.join(', ') || 'all versions',
        fixedIn: events.findLast(({ kind }) => kind === 'fixed')?.version ?? '',
      })
    }
    if (own.length === 0 && versions.length > 0)
      ranges.push({
        advisory,
        ecosystem,
        name,
        text:
          versions.length > 6
            ? `${versions.slice(0, 5).join(', ')} and ${versions.length - 5} more`
            : versions.join(', '),
        fixedIn: '',
      })
  }
  return ranges
}
