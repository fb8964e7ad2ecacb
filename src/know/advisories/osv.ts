import { failed, ok, type Result } from '../../core/result.ts'
import { normaliseName } from './names.ts'
import { severityOfRecord, severityOfWord } from './severity.ts'
import type { Advisory, AdvisoryRange, AffectedPackage, Relation } from './types.ts'

type Json = Record<string, unknown>

/**
 * Reads one OSV record (https://ossf.github.io/osv-schema/). Foreign data: any field may have any type; what cannot be
 * believed is left out, and a record without an id is refused with the reason. GIT ranges name commits, which no package
 * version can be compared with: they are skipped, the ranges beside them are kept.
 */
export function parseOsv(json: unknown, feed = 'import'): Result<Advisory> {
  if (!isObject(json)) return failed('it is not a JSON object')
  const id = text(json.id)
  if (id === null || id === '' || id.length > 256) return failed('it has no id')
  if (/[\s\p{Cc}]/u.test(id)) return failed('its id has spaces or control characters')
  const affected: AffectedPackage[] = []
  for (const entry of list(json.affected)) {
    const parsed = parseAffected(entry)
    if (parsed) affected.push(parsed)
  }
  const { severity, vector, score } = severityOfRecord(json)
  return ok({
    id,
    feed,
    summary: text(json.summary) || firstSentence(text(json.details) ?? ''),
    severity,
    vector,
    score,
    publishedAtMs: time(json.published),
    modifiedAtMs: time(json.modified),
    withdrawnAtMs: time(json.withdrawn),
    provisional: false,
    links: linksOf(id, json),
    affected,
  })
}

function parseAffected(entry: unknown): AffectedPackage | null {
  if (!isObject(entry) || !isObject(entry.package)) return null
  const ecosystem = text(entry.package.ecosystem)
  const name = text(entry.package.name)
  if (!ecosystem || !name) return null
  const ranges: AdvisoryRange[] = []
  for (const range of list(entry.ranges)) {
    const parsed = parseRange(range)
    if (parsed) ranges.push(parsed)
  }
  const versions: string[] = []
  for (const version of list(entry.versions)) if (typeof version === 'string') versions.push(version)
  return {
    ecosystem,
    name: normaliseName(ecosystem, name),
    ranges,
    versions,
    fixState: fixStateOf(entry),
    severity: severityOfWord(
      wordIn(entry.ecosystem_specific, 'severity') ?? wordIn(entry.ecosystem_specific, 'urgency'),
    ),
  }
}

const eventKinds = ['introduced', 'fixed', 'last_affected', 'limit'] as const

function parseRange(range: unknown): AdvisoryRange | null {
  if (!isObject(range) || (range.type !== 'SEMVER' && range.type !== 'ECOSYSTEM')) return null
  const events: AdvisoryRange['events'] = []
  for (const event of list(range.events)) {
    if (!isObject(event)) continue
    for (const kind of eventKinds) {
      const version = event[kind]
      if (typeof version === 'string' && version !== '') events.push({ kind, version })
    }
  }
  return events.length === 0 ? null : { type: range.type, events }
}

/** Distributions say in their own fields when no fix will come. */
function fixStateOf(entry: Json): AffectedPackage['fixState'] {
  const words = [
    wordIn(entry.ecosystem_specific, 'urgency'),
    wordIn(entry.ecosystem_specific, 'status'),
    wordIn(entry.ecosystem_specific, 'fix_state'),
    wordIn(entry.database_specific, 'status'),
    wordIn(entry.database_specific, 'fix_state'),
  ]
  for (const word of words) {
    switch (word) {
      case 'end-of-life':
      case 'end_of_life':
      case 'eol':
      case 'out of support scope':
        return 'end-of-life'
      case 'ignored':
      case 'will not fix':
      case 'wont-fix':
      case 'will_not_fix':
        return 'will-not-fix'
      case 'deferred':
      case 'fix deferred':
      case 'postponed':
        return 'deferred'
      case 'needed':
      case 'open':
      case 'affected':
        return 'not-fixed'
    }
  }
  return null
}

function linksOf(id: string, json: Json): Advisory['links'] {
  const links: Advisory['links'] = [{ vulnerability: id, relation: 'self' }]
  const seen = new Set([id])
  const add = (values: unknown, relation: Relation): void => {
    for (const value of list(values)) {
      if (typeof value !== 'string' || value === '' || value.length > 256 || seen.has(value)) continue
      seen.add(value)
      links.push({ vulnerability: value, relation })
    }
  }
  add(json.aliases, 'alias')
  add(json.upstream, 'upstream')
  add(json.related, 'related')
  return links
}

function firstSentence(details: string): string {
  const line = details.trim().split('\n', 1)[0]
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function time(value: unknown): number | null {
  if (typeof value !== 'string') return null
  const ms = Date.parse(value)
  // Go's zero time (year 1) means that nobody set it.
  return Number.isNaN(ms) || ms <= 0 ? null : ms
}

function wordIn(value: unknown, key: string): string | null {
  if (!isObject(value)) return null
  const word = value[key]
  return typeof word === 'string' ? word.toLowerCase() : null
}
