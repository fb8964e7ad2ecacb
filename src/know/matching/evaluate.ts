import { compareVersions } from '../versions/orders/index.ts'
import type { AdvisoryRange } from '../advisories/types.ts'
import type { VersionScheme } from '../versions/types.ts'
import type { FixState } from './types.ts'

/** What one `affected[]` entry says of a version. */
export interface EntryStatement {
  ranges: readonly AdvisoryRange[]
  versions: readonly string[]
  fixState: 'will-not-fix' | 'deferred' | 'end-of-life' | 'not-fixed' | null
}

export interface Evaluation {
  state: 'affected' | 'not_affected' | 'unknown'
  /** Which event or listed version decided, in words. */
  decidedBy: string
  /** Lowest fixed version above the package's own, or ``. */
  fixedIn: string
  fixState: FixState
}

type Event = AdvisoryRange['events'][number]

/**
 * OSV's evaluation ("Evaluation" in the OSV schema): a version is affected when it is listed, or when any range
 * includes it. Within a range the events are walked in version order; `introduced` opens, `fixed` closes at its
 * version, `last_affected` closes after it; a range with `limit` events counts only below one of them.
 *
 * What cannot be ordered makes the range `unknown`, and the entry is `unknown` unless another branch says yes.
 */
export function evaluateEntry(scheme: VersionScheme, version: string, entry: EntryStatement): Evaluation {
  let unknown: string | null = null
  let notAffected = ''
  for (const range of entry.ranges) {
    const result = evaluateRange(scheme, version, range)
    if (result.state === 'affected') return { ...result, fixState: fixStateOf(result.fixedIn, entry) }
    if (result.state === 'unknown') unknown ??= result.decidedBy
    else notAffected ||= result.decidedBy
  }
  for (const listed of entry.versions) {
    if (listed === version || compareVersions(scheme, listed, version) === 0) {
      const fixedIn = lowestFixAbove(scheme, version, entry.ranges)
      return {
        state: 'affected',
        decidedBy: `listed version ${listed}`,
        fixedIn,
        fixState: fixStateOf(fixedIn, entry),
      }
    }
  }
  if (unknown !== null) return { state: 'unknown', decidedBy: unknown, fixedIn: '', fixState: 'unknown' }
  return {
    state: 'not_affected',
    decidedBy:
      notAffected ||
      (entry.versions.length > 0 ? `none of ${entry.versions.length} listed versions` : 'no range for it'),
    fixedIn: '',
    fixState: 'unknown',
  }
}

function evaluateRange(
  scheme: VersionScheme,
  version: string,
  range: AdvisoryRange,
): Omit<Evaluation, 'fixState'> {
  const bounds: string[] = []
  const unorderable = (text: string) => ({
    state: 'unknown' as const,
    decidedBy: `${text} cannot be ordered as ${scheme.id}`,
    fixedIn: '',
  })
  const [first, second] = range.events
  if (range.events.length === 2 && isFromStart(first) && second.kind === 'fixed') {
    // Five of six ranges are this one.
    const order = compareVersions(scheme, version, second.version)
    if (order === null) return unorderable(version === '' ? 'a missing version' : version)
    return order < 0
      ? {
          state: 'affected',
          decidedBy: `>= introduced 0, < fixed ${second.version}`,
          fixedIn: second.version,
        }
      : { state: 'not_affected', decidedBy: `>= fixed ${second.version}`, fixedIn: '' }
  }
  const events = sortEvents(scheme, range.events)
  if (events === null) return unorderable(`a version of the advisory's range`)

  let belowLimit: boolean | null = null
  let affected = false
  let opened = ''
  let closed = ''
  let fixedIn = ''
  // The first closing event above the version ends its stretch; a fix named after it belongs to a later stretch.
  let ended = false
  for (const event of events) {
    // "0" stands before every version, even those that the scheme cannot order (OSV schema, `introduced`).
    // "*" as a limit stands behind all of them.
    const order =
      event.version === '0' && event.kind === 'introduced'
        ? 1
        : event.version === '*' && event.kind === 'limit'
          ? -1
          : compareVersions(scheme, version, event.version)
    if (order === null) return unorderable(version === '' ? 'a missing version' : version)
    switch (event.kind) {
      case 'introduced':
        if (order >= 0) {
          affected = true
          opened = event.version
          fixedIn = ''
          ended = false
        } else if (bounds.length === 0) bounds.push(`< introduced ${event.version}`)
        break
      case 'fixed':
        if (order >= 0) {
          affected = false
          closed = `>= fixed ${event.version}`
        } else if (affected && !ended) {
          fixedIn = event.version
          ended = true
        }
        break
      case 'last_affected':
        if (order > 0) {
          affected = false
          closed = `> last affected ${event.version}`
        } else if (affected) ended = true
        break
      case 'limit':
        belowLimit = (belowLimit ?? false) || order < 0
        break
    }
  }
  if (affected && belowLimit === false)
    return { state: 'not_affected', decidedBy: 'at or above every limit', fixedIn: '' }
  if (affected)
    return { state: 'affected', decidedBy: boundsInWords(scheme, version, opened, events), fixedIn }
  return { state: 'not_affected', decidedBy: closed || bounds[0] || 'before the range begins', fixedIn: '' }
}

function isFromStart({ kind, version }: Event): boolean {
  return kind === 'introduced' && version === '0'
}

/** `>= introduced 0, < fixed 1.1.1n-0+deb11u1` */
function boundsInWords(
  scheme: VersionScheme,
  version: string,
  opened: string,
  events: readonly Event[],
): string {
  const close = events.find((event) => {
    if (event.kind !== 'fixed' && event.kind !== 'last_affected') return false
    const order = compareVersions(scheme, version, event.version)
    return order !== null && (event.kind === 'fixed' ? order < 0 : order <= 0)
  })
  const end = close
    ? close.kind === 'fixed'
      ? `, < fixed ${close.version}`
      : `, <= last affected ${close.version}`
    : ', no fix named'
  return `>= introduced ${opened}${end}`
}

/** Ties sort introduced, last_affected, fixed, limit, so that a version introduced and fixed at once is not affected. */
const kindOrder = { introduced: 0, last_affected: 1, fixed: 2, limit: 3 } as const

/** Events as published are often unsorted; `null` when two of them cannot be ordered. Most ranges have two: no copy. */
function sortEvents(scheme: VersionScheme, events: readonly Event[]): readonly Event[] | null {
  if (events.length < 2) return events
  if (events.length === 2 && isFromStart(events[0])) return events
  let orderable = true
  const sorted = [...events].sort((a, b) => {
    const order = compareEventVersions(scheme, a, b)
    if (order === null) orderable = false
    return order || kindOrder[a.kind] - kindOrder[b.kind]
  })
  return orderable ? sorted : null
}

function compareEventVersions(scheme: VersionScheme, a: Event, b: Event): number | null {
  if (a.version === b.version) return 0
  if (a.version === '0' && a.kind === 'introduced') return -1
  if (b.version === '0' && b.kind === 'introduced') return 1
  if (a.version === '*') return 1
  if (b.version === '*') return -1
  return compareVersions(scheme, a.version, b.version)
}

function lowestFixAbove(scheme: VersionScheme, version: string, ranges: readonly AdvisoryRange[]): string {
  let lowest = ''
  for (const { events } of ranges)
    for (const event of events) {
      if (event.kind !== 'fixed') continue
      const above = compareVersions(scheme, event.version, version)
      if (above === null || above <= 0) continue
      if (lowest === '' || (compareVersions(scheme, event.version, lowest) ?? 0) < 0) lowest = event.version
    }
  return lowest
}

function fixStateOf(fixedIn: string, entry: EntryStatement): FixState {
  if (fixedIn !== '') return 'fixed-in'
  if (entry.fixState) return entry.fixState
  // `last_affected` says that later versions are not affected but names no fixed one; a listed version says nothing.
  const named = entry.ranges.some(({ events }) => events.some(({ kind }) => kind !== 'introduced'))
  return named || entry.ranges.length === 0 ? 'unknown' : 'not-fixed'
}
