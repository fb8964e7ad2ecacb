import type { Severity } from './types.ts'
import { baseScore } from './cvss-base-score.ts'

export interface RecordSeverity {
  severity: Severity
  vector: string | null
  score: number | null
}

/** Words of GHSA, Ubuntu, Debian, Red Hat and Bitnami on our scale. */
const words: Record<string, Severity> = {
  critical: 'critical',
  important: 'high',
  high: 'high',
  moderate: 'medium',
  medium: 'medium',
  low: 'low',
  minor: 'low',
  negligible: 'low',
  unimportant: 'low',
  none: 'none',
}

export function severityOfWord(word: unknown): Severity | null {
  return typeof word === 'string' ? (words[word.toLowerCase()] ?? null) : null
}

/** CVSS v3.1 section 5 and v4.0 section 6: qualitative ratings of scores. CVSS v2 has no critical; NVD used the same bounds. */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return 'critical'
  if (score >= 7) return 'high'
  if (score >= 4) return 'medium'
  return score > 0 ? 'low' : 'none'
}

/**
 * The severity of an OSV record, from wherever it stands: a CVSS vector of the newest version at the top level or in an
 * affected entry; else the word that the database gives. A distribution's own word decides over the vector, since it
 * rates the package as it is built there.
 */
export function severityOfRecord(json: Record<string, unknown>): RecordSeverity {
  let vector: string | null = null
  let score: number | null = null
  let version = -1
  let word: Severity | null = null
  const consider = (entries: unknown): void => {
    if (!Array.isArray(entries)) return
    for (const entry of entries as unknown[]) {
      if (typeof entry !== 'object' || entry === null) continue
      const { type, score: value } = entry as { type?: unknown; score?: unknown }
      if (typeof value !== 'string') continue
      const rank = type === 'CVSS_V4' ? 4 : type === 'CVSS_V3' ? 3 : type === 'CVSS_V2' ? 2 : 0
      if (rank === 0) word ??= severityOfWord(value)
      else if (rank > version) {
        const base = baseScore(value)
        if (base === null && version >= 0) continue
        vector = value
        score = base
        version = rank
      }
    }
  }
  consider(json.severity)
  const affected = Array.isArray(json.affected) ? (json.affected as unknown[]) : []
  for (const entry of affected)
    if (typeof entry === 'object' && entry !== null) consider((entry as { severity?: unknown }).severity)
  word ??= wordOf(json.database_specific) ?? null
  for (const entry of affected) {
    if (word !== null) break
    if (typeof entry !== 'object' || entry === null) continue
    const { ecosystem_specific: own, database_specific: database } = entry as Record<string, unknown>
    word = wordOf(own) ?? wordOf(database)
  }
  // AlmaLinux and Red Hat begin the title with the rating: "Important: httpd security update".
  if (word === null && vector === null && typeof json.summary === 'string') {
    word = severityOfWord(/^(critical|important|moderate|low):/i.exec(json.summary)?.[1] ?? null)
  }
  return { severity: word ?? (score === null ? 'unknown' : severityOfScore(score)), vector, score }
}

function wordOf(value: unknown): Severity | null {
  if (typeof value !== 'object' || value === null) return null
  const { severity, urgency } = value as { severity?: unknown; urgency?: unknown }
  return severityOfWord(severity) ?? severityOfWord(urgency)
}
