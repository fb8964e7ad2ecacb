import { projectionOf, type Projection } from '../../base/json-projection.ts'
import { limit } from '../../base/limits.ts'
import { failed, ok, type Result } from '../../core/result.ts'
import { moduleStreams } from './module-streams.ts'
import { ecosystemName, normaliseName } from './names.ts'
import { severityOfRecord, severityOfWord } from './severity.ts'
import type { Advisory, AdvisoryRange, AffectedPackage, Relation } from './types.ts'

type Json = Record<string, unknown>

/** Far above what any feed has (a kernel erratum names 516 packages, one range has 118 events); what is above is no advisory. */
const bounds = {
  affected: 50_000,
  rangesPerPackage: 1_000,
  eventsPerRange: 10_000,
  versionsPerPackage: 100_000,
  links: 10_000,
}
const idCharacters = 256
const nameCharacters = 1_024

/**
 * Reads one OSV record (https://ossf.github.io/osv-schema/). Foreign data: any field may have any type; what cannot be
 * believed is left out, and a record without an id is refused with the reason. GIT ranges name commits, which no package
 * version can be compared with: they are skipped, the ranges beside them are kept.
 */
export function parseOsv(json: unknown, feed = 'import'): Result<Advisory> {
  if (!isObject(json)) return failed('it is not a JSON object')
  const id = text(json.id)
  if (id === null || id === '') return failed('it has no id')
  if (id.length > idCharacters) return failed(`its id has more than ${idCharacters} characters`)
  if (/[\s\p{Cc}]/u.test(id)) return failed('its id has spaces or control characters')
  const entries = list(json.affected)
  if (entries.length > bounds.affected) return failed(`it names more than ${bounds.affected} packages`)
  const affected: AffectedPackage[] = []
  const summary = firstLine(text(json.summary) ?? '', 1_000) || firstLine(text(json.details) ?? '', 200)
  for (const entry of entries) {
    const parsed = parseAffected(entry, summary)
    if (typeof parsed === 'string') return failed(parsed)
    if (parsed) affected.push(parsed)
  }
  const links = linksOf(id, json)
  if (links.length > bounds.links) return failed(`it names more than ${bounds.links} other records`)
  const { severity, vector, score } = severityOfRecord(json)
  return ok({
    id,
    feed,
    summary,
    severity,
    vector,
    score,
    publishedAtMs: time(json.published),
    modifiedAtMs: time(json.modified),
    withdrawnAtMs: time(json.withdrawn),
    provisional: false,
    links,
    affected,
  })
}

const ownWords = {
  severity: true,
  urgency: true,
  status: true,
  fix_state: true,
  cvss: true,
  ubuntu_priority: true,
} as const
const ratings = { type: true, score: true } as const

/** What `parseOsv` looks at: of some feeds it is a third of the bytes. */
export const osvProjection: Projection = projectionOf({
  id: true,
  summary: true,
  details: true,
  published: true,
  modified: true,
  withdrawn: true,
  aliases: true,
  upstream: true,
  related: true,
  severity: ratings,
  database_specific: ownWords,
  affected: {
    package: { ecosystem: true, name: true },
    ranges: { type: true, events: { introduced: true, fixed: true, last_affected: true, limit: true } },
    versions: true,
    severity: ratings,
    ecosystem_specific: ownWords,
    database_specific: ownWords,
  },
})

/** `null` for an entry without a package, a sentence for one that is beyond belief. */
function parseAffected(entry: unknown, title: string): AffectedPackage | string | null {
  if (!isObject(entry) || !isObject(entry.package)) return null
  const ecosystem = ecosystemName(text(entry.package.ecosystem) ?? '')
  const name = text(entry.package.name)
  if (!ecosystem || !name || ecosystem.length > idCharacters || name.length > nameCharacters) return null
  const ranges: AdvisoryRange[] = []
  const stated = list(entry.ranges)
  if (stated.length > bounds.rangesPerPackage)
    return `it has more than ${bounds.rangesPerPackage} ranges for one package`
  for (const range of stated) {
    const parsed = parseRange(range)
    if (typeof parsed === 'string') return parsed
    if (parsed) ranges.push(parsed)
  }
  const listed = list(entry.versions)
  if (listed.length > bounds.versionsPerPackage)
    return `it lists more than ${bounds.versionsPerPackage} versions of one package`
  const { ecosystem_specific: ecosystemSpecific, database_specific: databaseSpecific } = entry
  return {
    ecosystem,
    name: normaliseName(ecosystem, name),
    ranges,
    versions: listed.length === 0 ? (listed as string[]) : versionsOf(listed),
    fixState: ecosystemSpecific || databaseSpecific ? fixStateOf(ecosystemSpecific, databaseSpecific) : null,
    modules: moduleStreams(title, ranges),
    severity: ecosystemSpecific
      ? severityOfWord(wordIn(ecosystemSpecific, 'severity') ?? wordIn(ecosystemSpecific, 'urgency'))
      : null,
  }
}

/** What is longer than any version is none, and no package can have it. */
function versionsOf(listed: readonly unknown[]): string[] {
  const longest = limit('versionCharacters')
  return listed.filter(
    (version): version is string => typeof version === 'string' && version.length <= longest,
  )
}

const eventKinds = ['introduced', 'fixed', 'last_affected', 'limit'] as const

function parseRange(range: unknown): AdvisoryRange | string | null {
  if (!isObject(range) || (range.type !== 'SEMVER' && range.type !== 'ECOSYSTEM')) return null
  const stated = list(range.events)
  if (stated.length > bounds.eventsPerRange)
    return `it has a range of more than ${bounds.eventsPerRange} events`
  const events: AdvisoryRange['events'] = []
  for (const event of stated) {
    if (!isObject(event)) continue
    for (const kind of eventKinds) {
      const version = event[kind]
      if (typeof version === 'string' && version !== '') events.push({ kind, version: bounded(version) })
    }
  }
  return events.length === 0 ? null : { type: range.type, events }
}

/** Cut behind the longest version there is: it still cannot be ordered, which makes its range unknown, not absent. */
function bounded(version: string): string {
  return version.length > 256 ? version.slice(0, limit('versionCharacters') + 1) : version
}

/** Distributions say in their own fields when no fix will come. */
function fixStateOf(ecosystemSpecific: unknown, databaseSpecific: unknown): AffectedPackage['fixState'] {
  return (
    fixStateIn(ecosystemSpecific, 'urgency') ??
    fixStateIn(ecosystemSpecific, 'status') ??
    fixStateIn(ecosystemSpecific, 'fix_state') ??
    fixStateIn(databaseSpecific, 'status') ??
    fixStateIn(databaseSpecific, 'fix_state')
  )
}

function fixStateIn(specific: unknown, key: string): AffectedPackage['fixState'] {
  const word = wordIn(specific, key)
  return word === null ? null : (fixStates.get(word.replaceAll(/[_ ]/g, '-')) ?? null)
}

/** Words of Debian (urgency), Ubuntu (status) and Red Hat (fix state), in lower case with hyphens. */
const fixStates = new Map<string, AffectedPackage['fixState']>([
  ['end-of-life', 'end-of-life'],
  ['eol', 'end-of-life'],
  ['out-of-support-scope', 'end-of-life'],
  ['ignored', 'will-not-fix'],
  ['will-not-fix', 'will-not-fix'],
  ['wont-fix', 'will-not-fix'],
  ['wontfix', 'will-not-fix'],
  ['deferred', 'deferred'],
  ['fix-deferred', 'deferred'],
  ['postponed', 'deferred'],
  ['needed', 'not-fixed'],
  ['needs-triage', 'not-fixed'],
  ['pending', 'not-fixed'],
  ['open', 'not-fixed'],
  ['affected', 'not-fixed'],
])

function linksOf(id: string, json: Json): Advisory['links'] {
  const links: Advisory['links'] = [{ vulnerability: id, relation: 'self' }]
  addLinks(links, json.aliases, 'alias')
  addLinks(links, json.upstream, 'upstream')
  addLinks(links, json.related, 'related')
  return links
}

/** The first relation that a record states for an id holds; a record that is its own alias is only itself. */
function addLinks(links: Advisory['links'], values: unknown, relation: Relation): void {
  for (const value of list(values)) {
    if (typeof value !== 'string' || value === '' || value.length > idCharacters) continue
    if (links.length > bounds.links) return
    // Errata relate to hundreds of ids, other records to a handful.
    if (!isLinked(links, value)) links.push({ vulnerability: value, relation })
  }
}

function isLinked(links: Advisory['links'], vulnerability: string): boolean {
  for (const link of links) if (link.vulnerability === vulnerability) return true
  return false
}

function firstLine(words: string, charactersMax: number): string {
  const start = words.length > 4_000 ? words.slice(0, 4_000) : words
  const line = start.trim().split('\n', 1)[0].trim()
  return line.length > charactersMax ? `${line.slice(0, charactersMax - 1)}…` : line
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const none: readonly unknown[] = Object.freeze([])

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : none
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function time(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 64) return null
  const ms = Date.parse(value)
  // Go's zero time (year 1) means that nobody set it.
  return Number.isNaN(ms) || ms <= 0 ? null : ms
}

function wordIn(value: unknown, key: string): string | null {
  if (!isObject(value)) return null
  const word = value[key]
  return typeof word === 'string' ? word.toLowerCase() : null
}
