import { failed, ok, type Result } from '../../core/result.ts'
import { compareVersions } from './compare.ts'
import { schemeById } from './registry.ts'
import type { Interval, VersionRange, VersionScheme } from './types.ts'

/**
 * Range languages. Each is read into intervals and written back from them. `query` is everyday writing, the union of
 * what people type: `<2.17.1`, `>=1.0 <1.4.2`, `>1, <=2 || 3.0`.
 */
export const rangeLanguages = [
  'query',
  'npm',
  'cargo',
  'maven',
  'pypi',
  'gem',
  'composer',
  'nuget',
  'conan',
  'golang',
  'hex',
  'openssl',
  'nginx',
  'vers',
] as const
export type RangeLanguage = (typeof rangeLanguages)[number]

const rangeCharactersMax = 4096

export function parseRange(language: string, text: string): Result<VersionRange> {
  if (text.length > rangeCharactersMax) return failed(`a range has at most ${rangeCharactersMax} characters`)
  const native = text.trim()
  if (native.startsWith('vers:')) return parseVers(native)
  switch (language) {
    case 'vers':
      return failed('a vers range begins with "vers:"')
    case 'maven':
    case 'nuget':
      return parseBracketed(language, native)
    case 'nginx':
      return parseNginx(native)
    case 'openssl':
      return union(
        'openssl',
        native,
        native.split(/[,\s]+/).map((version) => ok([exact(version)])),
      )
    default:
      if (!(rangeLanguages as readonly string[]).includes(language))
        return failed(`there is no range language "${language.slice(0, 40)}"`)
      return union(
        language,
        native,
        native.split(/\s*\|\|?\s*/).map((part) => parseConjunction(language, part)),
      )
  }
}

/** Whether a version lies in the range; `null` when it cannot be ordered by the scheme. */
export function rangeContains(
  range: VersionRange,
  version: string,
  scheme: VersionScheme = schemeById(range.scheme) ?? (schemeById('generic') as VersionScheme),
): boolean | null {
  let unknown: boolean | null = range.intervals.length === 0 ? false : null
  for (const { from, fromInclusive, to, toInclusive } of range.intervals) {
    const low = from === null ? 1 : compareVersions(scheme, version, from)
    const high = to === null ? -1 : compareVersions(scheme, version, to)
    if (low === null || high === null) continue
    if ((low > 0 || (low === 0 && fromInclusive)) && (high < 0 || (high === 0 && toInclusive))) return true
    unknown = false
  }
  return unknown
}

/** Writes intervals in a language. */
export function formatRange(language: string, range: VersionRange): Result<string> {
  if (range.intervals.length === 0) return failed('an empty range cannot be written')
  switch (language) {
    case 'vers':
      return ok(
        `vers:${versScheme(range.scheme)}/${
          ascending(range)
            .flatMap((interval) => comparators(interval))
            .join('|') || '*'
        }`,
      )
    case 'maven':
    case 'nuget':
      return ok(
        range.intervals
          .map((interval) =>
            isExact(interval)
              ? `[${interval.from}]`
              : `${interval.from !== null && interval.fromInclusive ? '[' : '('}${interval.from ?? ''},${interval.to ?? ''}${interval.to !== null && interval.toInclusive ? ']' : ')'}`,
          )
          .join(','),
      )
    case 'pypi':
    case 'gem':
      if (range.intervals.length > 1) return failed(`${language} cannot write a union of ranges`)
      return ok(comparators(range.intervals[0], language === 'pypi' ? '==' : '= ').join(', ') || '>=0')
    default:
      return ok(range.intervals.map((interval) => comparators(interval, '=').join(' ') || '*').join(' || '))
  }
}

/** Intervals in the order of their versions; those that cannot be ordered stay where they were. */
function ascending({ scheme, intervals }: VersionRange): Interval[] {
  const order = schemeById(scheme) ?? (schemeById('generic') as VersionScheme)
  return [...intervals].sort((a, b) => {
    if (a.from === null || b.from === null) return a.from === b.from ? 0 : a.from === null ? -1 : 1
    return compareVersions(order, a.from, b.from) ?? 0
  })
}

function isExact({ from, to, fromInclusive, toInclusive }: Interval): boolean {
  return from !== null && from === to && fromInclusive && toInclusive
}

function comparators(interval: Interval, equals = ''): string[] {
  if (isExact(interval)) return [`${equals}${interval.from}`]
  const list: string[] = []
  if (interval.from !== null) list.push(`${interval.fromInclusive ? '>=' : '>'}${interval.from}`)
  if (interval.to !== null) list.push(`${interval.toInclusive ? '<=' : '<'}${interval.to}`)
  return list
}

const everything: Interval = { from: null, fromInclusive: false, to: null, toInclusive: false }

function exact(version: string): Interval {
  return { from: version, fromInclusive: true, to: version, toInclusive: true }
}

function union(scheme: string, native: string, parts: Result<Interval[]>[]): Result<VersionRange> {
  const intervals: Interval[] = []
  for (const part of parts) {
    if (!part.ok) return part
    intervals.push(...part.value)
  }
  return ok({ scheme, native, intervals })
}

// An operator and the version behind it; blanks between them are common.
const comparatorPattern = /^(\^|~>|~=|~|===|==|=|!=|<=|>=|<|>)?\s*([^\s,<>=!^~|]+)/

/** Comparators that all hold. */
function parseConjunction(language: string, text: string): Result<Interval[]> {
  let rest = text.trim()
  if (rest === '' || rest === '*' || rest === 'x' || rest === 'X' || rest === 'latest')
    return ok([everything])
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(rest)
  if (hyphen) {
    const upper = wildcard(hyphen[2])
    return ok([
      { from: hyphen[1], fromInclusive: true, to: upper?.to ?? hyphen[2], toInclusive: upper === null },
    ])
  }
  let pieces: Interval[] = [everything]
  while (rest !== '') {
    const match = comparatorPattern.exec(rest)
    if (!match) return failed(`"${rest.slice(0, 40)}" is no comparator`)
    const next = intervalsOf(language, match[1] ?? '', match[2].replace(/^v(?=\d)/, ''))
    if (!next.ok) return next
    pieces = pieces.flatMap((piece) => next.value.flatMap((other) => intersect(language, piece, other)))
    rest = rest.slice(match[0].length).replace(/^[\s,]+/, '')
  }
  return ok(pieces)
}

function intervalsOf(language: string, operator: string, version: string): Result<Interval[]> {
  const any = wildcard(version)
  switch (operator) {
    case '':
      if (any) return ok([any])
      return ok(language === 'cargo' ? [caret(version)] : [exact(version)])
    case '=':
    case '==':
    case '===':
      return ok([any ?? exact(version)])
    case '!=':
      return any
        ? ok([
            { ...everything, to: any.from },
            { ...everything, from: any.to, fromInclusive: true },
          ])
        : ok([
            { ...everything, to: version },
            { ...everything, from: version },
          ])
    case '<':
      return ok([{ ...everything, to: any?.from ?? version }])
    case '<=':
      return ok([any ? { ...everything, to: any.to } : { ...everything, to: version, toInclusive: true }])
    case '>':
      return ok([
        any ? { ...everything, from: any.to, fromInclusive: true } : { ...everything, from: version },
      ])
    case '>=':
      return ok([{ ...everything, from: any?.from ?? version, fromInclusive: true }])
    case '^':
      return ok([caret(version)])
    case '~>':
    case '~=':
      return ok([pessimistic(version)])
    case '~':
      return ok([language === 'composer' ? pessimistic(version) : tilde(version)])
  }
  return failed(`"${operator}" is no operator`)
}

/** `1.2.*`, `1.x`: everything that begins so. */
function wildcard(version: string): Interval | null {
  const match = /^v?(\d+(?:\.\d+)*)?\.?[xX*](?:\.[xX*])*$/.exec(version)
  if (!match) return null
  if (match[1] === undefined) return everything
  return {
    from: match[1],
    fromInclusive: true,
    to: bump(match[1].split('.').map(Number)),
    toInclusive: false,
  }
}

function bump(numbers: number[]): string {
  return [...numbers.slice(0, -1), numbers[numbers.length - 1] + 1].join('.')
}

function leadingNumbers(version: string): number[] {
  return (/^v?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? '0').split('.').map(Number)
}

/** Up to the next change of the leftmost number that is not zero. */
function caret(version: string): Interval {
  const numbers = leadingNumbers(version)
  const first = numbers.findIndex((number) => number > 0)
  return {
    from: version,
    fromInclusive: true,
    to: bump(numbers.slice(0, (first < 0 ? numbers.length - 1 : first) + 1)),
    toInclusive: false,
  }
}

/** npm: up to the next minor version, or the next major when only that is given. */
function tilde(version: string): Interval {
  const numbers = leadingNumbers(version)
  return {
    from: version,
    fromInclusive: true,
    to: bump(numbers.slice(0, Math.min(2, numbers.length))),
    toInclusive: false,
  }
}

/** Ruby, Python and Composer: only the last given number may grow. */
function pessimistic(version: string): Interval {
  const numbers = leadingNumbers(version)
  return {
    from: version,
    fromInclusive: true,
    to: bump(numbers.length > 1 ? numbers.slice(0, -1) : numbers),
    toInclusive: false,
  }
}

function intersect(language: string, a: Interval, b: Interval): Interval[] {
  const scheme = schemeById(language) ?? (schemeById('generic') as VersionScheme)
  const order = (left: string, right: string): number => compareVersions(scheme, left, right) ?? 0
  let { from, fromInclusive } = a
  if (
    b.from !== null &&
    (from === null || order(b.from, from) > 0 || (order(b.from, from) === 0 && !b.fromInclusive))
  ) {
    from = b.from
    fromInclusive = b.fromInclusive
  }
  let { to, toInclusive } = a
  if (b.to !== null && (to === null || order(b.to, to) < 0 || (order(b.to, to) === 0 && !b.toInclusive))) {
    to = b.to
    toInclusive = b.toInclusive
  }
  if (from !== null && to !== null) {
    const empty = order(from, to)
    if (empty > 0 || (empty === 0 && !(fromInclusive && toInclusive))) return []
  }
  return [{ from, fromInclusive, to, toInclusive }]
}

/** Maven and NuGet: `[1.0,2.0)`, `(,1.0]`, `[1.5]`, unions with commas; a bare version is a lower bound in NuGet. */
function parseBracketed(language: string, text: string): Result<VersionRange> {
  if (!/^[[(]/.test(text)) {
    if (/^[<>=~^!]/.test(text))
      return union(
        language,
        text,
        text.split(/\s*\|\|?\s*/).map((part) => parseConjunction(language, part)),
      )
    if (text === '' || /[[\](),\s]/.test(text)) return failed(`"${text.slice(0, 40)}" is no range`)
    return ok({
      scheme: language,
      native: text,
      intervals: [language === 'nuget' ? { ...everything, from: text, fromInclusive: true } : exact(text)],
    })
  }
  const intervals: Interval[] = []
  let rest = text
  while (rest !== '') {
    const match = /^\s*([[(])\s*([^,[\]()]*?)\s*(?:(,)\s*([^,[\]()]*?)\s*)?([\])])\s*,?/.exec(rest)
    if (!match) return failed(`"${rest.slice(0, 40)}" is no interval`)
    const [whole, open, low, comma, high, close] = match
    if (comma === undefined) {
      if (open !== '[' || close !== ']' || low === '') return failed(`"${whole.slice(0, 40)}" is no interval`)
      intervals.push(exact(low))
    } else
      intervals.push({
        from: low === '' ? null : low,
        fromInclusive: low !== '' && open === '[',
        to: high === '' ? null : high,
        toInclusive: high !== '' && close === ']',
      })
    rest = rest.slice(whole.length)
  }
  return ok({ scheme: language, native: text, intervals })
}

/** nginx's advisories: `0.7.52-0.8.39`, `1.3.0+`, `all`, `none`. */
function parseNginx(text: string): Result<VersionRange> {
  if (text === 'all') return ok({ scheme: 'nginx', native: text, intervals: [everything] })
  if (text === 'none') return ok({ scheme: 'nginx', native: text, intervals: [] })
  return union(
    'nginx',
    text,
    text.split(/\s*,\s*/).map((part) => {
      const span = /^([\d.]+)\s*-\s*([\d.]+)$/.exec(part)
      if (span) return ok([{ from: span[1], fromInclusive: true, to: span[2], toInclusive: true }])
      const open = /^([\d.]+)\+$/.exec(part)
      if (open) {
        // "1.5.0+" in a stable branch ends with that branch (1.5 is a mainline one, so it goes on).
        const numbers = leadingNumbers(open[1])
        const stable = numbers[1] % 2 === 0
        return ok([
          {
            from: open[1],
            fromInclusive: true,
            to: stable ? `${numbers[0]}.${numbers[1] + 1}.0` : null,
            toInclusive: false,
          },
        ])
      }
      return /^[\d.]+$/.test(part) ? ok([exact(part)]) : failed(`"${part.slice(0, 40)}" is no nginx range`)
    }),
  )
}

function versScheme(scheme: string): string {
  return scheme === 'query' ? 'generic' : scheme
}

/** `vers:npm/>=1.0.0|<2.0.0|3.1.0` (package-url/vers-spec): comparators in order, a lower with the upper behind it. */
function parseVers(text: string): Result<VersionRange> {
  const match = /^vers:([a-z][a-z0-9.-]*)\/(\S+)$/.exec(text)
  if (!match) return failed('a vers range is written vers:scheme/comparators, without blanks')
  const [, scheme, constraints] = match
  if (constraints === '*') return ok({ scheme, native: text, intervals: [everything] })
  const intervals: Interval[] = []
  let open: { version: string; inclusive: boolean } | null = null
  for (const constraint of constraints.split('|')) {
    const parts = /^(>=|<=|<|>|!=|=)?([^<>=!|*]+)$/.exec(constraint)
    if (!parts) return failed(`"${constraint.slice(0, 40)}" is no comparator of a vers range`)
    const operator = parts[1] ?? '='
    const version = decodeVersion(parts[2])
    if (version === null) return failed(`"${parts[2].slice(0, 40)}" has a broken percent escape`)
    if (operator === '>' || operator === '>=') {
      if (open)
        intervals.push({ from: open.version, fromInclusive: open.inclusive, to: null, toInclusive: false })
      open = { version, inclusive: operator === '>=' }
    } else if (operator === '<' || operator === '<=') {
      intervals.push({
        from: open?.version ?? null,
        fromInclusive: open?.inclusive ?? false,
        to: version,
        toInclusive: operator === '<=',
      })
      open = null
    } else if (operator === '=') {
      if (open) {
        intervals.push({ from: open.version, fromInclusive: open.inclusive, to: null, toInclusive: false })
        open = null
      }
      intervals.push(exact(version))
    } else {
      const last = intervals.pop() ?? everything
      intervals.push(
        { ...last, to: version, toInclusive: false },
        { ...last, from: version, fromInclusive: false },
      )
    }
  }
  if (open)
    intervals.push({ from: open.version, fromInclusive: open.inclusive, to: null, toInclusive: false })
  return ok({ scheme, native: text, intervals })
}

function decodeVersion(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
