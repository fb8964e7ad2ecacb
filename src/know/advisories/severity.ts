import { baseScore, severityOfScore } from '../scoring/index.ts'
import type { Severity } from './types.ts'

export interface RecordSeverity {
  severity: Severity
  vector: string | null
  score: number | null
}

/** Words of GHSA, Ubuntu, Debian, Red Hat and Bitnami on our scale. */
const words = new Map<string, Severity>([
  ['critical', 'critical'],
  ['important', 'high'],
  ['high', 'high'],
  ['moderate', 'medium'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['minor', 'low'],
  ['negligible', 'low'],
  ['unimportant', 'low'],
  ['none', 'none'],
])

export function severityOfWord(word: unknown): Severity | null {
  return typeof word === 'string' ? (words.get(word.toLowerCase()) ?? null) : null
}

/**
 * The severity of an OSV record, from wherever it stands: a CVSS vector of the newest version at the top level, else the
 * worst one of the affected entries; and the word that the database gives. A database's own word decides over the vector,
 * since it rates the package as it is shipped there.
 */
export function severityOfRecord(json: Record<string, unknown>): RecordSeverity {
  const rating: Rating = { vector: null, score: null, version: -1, word: null }
  const affected = Array.isArray(json.affected) ? (json.affected as unknown[]) : []
  consider(rating, json.severity, false)
  for (const entry of affected) {
    if (typeof entry !== 'object' || entry === null) continue
    const { severity, database_specific: database } = entry as Record<string, unknown>
    if (severity !== undefined) consider(rating, severity, true)
    // RustSec and some exports keep the vector here.
    if (database !== undefined) considerVector(rating, vectorIn(database), true)
  }
  considerVector(rating, vectorIn(json.database_specific), false)
  rating.word ??= wordIn(json.database_specific)
  for (const entry of affected) {
    if (rating.word !== null) break
    if (typeof entry !== 'object' || entry === null) continue
    const { ecosystem_specific: own, database_specific: database } = entry as Record<string, unknown>
    rating.word = wordIn(own) ?? wordIn(database)
  }
  const { vector, score } = rating
  // AlmaLinux and Red Hat begin the title with the rating: "Important: httpd security update".
  if (rating.word === null && vector === null && typeof json.summary === 'string') {
    rating.word = severityOfWord(/^(critical|important|moderate|low):/i.exec(json.summary)?.[1])
  }
  return { severity: rating.word ?? (score === null ? 'unknown' : severityOfScore(score)), vector, score }
}

interface Rating {
  vector: string | null
  score: number | null
  /** Of CVSS, -1 before there is a vector. */
  version: number
  word: Severity | null
}

/** A list as in `severity`: types `CVSS_V2`, `CVSS_V3`, `CVSS_V4`, and databases' own such as `Ubuntu`. */
function consider(rating: Rating, entries: unknown, worst: boolean): void {
  if (!Array.isArray(entries)) return
  for (const entry of entries as unknown[]) {
    if (typeof entry !== 'object' || entry === null) continue
    const { type, score } = entry as { type?: unknown; score?: unknown }
    if (type === 'CVSS_V4' || type === 'CVSS_V3' || type === 'CVSS_V2') considerVector(rating, score, worst)
    else rating.word ??= severityOfWord(score)
  }
}

function considerVector(rating: Rating, vector: unknown, worst: boolean): void {
  if (typeof vector !== 'string' || vector.length > 512) return
  const version = vector.startsWith('CVSS:4') ? 4 : vector.startsWith('CVSS:3') ? 3 : 2
  if (version < rating.version) return
  const score = baseScore(vector)
  if (
    rating.version >= 0 &&
    (score === null || (version === rating.version && !(worst && score > (rating.score ?? -1))))
  )
    return
  rating.vector = vector
  rating.score = score
  rating.version = score === null ? 0 : version
}

function vectorIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return null
  const { cvss } = value as { cvss?: unknown }
  if (typeof cvss !== 'object' || cvss === null) return cvss
  const { vectorString, vector } = cvss as { vectorString?: unknown; vector?: unknown }
  return vectorString ?? vector
}

function wordIn(value: unknown): Severity | null {
  if (typeof value !== 'object' || value === null) return null
  const { severity, urgency, ubuntu_priority: priority } = value as Record<string, unknown>
  return severityOfWord(severity) ?? severityOfWord(urgency) ?? severityOfWord(priority)
}
