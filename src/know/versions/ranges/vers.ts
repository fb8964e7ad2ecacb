import { failed, ok, type Result } from '../../../core/result.ts'
import { orderVersions, parseVersion } from '../compare.ts'
import { schemeById } from '../registry.ts'
import { exceptionsOf, isExact, mergeIntervals, unbounded } from './intervals.ts'
import { comparator, excerpt } from './language.ts'
import type { Comparator, Interval, Operator, VersionRange, VersionScheme } from '../types.ts'

/** `vers:` scheme names that differ from the id of the scheme which orders them. */
const versNames: Record<string, string> = { go: 'golang' }

export interface Vers {
  /** As written: `npm`, `golang`. */
  scheme: string
  /** Decoded, in the order written; empty for `*`. */
  constraints: readonly Comparator[]
}

/**
 * The canonical form of package-url/vers-spec: no blanks, no empty constraint, percent escapes in upper case and only
 * where they are needed, timestamps with `T`, `Z` and plain colons, constraints in version order.
 */
export function parseVers(text: string): Result<Vers> {
  const vers = readConstraints(text)
  if (!vers.ok) return vers
  const scheme = schemeById(vers.value.scheme)
  const { constraints } = vers.value
  const unsorted = constraints.some(
    ({ version }, at) =>
      at > 0 && scheme && orderVersions(scheme, constraints[at - 1].version, version) === 1,
  )
  return unsorted ? failed('non-canonical VERS: constraints are not sorted by version') : vers
}

/** The canonical form but for the order of the constraints, which is easy to mend. */
export function readConstraints(text: string): Result<Vers> {
  if (/\s/.test(text)) return failed('non-canonical VERS: whitespace is not permitted')
  const match = /^vers:([a-z][a-z0-9.+-]*)\/(.*)$/s.exec(text)
  if (!match) return failed('a vers range is written vers:scheme/constraints')
  const [, scheme, list] = match
  if (list === '*') return ok({ scheme, constraints: [] })
  if (list === '') return failed('a vers range needs at least one constraint')
  if (list.startsWith('|')) return failed('non-canonical VERS: leading pipe is not permitted')
  if (list.endsWith('|')) return failed('non-canonical VERS: trailing pipe is not permitted')
  if (list.includes('||')) return failed('non-canonical VERS: consecutive pipes are not permitted')
  const constraints: Comparator[] = []
  for (const part of list.split('|')) {
    const constraint = /^(>=|<=|!=|<|>|=)?([^<>=!*]+)$/.exec(part)
    if (!constraint) return failed(`“${excerpt(part)}” is no constraint of a vers range`)
    const version = decodeVersion(scheme, constraint[2])
    if (!version.ok) return version
    constraints.push(comparator((constraint[1] ?? '=') as Operator, version.value))
  }
  return ok({ scheme, constraints })
}

/** Escapes in lower case, and escapes of letters, digits and `-._~`, which need none (RFC 3986, 2.1 and 2.3). */
const needlessEscape =
  /%(?:[0-9A-F][a-f]|[a-f][0-9A-Fa-f]|2D|2E|5F|7E|3\d|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])/

function decodeVersion(scheme: string, text: string): Result<string> {
  if (/%(?![0-9A-Fa-f]{2})/.test(text))
    return failed('non-canonical VERS: invalid percent-encoding in version')
  if (needlessEscape.test(text))
    return failed('non-canonical VERS: percent-encoding in version is not canonical')
  if (scheme === 'datetime') {
    if (/%3A/.test(text)) return failed('non-canonical VERS: datetime time colons must be unencoded')
    if (/[tz]/.test(text)) return failed('non-canonical VERS: datetime must use uppercase T and Z')
  }
  try {
    return ok(decodeURIComponent(text))
  } catch {
    return failed('non-canonical VERS: invalid percent-encoding in version')
  }
}

/** Reads `vers:…` into intervals, as the specification checks whether a version is within a range. */
export function readVers(text: string): Result<VersionRange> {
  const vers = readConstraints(text)
  if (!vers.ok) return vers
  const scheme = schemeById(vers.value.scheme)
  if (scheme === undefined) return failed(`there is no version scheme “${excerpt(vers.value.scheme)}”`)
  for (const { version } of vers.value.constraints) {
    if (parseVersion(scheme, version) === null)
      return failed(`“${excerpt(version)}” is no version of ${scheme.title}`)
  }
  const intervals =
    vers.value.constraints.length === 0 ? [unbounded] : intervalsOfConstraints(scheme, vers.value.constraints)
  return ok({ scheme: scheme.id, native: text, language: 'vers', intervals })
}

function intervalsOfConstraints(scheme: VersionScheme, constraints: readonly Comparator[]): Interval[] {
  const order = (a: string, b: string): number => orderVersions(scheme, a, b) ?? 0
  const sorted = [...constraints].sort((a, b) => order(a.version, b.version))
  const bounds = withoutRedundant(sorted.filter(({ operator }) => operator !== '=' && operator !== '!='))
  const included = sorted.filter(({ operator }) => operator === '=')
  const excluded = sorted.filter(({ operator }) => operator === '!=')
  // Nothing but exceptions are exceptions from everything.
  const intervals: Interval[] = bounds.length === 0 && included.length === 0 ? [unbounded] : pairUp(bounds)
  const pieces = [
    ...intervals.flatMap((interval) => without(order, interval, excluded)),
    ...included.map(({ version }) => ({
      from: version,
      fromInclusive: true,
      to: version,
      toInclusive: true,
    })),
  ]
  return mergeIntervals(order, pieces)
}

/** Of several lower bounds in a row the first decides, of several upper bounds the last ("simplification"). */
function withoutRedundant(bounds: readonly Comparator[]): Comparator[] {
  const kept: Comparator[] = []
  for (const bound of bounds) {
    const last = kept.at(-1)
    if (last !== undefined && isLower(last) === isLower(bound)) {
      if (isLower(bound)) continue
      kept.pop()
    }
    kept.push(bound)
  }
  return kept
}

function isLower({ operator }: Comparator): boolean {
  return operator === '>' || operator === '>='
}

/** Lower and upper bounds alternate now; the first may be an upper one, the last a lower one. */
function pairUp(bounds: readonly Comparator[]): Interval[] {
  const intervals: Interval[] = []
  for (let at = 0; at < bounds.length; at++) {
    const low = isLower(bounds[at]) ? bounds[at] : null
    const high = low === null ? bounds[at] : (bounds[++at] ?? null)
    intervals.push({
      from: low?.version ?? null,
      fromInclusive: low?.operator === '>=',
      to: high?.version ?? null,
      toInclusive: high?.operator === '<=',
    })
  }
  return intervals
}

function without(
  order: (a: string, b: string) => number,
  interval: Interval,
  excluded: readonly Comparator[],
): Interval[] {
  const pieces = [interval]
  for (const { version } of excluded) {
    const last = pieces[pieces.length - 1]
    const afterBegin = last.from === null ? 1 : order(version, last.from)
    const beforeEnd = last.to === null ? -1 : order(version, last.to)
    if (afterBegin < 0 || beforeEnd > 0 || (isExact(last) && afterBegin !== 0)) continue
    pieces.pop()
    if (afterBegin > 0) pieces.push({ ...last, to: version, toInclusive: false })
    if (beforeEnd < 0) pieces.push({ ...last, from: version, fromInclusive: false })
    if (pieces.length === 0) return pieces
  }
  return pieces
}

/** Writes a range in canonical form: constraints in version order. */
export function writeVers(range: VersionRange): Result<string> {
  if (range.intervals.length === 0) return failed('vers cannot write an empty range')
  const name = Object.hasOwn(versNames, range.scheme) ? versNames[range.scheme] : range.scheme
  const exceptions = exceptionsOf(range.intervals)
  const constraints = exceptions
    ? inOrder(range.scheme, [
        ...constraintsOf(exceptions.outer),
        ...exceptions.versions.map((version) => comparator('!=', version)),
      ])
    : range.intervals.flatMap(constraintsOf)
  return ok(`vers:${name}/${constraints.map(writeConstraint).join('|') || '*'}`)
}

function inOrder(schemeId: string, constraints: Comparator[]): Comparator[] {
  const scheme = schemeById(schemeId)
  return scheme ? constraints.sort((a, b) => orderVersions(scheme, a.version, b.version) ?? 0) : constraints
}

function constraintsOf(interval: Interval): Comparator[] {
  if (isExact(interval)) return [comparator('=', String(interval.from))]
  const constraints: Comparator[] = []
  if (interval.from !== null) constraints.push(comparator(interval.fromInclusive ? '>=' : '>', interval.from))
  if (interval.to !== null) constraints.push(comparator(interval.toInclusive ? '<=' : '<', interval.to))
  return constraints
}

export function writeConstraint({ operator, version }: Comparator): string {
  // Colons and plus signs are common in versions and part of no separator of the notation.
  return `${operator === '=' ? '' : operator}${encodeURIComponent(version).replace(/%3A/g, ':').replace(/%2B/g, '+').replace(/[!*]/g, escapeByte)}`
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
