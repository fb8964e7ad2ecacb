import type { AdvisoryRange, AffectedPackage } from './types.ts'

/** What one advisory says of one package name; the unpacked form of an entry of `advisory_package`. */
export interface PackedEntry {
  advisoryNo: number
  ranges: readonly AdvisoryRange[]
  versions: readonly string[]
  fixState: AffectedPackage['fixState']
  /** Streams of RPM modules that the record is about; empty when it says none. */
  modules: readonly string[]
}

/**
 * An entry in its row. The commonest range, "everything before X", is only that text; others list their events as
 * letter and version. Trailing parts that are empty are left out.
 *
 *     [17, "1.2.3"]                            introduced 0, fixed 1.2.3
 *     [17, [["i1.0", "f1.2"], ["i2.0"]]]       two ranges
 *     [17, 0, ["1.0", "1.1"]]                  listed versions only
 *     [17, "1.2.3", 0, "will-not-fix"]
 *     [17, "1:18.9.1-1.module_el8.7.0", 0, 0, "nodejs:18"]
 */
type Entry = [
  no: number,
  ranges: string | string[][] | 0,
  versions?: string[] | 0,
  fixState?: string | 0,
  modules?: string,
]

const letters = { introduced: 'i', fixed: 'f', last_affected: 'l', limit: 'u' } as const
const kinds: Record<string, AdvisoryRange['events'][number]['kind']> = {
  i: 'introduced',
  f: 'fixed',
  l: 'last_affected',
  u: 'limit',
}

type Statement = Omit<AffectedPackage, 'ecosystem' | 'name' | 'severity'>

/** What an entry says, without the number of its record: it is given when the record is stored. */
export function encodeStatement({ ranges, versions, fixState, modules }: Statement): string {
  const encoded = encodeRanges(ranges)
  let text = JSON.stringify(encoded)
  const more = fixState !== null || modules.length > 0
  if (versions.length > 0 || more) text += versions.length > 0 ? `,${JSON.stringify(versions)}` : ',0'
  if (more) text += fixState === null ? ',0' : `,"${fixState}"`
  return modules.length === 0 ? text : `${text},${JSON.stringify(modules.join(' '))}`
}

/** The JSON text of one entry. */
export function entryOf(advisoryNo: number, statement: string): string {
  return `[${advisoryNo},${statement}]`
}

function encodeRanges(ranges: readonly AdvisoryRange[]): Entry[1] {
  if (ranges.length === 0) return 0
  if (ranges.length === 1) {
    const { events } = ranges[0]
    if (
      events.length === 2 &&
      events[0].kind === 'introduced' &&
      events[0].version === '0' &&
      events[1].kind === 'fixed'
    )
      return events[1].version
  }
  return ranges.map(({ events }) => events.map(({ kind, version }) => letters[kind] + version))
}

/** The row's text: a JSON array of entries. */
export function joinEntries(entries: readonly string[]): string {
  return `[${entries.join(',')}]`
}

export function decodeEntries(row: string): PackedEntry[] {
  return (JSON.parse(row) as Entry[]).map(([advisoryNo, ranges, versions, fixState, modules]) => ({
    advisoryNo,
    ranges: decodeRanges(ranges),
    versions: versions === 0 || versions === undefined ? none : versions,
    fixState: (fixState || null) as PackedEntry['fixState'],
    modules: modules === undefined ? none : modules.split(' '),
  }))
}

const none: readonly string[] = []

function decodeRanges(ranges: Entry[1]): readonly AdvisoryRange[] {
  if (ranges === 0) return []
  if (typeof ranges === 'string') {
    return [
      {
        type: 'ECOSYSTEM',
        events: [
          { kind: 'introduced', version: '0' },
          { kind: 'fixed', version: ranges },
        ],
      },
    ]
  }
  return ranges.map((events) => ({
    type: 'ECOSYSTEM',
    events: events.map((event) => ({ kind: kinds[event[0]], version: event.slice(1) })),
  }))
}

/** The entries of a row that are not of these advisories, as JSON texts to be joined; when there are none, one for all. */
export function entriesWithout(row: string, advisories: ReadonlySet<number>): string[] {
  if (advisories.size === 0) return row.length > 2 ? [row.slice(1, -1)] : []
  return (JSON.parse(row) as Entry[])
    .filter(([no]) => !advisories.has(no))
    .map((entry) => JSON.stringify(entry))
}
